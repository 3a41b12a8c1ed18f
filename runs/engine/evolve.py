"""What has happened becomes what is: `evolve` applies one event to the state."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from editor.graph.ids import lane
from runs.engine import containers, shards
from runs.engine.events import (
    ContainerOpened,
    Event,
    NodeCancelled,
    NodeFailed,
    NodeRetryScheduled,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    RunCancelled,
    RunFailed,
    RunParked,
    RunResumed,
    RunStarted,
    RunSucceeded,
    ScopeClosed,
    ScopeOpened,
    ShardClosed,
    ShardOpened,
    TurnAsked,
    TurnJudged,
)
from runs.engine.readiness import FAIL_FAST, FAILED, LOST_RACE, TAKEN, edge_outcome, losers, swept, verdict
from runs.engine.state import BACKOFF, LOST, RETRY, LoopBox, MapBox, NodeState, Rank, RunState, ScopeState
from runs.engine.states import NODE_TERMINAL, NodeStatus, RunStatus


def evolve(state: RunState, event: Event) -> RunState:
    """Apply one event, in place.

    An event is a fact, so it is never refused; one about a node run that has ended, or that is not known, changes nothing.

    Parameters
    ----------
    state : RunState
        Updated in place. The cost does not grow with the size of the graph.
    event : Event
        What happened.

    Returns
    -------
    RunState
        The same object.
    """
    key = getattr(event, "key", None)
    if key is None:
        _RUN_HANDLERS[type(event)](state, event)
        return state
    ns = state.nodes.get(key)
    if ns is not None and ns.status not in NODE_TERMINAL:
        _NODE_HANDLERS[type(event)](state, ns, event)
    return state


def _run_started(state: RunState, event: RunStarted) -> None:
    state.status = RunStatus.RUNNING
    state.started_at = event.at
    _begin(state, state.root)


def _begin(state: RunState, scope: ScopeState) -> None:
    """Weigh the nodes of a scope that wait for nothing."""
    for ns in scope.nodes.values():
        if not ns.node.incoming and not ns.decided:
            _weigh(state, ns)


def _run_parked(state: RunState, event: RunParked) -> None:
    state.status = RunStatus.WAITING


def _run_resumed(state: RunState, event: RunResumed) -> None:
    state.status = RunStatus.RUNNING


def _run_succeeded(state: RunState, event: RunSucceeded) -> None:
    state.status = RunStatus.SUCCEEDED


def _run_failed(state: RunState, event: RunFailed) -> None:
    state.status = RunStatus.FAILED


def _run_cancelled(state: RunState, event: RunCancelled) -> None:
    state.status = RunStatus.CANCELLED


def _node_started(state: RunState, ns: NodeState, event: NodeStarted) -> None:
    if ns.status is not NodeStatus.RUNNING:
        state.running += 1
    if ns.node.max_parallel is not None and not ns.attempt:
        state.begun[lane(ns.key)] += 1
    ns.status = NodeStatus.RUNNING
    ns.reason = ""
    ns.wake_at = None
    ns.attempt = event.attempt
    ns.chosen = event.chosen
    ns.decided = True
    if ns.started_at is None:
        ns.started_at = event.at
    state.active[ns.key] = ns
    _trim(state)


def _node_retry(state: RunState, ns: NodeState, event: NodeRetryScheduled) -> None:
    ns.fault = event.fault
    ns.value, ns.ports = None, ()
    if event.lost:
        ns.losses = event.losses
    elif not event.is_free:
        ns.failures += 1
    _wait(state, ns, LOST if event.lost else RETRY, event.wake_at)


def _node_waiting(state: RunState, ns: NodeState, event: NodeWaiting) -> None:
    ns.value = event.value
    ns.ports = event.ports
    _wait(state, ns, event.reason, event.wake_at)


def _wait(state: RunState, ns: NodeState, reason: str, wake_at: float | None) -> None:
    """Give up the node run's slot until a moment, or until an answer."""
    _give_up_slot(state, ns)
    ns.box = None
    ns.status = NodeStatus.WAITING
    ns.reason = reason
    ns.wake_at = wake_at
    ns.decided = True
    state.active[ns.key] = ns
    if wake_at is not None:
        heappush(state.retries if reason in BACKOFF else state.waits, (wake_at, ns.rank))


def _node_succeeded(state: RunState, ns: NodeState, event: NodeSucceeded) -> None:
    ns.value = event.value
    ns.ports = event.ports
    ns.degraded = event.degraded
    ns.fault = event.fault
    ns.reason = ""
    ns.origin = event.origin
    _close(state, ns, NodeStatus.SUCCEEDED, event.at)
    _resolve_edges(state, ns)


def _node_failed(state: RunState, ns: NodeState, event: NodeFailed) -> None:
    ns.fault = event.fault
    ns.reason = event.handled
    ns.origin = event.origin
    ns.value, ns.ports = None, ()
    _close(state, ns, NodeStatus.FAILED, event.at)
    scope = ns.scope
    if not event.handled and scope.failure is None:
        scope.failure = ns.key
        if scope.plan.on_failure == FAIL_FAST:
            # Before the edges resolve: what becomes ready through this failure is cleanup, and cleanup runs.
            state.to_cancel.update((one.key, FAIL_FAST) for one in swept(state, scope))
    _resolve_edges(state, ns)


def _node_skipped(state: RunState, ns: NodeState, event: NodeSkipped) -> None:
    ns.reason = event.reason
    _close(state, ns, NodeStatus(event.status), event.at)
    _resolve_edges(state, ns)


def _node_cancelled(state: RunState, ns: NodeState, event: NodeCancelled) -> None:
    ns.reason = event.reason
    ns.value, ns.ports = None, ()
    _close(state, ns, NodeStatus.CANCELLED, event.at)
    _resolve_edges(state, ns)


def _container_opened(state: RunState, ns: NodeState, event: ContainerOpened) -> None:
    containers.begin(state, ns, event)


def _scope_opened(state: RunState, ns: NodeState, event: ScopeOpened) -> None:
    if ns.box is not None:
        _begin(state, containers.open_next(state, ns, ns.box, event.index))


def _scope_closed(state: RunState, ns: NodeState, event: ScopeClosed) -> None:
    if ns.box is not None:
        containers.close(state, ns, ns.box, event)


def _shard_opened(state: RunState, ns: NodeState, event: ShardOpened) -> None:
    if isinstance(ns.box, MapBox):
        shards.opened(state, ns.box, event.shard)
        containers.consider(state, ns, ns.box)


def _shard_closed(state: RunState, ns: NodeState, event: ShardClosed) -> None:
    if isinstance(ns.box, MapBox):
        shards.take(state, ns.box, event.end)
        containers.consider(state, ns, ns.box)


def _turn_asked(state: RunState, ns: NodeState, event: TurnAsked) -> None:
    if isinstance(ns.box, LoopBox):
        containers.ask(state, ns, ns.box)


def _turn_judged(state: RunState, ns: NodeState, event: TurnJudged) -> None:
    if isinstance(ns.box, LoopBox):
        containers.judge(state, ns, ns.box, event)


def _close(state: RunState, ns: NodeState, status: NodeStatus, at: float) -> None:
    """End a node run and take it off every list."""
    _give_up_slot(state, ns)
    if ns.node.max_parallel is not None and ns.attempt:
        state.begun[lane(ns.key)] -= 1
    ns.status = status
    ns.wake_at = None
    ns.finished_at = at
    ns.decided = True
    scope = ns.scope
    scope.open -= 1
    if not scope.open and scope.owner is not None and scope.owner.status not in NODE_TERMINAL:
        state.to_close[scope.path] = None
    state.active.pop(ns.key, None)
    if state.to_cancel:
        state.to_cancel.pop(ns.key, None)
    if state.to_skip:
        state.to_skip.pop(ns.key, None)
    _trim(state)


def _give_up_slot(state: RunState, ns: NodeState) -> None:
    """Stop counting a node run as running: a container whose graph is at work holds no slot."""
    if ns.status is not NodeStatus.RUNNING:
        return
    if ns.box is None:
        state.running -= 1
    else:
        containers.leave(state, ns, ns.box)


def _resolve_edges(state: RunState, ns: NodeState) -> None:
    """Resolve the edges that leave an ended node run, and weigh the joins they lead into."""
    nodes, is_dead = ns.scope.nodes, ns.scope.is_dead
    for edge in ns.node.outgoing:
        target = nodes[edge.target]
        target.pending -= 1
        outcome = edge_outcome(ns, edge.source_port)
        if outcome is TAKEN:
            target.taken += 1
            if target.arrived is not None and not target.decided:
                target.arrived.append(edge)
        elif outcome is FAILED:
            target.failed += 1
        if not target.decided and not is_dead:
            _weigh(state, target)


def _weigh(state: RunState, ns: NodeState) -> None:
    """Put a node run whose join can decide on the list that it belongs to."""
    status = verdict(ns)
    if status is None:
        return
    ns.decided = True
    if state.reuse is not None and state.reuse.leaves_out(ns):
        status = NodeStatus.SKIPPED
    if status is not NodeStatus.READY:
        state.to_skip[ns.key] = status
        return
    ns.status = status
    state.active[ns.key] = ns
    heappush(state.ready, ns.rank)
    if ns.doomed:
        state.to_cancel[ns.key] = LOST_RACE
    if ns.arrived is not None:
        ns.chosen = tuple(edge.id for edge in sorted(ns.arrived, key=lambda edge: edge.index))
        _doom_losers(state, ns)


def _doom_losers(state: RunState, winner: NodeState) -> None:
    """Mark what a decided race no longer needs. The join is decided already, so their edges cannot enter it again."""
    for ns in sorted(losers(winner), key=lambda one: one.rank):
        ns.doomed = True
        if ns.key in state.active:
            state.to_cancel.setdefault(ns.key, LOST_RACE)


def _trim(state: RunState) -> None:
    """Drop what is over from the heads of the heaps: each entry goes once, so the cost is shared by all events."""
    nodes = state.nodes
    ready = state.ready
    while ready and nodes[ready[0][-1]].status is not NodeStatus.READY:
        heappop(ready)
    while state.deadlines and not _is_at_work(nodes[state.deadlines[0][1][-1]], state.deadlines[0][0]):
        heappop(state.deadlines)
    for heap in (state.retries, state.waits):
        while heap and not _is_live(nodes[heap[0][1][-1]], heap[0]):
            heappop(heap)


def _is_live(ns: NodeState, entry: tuple[float, Rank]) -> bool:
    """Say whether a timer still means something: a node run may have gone on, or wait for another moment."""
    return ns.status is NodeStatus.WAITING and ns.wake_at == entry[0]


def _is_at_work(ns: NodeState, deadline: float) -> bool:
    """Say whether a container's time limit still means something: its graph may have begun anew."""
    return ns.status is NodeStatus.RUNNING and ns.box is not None and ns.box.deadline == deadline


_RUN_HANDLERS: dict[type, Callable[[RunState, Any], None]] = {
    RunStarted: _run_started,
    RunParked: _run_parked,
    RunResumed: _run_resumed,
    RunSucceeded: _run_succeeded,
    RunFailed: _run_failed,
    RunCancelled: _run_cancelled,
}
_NODE_HANDLERS: dict[type, Callable[[RunState, NodeState, Any], None]] = {
    NodeStarted: _node_started,
    NodeRetryScheduled: _node_retry,
    NodeWaiting: _node_waiting,
    NodeSucceeded: _node_succeeded,
    NodeFailed: _node_failed,
    NodeSkipped: _node_skipped,
    NodeCancelled: _node_cancelled,
    ContainerOpened: _container_opened,
    ScopeOpened: _scope_opened,
    ScopeClosed: _scope_closed,
    ShardOpened: _shard_opened,
    ShardClosed: _shard_closed,
    TurnAsked: _turn_asked,
    TurnJudged: _turn_judged,
}
