"""A budget: what is set aside, what comes back, and what is refused."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from editor.graph.context import LlmRequest
from editor.graph.nodetype import Usage
from runs.budget import Limits, OverBudget, RunBudget, limits_of, models_of
from runs.budget_questions import question

ASK = LlmRequest("lab/large", [{"role": "user", "content": "hi"}])
ONE = Usage(10, 10, 1.0, "lab/large")
NONE: dict[str, Any] = {}


def done(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_what_fits_is_reserved_and_the_rest_comes_back() -> None:
    async def spend() -> tuple[float, int]:
        budget = RunBudget(Limits(usd=5), NONE)
        for _ in range(4):
            budget.settle(await budget.reserve(ASK, Usage(20, 20, 2.0)), ONE)
        return budget.spent

    assert done(spend()) == (4.0, 80)


def test_what_does_not_fit_is_refused_before_it_is_made() -> None:
    budget = RunBudget(Limits(usd=5), {"cost_usd": 4.5, "input_tokens": 3, "output_tokens": 4})
    with pytest.raises(OverBudget) as refused:
        done(budget.reserve(ASK, ONE))
    assert refused.value.fault.code == "budget"
    assert not refused.value.fault.retryable
    assert "$4.50 of $5.00" in refused.value.fault.message
    assert budget.spent == (4.5, 7)


def test_a_stream_that_brings_more_than_was_asked_for_is_counted_in_full_and_nothing_follows_it() -> None:
    """A provider that does not keep to the longest answer: what came is paid for, and the next call is not made."""

    async def spend() -> OverBudget:
        budget = RunBudget(Limits(usd=2), NONE)
        budget.settle(await budget.reserve(ASK, ONE), Usage(10, 900, 2.5))
        assert budget.spent == (2.5, 910)
        with pytest.raises(OverBudget) as refused:
            await budget.reserve(ASK, Usage(1, 1, 0.01))
        return refused.value

    refused = done(spend())
    assert "$2.50 of $2.00" in refused.fault.message
    assert refused.fault.hint


def test_tokens_are_limited_too() -> None:
    budget = RunBudget(Limits(tokens=30), {"input_tokens": 15})
    with pytest.raises(OverBudget, match="15 of 30 tokens"):
        done(budget.reserve(ASK, ONE))


def test_a_call_waits_for_what_others_give_back() -> None:
    """Three calls reserve 2 each of 5, and use 1: the third one goes on when another has settled."""

    async def call(budget: RunBudget, log: list[str], name: str, seconds: float) -> None:
        need = Usage(0, 0, 2.0, name)
        reserved = await budget.reserve(ASK, need)
        log.append(f"{name} begins at {budget.spent[0]:g}")
        await asyncio.sleep(seconds)
        budget.settle(reserved, Usage(0, 0, 1.0))

    async def all_of_them() -> list[str]:
        budget, log = RunBudget(Limits(usd=5), NONE), list[str]()
        await asyncio.gather(*(call(budget, log, name, number / 50) for number, name in enumerate("abc")))
        return [*log, f"{budget.spent[0]:g}"]

    assert done(all_of_them()) == ["a begins at 0", "b begins at 0", "c begins at 1", "3"]


def test_a_call_that_failed_gives_everything_back() -> None:
    async def fail() -> float:
        budget = RunBudget(Limits(usd=1), NONE)
        budget.settle(await budget.reserve(ASK, ONE), None)
        await budget.reserve(ASK, ONE)
        return budget.spent[0]

    assert done(fail()) == 0


def test_a_chosen_model_takes_the_place_of_others() -> None:
    budget = RunBudget(Limits(usd=1, model="lab/small"), NONE)
    assert budget.redirected(ASK).model == "lab/small"
    assert RunBudget(Limits(usd=1), NONE).redirected(ASK) is ASK


def test_the_question_offers_what_can_be_done() -> None:
    budget = RunBudget(Limits(usd=1, tokens=100), {"cost_usd": 0.9})
    with pytest.raises(OverBudget) as refused:
        done(budget.reserve(ASK, ONE))
    request = question(refused.value, ["lab/small"])["request"]
    assert [field["name"] for field in request["fields"]] == ["limit_usd", "limit_tokens", "model"]
    assert request["fields"][0]["default"] == 2.9
    assert [button["port"] for button in request["buttons"]] == ["raise", "cheaper", "stop"]
    assert [button["port"] for button in question(refused.value, [])["request"]["buttons"]] == ["raise", "stop"]


def test_work_begins_until_the_time_is_over() -> None:
    RunBudget(Limits(seconds=60), {"seconds": 30.0}).begin()
    late = RunBudget(Limits(seconds=60), {"seconds": 61.0})
    with pytest.raises(OverBudget, match="worked for 61 of 60 seconds") as refused:
        late.begin()
    assert question(refused.value, [])["request"]["fields"][0]["default"] == 121
    inner = RunBudget(Limits(asks=False), NONE, around=late)
    with pytest.raises(OverBudget) as outer:
        inner.begin()
    assert (outer.value.budget, outer.value.asks) == (late, True)


def test_limits_survive_their_row() -> None:
    limits = Limits(1.5, 10, asks=False, model="m", is_final=True, seconds=600.0)
    assert Limits.from_json(limits.to_json()) == limits
    assert Limits.from_json({}) == Limits()
    assert limits_of({"settings": {"budget_usd": 2.0, "on_budget": "fail"}}) == Limits(2.0, None, asks=False)
    assert limits_of({}).is_open


def test_the_models_that_a_workflow_names() -> None:
    params: list[dict[str, Any]] = [
        {"model": "lab/a", "fallback_models": ["lab/b", "lab/a"]},
        {"model": "{{ start.model }}"},
        {"url": "http://x/y"},
    ]
    assert models_of(params) == ("lab/a", "lab/b")
