"""What may begin now, and whether nothing is left that could."""

from editor.graph.ids import lane
from runs.engine.state import Rank, RunState
from runs.engine.states import NodeStatus, RunStatus


def next_ready(state: RunState) -> Rank | None:
    """Give the first ready node run that may begin, or None.

    Parameters
    ----------
    state : RunState
        The run.

    Returns
    -------
    Rank or None
        Those whose node has as many runs under way as it may have are passed over; their places come free when one ends.
    """
    if not state.ready or _may_begin(state, state.ready[0]):
        return state.ready[0] if state.ready else None
    return min((rank for rank in state.ready if _may_begin(state, rank)), default=None)


def _may_begin(state: RunState, rank: Rank) -> bool:
    ns = state.nodes[rank[-1]]
    limit = ns.node.max_parallel
    return ns.status is NodeStatus.READY and (limit is None or state.begun[lane(ns.key)] < limit)


def is_parkable(state: RunState) -> bool:
    """Say whether everything left of the run is waiting, so that its owner may let go.

    Parameters
    ----------
    state : RunState
        The run.

    Returns
    -------
    bool
        True if nothing runs, nothing is ready and something waits, or is at work in a run of its own.
    """
    to_do = state.to_cancel or state.to_skip or state.to_close or state.due or next_ready(state) is not None
    idle = not (state.running or state.asked or to_do)
    return state.status is RunStatus.RUNNING and idle and (state.shards > 0 or len(state.active) > state.boxes)
