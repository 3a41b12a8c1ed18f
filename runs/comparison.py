"""Two runs side by side: what each node did in both, and whether it gave the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from editor.permissions import Actor
from runs.journal.connection import execute
from runs.journal.summary import NOT_TOLD
from runs.models import Run
from runs.selectors import run_get

MOST = 2000
"""So many node runs are compared; of loops and maps those that viewers are told of."""

BOTH = """
WITH side AS (
    SELECT id, run_id, scope_path || node_id AS key, node_id, scope_path, status, started_at, finished_at, usage, preview,
           attempt, origin, COALESCE(output_sha, md5(output::jsonb::text)) AS digest
    FROM runs_noderun WHERE run_id IN (%(before)s::uuid, %(after)s::uuid) AND scope_path !~ %(not_told)s
)
SELECT COALESCE(a.key, b.key), COALESCE(a.node_id, b.node_id), COALESCE(a.scope_path, b.scope_path),
       a.status, a.started_at, a.finished_at, a.usage, a.preview, a.attempt, a.origin,
       b.status, b.started_at, b.finished_at, b.usage, b.preview, b.attempt, b.origin,
       a.digest IS NOT DISTINCT FROM b.digest
FROM (SELECT * FROM side WHERE run_id = %(before)s::uuid) a
FULL JOIN (SELECT * FROM side WHERE run_id = %(after)s::uuid) b ON a.key = b.key
ORDER BY COALESCE(b.id, a.id) LIMIT %(most)s::int
"""


@dataclass(frozen=True, slots=True)
class Did:
    """What a node did in one run."""

    status: str
    started_at: datetime | None
    finished_at: datetime | None
    usage: Mapping[str, Any] | None
    preview: str
    attempt: int
    origin: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One node in both runs; None where a run has no such node run. `is_same` tells of their outputs."""

    key: str
    node_id: str
    scope_path: str
    before: Did | None
    after: Did | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs and what differs between them, in the order in which the later one ran."""

    before: Run
    after: Run
    nodes: Sequence[Pair]


def runs_compare(*, actor: Actor, before: object, after: object) -> Comparison:
    """Set two runs side by side. Both must be visible to the actor; they need not be of one workflow."""
    first, second = run_get(actor=actor, run_id=before), run_get(actor=actor, run_id=after)
    params = {"before": str(first.pk), "after": str(second.pk), "not_told": NOT_TOLD, "most": MOST}
    return Comparison(first, second, [_pair(row) for row in execute(BOTH, params)])


def _pair(row: Sequence[Any]) -> Pair:
    key, node_id, scope_path, *sides, is_same = row
    before, after = _did(sides[:7]), _did(sides[7:])
    return Pair(key, node_id, scope_path, before, after, is_same=bool(is_same and before and after))


def _did(side: Sequence[Any]) -> Did | None:
    return None if side[0] is None else Did(*side)
