"""The runs of some items of a map, in the database: their rows, what became of them, and who owns what.

What happens to the items is kept with the map's own run, as if it had done the work: readers need not know. Only whose lease
it is and who takes messages differs.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.functions import Cast

from runs.blobs import read_blob
from runs.engine.events import ShardEnd
from runs.engine.shards import Shard, Split, read_end
from runs.engine.states import RUN_TERMINAL, Kind
from runs.models import Event, NodeRun, Run, RunQuerySet

SHARDS = uuid.UUID("2f6c1f0a-52a6-4f0e-8f0b-3a9d5a1c7be4")
"""Names the runs of shards, which begin once each."""
STAGES = ("done", "failed", "running")


@dataclass(frozen=True, slots=True)
class Ended:
    """The run of a shard that is over."""

    shard: Shard
    end: ShardEnd
    usage: Mapping[str, Any]


def shard_id(run_id: str, base: str, first: int) -> str:
    """Name the run of a shard: whoever begins it, there is one."""
    return str(uuid.uuid5(SHARDS, f"{run_id}/{base}/{first}"))


def launch_row(run_id: str, base: str, shard: Shard) -> dict[str, Any]:
    """Give the row with which a shard begins."""
    return {"id": shard_id(run_id, base, shard.first), "base": base, "shard": asdict(shard)}


def read_shard(run: Run) -> Shard:
    """Read what the run of a shard is about."""
    if run.shard is None:
        raise ValueError(f"Run {run.pk} is of no shard.")
    return Shard(**run.shard)


def shards_of(run_id: UUID | str) -> RunQuerySet:
    """Give the runs of shards of a run."""
    return Run.objects.filter(parent__pk=run_id, kind=Kind.SHARD)


def bases_of(run_id: UUID | str) -> list[str]:
    """List the maps of a run that were shared out, by what their scopes' paths begin with."""
    return sorted(set(shards_of(run_id).values_list("parent_key", flat=True)))


def inside(bases: Iterable[str]) -> Q:
    """Say which node runs belong to items of maps that were shared out; none where there are no such maps."""
    found = Q(pk__in=())
    for base in bases:
        found |= Q(scope_path__startswith=f"{base}#")
    return found


def of_items(run_id: UUID | str, base: str, shard: Shard) -> Q:
    """Say which node runs of a map's own run belong to the items of a shard."""
    number = Cast(Func(F("scope_path"), Value(r"#(\d+)/"), function="substring"), IntegerField())
    rows = NodeRun.objects.filter(run_id=run_id, scope_path__startswith=f"{base}#").annotate(item=number)
    return Q(pk__in=rows.filter(item__gte=shard.first, item__lt=shard.last).values("pk"))


def ended(run_id: str) -> Ended:
    """Read what became of a shard from its run."""
    run = Run.objects.get(pk=run_id)
    shard = read_shard(run)
    return Ended(shard, _end(run, shard), run.usage)


def split_of(run_id: str, base: str, live: Mapping[int, int]) -> Split:
    """Read how far a map is that is shared out; `live` are the shards of which its run has not heard yet."""
    over = [run for run in shards_of(run_id).filter(parent_key=base) if read_shard(run).first not in live]
    return Split(live, tuple(_end(run, read_shard(run)) for run in over))


def owner_of(run: Run, key: str) -> str:
    """Give the id of the run whose owner decides on a node run: that of a shard, or the run itself."""
    for one in shards_of(run.pk).exclude(status__in=RUN_TERMINAL):
        head, _, rest = key.partition("/")
        base, _, number = head.rpartition("#")
        if rest and base == one.parent_key and read_shard(one).first <= int(number) < read_shard(one).last:
            return str(one.pk)
    return str(run.pk)


def parts_of(node_run: NodeRun) -> list[dict[str, int]]:
    """Say how far the shards of a map are of which its own run has not heard the end."""
    progress = node_run.progress or {}
    base = node_run.node_id if progress["attempt"] <= 1 else f"{node_run.node_id}~{progress['attempt']}"
    live = {shard_id(str(node_run.run_id), base, first): first for first, _ in progress["split"]}
    told = Event.objects.filter(run_id__in=list(live), kind="map.progress").order_by("run_id", "-seq").distinct("run_id")
    counts = {str(run): data for run, data in told.values_list("run_id", "data")}
    return [{"first": first, **{stage: counts.get(run, {}).get(stage, 0) for stage in STAGES}} for run, first in live.items()]


def _end(run: Run, shard: Shard) -> ShardEnd:
    output = read_blob(run.output_sha) if run.output_sha else run.output
    return read_end(shard.first, output, run.error)
