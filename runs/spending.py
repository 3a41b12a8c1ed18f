"""The budget that all runs of a workflow share: a row that every call reserves from, whichever worker makes it."""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import Now, TruncDate

from editor.errors import Invalid
from editor.graph.nodetype import Usage
from editor.models import Workflow
from editor.permissions import Action, Actor, require
from runs import dispatch, publish
from runs.budget import Short, Standing, amount, fits_shared
from runs.engine.state import BUDGET
from runs.engine.states import Kind, RunStatus
from runs.journal.connection import release
from runs.journal.inbox import tell_of_room
from runs.models import Reservation, Run, WorkflowBudget

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
LESS = "This is less than the limit of now."
KEPT = timedelta(days=2)
"""No call takes so long."""

T = TypeVar("T")
_thread = ThreadPoolExecutor(1, "spending")
"""One thread, so that what a call gives back is there before the next one reserves."""


class WorkflowPurse:
    """The part of one owner of one run in the budget of a workflow."""

    def __init__(self, workflow_id: str, run_id: str, epoch: int) -> None:
        self.workflow_id = workflow_id
        self._run_id = run_id
        self._epoch = epoch

    async def reserve(self, need: Usage) -> uuid.UUID:
        """Set aside what a call may take, once the calls of all runs leave enough. Raises `Short` when nothing helps."""
        hold, pause = uuid.uuid4(), FIRST_PAUSE_SECONDS
        while True:
            try:
                short = await _in_turn(partial(self._take, hold, need))
            except asyncio.CancelledError:
                self.settle(hold, None)
                raise
            if short is None:
                return hold
            if not fits_shared(replace(short, held_usd=0.0, held_tokens=0), need):
                raise Short(short)  # whatever the calls under way give back
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def settle(self, hold: uuid.UUID, used: Usage | None) -> None:
        """Give back what was set aside, and count what was used. It is done in turn, and nobody waits for it."""
        asyncio.get_running_loop().run_in_executor(_thread, partial(_with_patience, partial(self._settle, hold, used)))

    def _take(self, hold: uuid.UUID, need: Usage) -> Standing | None:
        with transaction.atomic():
            budget = _locked(self.workflow_id)
            if budget is None:
                return None
            found = _standing(budget, _held(self.workflow_id).exclude(pk=hold))
            if not fits_shared(found, need):
                return found
            usd, tokens = amount(need.cost_usd), need.input_tokens + need.output_tokens
            owner = {"workflow_id": self.workflow_id, "run_id": self._run_id, "epoch": self._epoch}
            Reservation.objects.update_or_create(id=hold, defaults={**owner, "usd": usd, "tokens": tokens})
            return None

    def _settle(self, hold: uuid.UUID, used: Usage | None) -> None:
        with transaction.atomic():
            budget = _locked(self.workflow_id)
            is_first, _ = Reservation.objects.filter(pk=hold).delete()
            if is_first and budget is not None and used is not None:
                budget.spent_usd += amount(used.cost_usd)
                budget.spent_tokens += used.input_tokens + used.output_tokens
                budget.save(update_fields=["since", "spent_usd", "spent_tokens"])


def standing_of(workflow_id: str) -> Standing | None:
    """Read how the budget of a workflow stands; None where it has none."""
    budget = _read(WorkflowBudget.objects.filter(workflow__pk=workflow_id))
    return None if budget is None else _standing(budget, _held(workflow_id))


def budget_set(
    workflow: Workflow, actor: Actor, *, per: str, usd: float | None, tokens: int | None, asks: bool
) -> Standing | None:
    """Say what all runs of a workflow may spend together in a day or a month; without any limit there is no such budget.

    Runs at work keep to it from now on, and those that wait for more go on.
    """
    require(actor, Action.BUDGET_SET, workflow)
    with transaction.atomic():
        if usd is None and tokens is None:
            WorkflowBudget.objects.filter(pk=workflow.pk).delete()
        else:
            _set(workflow, per=per, usd=usd, tokens=tokens, asks=asks)
        _tell(workflow)
    return standing_of(str(workflow.pk))


def budget_raise(workflow: Workflow, *, usd: float | None, tokens: int | None) -> None:
    """Raise the limits that there are, as somebody decided who was asked; within their transaction."""
    budget = _locked(str(workflow.pk))
    if budget is None:
        return
    wrong = {}
    if budget.usd is not None and usd is not None and amount(usd) < budget.usd:
        wrong["workflow_usd"] = LESS
    if budget.tokens is not None and tokens is not None and tokens < budget.tokens:
        wrong["workflow_tokens"] = LESS
    if wrong:
        raise Invalid("answer_invalid", "The new limit must not be lower than the old one.", data={"fields": wrong})
    budget.usd = budget.usd if usd is None or budget.usd is None else amount(usd)
    budget.tokens = budget.tokens if tokens is None or budget.tokens is None else tokens
    budget.save(update_fields=["usd", "tokens"])
    _tell(workflow)


def _set(workflow: Workflow, *, per: str, usd: float | None, tokens: int | None, asks: bool) -> None:
    """Write a budget. What its runs have spent in the period before there was one counts as well."""
    limits = {"usd": None if usd is None else amount(usd), "tokens": tokens, "asks": asks}
    budget = _locked(str(workflow.pk))
    if budget is not None and budget.per == per:
        WorkflowBudget.objects.filter(pk=workflow.pk).update(**limits)
        return
    today = Workflow.objects.annotate(today=TruncDate(Now())).values_list("today", flat=True).get(pk=workflow.pk)
    since = first_day(per, today)
    WorkflowBudget.objects.update_or_create(
        workflow=workflow, defaults={**limits, "per": per, "since": since, **_spent(workflow, since)}
    )


def _spent(workflow: Workflow, since: date) -> dict[str, Decimal | int]:
    """Add up what the runs of a workflow have spent that began since some day."""
    runs = Run.objects.filter(workflow=workflow, created_at__date__gte=since).exclude(kind=Kind.SHARD)
    usages = list(runs.exclude(usage={}).values_list("usage", flat=True))
    usd = sum((amount(one.get("cost_usd", 0.0)) for one in usages), Decimal(0))
    return {
        "spent_usd": usd,
        "spent_tokens": sum(one.get("input_tokens", 0) + one.get("output_tokens", 0) for one in usages),
    }


def _tell(workflow: Workflow) -> None:
    """Let the runs of a workflow hear that its budget has changed, after the commit."""
    for run_id in tell_of_room(str(workflow.pk), BUDGET):
        transaction.on_commit(partial(publish.poke_owner, run_id))
        dispatch.hint_on_commit(run_id)


def sharing_workflow(version_id: int) -> str | None:
    """Give the workflow of a version if all of its runs share a budget."""
    found = WorkflowBudget.objects.filter(workflow__versions__pk=version_id).values_list("pk", flat=True).first()
    return None if found is None else str(found)


def first_day(per: str, today: date) -> date:
    """Give the day with which the period of today began.

    >>> first_day("month", date(2026, 11, 28)).isoformat(), first_day("day", date(2026, 11, 28)).isoformat()
    ('2026-11-01', '2026-11-28')
    """
    return today.replace(day=1) if per == "month" else today


def _locked(workflow_id: str) -> WorkflowBudget | None:
    """Read the row, so that nobody else reserves or settles meanwhile. Waiting for it comes before any look at reservations."""
    return _read(WorkflowBudget.objects.select_for_update().filter(workflow__pk=workflow_id))


def _read(rows: QuerySet[WorkflowBudget]) -> WorkflowBudget | None:
    """Read a budget as it is in the current period: in a new one nothing is spent."""
    budget = rows.annotate(today=TruncDate(Now())).first()
    if budget is not None and (since := first_day(budget.per, budget.today)) != budget.since:
        budget.since, budget.spent_usd, budget.spent_tokens = since, Decimal(0), 0
    return budget


def _held(workflow_id: str) -> QuerySet[Reservation]:
    """List the reservations that count: a run that has ended, or has another owner, has nothing set aside."""
    live = Run.objects.filter(pk=OuterRef("run_id"), epoch=OuterRef("epoch"), status=RunStatus.RUNNING)
    return Reservation.objects.filter(Exists(live), workflow_id=workflow_id)


def forget_reservations() -> None:
    """Delete what dead owners have left behind. It counts no more, but a call that is still under way settles by it."""
    Reservation.objects.filter(created_at__lt=Now() - KEPT).delete()


def _standing(budget: WorkflowBudget, held: QuerySet[Reservation]) -> Standing:
    sums = held.aggregate(usd=Sum("usd"), tokens=Sum("tokens"))
    return Standing(
        per=budget.per,
        usd=None if budget.usd is None else float(budget.usd),
        tokens=budget.tokens,
        spent_usd=float(budget.spent_usd),
        spent_tokens=budget.spent_tokens,
        held_usd=float(sums["usd"] or 0),
        held_tokens=sums["tokens"] or 0,
        asks=budget.asks,
    )


async def _in_turn(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(_with_patience, work))


def _with_patience(work: Callable[[], T]) -> T:
    """Do what needs the database, and wait for it when it does not answer."""
    pause, deadline = FIRST_PAUSE_SECONDS, time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            logger.warning("The database does not answer; the budget of a workflow waits %.1f s.", pause)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            release()
