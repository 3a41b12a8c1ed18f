"""The cache keeps JSON only: what comes back from a store is data and never code. And it may be away."""

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")


class JsonSerializer:
    """Django's cache serializer interface, without pickle."""

    def dumps(self, obj: Any) -> bytes:
        """Write a value; numbers stay plain so that Redis can count with them."""
        return json.dumps(obj).encode()

    def loads(self, data: bytes) -> Any:
        """Read a value."""
        return json.loads(data)


class OptionalRedisCache(RedisCache):
    """A cache that is empty while Redis is away. It holds counters of requests, and nothing that anybody would miss."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Read a value; the default while Redis is away."""
        return _unless_away(lambda: super(OptionalRedisCache, self).get(key, default, version), instead=default)

    def set(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Keep a value, if Redis is there."""
        _unless_away(lambda: super(OptionalRedisCache, self).set(key, value, timeout, version), instead=None)

    def add(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Keep a value unless there is one; while Redis is away, nothing is there and nothing is kept."""
        return _unless_away(lambda: super(OptionalRedisCache, self).add(key, value, timeout, version), instead=True)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count; while Redis is away each count is the first."""
        return _unless_away(lambda: super(OptionalRedisCache, self).incr(key, delta, version), instead=delta)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value, if Redis is there."""
        return _unless_away(lambda: super(OptionalRedisCache, self).delete(key, version), instead=False)


def _unless_away(work: Callable[[], T], *, instead: T) -> T:
    try:
        return work()
    except (RedisError, OSError) as error:
        logger.warning("Redis does not answer (%s); the cache counts as empty.", type(error).__name__)
        return instead
