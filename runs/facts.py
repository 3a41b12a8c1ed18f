"""The committed rows of a run in the form that the engine restores from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from editor.graph.faults import Fault
from runs.blobs import read_blobs
from runs.engine.events import EXECUTED, Origin
from runs.engine.restore import BoxFact, NodeFact
from runs.engine.shards import Split
from runs.models import NodeRun
from runs.shards import bases_of, inside, split_of

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


def owned_facts(run_id: str) -> Iterator[NodeFact]:
    """Read the node runs on which the owner of a run decides: items of maps that are shared out have owners of their own."""
    bases = bases_of(run_id)
    only = ~inside(bases) if bases else None
    shared = {key: _split(run_id, key, kept) for key, kept in _shared(run_id).items()} if bases else {}
    for fact in node_facts(run_id, only):
        split = shared.get(fact.key)
        yield fact if split is None or fact.box is None else replace(fact, box=replace(fact.box, split=split))


def _shared(run_id: str) -> dict[str, dict[str, Any]]:
    """Read how far the maps of a run are that are shared out."""
    rows = NodeRun.objects.filter(run_id=run_id, scope_path="", progress__has_key="split").values_list("node_id", "progress")
    return {node: kept for node, kept in rows if kept is not None}


def _split(run_id: str, key: str, kept: dict[str, Any]) -> Split:
    base = key if kept["attempt"] <= 1 else f"{key}~{kept['attempt']}"
    return split_of(run_id, base, dict(kept["split"]))


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
