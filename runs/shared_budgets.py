"""Budgets that many runs share, of a workflow or of a team: how they stand, and what people set."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Now, TruncDate

from editor.errors import Invalid
from editor.models import Workflow
from editor.permissions import Action, Actor, Owned, require
from runs import dispatch, publish
from runs.engine.state import BUDGET
from runs.engine.states import Kind, RunStatus
from runs.journal.inbox import tell_of_room
from runs.models import Reservation, Run, TeamBudget, WorkflowBudget
from runs.standing import Scope, Standing, amount

LESS = "This is less than the limit of now."
SETS = {"workflow": Action.BUDGET_SET, "team": Action.TEAM_BUDGET}

Budget = WorkflowBudget | TeamBudget


def scope_of(thing: Owned) -> Scope:
    """Say whose budget that of a workflow or of a team is."""
    return Scope("workflow" if isinstance(thing, Workflow) else "team", str(thing.pk))


def standing_of(scope: Scope) -> Standing | None:
    """Read how a shared budget stands; None where there is none."""
    found = read(_rows([scope]))
    return standing(found[0], held(scope)) if found else None


def budget_set(thing: Owned, actor: Actor, *, per: str, usd: float | None, tokens: int | None, asks: bool) -> Standing | None:
    """Say what all runs of a workflow or team may spend together in a day or a month; without any limit there is no such budget.

    Runs at work keep to it from now on, and those that wait for more go on.
    """
    scope = scope_of(thing)
    require(actor, SETS[scope.kind], thing)
    with transaction.atomic():
        if usd is None and tokens is None:
            _rows([scope]).delete()
        else:
            _set(scope, per=per, usd=usd, tokens=tokens, asks=asks)
        _tell(scope)
    return standing_of(scope)


def budget_raise(scope: Scope, *, usd: float | None, tokens: int | None) -> None:
    """Raise the limits that there are, as somebody decided who was asked; within their transaction."""
    found = locked([scope])
    if not found:
        return
    budget, wrong = found[0], {}
    if budget.usd is not None and usd is not None and amount(usd) < budget.usd:
        wrong[f"{scope.kind}_usd"] = LESS
    if budget.tokens is not None and tokens is not None and tokens < budget.tokens:
        wrong[f"{scope.kind}_tokens"] = LESS
    if wrong:
        raise Invalid("answer_invalid", "The new limit must not be lower than the old one.", data={"fields": wrong})
    budget.usd = budget.usd if usd is None or budget.usd is None else amount(usd)
    budget.tokens = budget.tokens if tokens is None or budget.tokens is None else tokens
    budget.save(update_fields=["usd", "tokens"])
    _tell(scope)


def _set(scope: Scope, *, per: str, usd: float | None, tokens: int | None, asks: bool) -> None:
    """Write a budget. What its runs have spent in the period before there was one counts as well."""
    limits = {"usd": None if usd is None else amount(usd), "tokens": tokens, "asks": asks}
    found = locked([scope])
    if found and found[0].per == per:
        _rows([scope]).update(**limits)
        return
    budgets: Any = WorkflowBudget.objects if scope.kind == "workflow" else TeamBudget.objects
    owners: Any = budgets.model._meta.pk.related_model._default_manager
    today = owners.annotate(today=TruncDate(Now())).values_list("today", flat=True).get(pk=scope.id)
    since = first_day(per, today)
    values = {**limits, "per": per, "since": since, **_spent(scope, since)}
    budgets.update_or_create(pk=scope.id, defaults=values)


def _spent(scope: Scope, since: date) -> dict[str, Decimal | int]:
    """Add up what the runs of a workflow or team have spent that began since some day."""
    runs = Run.objects.filter(workflow__in=_workflows(scope), created_at__date__gte=since).exclude(kind=Kind.SHARD)
    usages = list(runs.exclude(usage={}).values_list("usage", flat=True))
    usd = sum((amount(one.get("cost_usd", 0.0)) for one in usages), Decimal(0))
    return {
        "spent_usd": usd,
        "spent_tokens": sum(one.get("input_tokens", 0) + one.get("output_tokens", 0) for one in usages),
    }


def _workflows(scope: Scope) -> QuerySet[Workflow]:
    return Workflow.objects.order_by().filter(**{"pk" if scope.kind == "workflow" else "team_id": scope.id})


def _tell(scope: Scope) -> None:
    tell_runs(map(str, _workflows(scope).values_list("pk", flat=True)))


def tell_runs(workflow_ids: Iterable[str]) -> None:
    """Let the runs of workflows hear that a budget which they share has changed, after the commit."""
    for run_id in tell_of_room(workflow_ids, BUDGET):
        transaction.on_commit(partial(publish.poke_owner, run_id))
        dispatch.hint_on_commit(run_id)


def workflow_moved(*, workflow: Workflow, was_of: Any) -> None:
    """Let the runs of a workflow that changes hands spend from what its new team has, and not from what its old one had."""
    if TeamBudget.objects.filter(pk__in={was_of, workflow.team_id} - {None}).exists():
        tell_runs([str(workflow.pk)])


def sharing_workflow(version_id: int) -> str | None:
    """Give the workflow of a version if all of its runs share a budget, or all runs of its team."""
    workflows = Workflow.objects.order_by().filter(versions__pk=version_id)
    shares = Exists(WorkflowBudget.objects.filter(pk=OuterRef("pk"))) | Exists(TeamBudget.objects.filter(pk=OuterRef("team_id")))
    found = workflows.filter(shares).values_list("pk", flat=True).first()
    return None if found is None else str(found)


def first_day(per: str, today: date) -> date:
    """Give the day with which the period of today began.

    >>> first_day("month", date(2026, 11, 28)).isoformat(), first_day("day", date(2026, 11, 28)).isoformat()
    ('2026-11-01', '2026-11-28')
    """
    return today.replace(day=1) if per == "month" else today


def scopes_of(workflow_ids: Sequence[str]) -> list[Scope]:
    """List whose budgets count what some workflows spend: theirs, and their teams' as they belong to them now."""
    teams = Workflow.objects.order_by().filter(pk__in=workflow_ids, team__isnull=False).values_list("team_id", flat=True)
    return [*(Scope("workflow", one) for one in workflow_ids), *(Scope("team", str(one)) for one in set(teams))]


def locked(scopes: Sequence[Scope]) -> list[Budget]:
    """Read the rows, so that nobody else reserves or settles meanwhile. Waiting for them comes before any look at reservations.

    They are locked always in the same order, so that nobody waits in a circle.
    """
    found: list[Budget] = []
    for kind in ("workflow", "team"):
        if of_kind := [one for one in scopes if one.kind == kind]:
            found += read(_rows(of_kind).order_by("pk").select_for_update(of=("self",)))
    return found


def _rows(scopes: Sequence[Scope]) -> QuerySet[Any]:
    """Select the budgets of some workflows, or of some teams with their names."""
    ids = [UUID(one.id) for one in scopes]
    if scopes[0].kind == "workflow":
        return WorkflowBudget.objects.filter(pk__in=ids)
    return TeamBudget.objects.filter(pk__in=ids)


def read(rows: QuerySet[Any]) -> list[Budget]:
    """Read budgets as they are in the current period: in a new one nothing is spent."""
    name = F("team__name") if rows.model is TeamBudget else Value("")
    found = list(rows.annotate(today=TruncDate(Now()), name=name))
    for budget in found:
        if (since := first_day(budget.per, budget.today)) != budget.since:
            budget.since, budget.spent_usd, budget.spent_tokens = since, Decimal(0), 0
    return found


def scope_of_budget(budget: Budget) -> Scope:
    """Say whose a budget is."""
    return Scope("workflow" if isinstance(budget, WorkflowBudget) else "team", str(budget.pk))


def held(scope: Scope) -> QuerySet[Reservation]:
    """List the reservations that count: a run that has ended, or has another owner, has nothing set aside."""
    live = Run.objects.filter(pk=OuterRef("run_id"), epoch=OuterRef("epoch"), status=RunStatus.RUNNING)
    return Reservation.objects.filter(Exists(live), **{f"{scope.kind}_id": scope.id})


def standing(budget: Any, reserved: QuerySet[Reservation]) -> Standing:
    """Say how a budget that was read stands beside what is set aside of it."""
    sums = reserved.aggregate(usd=Sum("usd"), tokens=Sum("tokens"))
    return Standing(
        scope=scope_of_budget(budget),
        per=budget.per,
        usd=None if budget.usd is None else float(budget.usd),
        tokens=budget.tokens,
        spent_usd=float(budget.spent_usd),
        spent_tokens=budget.spent_tokens,
        held_usd=float(sums["usd"] or 0),
        held_tokens=sums["tokens"] or 0,
        asks=budget.asks,
        name=budget.name,
    )
