"""Slots of a provider: never more at once than allowed, in all workers together, and none lost to a death."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.nodetype import Usage
from runs.slots import PREFIX, LimitedModels, Slots, slot_limits

LIMIT = 4
ASK = LlmRequest("lab/m", [{"role": "user", "content": "hi"}])


class Busy:
    """A model that counts how many calls are under way, in all of its clients together."""

    now = most = 0

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Cost nothing."""
        return request, Usage()

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Take a moment."""
        Busy.now += 1
        Busy.most = max(Busy.most, Busy.now)
        try:
            await asyncio.sleep(0.02)
        finally:
            Busy.now -= 1
        return LlmReply("ok", "stop", Usage(), request.model)


@pytest.fixture
def make_slots(services: Any) -> Callable[..., Slots]:
    Busy.now = Busy.most = 0

    def make(**more: Any) -> Slots:
        return Slots(more.pop("url", services.redis_url), {"lab": LIMIT}, **more)

    return make


def nothing(text: str) -> None:
    """Take text that nobody watches."""


async def test_two_workers_share_the_slots(make_slots: Callable[..., Slots], redis_store: redis.Redis) -> None:
    """T22d: two runs with ten calls each, four at once in all."""
    workers = [LimitedModels(Busy(), make_slots()) for _ in range(2)]
    await asyncio.gather(*(worker.complete(ASK, nothing) for worker in workers for _ in range(10)))
    assert Busy.most == LIMIT
    assert redis_store.zcard(PREFIX + "lab") == 0
    for worker in workers:
        await worker.close()


async def test_the_slots_of_a_dead_holder_are_free_again(make_slots: Callable[..., Slots], redis_store: redis.Redis) -> None:
    seconds, micros = redis_store.time()
    redis_store.zadd(PREFIX + "lab", {f"dead{n}": seconds + micros / 1e6 + 0.4 for n in range(LIMIT)})
    redis_store.expire(PREFIX + "lab", 5)
    worker, began = LimitedModels(Busy(), make_slots()), time.monotonic()
    await worker.complete(ASK, nothing)
    assert time.monotonic() - began >= 0.3
    await worker.close()


async def test_a_long_call_keeps_its_slot(make_slots: Callable[..., Slots], redis_store: redis.Redis) -> None:
    slots = make_slots(lease_seconds=0.3)
    async with slots.hold("lab"):
        await asyncio.sleep(0.8)
        other = make_slots(lease_seconds=0.3)
        async with other.hold("lab"):
            assert redis_store.zcard(PREFIX + "lab") == 2
        await other.close()
    await slots.close()


async def test_without_redis_each_process_keeps_to_its_own_number(make_slots: Callable[..., Slots]) -> None:
    worker = LimitedModels(Busy(), make_slots(url="redis://127.0.0.1:1/0"))
    await asyncio.gather(*(worker.complete(ASK, nothing) for _ in range(10)))
    assert Busy.most == LIMIT
    await worker.close()


async def test_other_providers_are_not_held_up(make_slots: Callable[..., Slots]) -> None:
    worker = LimitedModels(Busy(), make_slots())
    other = LlmRequest("else/m", ASK.messages)
    await asyncio.gather(*(worker.complete(other, nothing) for _ in range(10)))
    assert Busy.most == 10
    await worker.close()


@pytest.mark.parametrize("entry", ["openai", "openai=", "openai=0", "=3", "openai=x"])
def test_a_limit_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="GRAPHAPP_PROVIDER_SLOTS"):
        slot_limits([entry])
