"""Runs in one process, in real time: the loop under `run_graph`."""

import asyncio
import itertools
import time
from collections.abc import Awaitable

import pytest

from editor.graph.faults import Fault
from runs.engine.commands import Command, FailNode, FinishNode, SuspendNode
from runs.engine.events import NodeCancelled
from runs.engine.local import LocalWork, run_live
from tests.unit.runs.engine.plans import build_plan
from tests.unit.runs.engine.test_inputs import Info


def test_work_runs_side_by_side_and_what_is_cancelled_stops() -> None:
    """A failure cancels the coroutine of the other branch; its clean-up has run when the run is over."""
    stopped: list[str] = []

    async def slow(work: LocalWork) -> Command:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.append(work.key)
        return FinishNode(work.at, work.key, work.attempt, None)

    async def broken(work: LocalWork) -> Command:
        return FailNode(work.at, work.key, work.attempt, Fault("x", "x"))

    def start(work: LocalWork) -> Command | Awaitable[Command]:
        return {"a": slow, "b": broken}[work.key](work)

    plan = build_plan({"a": {}, "b": {}}, [])
    live = asyncio.run(run_live(plan, start, Info(), clock=time.time))
    assert live.state.status == "failed"
    assert stopped == ["a"]
    assert any(isinstance(event, NodeCancelled) for event in live.events)


@pytest.mark.parametrize(("seconds", "status"), [(0.02, "succeeded"), (6.0, "waiting")])
def test_short_waits_are_sat_out(seconds: float, status: str) -> None:
    """A long one parks the run."""

    def start(work: LocalWork) -> Command:
        return SuspendNode(work.at, work.key, work.attempt, work.at + seconds, "timer", 1)

    live = asyncio.run(run_live(build_plan({"a": {}}, []), start, Info(), clock=time.time))
    assert live.state.status == status


def test_work_done_at_once_needs_no_coroutine() -> None:
    """A chain of cheap nodes runs in one go, each with the value of the one before."""
    numbers = itertools.count()

    def start(work: LocalWork) -> Command:
        return FinishNode(work.at, work.key, work.attempt, [next(numbers), *work.inputs.get("in", [])])

    plan = build_plan({"a": {}, "b": {}, "c": {"type": "output"}}, ["a > b", "b > c"])
    live = asyncio.run(run_live(plan, start, Info(), clock=time.time))
    assert live.state.nodes["c"].value == [2, 1, 0]


def test_work_done_at_once_is_reported_in_the_order_of_its_start() -> None:
    """A race between cheap nodes is won by the first one in the graph."""

    def start(work: LocalWork) -> Command:
        return FinishNode(work.at, work.key, work.attempt, work.key)

    plan = build_plan({"a": {}, "b": {}, "j": {"join": {"any": 1}}}, ["a > j", "b > j"])
    live = asyncio.run(run_live(plan, start, Info(), clock=time.time))
    assert live.state.nodes["j"].chosen == ("e1",)
