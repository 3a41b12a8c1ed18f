"""How edges resolve, and when a join decides: the table of rules that everything else follows from."""

from collections.abc import Iterator
from enum import Enum

from editor.graph.document import AnyOf
from runs.engine.state import NodeState, RunState, ScopeState
from runs.engine.states import NodeStatus

ERROR_PORT = "error"
LOST_RACE = "lost_race"
FAIL_FAST = "fail_fast"
ENDS = frozenset({"output", "exit"})
"""Types of nodes that have an effect of their own although nothing follows them."""


class EdgeOutcome(Enum):
    """What became of an edge. An edge resolves once."""

    PENDING = 0
    TAKEN = 1
    SKIPPED = 2
    FAILED = 3


PENDING, TAKEN, SKIPPED, FAILED = EdgeOutcome


def edge_outcome(source: NodeState, port: str) -> EdgeOutcome:
    """Say what an edge from this port carries, from how the node run at its source ended.

    Parameters
    ----------
    source : NodeState
        The node run that the edge leaves.
    port : str
        The output port that it leaves by.

    Returns
    -------
    EdgeOutcome
        ``PENDING`` as long as the source has not ended.
    """
    status = source.status
    if status is NodeStatus.SUCCEEDED:
        return TAKEN if port in source.ports else SKIPPED
    if status is NodeStatus.SKIPPED:
        return SKIPPED
    if status is NodeStatus.UPSTREAM_FAILED:
        return FAILED
    if status is NodeStatus.CANCELLED:
        return SKIPPED if source.reason == LOST_RACE else FAILED
    if status is NodeStatus.FAILED:
        return _outcome_of_failure(source.reason, port)
    return PENDING


def _outcome_of_failure(handled: str, port: str) -> EdgeOutcome:
    """Resolve an edge of a failed node run: a failure that nobody handles fails what follows."""
    if handled == "":
        return FAILED
    return TAKEN if handled == "port" and port == ERROR_PORT else SKIPPED


def verdict(ns: NodeState) -> NodeStatus | None:
    """Decide a join from how its edges resolved so far.

    Parameters
    ----------
    ns : NodeState
        The node run whose join it is.

    Returns
    -------
    NodeStatus or None
        ``READY``, ``SKIPPED`` or ``UPSTREAM_FAILED``; None while it cannot be decided.
    """
    if not ns.node.incoming:
        return NodeStatus.READY
    if ns.quorum:
        return _verdict_any(ns)
    if ns.pending:
        return None
    if ns.node.join == "always":
        return NodeStatus.READY if ns.taken or ns.failed else NodeStatus.SKIPPED
    return _verdict_all(ns)


def _verdict_any(ns: NodeState) -> NodeStatus | None:
    """Decide an ``any`` join as soon as enough edges are taken, or too few still can be."""
    if ns.taken >= ns.quorum:
        return NodeStatus.READY
    if ns.taken + ns.pending >= ns.quorum:
        return None
    return NodeStatus.UPSTREAM_FAILED if ns.failed else NodeStatus.SKIPPED


def _verdict_all(ns: NodeState) -> NodeStatus:
    """Decide an ``all`` join: no failure, something taken, and every required port fed."""
    if ns.failed:
        return NodeStatus.UPSTREAM_FAILED
    if not ns.taken:
        return NodeStatus.SKIPPED
    if ns.required and not _required_ports_fed(ns):
        return NodeStatus.SKIPPED
    return NodeStatus.READY


def _required_ports_fed(ns: NodeState) -> bool:
    """Say whether each required port has a taken edge."""
    sources = ns.scope.nodes
    fed = {e.target_port for e in ns.node.incoming if edge_outcome(sources[e.source], e.source_port) is TAKEN}
    return fed.issuperset(ns.required)


def losers(winner: NodeState) -> Iterator[NodeState]:
    """List the node runs that only a decided race was waiting for.

    A node run loses only when every path from it leads into the decided join: with any other consumer it goes on.
    An output or exit node is a consumer by itself.

    Parameters
    ----------
    winner : NodeState
        The node run whose ``any`` join is decided.

    Yields
    ------
    NodeState
        Each one that has not ended, in no particular order.
    """
    join = winner.node.join
    if not (isinstance(join, AnyOf) and join.cancel_losers):
        return
    inside = {winner.node.id}
    for ns in sorted(_ancestors(winner.scope, winner), key=lambda one: one.rank, reverse=True):
        if ns.node.type not in ENDS and all(edge.target in inside for edge in ns.node.outgoing):
            inside.add(ns.node.id)
            if not ns.is_terminal:
                yield ns


def _ancestors(scope: ScopeState, ns: NodeState) -> list[NodeState]:
    """List the node runs from which a path leads here."""
    seen: dict[str, NodeState] = {}
    stack = [ns]
    while stack:
        for edge in stack.pop().node.incoming:
            if edge.source not in seen:
                seen[edge.source] = scope.nodes[edge.source]
                stack.append(scope.nodes[edge.source])
    return list(seen.values())


def swept(state: RunState, scope: ScopeState) -> list[NodeState]:
    """List what a first unhandled failure stops under ``fail_fast``: all that is ready, running or waiting in the scope.

    Scopes inside it are not listed: they end with their container, without cleanup.

    Parameters
    ----------
    state : RunState
        The run.
    scope : ScopeState
        Where the failure happened.

    Returns
    -------
    list of NodeState
        In the order in which ready node runs start.
    """
    return sorted((ns for ns in state.active.values() if ns.scope is scope), key=lambda ns: ns.rank)
