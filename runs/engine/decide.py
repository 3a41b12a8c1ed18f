"""What follows from what is asked: `decide` turns one command into events, without changing anything."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from editor.graph.faults import Fault
from editor.graph.plan import CallSpec, MapSpec, Plan
from runs.engine.calls import too_deep
from runs.engine.commands import (
    AnswerNode,
    CancelRun,
    CloseShard,
    Command,
    ExpireRun,
    FailNode,
    FinishNode,
    HoldNode,
    JudgeTurn,
    OpenContainer,
    ParkRun,
    RecoverRun,
    ReleaseNode,
    Settle,
    StartRun,
    SuspendNode,
    Wake,
)
from runs.engine.conclude import conclude_attempt, conclude_loss, conclude_run
from runs.engine.containers import close_scope, next_step, progress, run_out
from runs.engine.events import (
    ContainerOpened,
    Event,
    NodeCancelled,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    Progress,
    RunCancelled,
    RunFailed,
    RunParked,
    RunResumed,
    RunStarted,
    ShardClosed,
    TurnJudged,
)
from runs.engine.inputs import run_output
from runs.engine.places import is_parkable, next_ready
from runs.engine.questions import answer, hold, release
from runs.engine.reuse import LEFT_OUT
from runs.engine.shards import is_to_split
from runs.engine.state import BACKOFF, LoopBox, MapBox, NodeState, RunState, next_wake
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL, NodeStatus, RunStatus

Events = tuple[Event, ...]
NOTHING_FOLLOWS: Events = ()
DEFAULT_WAIT = "timer"


class EngineStuck(RuntimeError):
    """A node run is pending and nothing is left that could decide it: a broken plan or a broken engine, never a result."""


def decide(plan: Plan, state: RunState, command: Command) -> Events:
    """Decide what happens because of a command.

    Pure: it reads no clock, draws no random number and changes nothing. The answer is empty when the command comes too
    late or twice: the run has ended or has not started, the node run has ended, the attempt is superseded or not running,
    nothing is due, nothing was lost.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        Where the run is.
    command : Command
        What is asked, with its time.

    Returns
    -------
    tuple of Event
        The direct consequence. Further ones follow by deciding `Settle` until it answers nothing (`advance`).

    Raises
    ------
    EngineStuck
        If a node run is pending and nothing is left that could decide it.
    """
    return _DECIDERS[type(command)](plan, state, command)


def _start_run(plan: Plan, state: RunState, command: StartRun) -> Events:
    if state.status is not RunStatus.QUEUED:
        return NOTHING_FOLLOWS
    return (RunStarted(command.at, command.input),)


def _in_flight(state: RunState, key: str, attempt: int) -> NodeState | None:
    """Find the node run that this attempt is running, or None when the report comes too late.

    The graph of an opened container is not the attempt's own work: only the evaluation of a turn is.
    """
    ns = state.nodes.get(key)
    if ns is None or ns.status is not NodeStatus.RUNNING or ns.attempt != attempt:
        return None
    is_asked = ns.box is None or (isinstance(ns.box, LoopBox) and ns.box.is_asked)
    return ns if is_asked else None


def _finish_node(plan: Plan, state: RunState, command: FinishNode) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or ns.box is not None or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    done = NodeSucceeded(
        at=command.at,
        key=command.key,
        attempt=command.attempt,
        value=command.value,
        ports=command.ports,
        usage=command.usage,
        details=command.details,
        started_at=ns.started_at,
        origin=command.origin,
    )
    return (done,)


def _fail_node(plan: Plan, state: RunState, command: FailNode) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    return (conclude_attempt(state, ns, command),)


def _suspend_node(plan: Plan, state: RunState, command: SuspendNode) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or ns.box is not None or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    reason = command.reason or DEFAULT_WAIT
    wait = NodeWaiting(
        at=command.at,
        key=command.key,
        attempt=command.attempt,
        wake_at=command.wake_at,
        reason=DEFAULT_WAIT if reason in BACKOFF else reason,
        value=command.value,
        ports=command.ports,
    )
    return (wait,)


def _hold_node(plan: Plan, state: RunState, command: HoldNode) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or ns.box is not None or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    return (hold(ns, command),)


def _answer_node(plan: Plan, state: RunState, command: AnswerNode) -> Events:
    return answer(state, command)


def _release_node(plan: Plan, state: RunState, command: ReleaseNode) -> Events:
    return release(state, command)


def _open_container(plan: Plan, state: RunState, command: OpenContainer) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or ns.box is not None or ns.node.container is None or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    if isinstance(ns.node.container, CallSpec) and (fault := too_deep(state, ns)) is not None:
        return (conclude_attempt(state, ns, FailNode(command.at, ns.key, ns.attempt, fault)),)
    total = len(command.value) if isinstance(ns.node.container, MapSpec) else None
    is_split = is_to_split(state, ns, command.value)
    return (ContainerOpened(command.at, ns.key, ns.attempt, command.value, Progress(total), command.go_on, is_split),)


def _judge_turn(plan: Plan, state: RunState, command: JudgeTurn) -> Events:
    ns = _in_flight(state, command.key, command.attempt)
    if ns is None or not isinstance(ns.box, LoopBox) or state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    if command.index != ns.box.next - 1:
        return NOTHING_FOLLOWS
    verdict = TurnJudged(
        command.at, ns.key, command.index, command.until, command.go_on, command.score, progress=progress(ns.box)
    )
    return (verdict,)


def _close_shard(plan: Plan, state: RunState, command: CloseShard) -> Events:
    ns = state.nodes.get(command.key)
    if ns is None or ns.status is not NodeStatus.RUNNING or ns.attempt != command.attempt:
        return NOTHING_FOLLOWS
    if not isinstance(ns.box, MapBox) or command.end.first not in ns.box.shards or state.status in RUN_TERMINAL:
        return NOTHING_FOLLOWS
    now, end = progress(ns.box), command.end
    others = tuple(first for first in ns.box.shards if first != end.first)
    counted = replace(now, done=now.done + end.done, failed=now.failed + end.failed, shards=others)
    resumed = (RunResumed(command.at, "wake"),) if state.status is RunStatus.WAITING else ()
    return (*resumed, ShardClosed(command.at, ns.key, end, counted))


def _park_run(plan: Plan, state: RunState, command: ParkRun) -> Events:
    if not is_parkable(state):
        return NOTHING_FOLLOWS
    return (RunParked(command.at, next_wake(state), is_at_work=state.shards > 0),)


def _cancel_run(plan: Plan, state: RunState, command: CancelRun) -> Events:
    if state.status in RUN_TERMINAL:
        return NOTHING_FOLLOWS
    stopped = _stop_everything(state, command.at, "run_cancelled")
    return (*stopped, RunCancelled(command.at, command.reason))


def _expire_run(plan: Plan, state: RunState, command: ExpireRun) -> Events:
    if state.status in RUN_TERMINAL or state.status is RunStatus.QUEUED:
        return NOTHING_FOLLOWS
    data = {}
    if state.root.failure is not None and (earlier := state.nodes[state.root.failure].fault) is not None:
        data["cause"] = earlier.to_json()
    limit = "its time limit" if plan.timeout_seconds is None else f"its limit of {plan.timeout_seconds:g} s"
    fault = Fault("run_timeout", f"The run took longer than {limit}.", data=data)
    stopped = _stop_everything(state, command.at, "run_timeout")
    return (*stopped, RunFailed(command.at, fault, run_output(plan, state)))


def _stop_everything(state: RunState, at: float, reason: str) -> Events:
    """Stop from outside: every node run that has not ended is cancelled, and nothing cleans up."""
    if state.status is RunStatus.QUEUED:
        return NOTHING_FOLLOWS
    mine = (ns for ns in state.nodes.values() if state.shard is None or ns.scope.path)
    left = [ns for ns in mine if ns.status not in NODE_TERMINAL]
    left.sort(key=lambda ns: (ns.key not in state.active, ns.rank))
    return tuple(NodeCancelled(at, ns.key, ns.attempt, reason, ns.started_at) for ns in left)


def _recover_run(plan: Plan, state: RunState, command: RecoverRun) -> Events:
    if state.status is not RunStatus.RUNNING:
        return NOTHING_FOLLOWS
    interrupted = [ns for ns in state.active.values() if ns.status is NodeStatus.RUNNING and ns.box is None]
    interrupted.sort(key=lambda ns: ns.rank)
    handled = (conclude_loss(ns, command.at, command.lost.get(ns.key, ns.losses + 1)) for ns in interrupted)
    return (RunResumed(command.at, "takeover"), *handled)


def _settle(plan: Plan, state: RunState, command: Settle | Wake) -> Events:
    """Give the next consequence: first what stops, then what is skipped, what has waited long enough, what starts."""
    at = command.at
    if state.status is not RunStatus.RUNNING:
        return _resume(state, at)
    if state.to_cancel:
        doomed = [(state.nodes[key], reason) for key, reason in state.to_cancel.items()]
        return tuple(NodeCancelled(at, ns.key, ns.attempt, reason, ns.started_at) for ns, reason in doomed)
    if state.to_skip:
        return tuple(_skip(state, key, status, at) for key, status in state.to_skip.items())
    if state.to_close or state.due:
        return _go_on(state, at)
    if (timer := _due_timer(state, at)) is not None:
        return (timer,)
    if state.reuse is not None and (taken_over := state.reuse.next_event(plan, state, at)) is not None:
        return (taken_over,)
    if state.running < state.max_parallel:
        ns = _next_to_start(state, at)
        if ns is not None:
            return (NodeStarted(at, ns.key, ns.attempt + 1, ns.chosen),)
    is_busy = state.asked or state.shards or len(state.active) > state.boxes
    return NOTHING_FOLLOWS if is_busy else _end_run(plan, state, at)


def _go_on(state: RunState, at: float) -> Events:
    """Let a container take in what became of a scope of its own, or take its next step."""
    if state.to_close:
        return (close_scope(state, state.scopes[next(iter(state.to_close))], at),)
    return next_step(state, state.nodes[next(iter(state.due))], at)


def _due_timer(state: RunState, at: float) -> Event | None:
    """Let go on what has waited long enough, and stop the container whose time is over."""
    if state.deadlines and state.deadlines[0][0] <= at:
        return run_out(state, state.nodes[state.deadlines[0][1][-1]], at)
    if state.waits and state.waits[0][0] <= at:
        return _end_wait(state.nodes[state.waits[0][1][-1]], at)
    return None


def _skip(state: RunState, key: str, status: NodeStatus, at: float) -> NodeSkipped:
    """Skip a node run, and say so where it is because nobody asked for it."""
    left_out = state.reuse is not None and state.reuse.leaves_out(state.nodes[key])
    return NodeSkipped(at, key, status, LEFT_OUT if left_out else "")


def _resume(state: RunState, at: float) -> Events:
    """Go on with a parked run when something is due."""
    wake_at = next_wake(state)
    if state.status is not RunStatus.WAITING or wake_at is None or wake_at > at:
        return NOTHING_FOLLOWS
    return (RunResumed(at, "wake"),)


def _end_wait(ns: NodeState, at: float) -> NodeSucceeded:
    """End a node run whose own wait is over with the value that it left."""
    return NodeSucceeded(at, ns.key, ns.attempt, ns.value, ns.ports, started_at=ns.started_at)


def _next_to_start(state: RunState, at: float) -> NodeState | None:
    """Choose by rank between the first ready node run and the retry that has been due longest."""
    ready = next_ready(state)
    if state.retries and state.retries[0][0] <= at:
        due = state.retries[0][1]
        if ready is None or due < ready:
            return state.nodes[due[-1]]
    return None if ready is None else state.nodes[ready[-1]]


def _end_run(plan: Plan, state: RunState, at: float) -> Events:
    """End a run in which nothing is ready, running or waiting."""
    if state.root.open:
        stuck = [ns.key for ns in state.nodes.values() if ns.status not in NODE_TERMINAL]
        raise EngineStuck(f"Nothing can decide {len(stuck)} pending node runs: {', '.join(stuck[:10])}.")
    return (conclude_run(plan, state, at),)


_DECIDERS: dict[type, Callable[[Plan, RunState, Any], Events]] = {
    StartRun: _start_run,
    FinishNode: _finish_node,
    FailNode: _fail_node,
    SuspendNode: _suspend_node,
    HoldNode: _hold_node,
    AnswerNode: _answer_node,
    ReleaseNode: _release_node,
    OpenContainer: _open_container,
    JudgeTurn: _judge_turn,
    CloseShard: _close_shard,
    Wake: _settle,
    ParkRun: _park_run,
    CancelRun: _cancel_run,
    ExpireRun: _expire_run,
    RecoverRun: _recover_run,
    Settle: _settle,
}
