"""The Celery app. A message is a hint: the database is the truth, so nothing here is acknowledged late or kept as a result."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "graphapp.settings")

app = Celery("graphapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def keep_logging(**_: Any) -> None:
    """Leave logging as Django set it up: Celery would otherwise put handlers of its own in its place."""


@celeryd_init.connect(weak=False)
def prepare_worker(**_: Any) -> None:
    """Tie the engine's process and the sign of life to the worker, once Django is ready in it."""
    from graphapp import liveness
    from runs import worker

    warnings.filterwarnings("ignore", category=SecurityWarning)  # root is risky with pickled messages; ours are JSON
    worker.setup(app)
    liveness.setup()
