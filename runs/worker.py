"""The process that this worker is: made from the settings, started and drained by Celery's signals."""

import logging
import threading
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.utils.module_loading import import_string

from runs.driver.host import Pace
from runs.engine.shards import Sharding
from runs.knowledge.indexer import Indexer
from runs.process import Process, Rhythm
from runs.triggers.courier import Courier
from runs.wiring import make_courier, make_indexer

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_process: Process | None = None
_indexer: Indexer | None = None
_courier: Courier | None = None


def make_process() -> Process:
    """Make a process from the settings, not started."""
    return Process(
        import_string(settings.RUN_EXECUTOR),
        Pace(
            lease=settings.GRAPHAPP_LEASE_SECONDS,
            flush_min=settings.GRAPHAPP_FLUSH_MIN_SECONDS,
            flush_max=settings.GRAPHAPP_FLUSH_MAX_SECONDS,
            park_after=settings.GRAPHAPP_PARK_AFTER_SECONDS,
            inline_bytes=settings.GRAPHAPP_INLINE_BYTES,
            most_active=settings.GRAPHAPP_ACTIVE_RUNS,
            sharding=make_sharding(),
        ),
        Rhythm(
            renew=settings.GRAPHAPP_RENEW_SECONDS,
            sweep=settings.GRAPHAPP_SWEEP_SECONDS,
            drain=settings.GRAPHAPP_DRAIN_SECONDS,
        ),
        base_url=settings.GRAPHAPP_BASE_URL,
        redis_url=settings.REDIS_URL,
    )


def make_sharding() -> Sharding | None:
    """Say from the settings when maps are shared out."""
    if settings.GRAPHAPP_SHARDS < 2:
        return None
    return Sharding(settings.GRAPHAPP_SHARD_ABOVE, settings.GRAPHAPP_SHARD_ITEMS, settings.GRAPHAPP_SHARDS)


def get_process() -> Process:
    """Give this worker's process, made and started on first use."""
    global _process
    with _lock:
        if _process is None:
            _process = make_process()
            _process.start()
        return _process


def get_indexer() -> Indexer:
    """Give what indexes documents in this worker, made and started on first use."""
    global _indexer
    process = get_process()
    with _lock:
        if _indexer is None:
            _indexer = make_indexer(process.loop)
            _indexer.start()
        return _indexer


def get_courier() -> Courier:
    """Give what tells others of the ends of runs, made and started on first use."""
    global _courier
    process = get_process()
    with _lock:
        if _courier is None:
            _courier = make_courier(process.loop)
            _courier.start()
        return _courier


def setup(app: Celery) -> None:
    """Tie the process to the life of a Celery worker of this app."""
    signals.worker_init.connect(_begin, weak=False, dispatch_uid="runs.begin")
    signals.worker_shutting_down.connect(_drain, weak=False, dispatch_uid="runs.drain")
    signals.worker_shutdown.connect(_end, weak=False, dispatch_uid="runs.end")


def _begin(**_: Any) -> None:
    get_process()
    get_indexer()
    get_courier()


def _drain(**_: Any) -> None:
    if _process is not None:
        _process.drain()


def _end(**_: Any) -> None:
    if _courier is not None:
        _courier.stop()
    if _indexer is not None:
        _indexer.stop()
    if _process is not None:
        _process.stop()
