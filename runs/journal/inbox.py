"""What was asked of runs and not yet taken. Consuming is part of a flush."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runs.journal.connection import execute

OPEN = """
SELECT id, kind, payload::json FROM runs_runinbox
WHERE run_id = %(run)s::uuid AND consumed_seq IS NULL AND id <> ALL(%(taken)s::bigint[]) ORDER BY id
"""
OPEN_RUNS = "SELECT DISTINCT run_id::text FROM runs_runinbox WHERE consumed_seq IS NULL AND run_id = ANY(%(runs)s::uuid[])"
ASK = """
INSERT INTO runs_runinbox (run_id, kind, dedupe_key, payload, created_at)
VALUES (%(run)s::uuid, %(kind)s, %(dedupe)s, %(payload)s::jsonb, now())
ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING id
"""


ROOM = "room"
"""Kind of the message that a budget has changed which the run shares with others."""
TELL = """
INSERT INTO runs_runinbox (run_id, kind, dedupe_key, payload, created_at)
SELECT r.id, %(kind)s, %(dedupe)s, '{}', now() FROM runs_run r
WHERE r.workflow_id = ANY(%(workflows)s::uuid[]) AND (
    r.status = 'running' OR r.status = 'waiting' AND (r.kind = 'shard' OR EXISTS (
        SELECT 1 FROM runs_noderun n WHERE n.run_id = r.id AND n.status = 'waiting' AND n.reason = %(reason)s
    ))
)
ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING run_id::text
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One message for the owner of a run."""

    id: int
    kind: str
    payload: Mapping[str, Any]


def open_inbox(run_id: str, taken: Collection[int]) -> list[Asked]:
    """List what is open for a run, except what its owner has taken since its last flush."""
    return [Asked(*row) for row in execute(OPEN, {"run": run_id, "taken": list(taken)})]


def runs_with_mail(run_ids: Iterable[str]) -> list[str]:
    """List which of these runs have something open: one query for a whole process."""
    return [row[0] for row in execute(OPEN_RUNS, {"runs": list(run_ids)})]


def ask(run_id: str, kind: str, dedupe_key: str, payload: str) -> bool:
    """Leave a message (its payload as JSON text) for the owner of a run; False when one with this key is there already."""
    return bool(execute(ASK, {"run": run_id, "kind": kind, "dedupe": dedupe_key, "payload": payload}))


def tell_of_room(workflow_ids: Iterable[str], reason: str) -> list[str]:
    """Leave word of a changed budget with the runs of workflows that are at work, or held for `reason`; list them."""
    params = {"workflows": list(workflow_ids), "kind": ROOM, "dedupe": f"{ROOM}:{uuid.uuid4()}", "reason": reason}
    return [row[0] for row in execute(TELL, params)]
