"""What workers do for batches: look what resuming each run would do, resume so many at once, and see what became of them.

One worker at a time has a batch's row locked. A run and the item that says so are one transaction, so that a worker may die
anywhere and no run is resumed twice or forgotten.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from editor.errors import AppError
from editor.graph.nodetype import Effect
from runs.engine.foresee import MAYBE, RUN
from runs.failures.batch_models import BatchState, ItemState, ResumeBatch, ResumeItem
from runs.failures.batches import at_work
from runs.journal.connection import execute
from runs.models import NodeRun, Run
from runs.resume import Wish, run_foresee, run_resume

logger = logging.getLogger(__name__)

FORESEEN_AT_ONCE = 10
STARTED_AT_ONCE = 20
NAMED = 20
DRAFTS_KEPT = timedelta(days=1)
TRIGGER = "batch"

SETTLE = """
UPDATE runs_resumeitem i SET state = CASE r.status WHEN 'succeeded' THEN 'succeeded' ELSE 'failed' END, error = r.error
FROM runs_run r
WHERE i.batch_id = %(batch)s::uuid AND i.state = 'running' AND r.id = i.made AND r.status IN ('succeeded', 'failed', 'cancelled')
"""

BUSY = """
SELECT count(*) FROM runs_resumeitem i JOIN runs_run r ON r.id = i.made
WHERE i.batch_id = %(batch)s::uuid AND i.state = 'running' AND r.status IN ('queued', 'running')
"""
"""Runs that wait for somebody hold no place."""


def advance_batches() -> bool:
    """Do some work for each batch that has any; say whether there was one."""
    found = list(ResumeBatch.objects.filter(at_work()).order_by("created_at").values_list("pk", flat=True)[:20])
    for batch_id in found:
        with transaction.atomic():
            batch = ResumeBatch.objects.select_for_update(skip_locked=True, of=("self",)).filter(at_work(), pk=batch_id).first()
            if batch is None:
                continue
            if batch.state == BatchState.DRAFT:
                _foresee_some(batch)
            else:
                _advance(batch)
    return bool(found)


def forget_drafts() -> None:
    """Delete the drafts that nobody has started."""
    ResumeBatch.objects.filter(state=BatchState.DRAFT, created_at__lt=timezone.now() - DRAFTS_KEPT).delete()


def _foresee_some(batch: ResumeBatch) -> None:
    items = _next(batch, FORESEEN_AT_ONCE, foreseen__isnull=True)
    for item in items:
        _foresee(batch, item)
    if len(items) < FORESEEN_AT_ONCE:
        batch.is_foreseen = True
        batch.save(update_fields=["is_foreseen"])


def _foresee(batch: ResumeBatch, item: ResumeItem) -> None:
    """Say of one run what is taken over, what is done, and which effects it would have again."""
    try:
        told, likely = run_foresee(run=item.run, actor=_person(batch), wish=_wish(batch))
    except AppError as refusal:
        item.state, item.error, item.foreseen = ItemState.REFUSED, refusal.to_json()["error"], {}
        item.save(update_fields=["state", "error", "foreseen"])
        return
    tried = _tried(item.run)
    again = [one for one in told if one.what in {RUN, MAYBE}]
    reused = [one for one in told if one.what in {"reused", "cached"}]
    outside = [one.node for one in again if one.effect != Effect.PURE]
    item.cost_usd = likely.amount.usd.likely
    item.foreseen = {
        "reused": len(reused),
        "again": len(again),
        "nodes": [one.node for one in again][:NAMED],
        "effects": outside[:NAMED],
        "repeats": [node for node in outside if node in tried][:NAMED],
        "saved_usd": sum(one.cost_usd or 0.0 for one in reused),
        "most_usd": likely.amount.usd.high,
    }
    item.save(update_fields=["foreseen", "cost_usd"])


def _tried(run: Run) -> set[str]:
    """Name the nodes of the root scope whose work, or work inside them, has begun."""
    rows = NodeRun.objects.filter(run=run, attempt__gt=0, origin="").values_list("scope_path", "node_id").distinct()
    return {(scope or node).split("#", 1)[0].split("/", 1)[0].split("~", 1)[0] for scope, node in rows}


def _advance(batch: ResumeBatch) -> None:
    """See what has ended, start what there is room for, and end the batch when nothing is left."""
    params = {"batch": str(batch.pk)}
    execute(SETTLE, params)
    room = batch.concurrency - int(execute(BUSY, params)[0][0])
    for item in _next(batch, min(room, STARTED_AT_ONCE)) if room > 0 else ():
        _start(batch, item)
    if not ResumeItem.objects.filter(batch=batch, state__in=(ItemState.PENDING, ItemState.RUNNING)).exists():
        batch.state, batch.finished_at = BatchState.DONE, timezone.now()
        batch.save(update_fields=["state", "finished_at"])
        logger.info("Resumed %d runs of group %s.", batch.total, batch.group_id)


def _start(batch: ResumeBatch, item: ResumeItem) -> None:
    """Resume one run; whatever it was resumed as with this batch before is that run."""
    key = f"{TRIGGER}:{batch.pk}:{item.run_id}"
    try:
        with transaction.atomic():
            made = run_resume(run=item.run, actor=_person(batch), wish=_wish(batch), trigger=TRIGGER, idempotency_key=key)
    except AppError as refusal:
        item.state, item.error = ItemState.REFUSED, refusal.to_json()["error"]
    else:
        item.state, item.made = ItemState.RUNNING, made.pk
    item.save(update_fields=["state", "made", "error"])


def _next(batch: ResumeBatch, most: int, **more: Any) -> list[ResumeItem]:
    found = ResumeItem.objects.filter(batch=batch, state=ItemState.PENDING, **more)
    return list(found.select_related("run__workflow", "run__version").order_by("pk")[:most])


def _wish(batch: ResumeBatch) -> Wish:
    return Wish(version=batch.version or "same")


def _person(batch: ResumeBatch) -> Any:
    """Give whoever made the batch: it runs with their rights, as they are now."""
    if batch.person is None or not batch.person.is_active:
        raise AppError("nobody", "Whoever started this batch is not there any more.", status=409)
    return batch.person
