"""Workers whose clocks are wrong. Named by ``RUN_EXECUTOR=tests.support.skewed.skewed_executor``.

``SKEW`` says by how many seconds, ``STEP`` by how many more the clock is set after a second of work.
"""

import os
import time
from datetime import UTC, datetime, tzinfo

from django.utils import timezone

from runs.executor import Executor
from tests.support.executors import plain_executor

_right, _began = time.time, time.monotonic()


def wrong() -> float:
    """Tell the time wrongly."""
    step = float(os.environ.get("STEP", "0")) if time.monotonic() > _began + 1 else 0.0
    return _right() + float(os.environ.get("SKEW", "0")) + step


def wrong_now(tz: tzinfo = UTC) -> datetime:
    """Tell date and time wrongly."""
    return datetime.fromtimestamp(wrong(), tz)


def skewed_executor() -> Executor:
    """Give an executor of the test nodes, in a process whose clock is wrong."""
    global _began
    _began = time.monotonic()
    time.time = wrong
    timezone.now = wrong_now
    return plain_executor()
