"""What is left to do when the driver itself breaks: hand the run back a few times, then end it with a reason."""

import time
from dataclasses import dataclass
from typing import Any

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

PLACE = """
SELECT parent_id::text, parent_key || '#', (shard->>'first')::int, (shard->>'last')::int, shard->>'key' FROM runs_run
WHERE id = %(run)s::uuid AND kind = 'shard'
"""
MINE = r"""
    AND (%(base)s = '' OR (
        starts_with({path}, %(base)s) AND substring({path} from '#(\d+)/')::int BETWEEN %(first)s AND %(last)s - 1
    ))
"""
"""Of the run of a shard: which rows of its map's run are of its items."""
UNFINISHED = f"""
SELECT scope_path, node_id, attempt, extract(epoch FROM started_at)::float8 FROM runs_noderun
WHERE run_id = %(home)s::uuid AND finished_at IS NULL {MINE.format(path="scope_path")} ORDER BY id
"""  # noqa: S608 - of constants
END_NODES = f"""
UPDATE runs_noderun SET status = 'cancelled', reason = %(reason)s, wake_at = NULL, finished_at = to_timestamp(%(at)s::float8)
WHERE run_id = %(home)s::uuid AND finished_at IS NULL {MINE.format(path="scope_path")}
"""  # noqa: S608 - of constants
END_ATTEMPTS = f"""
UPDATE runs_attempt SET status = 'cancelled', finished_at = to_timestamp(%(at)s::float8)
WHERE run_id = %(home)s::uuid AND finished_at IS NULL {MINE.format(path="node_key")}
"""  # noqa: S608 - of constants
RECALL = """
INSERT INTO runs_runinbox (run_id, kind, dedupe_key, payload, created_at)
SELECT id, 'cancel', 'cancel', jsonb_build_object('reason', 'recalled'), now() FROM runs_run
WHERE parent_id = %(run)s::uuid AND kind = 'shard' AND finished_at IS NULL
ON CONFLICT (run_id, dedupe_key) DO NOTHING
"""


SHARED = "SELECT DISTINCT parent_key || '#' FROM runs_run WHERE parent_id = %(run)s::uuid AND kind = 'shard'"
"""What the paths of the items begin with that other runs work on: their ends are no events of this run."""


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
        place = _place(position.run_id)
        shared = tuple(base for (base,) in execute(SHARED, {"run": position.run_id}))
        told = [one for one in _unfinished(place) if not one.key.startswith(shared)]
        ended: list[Event] = [NodeCancelled(at, one.key, one.attempt, REASON, one.started_at) for one in told]
        events = [*ended, RunFailed(at, fault, NOTHING)]
        batch = Batch(inline_bytes=0, durable=True, shard_of=place.pop("key"))
        batch.wires = [to_wire(event) for event in events]
        batch.run.status, batch.run.keep = "failed", False
        batch.run.finished_at, batch.run.error = at, fault.to_json()
        flush(position, batch, lease_seconds=0)
        params = {"at": at, "reason": REASON, **place}
        execute(END_NODES, params)
        execute(END_ATTEMPTS, params)
        execute(RECALL, {"run": position.run_id})
    return events


def _place(run_id: str) -> dict[str, Any]:
    """Say where the node runs are on which a run decides."""
    for home, base, first, last, key in execute(PLACE, {"run": run_id}):
        return {"home": home, "base": base, "first": first, "last": last, "key": key}
    return {"home": run_id, "base": "", "first": 0, "last": 0, "key": ""}


def _unfinished(place: dict[str, Any]) -> list[Unfinished]:
    rows = execute(UNFINISHED, place)
    return [Unfinished(node_key(ScopePath(scope), NodeId(node)), attempt, at) for scope, node, attempt, at in rows]
