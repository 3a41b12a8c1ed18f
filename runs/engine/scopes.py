"""The result of a body, and how a container ends well."""

from collections.abc import Mapping
from typing import Any, Final

from editor.graph.faults import NOTHING
from runs.engine.events import NodeSucceeded
from runs.engine.state import NodeState, ScopeState
from runs.engine.states import NodeStatus


class Empty:
    """Stands for the result of a body whose result node was skipped; it is not null."""


EMPTY: Final = Empty()


def scope_result(scope: ScopeState) -> Any:
    """Give the result of a scope that has ended.

    Parameters
    ----------
    scope : ScopeState
        An item or a turn.

    Returns
    -------
    Any
        The value of the last of its result nodes that ran, or `EMPTY`.
    """
    for name in reversed(scope.plan.results):
        ns = scope.nodes[name]
        if ns.status is NodeStatus.SUCCEEDED:
            return ns.value
    return EMPTY


def succeed(ns: NodeState, at: float, value: Any, port: str = "out", details: Mapping[str, Any] = NOTHING) -> NodeSucceeded:
    """End a container with a value on one port.

    Parameters
    ----------
    ns : NodeState
        The container.
    at : float
        When.
    value : Any
        Its output.
    port : str
        The port that fires.
    details : Mapping
        What explains it.

    Returns
    -------
    NodeSucceeded
    """
    return NodeSucceeded(at, ns.key, ns.attempt, value, (port,), details=details, started_at=ns.started_at)
