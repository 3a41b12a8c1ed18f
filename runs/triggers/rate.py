"""How often a trigger may be called. The counters are in the cache: without it, nothing is limited for a while."""

import time

from django.core.cache import cache

from editor.triggers.models import Trigger

MINUTE = 60


def excess(trigger: Trigger) -> int:
    """Count a call; say by how many the last minute has had too many. The minute before counts for as much as is left of it."""
    now = time.time()
    minute, into = divmod(now, MINUTE)
    here = _count(f"trigger:{trigger.pk}:{int(minute)}")
    before = int(cache.get(f"trigger:{trigger.pk}:{int(minute) - 1}", 0))
    return max(0, int(here + before * (1 - into / MINUTE)) - trigger.rate_per_minute)


def _count(key: str) -> int:
    cache.add(key, 0, 2 * MINUTE + 1)
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1
