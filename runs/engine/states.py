"""The statuses of runs and node runs, the named sets of them, and the kinds of runs."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run is. ``waiting`` is parked: no thread, no lease, no memory."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class NodeStatus(StrEnum):
    """Where a node run is. Terminal statuses never change."""

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UPSTREAM_FAILED = "upstream_failed"


RUN_TERMINAL = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})
NODE_TERMINAL = frozenset(
    {
        NodeStatus.SUCCEEDED,
        NodeStatus.FAILED,
        NodeStatus.SKIPPED,
        NodeStatus.CANCELLED,
        NodeStatus.UPSTREAM_FAILED,
    }
)
NODE_ACTIVE = frozenset({NodeStatus.READY, NodeStatus.RUNNING, NodeStatus.WAITING})


class Kind(StrEnum):
    """Why there is a run."""

    NORMAL = "normal"
    RESUME = "resume"
    FROM_HERE = "from_here"
    ONLY = "only"
    TO_HERE = "to_here"
    SHARD = "shard"
    """Some items of a map of another run."""
