"""Loops and maps in random graphs: what holds for every nesting, every schedule and every moment of a lost owner."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.graph.faults import Fault
from editor.graph.plan import ROOT, ContainerSpec, LoopSpec, MapSpec, Plan, PlanNode, PlanScope
from runs.engine.advance import advance
from runs.engine.commands import (
    CancelRun,
    Command,
    FailNode,
    FinishNode,
    JudgeTurn,
    OpenContainer,
    RecoverRun,
    StartRun,
    SuspendNode,
    Wake,
)
from runs.engine.events import Event, NodeStarted, TurnAsked
from runs.engine.fold import fold
from runs.engine.inputs import node_inputs, turn_of
from runs.engine.restore import RunFact, restore
from runs.engine.state import RunState, initial_state, next_wake
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL, NodeStatus, RunStatus
from runs.engine.wire import to_wire
from tests.semantics.pure import facts_of
from tests.unit.runs.engine.plans import build_plan

MANY = settings(suppress_health_check=[HealthCheck.too_slow])
RETRY = {"max_attempts": 2, "backoff_seconds": 3, "jitter": False}
ACTS = st.sampled_from(["out", "out", "out", "out two", "two", "", "fail", "flaky fail", "wait"])
SCORES = (0.2, 0.9, 0.5, 0.9)


@dataclass(frozen=True)
class Body:
    """A random graph, with those that its containers hold."""

    nodes: dict[str, dict[str, Any]]
    edges: list[str]
    on_failure: str
    inside: "dict[str, tuple[str, dict[str, Any], Body]]"

    def built(self, everything: dict[str, PlanNode]) -> PlanScope:
        """Compile it, and those inside it."""
        plan = build_plan(self.nodes, self.edges, on_failure=self.on_failure)
        nodes = tuple(replace(node, container=self._spec(node.id, everything)) for node in plan.scopes[ROOT].nodes)
        everything.update((node.id, node) for node in nodes)
        leaves = tuple(node.id for node in nodes if not node.outgoing)
        return PlanScope("", nodes, self.on_failure, results=leaves if len(leaves) == 1 else ())

    def _spec(self, name: str, everything: dict[str, PlanNode]) -> ContainerSpec | None:
        if name not in self.inside:
            return None
        kind, options, body = self.inside[name]
        return MapSpec(body.built(everything), **options) if kind == "map" else self._loop(options, body, everything)

    @staticmethod
    def _loop(options: dict[str, Any], body: "Body", everything: dict[str, PlanNode]) -> LoopSpec:
        scope = body.built(everything)
        exits = tuple((node.id, "two") for node in scope.nodes if node.type == "exit")
        return LoopSpec(scope, exits=exits, **options)


@dataclass(frozen=True)
class Sample:
    """A random graph with containers, and what each of its nodes does."""

    body: Body
    acts: dict[str, list[str]]
    items: dict[str, int]
    max_parallel: int

    def plan(self) -> Plan:
        """Compile it."""
        everything: dict[str, PlanNode] = {}
        root = self.body.built(everything)
        return Plan("", {ROOT: root}, everything, max_parallel=self.max_parallel)


MAPS = st.fixed_dictionaries(
    {
        "concurrency": st.integers(1, 3),
        "tolerated": st.sampled_from([0, 0, 1, None]),
        "keeps_errors": st.booleans(),
        "omit_empty": st.booleans(),
    }
)
LOOPS = st.fixed_dictionaries(
    {"max_iterations": st.integers(1, 3), "on_limit": st.sampled_from(["fail", "best"]), "is_judged": st.booleans()}
)


@st.composite
def bodies(draw: st.DrawFn, prefix: str, depth: int, on_failure: str | None) -> Body:
    """Draw a graph of up to four nodes, some of which hold graphs."""
    count = draw(st.integers(1, 4))
    names = [f"{prefix}{index}" for index in range(count)]
    joins = st.sampled_from(["all", "all", "all", "always"])
    on_error = st.sampled_from(["fail", "fail", "port", "skip", {"value": 0}])
    kinds = st.sampled_from(["task", "task", "exit"] if prefix != "n" else ["task"])
    nodes: dict[str, dict[str, Any]] = {}
    inside: dict[str, tuple[str, dict[str, Any], Body]] = {}
    edges: list[str] = []
    for index, name in enumerate(names):
        nodes[name] = {"join": draw(joins), "on_error": draw(on_error), "retry": RETRY, "outputs": ("out", "two")}
        for source in draw(st.sets(st.integers(0, index - 1), max_size=2)) if index else ():
            edges.append(f"{names[source]}.{draw(st.sampled_from(['out', 'out', 'two', 'error']))} > {name}")
        kind = draw(st.sampled_from(["task", "map", "loop"])) if depth else "task"
        if kind == "task":
            nodes[name]["type"] = draw(kinds)
        else:
            options: dict[str, Any] = draw(MAPS if kind == "map" else LOOPS)
            inside[name] = (kind, options, draw(bodies(f"{name}_", depth - 1, on_failure)))
    return Body(nodes, edges, on_failure or draw(st.sampled_from(["fail_fast", "continue"])), inside)


@st.composite
def samples(draw: st.DrawFn, on_failure: str | None = None) -> Sample:
    """Draw a graph with containers, two levels deep at most."""
    body = draw(bodies("n", 2, on_failure))
    everything: dict[str, PlanNode] = {}
    body.built(everything)
    acts = {name: draw(st.lists(ACTS, min_size=1, max_size=2)) for name in everything}
    items = {name: draw(st.integers(0, 4)) for name, node in everything.items() if isinstance(node.container, MapSpec)}
    return Sample(body, acts, items, draw(st.sampled_from([1, 2, 20])))


Work = NodeStarted | TurnAsked


@dataclass
class Trial:
    """One execution of a sample under one schedule. Each command comes a second after the one before."""

    sample: Sample
    schedule: list[int]
    plan: Plan = field(init=False)
    state: RunState = field(init=False)
    at: float = 0.0
    events: list[Event] = field(default_factory=list)
    flying: list[Work] = field(default_factory=list)
    landed: list[Command] = field(default_factory=list)
    received: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = self.sample.plan()
        self.state = initial_state(self.plan, "r")
        self._numbers = iter(self.schedule)

    def ask(self, command: Command) -> list[Event]:
        """Apply a command and note the work that started."""
        happened = advance(self.plan, self.state, command)
        self.events += happened
        for event in happened:
            if isinstance(event, NodeStarted):
                self.received[event.key] = node_inputs(self.plan, self.state, event.key)
            if isinstance(event, NodeStarted | TurnAsked):
                self.flying.append(event)
        return happened

    @property
    def is_over(self) -> bool:
        """Say whether the run has ended."""
        return self.state.status in RUN_TERMINAL

    def step(self) -> None:
        """Let one thing happen: the schedule chooses which attempt reports next, or whether time passes first."""
        if self.state.status is RunStatus.QUEUED:
            self.ask(StartRun(self.at, {}))
            return
        self.at += 1
        wake_at = next_wake(self.state)
        pick = next(self._numbers, 0) % (len(self.flying) + (wake_at is not None))
        if pick == len(self.flying):
            self.at = max(self.at, wake_at or 0.0)
            self.ask(Wake(self.at))
            return
        command = self.report(self.flying.pop(pick))
        self.landed.append(command)
        self.ask(command)

    def report(self, work: Work) -> Command:
        """Give what an attempt reports. Values do not depend on time."""
        node = self.state.nodes[work.key].node
        acts = self.sample.acts[node.id]
        act = acts[min(work.attempt, len(acts)) - 1]
        if isinstance(work, TurnAsked):
            return self.verdict(work, act)
        if "fail" in act:
            return FailNode(self.at, work.key, work.attempt, Fault(f"{node.id}_broke", "x", retryable="flaky" in act))
        value = [node.id, self.received[work.key]]
        if isinstance(node.container, MapSpec):
            return OpenContainer(self.at, work.key, work.attempt, list(range(self.sample.items[node.id])))
        if isinstance(node.container, LoopSpec):
            return OpenContainer(self.at, work.key, work.attempt, value, go_on=act != "")
        if act == "wait":
            return SuspendNode(self.at, work.key, work.attempt, self.at + 5, "timer", value)
        return FinishNode(self.at, work.key, work.attempt, value, tuple(act.split()))

    def verdict(self, asked: TurnAsked, act: str) -> Command:
        """Judge a turn: what is said depends on what the loop does and on the turn's number."""
        ns = self.state.nodes[asked.key]
        if ns.box is None or ns.status in NODE_TERMINAL:
            return JudgeTurn(self.at, asked.key, asked.attempt, asked.index)
        turn = turn_of(ns)
        if act == "flaky fail" and turn.index == 1:
            return FailNode(self.at, asked.key, asked.attempt, Fault("unclear", "x", retryable=True))
        ends = act == "two" and turn.index == 1
        score = SCORES[turn.index % len(SCORES)] if act != "out two" else None
        return JudgeTurn(self.at, asked.key, asked.attempt, turn.index, ends, act != "wait", score)

    def finish(self) -> "Trial":
        """Follow the schedule, and then the first choice, to the end of the run."""
        while not self.is_over:
            self.step()
        return self

    def lose_owner(self) -> None:
        """Let another owner go on from the rows."""
        self.at += 1
        self.state = restored(self)
        self.flying.clear()
        self.ask(RecoverRun(self.at))

    def result(self) -> dict[str, Any]:
        """Give what the run came to, without times and attempts."""
        return {key: (ns.status, ns.reason, ns.ports, ns.value, ns.fault) for key, ns in self.state.nodes.items()}


schedules = st.lists(st.integers(0, 50), max_size=30)


def restored(trial: Trial) -> RunState:
    """Give the state that another owner reads."""
    run = RunFact("r", trial.state.status, trial.state.started_at)
    return restore(trial.plan, run, facts_of(trial.state))


def picture(state: RunState) -> dict[str, Any]:
    """Give all that decides how a run goes on. Scopes of earlier attempts of a container are history."""
    fields = ("status", "reason", "attempt", "failures", "losses", "ports", "chosen", "value", "wake_at", "degraded")
    joins = ("pending", "taken", "failed", "decided", "doomed")
    lives = {path for path, scope in state.scopes.items() if is_current(state, path)}
    return {
        "status": state.status,
        "counts": (state.running, state.boxes),
        "next": next_wake(state),
        "ready": sorted(ns.rank for ns in state.active.values() if ns.status is NodeStatus.READY),
        "to do": (state.to_cancel, state.to_skip, state.to_close, set(state.active)),
        "scopes": {path: (state.scopes[path].open, state.scopes[path].failure is None) for path in lives},
        "nodes": {
            key: [getattr(ns, name) for name in fields + joins] for key, ns in state.nodes.items() if ns.scope.path in lives
        },
        "boxes": {
            key: (ns.box.next, sorted(ns.box.live), ns.box.done, ns.box.failed, ns.box.fault, ns.box.results)
            for key, ns in state.nodes.items()
            if ns.box is not None and ns.scope.path in lives and ns.status not in NODE_TERMINAL
        },
    }


def is_current(state: RunState, path: str) -> bool:
    """Say whether a scope belongs to the last attempts of all containers around it."""
    scope = state.scopes[path]
    while scope.owner is not None:
        box = scope.owner.box
        if box is None or not scope.path.startswith(f"{box.base}#"):
            return False
        scope = scope.owner.scope
    return True


@MANY
@given(samples(), schedules)
def test_every_run_ends_with_every_node_run_ended_once(sample: Sample, schedule: list[int]) -> None:
    """No nesting gets stuck, no node run ends twice, and containers hold no slot."""
    trial = Trial(sample, schedule).finish()
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())
    ends = [e["node"] for e in map(to_wire, trial.events) if e["kind"] in ("node.finished", "node.skipped")]
    assert sorted(ends) == sorted(trial.state.nodes)
    state = trial.state
    assert (state.running, state.boxes, state.asked, state.active, state.ready) == (0, 0, 0, {}, [])
    assert (state.to_close, state.due) == ({}, {})


@MANY
@given(samples(on_failure="continue"), schedules, schedules)
def test_status_does_not_depend_on_the_order_of_completions(sample: Sample, one: list[int], other: list[int]) -> None:
    """Whether a run fails is the same under every schedule."""
    assert Trial(sample, one).finish().state.status == Trial(sample, other).finish().state.status


@MANY
@given(samples(), schedules)
def test_folded_events_tell_what_the_state_tells(sample: Sample, schedule: list[int]) -> None:
    """A viewer that has only the events knows every status, inside containers too."""
    trial = Trial(sample, schedule).finish()
    view = fold(map(to_wire, trial.events))
    assert view["status"] == trial.state.status
    assert {key: seen["status"] for key, seen in view["nodes"].items()} == {
        key: ns.status for key, ns in trial.state.nodes.items()
    }


@MANY
@given(samples(), schedules)
def test_state_restored_from_rows_is_the_state_that_was_kept(sample: Sample, schedule: list[int]) -> None:
    """At every moment the rows are enough: a new owner knows all that the old one knew."""
    trial = Trial(sample, schedule)
    while not trial.is_over:
        trial.step()
        if trial.state.status not in RUN_TERMINAL and not trial.state.asked:
            assert picture(restored(trial)) == picture(trial.state)


@MANY
@given(samples(), schedules, st.sets(st.integers(0, 20), max_size=3))
def test_lost_owners_leave_no_run_stuck(sample: Sample, schedule: list[int], losses: set[int]) -> None:
    """Whenever owners are lost, the next one brings the run to its end."""
    trial = Trial(sample, schedule)
    count = 0
    while not trial.is_over:
        if count in losses and trial.state.status is not RunStatus.QUEUED:
            trial.lose_owner()
        count += 1
        if not trial.is_over:
            trial.step()
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())


@MANY
@given(samples(), schedules, st.data())
def test_late_and_duplicate_reports_decide_nothing(sample: Sample, schedule: list[int], data: st.DataObject) -> None:
    """A report that comes again, or of a superseded attempt or turn, changes nothing, whenever it comes."""
    trial = Trial(sample, schedule)
    while not trial.is_over:
        trial.step()
        again = data.draw(st.sampled_from(trial.landed)) if trial.landed else StartRun(trial.at, {})
        before = picture(trial.state)
        assert advance(trial.plan, trial.state, again) == []
        assert picture(trial.state) == before


@MANY
@given(samples(), schedules, st.integers(0, 20))
def test_cancelled_run_ends_at_once_and_starts_nothing(sample: Sample, schedule: list[int], moment: int) -> None:
    """After a cancellation everything has ended, in every container, and nothing cleans up."""
    trial = Trial(sample, schedule)
    for _ in range(moment + 1):
        if not trial.is_over:
            trial.step()
    ended_before = trial.is_over
    events = trial.ask(CancelRun(trial.at + 1))
    if ended_before:
        assert events == []
        return
    assert events[-1].kind == "run.cancelled"
    assert not any(isinstance(event, NodeStarted) for event in events)
    assert all(ns.status in NODE_TERMINAL for ns in trial.state.nodes.values())
