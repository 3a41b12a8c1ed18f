"""Loops: one turn after another, until an exit is taken, an expression says so, or the limit is reached."""

from typing import Any

from editor.graph.faults import Fault
from runs.engine.commands import FailNode
from runs.engine.conclude import conclude_attempt
from runs.engine.events import Event, NodeSucceeded, Progress, ScopeClosed, ScopeOpened, TurnAsked
from runs.engine.scopes import EMPTY, scope_result, succeed
from runs.engine.state import LoopBox, NodeState, RunState, ScopeState
from runs.engine.states import NodeStatus

LIMIT_PORT = "limit"


def has_step(box: LoopBox) -> bool:
    """Say whether a loop has a next step: it has none while a turn is at work or being judged.

    Parameters
    ----------
    box : LoopBox
        The loop's state.

    Returns
    -------
    bool
    """
    return not box.live and not box.is_asked


def take(box: LoopBox, event: ScopeClosed, scope: ScopeState) -> None:
    """Take in what became of a turn, in place. A turn without a result leaves the state as it was.

    Parameters
    ----------
    box : LoopBox
        The loop's state.
    event : ScopeClosed
        How the turn ended.
    scope : ScopeState
        The turn.
    """
    if event.status == "failed":
        box.fault = event.fault
    elif event.status == "succeeded":
        box.left = _exit(box, scope)
        result = scope_result(scope)
        if result is not EMPTY:
            box.value = result
        box.results[event.index] = box.value


def _exit(box: LoopBox, scope: ScopeState) -> tuple[str, Any] | None:
    """Find the first exit node that ran."""
    for name, port in box.spec.exits:
        ns = scope.nodes[name]
        if ns.status is NodeStatus.SUCCEEDED:
            return port, ns.value
    return None


def next_step(state: RunState, ns: NodeState, box: LoopBox, at: float) -> tuple[Event, ...]:
    """Leave by an exit, ask for a verdict, end, or begin the next turn.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The loop.
    box : LoopBox
        Its state.
    at : float
        When.

    Returns
    -------
    tuple of Event
    """
    if box.left is not None:
        port, value = box.left
        return (succeed(ns, at, value, port, _details(box)),)
    verdict = (False, box.go_on) if box.next == 0 else box.verdict
    if verdict is None and box.spec.is_judged:
        return (TurnAsked(at, ns.key, ns.attempt, box.next - 1, _progress(box, 0)),)
    until, go_on = verdict or (False, True)
    if until or not go_on:
        return (succeed(ns, at, box.value, details=_details(box)),)
    if box.next >= box.spec.max_iterations:
        return (_at_limit(state, ns, box, at),)
    return (ScopeOpened(at, ns.key, box.next, _progress(box, 1)),)


def _at_limit(state: RunState, ns: NodeState, box: LoopBox, at: float) -> Event:
    """End a loop that may take no further turn: with the best turn's result, or as a failure."""
    if box.spec.on_limit == "best" and box.scores:
        return _best(ns, box, at)
    turns = box.spec.max_iterations
    message = f"The loop took {turns} turns without coming to an end."
    hint = "Raise max_iterations, check when the loop ends, or let it end with its best turn."
    fault = Fault("loop_limit", message, hint, data={"turns": turns})
    return conclude_attempt(state, ns, FailNode(at, ns.key, ns.attempt, fault))


def _best(ns: NodeState, box: LoopBox, at: float) -> NodeSucceeded:
    """End with the result of the turn of the highest score: the first one of several."""
    wired = any(edge.source_port == LIMIT_PORT for edge in ns.node.outgoing)
    value = box.results[best_turn(box.scores)]
    return succeed(ns, at, value, LIMIT_PORT if wired else "out", {**_details(box), "at_limit": True})


def best_turn(scores: dict[int, float]) -> int:
    """Give the turn of the highest score; the first one of several.

    Parameters
    ----------
    scores : dict
        By turn; not empty.

    Returns
    -------
    int

    Examples
    --------
    >>> best_turn({0: 0.1, 1: 0.9, 2: 0.9})
    1
    """
    return max(scores, key=lambda turn: (scores[turn], -turn))


def _progress(box: LoopBox, running: int) -> Progress:
    return Progress(None, box.done, box.failed, running)


def _details(box: LoopBox) -> dict[str, Any]:
    """Say how the loop came to its end."""
    details: dict[str, Any] = {"turns": box.next}
    if box.scores:
        details["scores"] = [box.scores.get(turn) for turn in range(box.next)]
        details["best"] = best_turn(box.scores)
    return details
