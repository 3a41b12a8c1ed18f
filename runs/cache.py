"""Results that are kept for equal work in later runs of a workflow, where a node asks for it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from runs.blobs import StorageUnavailable
from runs.engine.events import Origin
from runs.engine.reuse import CACHED
from runs.models import CacheEntry
from runs.selectors import stored_value

FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """A result of earlier work."""

    value: Any
    ports: tuple[str, ...]
    origin: Origin


def look_up(workflow_id: str, key: str) -> Kept | None:
    """Give what is kept for a node run key, if it has not expired."""
    entry = CacheEntry.objects.filter(workflow_id=workflow_id, key=key, expires_at__gt=timezone.now()).first()
    if entry is None:
        return None
    try:
        value = stored_value(entry.output, entry.output_sha)
    except StorageUnavailable:
        return None  # the work can be done instead
    return Kept(value, tuple(entry.ports), Origin(CACHED, str(entry.run_id), key))


def forget_expired() -> int:
    """Delete what has expired, some at a time, and say how much."""
    old = CacheEntry.objects.filter(expires_at__lte=timezone.now()).values_list("workflow_id", "key")[:FORGOTTEN_AT_ONCE]
    deleted = 0
    for workflow_id, key in old:
        deleted += CacheEntry.objects.filter(workflow_id=workflow_id, key=key, expires_at__lte=timezone.now()).delete()[0]
    return deleted
