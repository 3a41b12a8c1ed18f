"""The committed rows of a run in the form that the engine restores from."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from editor.graph.faults import Fault
from runs.blobs import read_blobs
from runs.engine.events import EXECUTED, Origin
from runs.engine.restore import BoxFact, NodeFact
from runs.models import NodeRun

FACTS = (
    "scope_path",
    "node_id",
    "status",
    "reason",
    "attempt",
    "failures",
    "losses",
    "ports",
    "chosen",
    "output",
    "output_sha",
    "error",
    "degraded",
    "wake_at",
    "started_at",
    "finished_at",
    "key",
    "origin",
    "reused_from",
    "stale",
    "opened",
    "opened_sha",
    "progress",
)


def node_facts(run_id: str, only: Q | None = None) -> Iterator[NodeFact]:
    """Read the committed node runs of a run as the engine wants them, large values included; all, or `only` some."""
    rows = list(NodeRun.objects.filter(only or Q(), run_id=run_id).values(*FACTS))
    shas = {sha for row in rows for sha in (row["output_sha"], row["opened_sha"]) if sha}
    blobs = read_blobs(shas) if shas else {}
    for row in rows:
        yield _fact(row, blobs)


def _fact(row: dict[str, Any], blobs: dict[str, Any]) -> NodeFact:
    error = row["error"]
    return NodeFact(
        key=row["scope_path"] + row["node_id"],
        status=row["status"],
        reason=row["reason"],
        attempt=row["attempt"],
        failures=row["failures"],
        losses=row["losses"],
        ports=tuple(row["ports"]),
        chosen=tuple(row["chosen"]),
        value=blobs[row["output_sha"]] if row["output_sha"] else row["output"],
        fault=None if error is None else Fault.from_json(error),
        degraded=row["degraded"],
        wake_at=_seconds(row["wake_at"]),
        started_at=_seconds(row["started_at"]),
        finished_at=_seconds(row["finished_at"]),
        origin=_origin(row),
        box=_box(row, blobs),
    )


def _box(row: dict[str, Any], blobs: dict[str, Any]) -> BoxFact | None:
    """Read how far a container's graph was."""
    kept = row["progress"]
    if kept is None:
        return None
    return BoxFact(
        value=blobs[row["opened_sha"]] if row["opened_sha"] else row["opened"],
        attempt=kept["attempt"],
        next=kept["next"],
        go_on=kept["go_on"],
        scores={int(turn): score for turn, score in kept["scores"].items()},
        opened_at=kept["opened_at"],
    )


def _origin(row: dict[str, Any]) -> Origin:
    if not row["origin"]:
        return EXECUTED
    return Origin(row["origin"], str(row["reused_from"] or ""), row["key"], stale=row["stale"])


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
