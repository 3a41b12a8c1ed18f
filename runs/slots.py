"""How many calls of one provider's models are under way at once, in all workers together.

A slot is a lease in Redis: whoever holds it renews it, and one whose holder died is free again a minute later. Without Redis
each process keeps to its share by itself.
"""

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from editor.graph.context import LlmClient, LlmReply, LlmRequest, TextSink
from editor.graph.nodetype import Usage

logger = logging.getLogger(__name__)

PREFIX = "graphapp:slots:"
LEASE_SECONDS = 60.0
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 2.0

TAKE = """
local now = redis.call('TIME')
local at = now[1] + now[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
    return 0
end
redis.call('ZADD', KEYS[1], at + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[3] * 2000))
return 1
"""
"""Takes a slot, or renews the one that is held."""


class Slots:
    """The slots of one process's event loop."""

    def __init__(self, redis_url: str, limits: Mapping[str, int], *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._redis = Redis.from_url(redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)
        self._limits = limits
        self._lease = lease_seconds
        self._own = {provider: asyncio.Semaphore(limit) for provider, limit in limits.items()}

    @asynccontextmanager
    async def hold(self, provider: str) -> AsyncIterator[None]:
        """Hold a slot of a provider while its model is called; wait for one as long as it takes."""
        limit = self._limits.get(provider)
        if limit is None:
            yield
            return
        async with self._own[provider]:
            holder = uuid.uuid4().hex
            while not await self._take(provider, holder, limit):  # noqa: ASYNC110 - the holder may be another process
                await asyncio.sleep(LOOK_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            renewing = asyncio.create_task(self._renew(provider, holder, limit))
            try:
                yield
            finally:
                renewing.cancel()
                with suppress(RedisError, OSError):
                    await self._redis.zrem(PREFIX + provider, holder)

    async def _take(self, provider: str, holder: str, limit: int) -> bool:
        """Ask Redis for a slot. Where it does not answer, this process's own number has to do."""
        try:
            asked: Any = self._redis.eval(TAKE, 1, PREFIX + provider, holder, str(limit), str(self._lease))
            return bool(await asked)
        except (RedisError, OSError) as error:
            logger.warning("Redis gives no slots (%s); this process keeps to its own number.", type(error).__name__)
            return True

    async def _renew(self, provider: str, holder: str, limit: int) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            await self._take(provider, holder, limit)

    async def close(self) -> None:
        """Give back the connection."""
        await self._redis.aclose()


class LimitedModels:
    """Models of which only so many are called at once."""

    def __init__(self, client: LlmClient, slots: Slots) -> None:
        self._client = client
        self._slots = slots

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most."""
        return await self._client.estimate(request)

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Call the model once a slot is free."""
        account = request.account
        async with self._slots.hold(request.model.partition("/")[0] if account is None else account.provider):
            return await self._client.complete(request, on_text)

    async def close(self) -> None:
        """Give back what both hold."""
        await self._slots.close()
        close = getattr(self._client, "close", None)
        if close is not None:
            await close()


def slot_limits(entries: list[str]) -> dict[str, int]:
    """Read ``provider=number`` entries; one that is neither is refused when the process starts.

    >>> slot_limits(["openai=20", "lab = 4"])
    {'openai': 20, 'lab': 4}
    """
    limits: dict[str, int] = {}
    for entry in entries:
        name, _, number = (part.strip() for part in entry.partition("="))
        if not name or not number.isdecimal() or int(number) < 1:
            raise ValueError(f"GRAPHAPP_PROVIDER_SLOTS: {entry!r} is not of the form openai=20")
        limits[name] = int(number)
    return limits
