"""How the web process knows that a worker lives: each worker keeps a key in Redis that expires by itself."""

import logging
import os
import socket
import threading
import uuid
from functools import lru_cache
from typing import Any

from celery import signals
from django.conf import settings
from redis import Redis, RedisError

logger = logging.getLogger(__name__)

PREFIX = "graphapp:worker:"
EVERY_SECONDS = 3
EXPIRES_SECONDS = 10
_stopped = threading.Event()


@lru_cache(maxsize=1)
def connection() -> Redis:
    """Give this process's connection for signs of life and health questions."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def worker_lives() -> bool:
    """Say whether any worker gave a sign of life in the last seconds."""
    return next(connection().scan_iter(f"{PREFIX}*", count=1000), None) is not None


def setup() -> None:
    """Give signs of life from when this worker is ready until it stops."""
    signals.worker_ready.connect(_begin, weak=False, dispatch_uid="graphapp.liveness.begin")
    signals.worker_shutting_down.connect(_end, weak=False, dispatch_uid="graphapp.liveness.end")


def _begin(**_: Any) -> None:
    threading.Thread(target=_live, name="graphapp-liveness", daemon=True).start()


def _end(**_: Any) -> None:
    _stopped.set()


def _live() -> None:
    key = f"{PREFIX}{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
    while not _stopped.is_set():
        _try(lambda: connection().set(key, os.getpid(), ex=EXPIRES_SECONDS))
        _stopped.wait(EVERY_SECONDS)
    _try(lambda: connection().delete(key))


def _try(work: Any) -> None:
    try:
        work()
    except RedisError as error:
        logger.warning("Redis takes no sign of life (%s).", type(error).__name__)
