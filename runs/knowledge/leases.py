"""Who indexes a document: its lease is taken in one statement, renewed with each step, and checked by every write.

The row is the truth. Whoever finds it due may take it, so that a lost message costs a sweep and a dead worker a lease.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from editor.graph.faults import Fault
from runs.journal.connection import execute

ATTEMPTS_MAX = 3
"""So often a document may lose its worker, or find no embedding model, with nothing done in between before it is given up."""

CLAIM = """
UPDATE editor_document SET lease = %(lease)s::uuid, attempts = attempts + 1, fault = NULL, updated_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + %(seconds)s::float8 * interval '1 second'
WHERE id = (
    SELECT id FROM editor_document WHERE status IN ('waiting', 'reading', 'splitting', 'embedding')
        AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, generation, attempts, status
"""
KEEP = """
UPDATE editor_document SET {sets} updated_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + %(seconds)s::float8 * interval '1 second'
WHERE id = %(document)s::uuid AND lease = %(lease)s::uuid AND generation = %(generation)s::int RETURNING id
"""
GIVE_BACK = """
UPDATE editor_document SET lease = NULL, lease_expires_at = NULL, attempts = greatest(attempts - 1, 0)
WHERE id = %(document)s::uuid AND lease = %(lease)s::uuid RETURNING id
"""
PUT_OFF = """
UPDATE editor_document SET lease = NULL, fault = %(fault)s::jsonb, updated_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + %(seconds)s::float8 * interval '1 second'
WHERE id = %(document)s::uuid AND lease = %(lease)s::uuid AND generation = %(generation)s::int AND attempts < %(most)s::int
RETURNING id
"""
COLUMNS = {
    "status": "text", "pages_read": "int", "pages_total": "int", "passages_total": "int", "passages_done": "int",
    "attempts": "int",
}  # fmt: skip


class LeaseLost(Exception):
    """Somebody else has the document, it was changed, or it is gone: drop everything."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to index one generation of one document."""

    document: uuid.UUID
    generation: int
    token: uuid.UUID
    attempts: int
    status: str
    seconds: float

    def give_back(self) -> None:
        """Let another worker have it at once: this one ends."""
        execute(GIVE_BACK, {"document": str(self.document), "lease": str(self.token)})

    def put_off(self, fault: Fault, seconds: float) -> bool:
        """Let whoever comes go on after a while, and say why until then; False where that was done often enough."""
        given = {"fault": json.dumps(fault.to_json()), "seconds": seconds, "most": ATTEMPTS_MAX, "generation": self.generation}
        return bool(execute(PUT_OFF, {**given, "document": str(self.document), "lease": str(self.token)}))

    def keep(self, **columns: Any) -> None:
        """Renew, and write how far it is. Raises `LeaseLost` where the document is no longer ours."""
        sets = "".join(f"{name} = %({name})s::{COLUMNS[name]}, " for name in columns)
        given = {
            "seconds": self.seconds,
            "document": str(self.document),
            "lease": str(self.token),
            "generation": self.generation,
            **columns,
        }
        if not execute(KEEP.format(sets=sets), given):
            raise LeaseLost


def claim(seconds: float) -> Lease | None:
    """Take the document that has waited longest, if one waits."""
    token = uuid.uuid4()
    rows = execute(CLAIM, {"lease": str(token), "seconds": seconds})
    if not rows:
        return None
    document, generation, attempts, status = rows[0]
    return Lease(document, generation, token, attempts, status, seconds)
