"""What holds for every graph with maps, loops and calls in it, every schedule, and every moment at which an owner is lost."""

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.graph.faults import Fault
from editor.graph.ids import lane
from editor.graph.plan import ROOT, CallSpec, ContainerSpec, LoopSpec, MapSpec, Plan, PlanNode, PlanScope
from runs.engine.advance import advance
from runs.engine.commands import (
    CancelRun,
    Command,
    FailNode,
    FinishNode,
    HoldNode,
    JudgeTurn,
    OpenContainer,
    RecoverRun,
    ReleaseNode,
    StartRun,
    Wake,
)
from runs.engine.events import Event, NodeCancelled, NodeFailed, NodeStarted, NodeSucceeded, TurnAsked
from runs.engine.fold import fold
from runs.engine.inputs import node_inputs
from runs.engine.restore import RunFact, restore
from runs.engine.state import CallBox, LoopBox, MapBox, NodeState, RunState, initial_state, next_wake
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL, NodeStatus, RunStatus
from runs.engine.wire import to_wire
from tests.semantics.pure import facts_of
from tests.unit.runs.engine.plans import build_plan

MANY = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
DEEPEST = 2
ACTS = st.sampled_from(["out", "out", "out", "out", "", "fail", "flaky", "hold"])
JOINS: list[Any] = ["all", "all", "always"]
RACES: list[Any] = [{"any": 1}, {"any": 1, "cancel_losers": True}]
KINDS = st.sampled_from(["task", "task", "task", "map", "loop", "call"])


@dataclass(frozen=True)
class Body:
    """A random graph: what its nodes are, the edges between them, and what stands in those that hold a graph."""

    nodes: dict[str, dict[str, Any]]
    edges: list[str]
    on_failure: str
    inside: dict[str, "Inside"] = field(default_factory=dict)

    def plan(self, **more: Any) -> Plan:
        """Compile it with all that stands inside."""
        plain = build_plan(self.nodes, self.edges, on_failure=self.on_failure, **more)
        specs = {name: inside.spec() for name, inside in self.inside.items()}
        scope = plain.scopes[ROOT]
        nodes = tuple(with_spec(node, specs.get(node.id)) for node in scope.nodes)
        results = tuple(node.id for node in nodes if not node.outgoing)
        root = PlanScope(ROOT, nodes, scope.on_failure, results[-1:])
        return Plan("", {ROOT: root}, {node.id: node for node in nodes}, plain.max_parallel, outputs=results)


@dataclass(frozen=True)
class Inside:
    """A graph in a container, and how often it runs."""

    kind: str
    body: Body
    times: int
    width: int
    strict: bool

    def spec(self) -> ContainerSpec:
        """Say how it runs."""
        if self.kind == "call":
            return CallSpec(1, self.body.plan)
        scope = self.body.plan().scopes[ROOT]
        if self.kind == "map":
            return MapSpec(scope, concurrency=self.width, tolerated=0 if self.strict else None, keeps_errors=True)
        return LoopSpec(scope, max_iterations=self.times + 1, is_judged=True)


def with_spec(node: PlanNode, spec: ContainerSpec | None) -> PlanNode:
    """Give a node its graph."""
    return node if spec is None else replace(node, container=spec)


@dataclass(frozen=True)
class Sample:
    """A random graph, and what its nodes do, by id: attempts in order, the last one repeats."""

    body: Body
    acts: dict[str, list[str]]
    times: dict[str, int]
    max_parallel: int


@st.composite
def samples(draw: st.DrawFn, steady: bool = False) -> Sample:
    """Draw a graph with containers; `steady` ones give the same under every schedule."""
    numbers, acts, times = count(), dict[str, list[str]](), dict[str, int]()
    modes = st.just("continue") if steady else st.sampled_from(["continue", "fail_fast"])

    def body(depth: int) -> Body:
        size = draw(st.integers(1, 4 if depth == 0 else 3))
        names = [f"n{next(numbers)}" for _ in range(size)]
        joins = st.sampled_from(JOINS if steady else JOINS + RACES)
        nodes: dict[str, dict[str, Any]] = {}
        inside: dict[str, Inside] = {}
        for name in names:
            retry = {"max_attempts": draw(st.integers(1, 2)), "backoff_seconds": 1, "jitter": False}
            nodes[name] = {"join": draw(joins), "on_error": draw(st.sampled_from(["fail", "port", "skip"])), "retry": retry}
            nodes[name]["max_parallel"] = draw(st.sampled_from([None, None, None, 1, 2]))
            acts[name] = draw(st.lists(ACTS, min_size=1, max_size=2))
            kind = draw(KINDS) if depth < DEEPEST else "task"
            if kind != "task":
                times[name] = draw(st.integers(0, 3))
                inside[name] = Inside(
                    kind, body(depth + 1), times[name], draw(st.integers(1, 3)), not steady and draw(st.booleans())
                )
        edges = [
            f"{names[source]}.{draw(st.sampled_from(['out', 'out', 'error']))} > {names[target]}"
            for target in range(1, size)
            for source in sorted(draw(st.sets(st.integers(0, target - 1), max_size=2)))
        ]
        return Body(nodes, edges, draw(modes), inside)

    drawn = body(0)
    return Sample(drawn, acts, times, draw(st.sampled_from([1, 2, 20])))


AGAIN = re.compile(r"~\d+")
VAGUE = re.compile(r"~\d+|n\d+_broke")
schedules = st.lists(st.integers(0, 50), max_size=40)
LONGEST = 3000


@dataclass
class Trial:
    """One execution of a sample under one schedule."""

    sample: Sample
    schedule: list[int]
    plan: Plan = field(init=False)
    state: RunState = field(init=False)
    at: float = 0.0
    events: list[Event] = field(default_factory=list)
    flying: list[NodeStarted | TurnAsked] = field(default_factory=list)
    asked: list[Command] = field(default_factory=list)
    told: list[Command] = field(default_factory=list)
    """What was asked by reports and decisions, which may come again."""

    def __post_init__(self) -> None:
        self.plan = self.sample.body.plan(max_parallel=self.sample.max_parallel)
        self.state = initial_state(self.plan, "r")

    def ask(self, command: Command) -> list[Event]:
        """Apply a command and note what is to be done."""
        self.asked.append(command)
        if isinstance(command, FinishNode | FailNode | HoldNode | OpenContainer | JudgeTurn | ReleaseNode):
            self.told.append(command)
        happened = advance(self.plan, self.state, command)
        self.events += happened
        self.flying += [event for event in happened if isinstance(event, NodeStarted | TurnAsked)]
        return happened

    def held(self) -> list[NodeState]:
        """List what somebody has to decide on."""
        found = [ns for ns in self.state.active.values() if ns.status is NodeStatus.WAITING and ns.reason == "budget"]
        return sorted(found, key=lambda ns: ns.rank)

    def step(self, number: int) -> None:
        """Let one thing happen: a report, a decision, or time."""
        self.at += 1
        wake_at, held = next_wake(self.state), self.held()
        pick = number % (len(self.flying) + len(held) + (wake_at is not None))
        if pick < len(self.flying):
            self.ask(self.report(self.flying.pop(pick)))
        elif pick < len(self.flying) + len(held):
            ns = held[pick - len(self.flying)]
            self.ask(ReleaseNode(self.at, ns.key, ns.attempt, Fault("held", "x")))
        elif wake_at is not None:
            self.at = max(self.at, wake_at)
            self.ask(Wake(self.at))

    def report(self, event: NodeStarted | TurnAsked) -> Command:
        """Give what an attempt, or the judging of a turn, reports. Values do not depend on time."""
        at, key, attempt = self.at, event.key, event.attempt
        node_id = key.rpartition("/")[2]
        if isinstance(event, TurnAsked):
            return JudgeTurn(at, key, attempt, event.index, until=event.index + 1 >= self.sample.times[node_id])
        acts = self.sample.acts[node_id]
        act = acts[min(attempt, len(acts)) - 1]
        if act in ("fail", "flaky"):
            return FailNode(at, key, attempt, Fault(f"{node_id}_broke", "x", retryable=act == "flaky"))
        if act == "hold" and attempt == 1:
            return HoldNode(at, key, attempt, "budget", {})
        ns = self.state.nodes.get(key)
        spec = None if ns is None else ns.node.container
        if isinstance(spec, MapSpec):
            return OpenContainer(at, key, attempt, list(range(self.sample.times[node_id])))
        if spec is not None:
            return OpenContainer(at, key, attempt, {"n": 0}, go_on=self.sample.times[node_id] > 0)
        value = [node_id, {} if ns is None else node_inputs(self.plan, self.state, key)]
        return FinishNode(at, key, attempt, value, ("out",) if act else ())

    def finish(self) -> "Trial":
        """Follow the schedule, and then the first choice, to the end of the run."""
        if self.state.status is RunStatus.QUEUED:
            self.ask(StartRun(self.at, {}))
        numbers = iter(self.schedule)
        for _ in range(LONGEST):
            if self.state.status in RUN_TERMINAL:
                return self
            self.step(next(numbers, 0))
        raise AssertionError("The run does not end.")

    def restored(self) -> RunState:
        """Give the state that a new owner would read."""
        return restore(self.plan, RunFact("r", self.state.status, self.state.started_at), facts_of(self.state))

    def result(self) -> dict[str, Any]:
        """Give what the run came to, without times, without the numbers of attempts that began no graph, and without which of
        several failures in a graph was the first."""
        return {
            AGAIN.sub("", key): (ns.status, ns.reason, ns.ports, VAGUE.sub("", repr(ns.value)), ns.fault is None)
            for key, ns in self.state.nodes.items()
        }


def picture(state: RunState) -> dict[str, Any]:
    """Give all that decides how a run goes on."""
    fields = ("status", "reason", "attempt", "failures", "losses", "ports", "value", "wake_at", "decided", "pending", "taken")
    return {
        "status": state.status,
        "counts": (state.running, state.boxes, +state.begun),
        "next": next_wake(state),
        "ready": sorted(ns.rank for ns in state.active.values() if ns.status is NodeStatus.READY),
        "to do": (state.to_cancel, state.to_skip, set(state.active)),
        "nodes": {key: [getattr(ns, name) for name in fields] for key, ns in state.nodes.items()},
        "boxes": {key: picture_of(ns) for key, ns in state.nodes.items() if ns.box and ns.status is NodeStatus.RUNNING},
    }


def is_history(state: RunState, ns: NodeState) -> bool:
    """Say whether a node run stands in the graph of an earlier attempt of a container: a new owner need not know it."""
    owner = ns.scope.owner
    if owner is None or ns.status not in NODE_TERMINAL:
        return False
    is_over = owner.box is None or not ns.scope.path.startswith(owner.box.base)
    return is_over or owner.status is NodeStatus.WAITING or is_history(state, owner)


def picture_of(ns: NodeState) -> Any:
    """Give what a container has come to."""
    box = ns.box
    assert isinstance(box, MapBox | LoopBox | CallBox)
    return (box.next, box.done, box.failed, sorted(box.live), dict(box.results), box.value, box.opened_at)


@MANY
@given(samples(), schedules)
def test_every_run_ends_with_everything_in_it_ended_once(sample: Sample, schedule: list[int]) -> None:
    trial = Trial(sample, schedule).finish()
    state = trial.state
    assert all(ns.status in NODE_TERMINAL for ns in state.nodes.values())
    ends = [e["node"] for e in map(to_wire, trial.events) if e["kind"] in ("node.finished", "node.skipped")]
    assert sorted(ends) == sorted(state.nodes)
    assert (state.running, state.boxes, state.asked, state.active, state.ready) == (0, 0, 0, {}, [])
    assert (state.due, state.to_close, state.to_cancel, state.to_skip) == ({}, {}, {}, {})
    assert not +state.begun
    assert_limits_kept(trial)


def assert_limits_kept(trial: Trial) -> None:
    """Of a node with a limit of its own no more runs have begun and not ended, at any moment."""
    under_way: dict[str, set[str]] = {}
    for event in trial.events:
        key = getattr(event, "key", "")
        if isinstance(event, NodeStarted):
            under_way.setdefault(lane(key), set()).add(key)
            limit = trial.state.nodes[key].node.max_parallel
            assert limit is None or len(under_way[lane(key)]) <= limit
        elif isinstance(event, NodeSucceeded | NodeFailed | NodeCancelled):
            under_way.get(lane(key), set()).discard(key)


@MANY
@given(samples(), schedules)
def test_folded_events_tell_what_the_state_tells(sample: Sample, schedule: list[int]) -> None:
    trial = Trial(sample, schedule).finish()
    view = fold(map(to_wire, trial.events))
    assert view["status"] == trial.state.status
    for key, ns in trial.state.nodes.items():
        seen = view["nodes"][key]
        assert (seen["status"], seen["attempt"], seen["reason"]) == (ns.status, ns.attempt, ns.reason)


@MANY
@given(samples(), schedules, st.data())
def test_late_and_duplicate_commands_decide_nothing(sample: Sample, schedule: list[int], data: st.DataObject) -> None:
    """A report that comes again, or of an attempt or a turn that is over, changes nothing, in whatever scope it stands."""
    trial = Trial(sample, schedule)
    trial.ask(StartRun(0.0, {}))
    numbers = iter(schedule)
    for _ in range(60):
        if trial.state.status in RUN_TERMINAL:
            break
        trial.step(next(numbers, 0))
        again = data.draw(st.sampled_from(trial.told)) if trial.told else StartRun(trial.at, {})
        kept = picture(trial.state)
        assert advance(trial.plan, trial.state, again) == []
        assert picture(trial.state) == kept


@MANY
@given(samples(), schedules)
def test_the_same_commands_bring_about_the_same_events(sample: Sample, schedule: list[int]) -> None:
    """The log of a run can be replayed: nothing but the commands decides, also not what was kept in memory between them."""
    trial = Trial(sample, schedule).finish()
    again = initial_state(trial.plan, "r")
    assert [event for command in trial.asked for event in advance(trial.plan, again, command)] == trial.events
    assert picture(again) == picture(trial.state)


@MANY
@given(samples(steady=True), schedules, schedules)
def test_result_does_not_depend_on_the_order_of_completions(sample: Sample, one: list[int], other: list[int]) -> None:
    assert Trial(sample, one).finish().result() == Trial(sample, other).finish().result()


@MANY
@given(samples(), schedules)
def test_state_restored_from_rows_is_the_state_that_was_kept(sample: Sample, schedule: list[int]) -> None:
    """At every moment between two commands, as they are committed together."""
    trial = Trial(sample, schedule)
    trial.ask(StartRun(0.0, {}))
    numbers = iter(schedule)
    for _ in range(60):
        if trial.state.status in RUN_TERMINAL:
            break
        again, kept = trial.restored(), picture(trial.state)
        left_out = trial.state.nodes.keys() - again.nodes.keys()
        assert all(is_history(trial.state, trial.state.nodes[key]) for key in left_out)
        kept["nodes"] = {key: told for key, told in kept["nodes"].items() if key not in left_out}
        assert picture(again) == kept
        trial.step(next(numbers, 0))


@MANY
@given(samples(steady=True), schedules, st.sets(st.integers(0, 15), max_size=2))
def test_lost_owners_do_not_change_the_result(sample: Sample, schedule: list[int], losses: set[int]) -> None:
    steady = {key: [act[0] if act[0] != "hold" else "out"] for key, act in sample.acts.items()}
    sample = Sample(sample.body, steady, sample.times, sample.max_parallel)
    calm = Trial(sample, schedule).finish()
    trial = Trial(sample, schedule)
    trial.ask(StartRun(0.0, {}))
    numbers = iter(schedule)
    for moment in range(LONGEST):
        if trial.state.status in RUN_TERMINAL:
            break
        if moment in losses:
            trial.at += 1
            trial.state = trial.restored()
            trial.flying.clear()
            trial.ask(RecoverRun(trial.at))
        if trial.state.status not in RUN_TERMINAL:
            trial.step(next(numbers, 0))
    assert trial.result() == calm.result()


@MANY
@given(samples(), schedules, st.integers(0, 25))
def test_cancelled_run_ends_at_once_and_starts_nothing(sample: Sample, schedule: list[int], moment: int) -> None:
    trial = Trial(sample, schedule)
    trial.ask(StartRun(0.0, {}))
    for number in (schedule + [0] * 30)[:moment]:
        if trial.state.status not in RUN_TERMINAL:
            trial.step(number)
    if trial.state.status in RUN_TERMINAL:
        return
    events = trial.ask(CancelRun(trial.at + 1))
    assert events[-1].kind == "run.cancelled"
    assert not any(isinstance(event, NodeStarted | TurnAsked) for event in events)
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())
