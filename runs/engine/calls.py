"""Calls: another workflow's graph, run as a scope of the same run."""

import re

from editor.graph.faults import Fault
from editor.graph.plan import MAX_CALLS, CallSpec, Plan
from runs.engine.events import Event, Progress, ScopeClosed, ScopeOpened
from runs.engine.inputs import outputs_of
from runs.engine.scopes import succeed
from runs.engine.state import CallBox, NodeState, RunState, ScopeState

_TURN = re.compile(r"(~\d+)?(#\d+)?$")


def has_step(box: CallBox) -> bool:
    """Say whether a call has a next step: to begin, or to end.

    Parameters
    ----------
    box : CallBox
        The call's state.

    Returns
    -------
    bool
    """
    return not box.live


def take(box: CallBox, event: ScopeClosed, scope: ScopeState) -> None:
    """Take in what became of the called workflow, in place.

    Parameters
    ----------
    box : CallBox
        The call's state.
    event : ScopeClosed
        How it ended.
    scope : ScopeState
        Its scope.
    """
    if event.status == "succeeded":
        box.results[0] = outputs_of(box.plan, scope)
    else:
        box.fault = event.fault


def next_step(ns: NodeState, box: CallBox, at: float) -> tuple[Event, ...]:
    """Begin the called workflow, or end the call with its output.

    Parameters
    ----------
    ns : NodeState
        The call.
    box : CallBox
        Its state.
    at : float
        When.

    Returns
    -------
    tuple of Event
    """
    if box.next == 0:
        return (ScopeOpened(at, ns.key, 0, Progress(1, running=1)),)
    return (succeed(ns, at, box.results.get(0)),)


def too_deep(state: RunState, ns: NodeState) -> Fault | None:
    """Refuse a call inside so many others.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The call.

    Returns
    -------
    Fault or None
    """
    depth, scope = state.calls + 1, ns.scope
    while scope.owner is not None:
        depth += scope.called is not None
        scope = scope.owner.scope
    return call_depth() if depth > MAX_CALLS else None


def call_depth() -> Fault:
    """Say that workflows call one another too deeply.

    Returns
    -------
    Fault
    """
    message = f"Workflows call one another more than {MAX_CALLS} levels deep."
    return Fault("call_depth", message, "Look for a workflow that calls itself without an end.", data={"levels": MAX_CALLS})


def plan_at(plan: Plan, scope: str) -> Plan:
    """Give the plan whose nodes stand in a scope: that of the run, or of a workflow called on the way there.

    Parameters
    ----------
    plan : Plan
        The plan of the run.
    scope : str
        The path of a scope.

    Returns
    -------
    Plan

    Raises
    ------
    KeyError
        If a container on the way is not there.
    """
    for part in scope.split("/")[:-1]:
        container = plan.nodes[_TURN.sub("", part)].container
        if isinstance(container, CallSpec):
            plan = container.load()
    return plan


def scope_of_call(ns: NodeState) -> ScopeState | None:
    """Find the scope of the innermost called workflow that a node run stands in.

    Parameters
    ----------
    ns : NodeState
        Any node run.

    Returns
    -------
    ScopeState or None
        None in the run's own workflow.
    """
    scope: ScopeState | None = ns.scope
    while scope is not None and scope.called is None:
        scope = None if scope.owner is None else scope.owner.scope
    return scope
