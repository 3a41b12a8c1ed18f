"""What calls take of the budgets that many runs share: rows that every call reserves from, whichever worker makes it."""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from editor.graph.nodetype import Usage
from editor.models import Workflow
from runs.journal.connection import release
from runs.models import Reservation
from runs.shared_budgets import held, locked, scope_of_budget, scopes_of, standing
from runs.standing import Scope, Short, Standing, amount, fits_shared, tokens_of

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
KEPT = timedelta(days=2)
"""No call takes so long."""

T = TypeVar("T")
_thread = ThreadPoolExecutor(1, "spending")
"""One thread, so that what a call gives back is there before the next one reserves."""


class SharedPurse:
    """The part of one owner of one run in the budgets of its workflow and of the team that this belongs to at each call."""

    def __init__(self, workflow_id: str, run_id: str, epoch: int) -> None:
        self.workflow_id = workflow_id
        self._run_id = run_id
        self._epoch = epoch

    async def reserve(self, workflows: Sequence[str], need: Usage) -> uuid.UUID:
        """Set aside what a call may take that counts for some workflows, once the calls of all runs leave enough.

        Raises `Short` when nothing helps.
        """
        hold, pause = uuid.uuid4(), FIRST_PAUSE_SECONDS
        while True:
            try:
                short = await _in_turn(partial(self._take, hold, workflows, need))
            except asyncio.CancelledError:
                self.settle(hold, None)
                raise
            if not short:
                return hold
            for one in short:
                if not fits_shared(replace(one, held_usd=0.0, held_tokens=0), need):  # whatever the calls under way give back
                    raise Short(one, await _in_turn(partial(_counting, one.scope, workflows)))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def settle(self, hold: uuid.UUID, used: Usage | None) -> None:
        """Give back what was set aside, and count what was used. It is done in turn, and nobody waits for it."""
        asyncio.get_running_loop().run_in_executor(_thread, partial(_with_patience, partial(_settle, hold, used)))

    def _take(self, hold: uuid.UUID, workflows: Sequence[str], need: Usage) -> list[Standing]:
        """Reserve from all budgets or from none: give those into which the call does not fit now."""
        with transaction.atomic():
            budgets = locked(scopes_of(workflows))
            found = [standing(one, held(scope_of_budget(one)).exclude(call=hold)) for one in budgets]
            short = [one for one in found if not fits_shared(one, need)]
            if not short:
                usd, tokens = amount(need.cost_usd), tokens_of(need)
                Reservation.objects.filter(call=hold).delete()
                Reservation.objects.bulk_create(
                    Reservation(
                        call=hold,
                        run_id=self._run_id,
                        epoch=self._epoch,
                        usd=usd,
                        tokens=tokens,
                        **{f"{one.scope.kind}_id": one.scope.id},
                    )
                    for one in found
                )
            return short


def _settle(hold: uuid.UUID, used: Usage | None) -> None:
    """Count what a call used for those whose budgets it was reserved from, whosever its workflow is by now."""
    with transaction.atomic():
        rows = Reservation.objects.filter(call=hold)
        budgets = locked([_scope_of(one) for one in rows])
        is_first, _ = rows.all().delete()
        if not is_first or used is None:
            return
        for budget in budgets:
            budget.spent_usd += amount(used.cost_usd)
            budget.spent_tokens += tokens_of(used)
            budget.save(update_fields=["since", "spent_usd", "spent_tokens"])


def _scope_of(row: Reservation) -> Scope:
    return Scope("team", str(row.team_id)) if row.workflow_id is None else Scope("workflow", str(row.workflow_id))


def _counting(scope: Scope, workflows: Sequence[str]) -> list[str]:
    """List those of some workflows whose spending a budget counts."""
    if scope.kind == "workflow":
        return [scope.id]
    ids = Workflow.objects.order_by().filter(pk__in=workflows, team_id=scope.id).values_list("pk", flat=True)
    return [str(one) for one in ids]


def forget_reservations() -> None:
    """Delete what dead owners have left behind. It counts no more, but a call that is still under way settles by it."""
    Reservation.objects.filter(created_at__lt=Now() - KEPT).delete()


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
            logger.warning("The database does not answer; a shared budget waits %.1f s.", pause)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            release()
