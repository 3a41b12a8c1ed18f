"""Resuming a group: what would be done is seen before it is started, and then workers do it (`runs.failures.batch_work`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from editor.errors import Conflict, Invalid, NotFound
from editor.permissions import Action, Actor, require
from runs.failures.batch_models import LIVE, BatchState, ItemState, ResumeBatch, ResumeItem
from runs.failures.models import FailureGroup, FailureNote
from runs.journal.connection import execute
from runs.selectors import as_uuid
from runs.services import Version, choose_version

MOST = 100_000
SHOWN = 10

FILL = """
INSERT INTO runs_resumeitem (batch_id, run_id, state)
SELECT %(batch)s::uuid, f.run_id, 'pending' FROM runs_failureentry f JOIN runs_run r ON r.id = f.run_id
WHERE f.group_id = %(group)s::uuid AND f.state = 'open' AND f.kind <> 'degraded' AND NOT f.is_waiting AND r.status = 'failed'
GROUP BY f.run_id ORDER BY min(f.id) LIMIT %(most)s::int
RETURNING 1
"""

SPENT = """
SELECT COALESCE(sum((r.usage ->> 'cost_usd')::float8), 0) FROM runs_resumeitem i JOIN runs_run r ON r.id = i.made
WHERE i.batch_id = %(batch)s::uuid
"""

SUMS = """
SELECT count(*) FILTER (WHERE foreseen IS NOT NULL), COALESCE(sum((foreseen ->> 'reused')::int), 0),
    COALESCE(sum((foreseen ->> 'again')::int), 0), count(*) FILTER (WHERE (foreseen -> 'repeats') <> '[]'::jsonb),
    COALESCE(sum((foreseen ->> 'saved_usd')::float8), 0), COALESCE(sum((foreseen ->> 'most_usd')::float8), 0)
FROM runs_resumeitem WHERE batch_id = %(batch)s::uuid
"""


@dataclass(frozen=True, slots=True)
class BatchShown:
    """A batch with how far it is. The sums are of the runs that were looked at so far, `foreseen` of them."""

    batch: ResumeBatch
    counts: Mapping[str, int]
    foreseen: int
    reused: int
    again: int
    repeating: int
    saved_usd: float
    likely_usd: float
    most_usd: float
    spent_usd: float


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of the runs of a batch, in the order in which they are resumed."""

    items: Sequence[ResumeItem]
    next: int | None


def batch_create(*, group: FailureGroup, actor: Actor, version: Version, concurrency: int) -> ResumeBatch:
    """Gather the open runs of a group and have workers look what resuming them would do. An earlier draft is dropped."""
    require(actor, Action.RUN_START, group.workflow)
    with transaction.atomic():
        FailureGroup.objects.select_for_update().get(pk=group.pk)
        if ResumeBatch.objects.filter(group=group, state__in=LIVE).exists():
            raise Conflict(
                "batch_under_way", "The runs of this group are being resumed already. Stop that first, or wait for its end."
            )
        ResumeBatch.objects.filter(group=group, state=BatchState.DRAFT).delete()
        chosen = None if version == "same" else choose_version(group.workflow, actor, version)
        made = {"group": group, "workflow_id": group.workflow_id, "person_id": actor.pk, "version": chosen}
        batch = ResumeBatch.objects.create(**made, concurrency=concurrency)
        batch.total = len(execute(FILL, {"batch": str(batch.pk), "group": str(group.pk), "most": MOST}))
        if not batch.total:
            raise Invalid("nothing_to_resume", "No run of this group has failed and is still open.")
        batch.save(update_fields=["total"])
    return batch


def batch_get(*, actor: Actor, batch_id: object, action: Action = Action.RUN_VIEW, lock: bool = False) -> ResumeBatch:
    """Find a batch."""
    found = ResumeBatch.objects.visible_to(actor).select_related("workflow", "version", "person", "group")
    found = found.defer("version__document", "workflow__draft", "workflow__draft_problems")
    batch = (found.select_for_update(of=("self",)) if lock else found).filter(pk=as_uuid(batch_id)).first()
    if batch is None:
        raise NotFound
    require(actor, action, batch.workflow)
    return batch


def batch_list(*, group: FailureGroup) -> Sequence[ResumeBatch]:
    """List the last batches of a group, the newest first."""
    found = ResumeBatch.objects.filter(group=group).select_related("version", "person").defer("version__document")
    return list(found.order_by("-created_at")[:SHOWN])


def batch_shown(batch: ResumeBatch) -> BatchShown:
    """Count how far a batch is."""
    items = ResumeItem.objects.filter(batch=batch)
    counts = dict(items.order_by().values_list("state").annotate(n=Count("pk")))
    likely = items.aggregate(usd=Sum("cost_usd"))["usd"] or 0.0
    params = {"batch": str(batch.pk)}
    foreseen, reused, again, repeating, saved, most = execute(SUMS, params)[0]
    spent = execute(SPENT, params)[0][0] if batch.started_at is not None else 0.0
    return BatchShown(batch, counts, foreseen, reused, again, repeating, saved, likely, most, spent)


def item_list(*, batch: ResumeBatch, state: str | None = None, after: int = 0, limit: int = 50) -> ItemPage:
    """List the runs of a batch."""
    found: QuerySet[ResumeItem] = ResumeItem.objects.filter(batch=batch, pk__gt=after)
    if state is not None:
        found = found.filter(state=state)
    items = list(found.select_related("run").defer("run__input", "run__output").order_by("pk")[: limit + 1])
    return ItemPage(items[:limit], items[limit - 1].pk if len(items) > limit else None)


def batch_start(*, actor: Actor, batch_id: object) -> ResumeBatch:
    """Start a batch, or let one go on that is paused."""
    try:
        with transaction.atomic():
            batch = _changeable(actor, batch_id, (BatchState.DRAFT, *LIVE))
            if batch.state == BatchState.DRAFT:
                batch.started_at = timezone.now()
                data = {"batch": str(batch.pk), "runs": batch.total}
                FailureNote.objects.create(group=batch.group, person_id=actor.pk, kind="resumed", data=data)
            batch.state = BatchState.RUNNING
            batch.save(update_fields=["state", "started_at"])
    except IntegrityError:
        raise Conflict("batch_under_way", "The runs of this group are being resumed already.") from None
    return batch


def batch_pause(*, actor: Actor, batch_id: object) -> ResumeBatch:
    """Start no further run for now. What runs goes on to its end."""
    with transaction.atomic():
        batch = _changeable(actor, batch_id, LIVE)
        batch.state = BatchState.PAUSED
        batch.save(update_fields=["state"])
    return batch


def batch_stop(*, actor: Actor, batch_id: object) -> ResumeBatch:
    """Start no further run ever. What runs goes on to its end; the runs that are left stay open in their group."""
    with transaction.atomic():
        batch = _changeable(actor, batch_id, (BatchState.DRAFT, *LIVE))
        ResumeItem.objects.filter(batch=batch, state=ItemState.PENDING).update(state=ItemState.LEFT)
        batch.state, batch.finished_at = BatchState.STOPPED, timezone.now()
        batch.save(update_fields=["state", "finished_at"])
    return batch


def at_work() -> Q:
    """Give the condition for batches that workers have something to do for."""
    return Q(state=BatchState.RUNNING) | Q(state=BatchState.DRAFT, is_foreseen=False)


def _changeable(actor: Actor, batch_id: object, states: Sequence[Any]) -> ResumeBatch:
    batch = batch_get(actor=actor, batch_id=batch_id, action=Action.RUN_START, lock=True)
    if batch.state not in states:
        raise Conflict("batch_over", "This batch has ended, or was never started.", data={"state": str(batch.state)})
    return batch
