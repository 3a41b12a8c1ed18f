"""What a node run may wait for that somebody has to say, and what follows from the answer."""

from editor.graph.nodetype import APPROVAL, WEBHOOK
from runs.engine.commands import AnswerNode, HoldNode, ReleaseNode
from runs.engine.conclude import conclude_failure
from runs.engine.events import Event, NodeFailed, NodeRetryScheduled, NodeSucceeded, NodeWaiting, RunResumed
from runs.engine.state import BUDGET, UNCERTAIN, NodeState, RunState
from runs.engine.states import NodeStatus, RunStatus

ANSWERED = frozenset({APPROVAL, WEBHOOK, UNCERTAIN})
"""Reasons of waiting for which an answer may be the node run's own result."""
HELD = frozenset({APPROVAL, BUDGET, UNCERTAIN})
"""Reasons of waiting after which the work may begin anew, or be given up. An agent goes on after an approval."""


def hold(ns: NodeState, command: HoldNode) -> NodeWaiting:
    """Let a node run wait until somebody decides how it goes on.

    Parameters
    ----------
    ns : NodeState
        A node run whose attempt cannot go on.
    command : HoldNode
        Why.

    Returns
    -------
    NodeWaiting
        Without a moment: only an answer ends it.
    """
    return NodeWaiting(command.at, ns.key, command.attempt, None, command.reason, command.value, (), command.usage)


def answer(state: RunState, command: AnswerNode) -> tuple[Event, ...]:
    """End a node run that waits for an answer with the answer.

    Parameters
    ----------
    state : RunState
        The run.
    command : AnswerNode
        The answer.

    Returns
    -------
    tuple of Event
        Nothing when it comes too late.
    """
    ns = _asking(state, command.key, command.attempt, ANSWERED)
    if ns is None:
        return ()
    ended = NodeSucceeded(
        command.at, ns.key, ns.attempt, command.value, command.ports, details=command.details, started_at=ns.started_at
    )
    return _woken(state, command.at, ended)


def release(state: RunState, command: ReleaseNode) -> tuple[Event, ...]:
    """Let a held node run begin anew, or fail as its error policy says.

    Parameters
    ----------
    state : RunState
        The run.
    command : ReleaseNode
        The decision.

    Returns
    -------
    tuple of Event
        Nothing when it comes too late. Beginning anew does not count as a failure.
    """
    ns = _asking(state, command.key, command.attempt, HELD)
    if ns is None:
        return ()
    if command.gives_up:
        return _woken(state, command.at, conclude_failure(ns, command.at, command.fault, None))
    was_lost = ns.reason == UNCERTAIN
    again = NodeRetryScheduled(
        command.at, ns.key, ns.attempt, command.fault, command.at, lost=was_lost, losses=ns.losses + was_lost, is_free=True
    )
    return _woken(state, command.at, again)


def held_for(state: RunState, reason: str) -> list[NodeState]:
    """List the node runs that are held for one reason, in the order in which they would start.

    Parameters
    ----------
    state : RunState
        The run.
    reason : str
        One of `HELD`.

    Returns
    -------
    list of NodeState
    """
    found = [ns for ns in state.active.values() if ns.status is NodeStatus.WAITING and ns.reason == reason]
    return sorted(found, key=lambda ns: ns.rank)


def _asking(state: RunState, key: str, attempt: int, reasons: frozenset[str]) -> NodeState | None:
    """Find the node run whose question is answered, or None when nothing is asked any more."""
    ns = state.nodes.get(key)
    if ns is None or ns.status is not NodeStatus.WAITING or ns.reason not in reasons or ns.attempt != attempt:
        return None
    return ns if state.status in (RunStatus.RUNNING, RunStatus.WAITING) else None


Ending = NodeSucceeded | NodeFailed | NodeRetryScheduled


def _woken(state: RunState, at: float, event: Ending) -> tuple[Event, ...]:
    """Bring a parked run back for what the answer brings about."""
    return (RunResumed(at, "answer"), event) if state.status is RunStatus.WAITING else (event,)
