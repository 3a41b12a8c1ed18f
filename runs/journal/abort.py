"""What is left to do when the driver itself breaks: hand the run back a few times, then end it with a reason."""

import time
from dataclasses import dataclass

from django.db import transaction

from editor.graph.faults import NOTHING, Fault
from editor.graph.ids import NodeId, NodeKey, ScopePath, node_key
from runs.engine.events import Event, NodeCancelled, RunFailed
from runs.engine.wire import to_wire
from runs.journal import statements
from runs.journal.batch import Batch
from runs.journal.commit import Position, flush
from runs.journal.connection import execute

REASON = "run_failed"

UNFINISHED = """
SELECT scope_path, node_id, attempt, extract(epoch FROM started_at)::float8 FROM runs_noderun
WHERE run_id = %(run)s::uuid AND finished_at IS NULL ORDER BY id
"""
END_NODES = """
UPDATE runs_noderun SET status = 'cancelled', reason = %(reason)s, wake_at = NULL, finished_at = to_timestamp(%(at)s::float8)
WHERE run_id = %(run)s::uuid AND finished_at IS NULL
"""
END_ATTEMPTS = """
UPDATE runs_attempt SET status = 'cancelled', finished_at = to_timestamp(%(at)s::float8)
WHERE run_id = %(run)s::uuid AND finished_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A node run that has a row and no end."""

    key: NodeKey
    attempt: int
    started_at: float | None


def give_back(run_id: str, epoch: int) -> None:
    """Let go of a run after the driver broke, counted as a crash; a sweeper hints it again."""
    execute(statements.GIVE_BACK, {"run": run_id, "epoch": epoch})


def abort(position: Position, fault: Fault) -> list[Event]:
    """Fail a run without its engine: every unfinished node run is cancelled, and the run ends with the fault.

    Reads `seq` afresh, because the owner that broke may not know how far it had come.
    """
    at = time.time()
    with transaction.atomic():
        rows = execute(statements.POSITION, {"run": position.run_id, "epoch": position.epoch})
        if not rows:
            return []
        position.seq = rows[0][0]
        ended: list[Event] = [NodeCancelled(at, one.key, one.attempt, REASON, one.started_at) for one in _unfinished(position)]
        events = [*ended, RunFailed(at, fault, NOTHING)]
        batch = Batch(inline_bytes=0, durable=True)
        batch.wires = [to_wire(event) for event in events]
        batch.run.status, batch.run.keep = "failed", False
        batch.run.finished_at, batch.run.error = at, fault.to_json()
        flush(position, batch, lease_seconds=0)
        params = {"run": position.run_id, "at": at, "reason": REASON}
        execute(END_NODES, params)
        execute(END_ATTEMPTS, params)
    return events


def _unfinished(position: Position) -> list[Unfinished]:
    rows = execute(UNFINISHED, {"run": position.run_id})
    return [Unfinished(node_key(ScopePath(scope), NodeId(node)), attempt, at) for scope, node, attempt, at in rows]
