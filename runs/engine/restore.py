"""The state of a run from its committed rows, for an owner that takes it over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from editor.graph.faults import NOTHING, Fault
from editor.graph.ids import NodeKey, split_key
from editor.graph.plan import Plan
from runs.engine import shards
from runs.engine.containers import close_scope, consider
from runs.engine.events import (
    EXECUTED,
    ContainerOpened,
    Event,
    NodeCancelled,
    NodeFailed,
    NodeRetryScheduled,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    Origin,
    Progress,
    RunStarted,
    ScopeOpened,
    TurnJudged,
)
from runs.engine.evolve import evolve
from runs.engine.reuse import PINNED, REUSED, Reuse
from runs.engine.state import BACKOFF, LOST, MapBox, NodeState, RunState, ScopeState, initial_state
from runs.engine.states import NODE_TERMINAL, NodeStatus, RunStatus

UNKNOWN = Fault("bug", "The stored failure is missing.")


@dataclass(frozen=True, slots=True)
class RunFact:
    """What is committed of a run."""

    id: str
    status: str
    started_at: float | None = None


@dataclass(frozen=True, slots=True)
class BoxFact:
    """What is committed of a container's graph: what it works on, and how many items or turns were opened in which attempt."""

    value: Any
    attempt: int
    next: int = 0
    go_on: bool = True
    scores: Mapping[int, float] = field(default_factory=dict)
    opened_at: float = 0.0
    split: shards.Split | None = None
    """Of a map at work whose items are shared out."""


@dataclass(frozen=True, slots=True)
class NodeFact:
    """What is committed of a node run. Pending ones have no fact.

    `reason` says how a failure was handled, why a node run was cancelled, or what it waits for. `value` of a waiting node
    run is what it will end with. The times decide the order in which edges resolved, so they are kept as they were.
    """

    key: str
    status: str
    reason: str = ""
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    ports: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    value: Any = None
    fault: Fault | None = None
    degraded: bool = False
    wake_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    origin: Origin = EXECUTED
    box: BoxFact | None = None


@dataclass(frozen=True, slots=True)
class ShardFacts:
    """What is committed around and inside some items of a map.

    Parameters
    ----------
    outside : iterable of NodeFact
        The node runs of the root scope in the map's own run: what ended there can be seen from inside, and nothing there is
        decided by the shard.
    inside : iterable of NodeFact
        Those of the items.
    items : list
        The items.
    """

    outside: Iterable[NodeFact]
    inside: Iterable[NodeFact]
    items: list[Any]


def restore(plan: Plan, run: RunFact, nodes: Iterable[NodeFact], reuse: Reuse | None = None) -> RunState:
    """Build the state of a run again from what was committed of it.

    The facts are told again as events, in the order in which they must have happened: first what ended, by time, then what
    is under way. Facts of one moment are told as `advance` brings them about: failures and successes, then whatever follows
    from them by the lists of the state. What was taken over in one moment is told as it was taken over: what was ready, in
    the order in which it came about in the base run. Each scope is told by itself, with its container: scopes touch each
    other only there. Scopes of earlier attempts of a container are history and are left out.

    Parameters
    ----------
    plan : Plan
        What is run: the same as before.
    run : RunFact
        The run.
    nodes : iterable of NodeFact
        Its node runs, in any order. Those of unknown keys are left out.
    reuse : Reuse or None
        What it may take over.

    Returns
    -------
    RunState
        Where the run was after the last commit. Attempts that were running are still running in it: `RecoverRun` deals
        with them.
    """
    state = initial_state(plan, run.id, reuse)
    if run.status != RunStatus.QUEUED:
        evolve(state, RunStarted(0.0 if run.started_at is None else run.started_at, NOTHING))
    by_scope: dict[str, list[NodeFact]] = {}
    for fact in nodes:
        by_scope.setdefault(split_key(NodeKey(fact.key))[0], []).append(fact)
    _tell_scope(state, state.root, by_scope)
    state.status = RunStatus(run.status)
    return state


def _tell_scope(state: RunState, scope: ScopeState, by_scope: Mapping[str, list[NodeFact]]) -> None:
    """Tell again what happened in one scope, and in those inside it."""
    known = [(state.nodes[fact.key], fact) for fact in by_scope.get(scope.path, ()) if fact.key in state.nodes]
    for _, facts in groupby(sorted(known, key=_moment), key=_when):
        for ns, fact in _in_order(state, list(facts)):
            _tell_again(state, ns, fact, by_scope)


def restore_shard(
    plan: Plan,
    run: RunFact,
    shard: shards.Shard,
    facts: ShardFacts,
    reuse: Reuse | None = None,
) -> RunState:
    """Build the state of the run of some items of a map.

    Parameters
    ----------
    plan : Plan
        What is run.
    run : RunFact
        The run of the shard.
    shard : Shard
        What it is about.
    facts : ShardFacts
        What is committed of the map's own run.
    reuse : Reuse or None
        What the map's own run may take over.

    Returns
    -------
    RunState
        With the map at work.
    """
    state = initial_state(plan, run.id, reuse)
    state.shard, state.max_parallel, state.status = shard, shard.max_parallel, RunStatus(run.status)
    state.started_at = run.started_at
    for fact in facts.outside:
        if fact.key in state.root.nodes:
            _look_at(state.root.nodes[fact.key], fact, is_mine=fact.key == shard.key)
    for ns in state.root.nodes.values():
        ns.decided = True
    ns = state.root.nodes[shard.key]
    evolve(state, NodeStarted(0.0, ns.key, shard.attempt, ns.chosen))
    by_scope: dict[str, list[NodeFact]] = {}
    for fact in facts.inside:
        by_scope.setdefault(split_key(NodeKey(fact.key))[0], []).append(fact)
    begun = [numbers[0] for path in by_scope if (numbers := _numbers(path))]
    _tell_box(state, ns, BoxFact(facts.items, shard.attempt, max(begun, default=shard.first - 1) + 1), by_scope)
    return state


def _look_at(ns: NodeState, fact: NodeFact, *, is_mine: bool) -> None:
    """Take in what came of a node run that another run decides on. The map is at work here, even if it was stopped there."""
    if is_mine or NodeStatus(fact.status) not in NODE_TERMINAL:
        ns.chosen = fact.chosen
        return
    ns.status, ns.value, ns.ports, ns.chosen = NodeStatus(fact.status), fact.value, fact.ports, fact.chosen
    ns.reason, ns.fault, ns.finished_at, ns.origin = fact.reason, fact.fault, fact.finished_at, fact.origin


def _numbers(path: str) -> list[int]:
    """Give the numbers of the items and turns on the way to a scope."""
    return [int(part.rpartition("#")[2]) for part in path.split("/") if "#" in part]


_PHASES = {NodeStatus.SUCCEEDED: 0, NodeStatus.FAILED: 0, NodeStatus.CANCELLED: 1}
_STOPPED = (NodeStatus.CANCELLED,)
_SKIPPED = (NodeStatus.SKIPPED, NodeStatus.UPSTREAM_FAILED)
Known = tuple[NodeState, NodeFact]


def _when(known: Known) -> tuple[bool, float]:
    """Give the moment of a fact; what is under way comes last."""
    _, fact = known
    return NodeStatus(fact.status) not in NODE_TERMINAL, fact.finished_at or 0.0


def _moment(known: Known) -> tuple[Any, ...]:
    """Order facts as they happened."""
    ns, fact = known
    return (*_when(known), _PHASES.get(NodeStatus(fact.status), 2), ns.rank)


def _in_order(state: RunState, facts: list[Known]) -> Iterator[Known]:
    """Give the facts of one moment as `advance` brought them about, each when the one before has been told.

    Order counts even within a moment: what a decided race gives up is what has not ended by then.
    """
    left = {fact.key: (ns, fact) for ns, fact in facts}
    for key in [key for key, (_, fact) in left.items() if fact.status == NodeStatus.FAILED and not fact.origin.how]:
        yield left.pop(key)
    while left:
        for key in _following(state, left) or [next(iter(left))]:
            yield left.pop(key)


def _following(state: RunState, left: Mapping[str, Known]) -> list[str]:
    """Give what `decide` would answer next: all that stops, else all that is skipped, else one that is taken over."""
    for waiting, status in ((state.to_cancel, _STOPPED), (state.to_skip, _SKIPPED)):
        if due := [key for key in waiting if key in left and left[key][1].status in status]:
            return due
    reuse = state.reuse
    ready = [left[key] for *_, key in state.ready if key in left and _is_taken_over(left[key])]
    if reuse is None or not ready:
        return []
    return [min((reuse.moment_of(fact.key, fact.origin), ns.rank, ns.key) for ns, fact in ready)[-1]]


def _is_taken_over(known: Known) -> bool:
    return known[1].origin.how in (REUSED, PINNED)


def _tell_again(state: RunState, ns: NodeState, fact: NodeFact, by_scope: Mapping[str, list[NodeFact]]) -> None:
    """Bring one node run to where it was."""
    started_at = fact.started_at or 0.0
    if fact.attempt:
        evolve(state, NodeStarted(started_at, fact.key, fact.attempt, fact.chosen))
    if fact.box is not None and fact.box.attempt == fact.attempt and not _is_between_attempts(fact):
        _tell_box(state, ns, fact.box, by_scope)
    if (event := _last_event(fact)) is not None:
        evolve(state, event)
    ns.attempt, ns.failures, ns.losses = fact.attempt, fact.failures, fact.losses
    ns.started_at, ns.fault, ns.origin = fact.started_at, fact.fault, fact.origin
    if fact.origin.how:
        ns.chosen = fact.chosen


def _is_between_attempts(fact: NodeFact) -> bool:
    return NodeStatus(fact.status) is NodeStatus.WAITING


def _tell_box(state: RunState, ns: NodeState, fact: BoxFact, by_scope: Mapping[str, list[NodeFact]]) -> None:
    """Tell again what a container came to: its items or turns one after another, each with all that happened in it."""
    is_split = fact.split is not None
    evolve(state, ContainerOpened(fact.opened_at, ns.key, fact.attempt, fact.value, Progress(), fact.go_on, is_split))
    if ns.box is None:
        return
    if isinstance(ns.box, MapBox) and fact.split is not None:
        _tell_split(state, ns, ns.box, fact.next, fact.split)
        return
    for index in range(ns.box.next, fact.next):
        evolve(state, ScopeOpened(0.0, ns.key, index, Progress()))
        scope = ns.box.live[index]
        _tell_scope(state, scope, by_scope)
        if not scope.open:
            evolve(state, close_scope(state, scope, 0.0))
            if index in fact.scores or index + 1 < fact.next:
                evolve(
                    state,
                    TurnJudged(0.0, ns.key, index, until=False, go_on=True, score=fact.scores.get(index), progress=Progress()),
                )


def _tell_split(state: RunState, ns: NodeState, box: MapBox, next: int, split: shards.Split) -> None:
    """Tell again what came of the items of a map that are shared out."""
    box.next = next
    box.shards.update(split.live)
    state.shards += len(split.live)
    for end in split.ended:
        shards.take(state, box, end)
    consider(state, ns, box)


def _last_event(fact: NodeFact) -> Event | None:
    """Give the event that brought a node run to its status; a running one has none after its start."""
    status = NodeStatus(fact.status)
    if status in NODE_TERMINAL:
        return _ending(fact, status)
    if status is not NodeStatus.WAITING:
        return None
    at, key = fact.started_at or 0.0, fact.key
    if fact.reason in BACKOFF:
        return NodeRetryScheduled(at, key, fact.attempt, fact.fault or UNKNOWN, fact.wake_at or 0.0, lost=fact.reason == LOST)
    return NodeWaiting(at, key, fact.attempt, fact.wake_at, fact.reason, fact.value, fact.ports)


def _ending(fact: NodeFact, status: NodeStatus) -> Event:
    """Give the event that ended a node run."""
    at, key, attempt = fact.finished_at or 0.0, fact.key, fact.attempt
    if status is NodeStatus.SUCCEEDED:
        return NodeSucceeded(at, key, attempt, fact.value, fact.ports, degraded=fact.degraded, fault=fact.fault)
    if status is NodeStatus.FAILED:
        return NodeFailed(at, key, attempt, fact.fault or UNKNOWN, fact.reason)
    if status is NodeStatus.CANCELLED:
        return NodeCancelled(at, key, attempt, fact.reason)
    return NodeSkipped(at, key, status, fact.reason)
