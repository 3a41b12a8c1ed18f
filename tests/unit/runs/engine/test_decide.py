"""What the corpus cannot show: purity, refusals, parking, broken plans, and the cost of a node."""

import time
from collections.abc import Callable

import pytest

from editor.graph.faults import Fault
from editor.graph.plan import Plan
from runs.engine.advance import advance
from runs.engine.commands import (
    CancelRun,
    Command,
    ExpireRun,
    FailNode,
    FinishNode,
    ParkRun,
    RecoverRun,
    Settle,
    StartRun,
    SuspendNode,
    Wake,
)
from runs.engine.decide import EngineStuck, decide
from runs.engine.events import NodeStarted, NodeWaiting, RunCancelled, RunParked, RunResumed, RunStarted
from runs.engine.evolve import evolve
from runs.engine.places import is_parkable
from runs.engine.state import initial_state, next_wake
from runs.engine.states import RunStatus
from tests.unit.runs.engine.plans import build_plan, chain, fan
from tests.unit.runs.engine.test_properties import picture


def test_nothing_happens_to_a_run_that_has_not_started() -> None:
    """Only its start and its cancellation mean anything to a queued run."""
    plan = chain(2)
    state = initial_state(plan)
    timed: list[Command] = [Wake(1.0), ExpireRun(1.0), RecoverRun(1.0), ParkRun(1.0), Settle(1.0)]
    for command in (FinishNode(1.0, "n00000", 1, 1), *timed):
        assert advance(plan, state, command) == []
    assert advance(plan, state, CancelRun(1.0)) == [RunCancelled(1.0, "user")]


def test_decide_changes_nothing() -> None:
    """Deciding is looking: the state is the same afterwards, and the same question has the same answer."""
    plan = build_plan({"a": {}, "b": {}, "c": {}}, ["a > b", "a > c"])
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    before = picture(state)
    for command in (FinishNode(1.0, "a", 1, 1), FailNode(1.0, "a", 1, Fault("x", "x")), CancelRun(1.0), RecoverRun(1.0)):
        assert decide(plan, state, command) == decide(plan, state, command) != ()
        assert picture(state) == before


def test_events_of_unknown_or_ended_node_runs_change_nothing() -> None:
    """Applying events never fails: a fact about nobody is a fact about nothing."""
    plan = chain(1)
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    advance(plan, state, FinishNode(1.0, "n00000", 1, 1))
    before = picture(state)
    evolve(state, NodeStarted(2.0, "n00000", 2))
    evolve(state, NodeStarted(2.0, "nobody", 1))
    assert picture(state) == before


def test_superseded_attempts_are_refused() -> None:
    """Neither an older nor a later attempt than the one in flight may report."""
    plan = chain(1)
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    advance(plan, state, RecoverRun(1.0))
    assert state.nodes["n00000"].attempt == 2
    for attempt in (1, 3):
        assert advance(plan, state, FinishNode(2.0, "n00000", attempt, "old")) == []


def test_waiting_run_parks_and_goes_on_when_due() -> None:
    """A parked run says until when; waking it too early changes nothing."""
    plan = chain(1)
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    assert not is_parkable(state)
    assert advance(plan, state, ParkRun(1.0)) == []
    assert advance(plan, state, SuspendNode(1.0, "n00000", 1, 60.0, "timer", "v")) == [
        NodeWaiting(1.0, "n00000", 1, 60.0, "timer", "v", ("out",))
    ]
    assert is_parkable(state)
    assert advance(plan, state, ParkRun(2.0)) == [RunParked(2.0, 60.0)]
    assert advance(plan, state, ParkRun(3.0)) == []
    assert advance(plan, state, Wake(59.0)) == []
    assert state.status is RunStatus.WAITING
    events = advance(plan, state, Wake(61.0))
    assert events[0] == RunResumed(61.0, "wake")
    assert [event.kind for event in events[1:]] == ["node.finished", "run.succeeded"]


def test_retry_that_finds_no_slot_wakes_nobody() -> None:
    """An owner that sleeps until the next moment does not spin while every slot is taken."""
    retry = {"max_attempts": 2, "backoff_seconds": 5, "jitter": False}
    plan = build_plan({"a": {"retry": retry}, "b": {}}, [], max_parallel=1)
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    advance(plan, state, FailNode(1.0, "a", 1, Fault("transient", "x", retryable=True)))
    assert state.nodes["b"].status == "running"
    assert next_wake(state) is None
    events = advance(plan, state, FinishNode(9.0, "b", 1, 1))
    assert NodeStarted(9.0, "a", 2) in events


def test_plan_that_leads_in_a_circle_is_stuck_and_not_succeeded() -> None:
    """A quiescent scope with a pending node run is an error of the engine or the plan."""
    plan = build_plan({"s": {}, "a": {}, "b": {}}, ["s > a", "a > b", "b > a"])
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    with pytest.raises(EngineStuck, match="2 pending node runs: a, b"):
        advance(plan, state, FinishNode(1.0, "s", 1, 1))


def test_run_of_nothing_succeeds() -> None:
    """An empty graph has nothing to wait for."""
    plan = build_plan({}, [])
    state = initial_state(plan)
    assert [event.kind for event in advance(plan, state, StartRun(0.0, {}))] == ["run.started", "run.succeeded"]
    assert advance(plan, state, StartRun(0.0, {})) == []
    assert decide(plan, initial_state(plan), StartRun(0.0, {"a": 1})) == (RunStarted(0.0, {"a": 1}),)


def drive(plan: Plan) -> float:
    """Run a plan of nodes that finish at once, and give the seconds for each of them."""
    began = time.process_time()
    state = initial_state(plan, "r")
    at = 0.0
    started = [event for event in advance(plan, state, StartRun(at, {})) if isinstance(event, NodeStarted)]
    while started:
        event = started.pop()
        at += 1
        follow = advance(plan, state, FinishNode(at, event.key, event.attempt, "x"))
        started += [event for event in follow if isinstance(event, NodeStarted)]
    assert state.status is RunStatus.SUCCEEDED
    return (time.process_time() - began) / len(plan.nodes)


@pytest.mark.parametrize("build", [chain, fan], ids=["chain", "fan"])
def test_cost_of_a_node_does_not_grow_with_the_graph(build: Callable[[int], Plan]) -> None:
    """Fifty times the nodes cost fifty times as much, whether they stand in a row or side by side."""
    small = min(drive(build(100)) for _ in range(5))
    large = min(drive(build(5000)) for _ in range(3))
    assert large < small * 4
