"""What holds for every graph, every schedule and every moment at which an owner may be lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.graph.faults import Fault
from editor.graph.plan import Plan
from runs.engine.advance import advance
from runs.engine.commands import CancelRun, Command, FailNode, FinishNode, RecoverRun, StartRun, SuspendNode, Wake
from runs.engine.events import Event, NodeStarted
from runs.engine.fold import fold
from runs.engine.inputs import node_inputs
from runs.engine.restore import RunFact, restore
from runs.engine.state import RunState, initial_state, next_wake
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL, NodeStatus, RunStatus
from runs.engine.wire import to_wire
from tests.semantics.pure import facts_of
from tests.unit.runs.engine.plans import build_plan

MANY = settings(suppress_health_check=[HealthCheck.too_slow])
RETRY = {"max_attempts": 2, "backoff_seconds": 3, "jitter": False}


@dataclass(frozen=True)
class Sample:
    """A random graph with what each of its nodes does. Nodes may fail, wait, or choose among two ports."""

    nodes: dict[str, dict[str, Any]]
    edges: list[str]
    acts: dict[str, list[str]]
    on_failure: str
    max_parallel: int

    def plan(self) -> Plan:
        """Compile it."""
        return build_plan(self.nodes, self.edges, on_failure=self.on_failure, max_parallel=self.max_parallel)


ACTS = st.sampled_from(["out", "out", "out", "out two", "two", "", "fail", "flaky fail", "wait"])
JOINS = ["all", "all", "all", "always"]
RACES = [{"any": 1}, {"any": 2}, {"any": 1, "cancel_losers": True}]


@st.composite
def samples(draw: st.DrawFn, races: bool = False, on_failure: str | None = None) -> Sample:
    """Draw a graph of up to nine nodes whose edges lead from earlier to later ones."""
    count = draw(st.integers(2, 9))
    names = [f"n{index}" for index in range(count)]
    joins = st.sampled_from(JOINS + RACES if races else JOINS)
    on_error = st.sampled_from(["fail", "fail", "port", "skip", {"value": 0}])
    nodes = {name: {"join": draw(joins), "on_error": draw(on_error), "retry": RETRY, "outputs": ("out", "two")} for name in names}
    edges = []
    for target in range(1, count):
        for source in draw(st.sets(st.integers(0, target - 1), max_size=3)):
            port = draw(st.sampled_from(["out", "out", "two", "error"]))
            edges.append(f"n{source}.{port} > n{target}")
    acts = {name: draw(st.lists(ACTS, min_size=1, max_size=2)) for name in names}
    mode = on_failure or draw(st.sampled_from(["fail_fast", "continue"]))
    return Sample(nodes, edges, acts, mode, draw(st.sampled_from([1, 2, 20])))


@dataclass
class Trial:
    """One execution of a sample under one schedule. Each command comes a second after the one before."""

    sample: Sample
    schedule: list[int]
    plan: Plan = field(init=False)
    state: RunState = field(init=False)
    at: float = 0.0
    events: list[Event] = field(default_factory=list)
    flying: list[NodeStarted] = field(default_factory=list)
    landed: list[Command] = field(default_factory=list)
    received: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = self.sample.plan()
        self.state = initial_state(self.plan, "r")

    def ask(self, command: Command) -> list[Event]:
        """Apply a command and note the work that started."""
        happened = advance(self.plan, self.state, command)
        self.events += happened
        for event in happened:
            if isinstance(event, NodeStarted):
                self.flying.append(event)
                self.received[event.key] = node_inputs(self.plan, self.state, event.key)
        return happened

    def begin(self) -> None:
        """Start the run."""
        self.ask(StartRun(self.at, {}))

    def step(self, number: int) -> None:
        """Let one thing happen: the schedule chooses which attempt reports next, or whether time passes first."""
        self.at += 1
        wake_at = next_wake(self.state)
        choices = len(self.flying) + (wake_at is not None)
        pick = number % choices
        if pick == len(self.flying):
            assert wake_at is not None
            self.at = max(self.at, wake_at)
            self.ask(Wake(self.at))
            return
        command = self.report(self.flying.pop(pick))
        self.landed.append(command)
        self.ask(command)

    def report(self, start: NodeStarted) -> Command:
        """Give what an attempt reports. Values do not depend on time."""
        acts = self.sample.acts[start.key]
        act = acts[min(start.attempt, len(acts)) - 1]
        if "fail" in act:
            return FailNode(self.at, start.key, start.attempt, Fault(f"{start.key}_broke", "x", retryable="flaky" in act))
        value = [start.key, self.received[start.key]]
        if act == "wait":
            return SuspendNode(self.at, start.key, start.attempt, self.at + 5, "timer", value)
        return FinishNode(self.at, start.key, start.attempt, value, tuple(act.split()))

    def finish(self) -> "Trial":
        """Follow the schedule, and then the first choice, to the end of the run."""
        if self.state.status is RunStatus.QUEUED:
            self.begin()
        numbers = iter(self.schedule)
        while self.state.status not in RUN_TERMINAL:
            self.step(next(numbers, 0))
        return self

    def result(self) -> dict[str, Any]:
        """Give what the run came to, without times."""
        return {key: (ns.status, ns.reason, ns.ports, ns.value, ns.fault) for key, ns in self.state.nodes.items()}


schedules = st.lists(st.integers(0, 50), max_size=30)


def picture(state: RunState) -> dict[str, Any]:
    """Give all that decides how a run goes on."""
    fields = ("status", "reason", "attempt", "failures", "losses", "ports", "chosen", "value", "wake_at", "degraded")
    joins = ("pending", "taken", "failed", "decided", "doomed")
    return {
        "status": state.status,
        "running": state.running,
        "next": next_wake(state),
        "ready": sorted(ns.rank for ns in state.active.values() if ns.status is NodeStatus.READY),
        "first failure": state.root.failure,
        "to do": (state.to_cancel, state.to_skip, state.root.open, set(state.active)),
        "nodes": {key: [getattr(ns, name) for name in fields + joins] for key, ns in state.nodes.items()},
    }


@MANY
@given(samples(races=True), schedules)
def test_every_run_ends_with_every_node_run_ended_once(sample: Sample, schedule: list[int]) -> None:
    """No graph gets stuck, no node run ends twice, no skipped node ran, and no more run at once than allowed."""
    trial = Trial(sample, schedule).finish()
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())
    ends = [e["node"] for e in map(to_wire, trial.events) if e["kind"] in ("node.finished", "node.skipped")]
    assert sorted(ends) == sorted(trial.state.nodes)
    skipped = (NodeStatus.SKIPPED, NodeStatus.UPSTREAM_FAILED)
    assert all(ns.attempt == 0 for ns in trial.state.nodes.values() if ns.status in skipped)
    assert (trial.state.running, trial.state.active, trial.state.ready) == (0, {}, [])
    assert most_at_once(trial.events) <= sample.max_parallel


def most_at_once(events: list[Event]) -> int:
    """Count the attempts that were under way together."""
    running: set[str] = set()
    most = 0
    for event in events:
        running.discard(getattr(event, "key", ""))
        if isinstance(event, NodeStarted):
            running.add(event.key)
        most = max(most, len(running))
    return most


@MANY
@given(samples(on_failure="continue"), schedules, schedules)
def test_result_does_not_depend_on_the_order_of_completions(sample: Sample, one: list[int], other: list[int]) -> None:
    """Without races and without `fail_fast`, statuses and values are the same under every schedule."""
    assert Trial(sample, one).finish().result() == Trial(sample, other).finish().result()


@MANY
@given(samples(on_failure="fail_fast"), schedules, schedules)
def test_run_status_does_not_depend_on_the_order_of_completions(sample: Sample, one: list[int], other: list[int]) -> None:
    """Under `fail_fast` the schedule decides what is cancelled, but not whether the run fails."""
    assert Trial(sample, one).finish().state.status == Trial(sample, other).finish().state.status


@MANY
@given(samples(races=True), schedules)
def test_folded_events_tell_what_the_state_tells(sample: Sample, schedule: list[int]) -> None:
    """A viewer that has only the events knows every status."""
    trial = Trial(sample, schedule).finish()
    view = fold(map(to_wire, trial.events))
    assert view["status"] == trial.state.status
    for key, ns in trial.state.nodes.items():
        seen = view["nodes"][key]
        assert (seen["status"], seen["attempt"], seen["reason"]) == (ns.status, ns.attempt, ns.reason)
        assert (seen["started_at"], seen["finished_at"]) == (ns.started_at, ns.finished_at)


@MANY
@given(samples(races=True), schedules, st.data())
def test_late_and_duplicate_commands_decide_nothing(sample: Sample, schedule: list[int], data: st.DataObject) -> None:
    """A report that comes again, or of a superseded attempt, changes nothing, whenever it comes."""
    trial = Trial(sample, schedule)
    trial.begin()
    numbers = iter(schedule)
    while trial.state.status not in RUN_TERMINAL:
        trial.step(next(numbers, 0))
        before = picture(trial.state)
        again = data.draw(st.sampled_from(trial.landed)) if trial.landed else StartRun(trial.at, {})
        assert advance(trial.plan, trial.state, again) == []
        assert picture(trial.state) == before
    for late in (StartRun(trial.at, {}), CancelRun(trial.at), Wake(trial.at + 1e6), RecoverRun(trial.at)):
        assert advance(trial.plan, trial.state, late) == []


@MANY
@given(samples(races=True), schedules)
def test_state_restored_from_rows_is_the_state_that_was_kept(sample: Sample, schedule: list[int]) -> None:
    """At every moment the rows are enough: a new owner knows all that the old one knew."""
    trial = Trial(sample, schedule)
    trial.begin()
    numbers = iter(schedule)
    while trial.state.status not in RUN_TERMINAL:
        run = RunFact("r", trial.state.status, trial.state.started_at)
        assert picture(restore(trial.plan, run, facts_of(trial.state))) == picture(trial.state)
        trial.step(next(numbers, 0))


def test_a_race_between_a_failure_and_a_wait_that_ends_with_it_stays_decided() -> None:
    """Both end in one moment, the failure first, although the other stands before it in the graph."""
    plain = {"retry": RETRY, "outputs": ("out", "two")}
    nodes = {"n0": plain, "n1": plain, "n2": plain, "n3": {**plain, "on_error": "port"}, "n4": {**plain, "join": {"any": 1}}}
    edges = ["n0.out > n1", "n0.out > n2", "n0.out > n4", "n3.error > n4"]
    acts = {"n0": ["wait"], "n1": ["out"], "n2": ["out"], "n3": ["flaky fail"], "n4": ["out"]}
    trial = Trial(Sample(nodes, edges, acts, "fail_fast", 1), [])
    trial.begin()
    chosen = set()
    while trial.state.status not in RUN_TERMINAL:
        run = RunFact("r", trial.state.status, trial.state.started_at)
        again = restore(trial.plan, run, facts_of(trial.state))
        assert picture(again) == picture(trial.state)
        chosen.add(again.nodes["n4"].chosen)
        trial.step(0)
    assert chosen == {(), ("e4",)}


@MANY
@given(samples(on_failure="continue"), schedules, st.sets(st.integers(0, 12), max_size=2))
def test_lost_owners_do_not_change_the_result(sample: Sample, schedule: list[int], losses: set[int]) -> None:
    """Whenever owners are lost, the result is that of a run without losses; only attempts are counted differently."""
    steady = {key: [act[0]] for key, act in sample.acts.items()}
    sample = Sample(sample.nodes, sample.edges, steady, sample.on_failure, sample.max_parallel)
    calm = Trial(sample, schedule).finish()
    trial = Trial(sample, schedule)
    trial.begin()
    numbers = iter(schedule)
    count = 0
    while trial.state.status not in RUN_TERMINAL:
        if count in losses:
            trial.at += 1
            run = RunFact("r", trial.state.status, trial.state.started_at)
            trial.state = restore(trial.plan, run, facts_of(trial.state))
            trial.flying.clear()
            trial.ask(RecoverRun(trial.at))
        count += 1
        if trial.state.status not in RUN_TERMINAL:
            trial.step(next(numbers, 0))
    assert trial.result() == calm.result()


@MANY
@given(samples(races=True), schedules, st.integers(0, 15))
def test_cancelled_run_ends_at_once_and_starts_nothing(sample: Sample, schedule: list[int], moment: int) -> None:
    """After a cancellation everything has ended, the last event says so, and late reports are refused."""
    trial = Trial(sample, schedule)
    trial.begin()
    for number in (schedule + [0] * 20)[:moment]:
        if trial.state.status not in RUN_TERMINAL:
            trial.step(number)
    ended_before = trial.state.status in RUN_TERMINAL
    events = trial.ask(CancelRun(trial.at + 1))
    if ended_before:
        assert events == []
        return
    assert events[-1].kind == "run.cancelled"
    assert not any(isinstance(event, NodeStarted) for event in events)
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())
    for start in trial.flying:
        assert advance(trial.plan, trial.state, trial.report(start)) == []


@pytest.mark.parametrize("races", [False, True])
def test_samples_reach_every_status(races: bool) -> None:
    """The drawn graphs are worth drawing: each status comes up."""
    seen: set[str] = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(samples(races=races), schedules)
    def collect(sample: Sample, schedule: list[int]) -> None:
        seen.update(ns.status for ns in Trial(sample, schedule).finish().state.nodes.values())

    collect()
    assert seen == set(NODE_TERMINAL)
