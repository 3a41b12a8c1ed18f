"""Reads: what was spent in a period, by workflow, model, provider and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import FloatField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from editor.errors import Invalid
from editor.models import Workflow
from editor.permissions import Actor, visible_to
from editor.selectors import workflow_get
from runs.journal.connection import execute
from runs.models import Run

MOST_DAYS = 366
MOST_ROWS = 200
"""So many workflows and models are listed, the dearest first."""
TOP_RUNS = 10

REPORT = """
WITH edge AS (
    SELECT COALESCE(min(d)::date, %(end)s::date) AS day
    FROM (SELECT min(day) AS day FROM runs_spendingday) oldest,
        generate_series(GREATEST(oldest.day, %(before)s::date), %(end)s::date - 1, interval '1 day') AS d
    WHERE NOT EXISTS (SELECT FROM runs_spendingday s WHERE s.day = d::date)
), cells AS (
    SELECT workflow_id, day, model, node_runs, input_tokens, output_tokens, cost_usd FROM runs_spending
    WHERE workflow_id = ANY(%(workflows)s::uuid[]) AND day >= %(before)s::date AND day < (SELECT day FROM edge)
    UNION ALL
    SELECT r.workflow_id, (n.finished_at AT TIME ZONE 'UTC')::date, COALESCE(n.usage ->> 'model', ''), 1,
        COALESCE((n.usage ->> 'input_tokens')::bigint, 0), COALESCE((n.usage ->> 'output_tokens')::bigint, 0),
        COALESCE((n.usage ->> 'cost_usd')::float8, 0)
    FROM runs_noderun n JOIN runs_run r ON r.id = n.run_id
    WHERE n.usage IS NOT NULL AND r.workflow_id = ANY(%(workflows)s::uuid[])
        AND n.finished_at >= (SELECT day::timestamp AT TIME ZONE 'UTC' FROM edge)
        AND n.finished_at < %(end)s::date::timestamp AT TIME ZONE 'UTC'
), marked AS (
    SELECT day >= %(first)s::date AS is_now, cells.* FROM cells
)
SELECT grouping(workflow_id, day, model), is_now, workflow_id, day, model,
    sum(node_runs)::bigint, sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cost_usd)
FROM marked
GROUP BY GROUPING SETS ((is_now), (is_now, workflow_id), (is_now, day), (is_now, model))
"""
"""Before the oldest day that is summed up, nothing ran."""
TOTAL, BY_WORKFLOW, BY_DAY, BY_MODEL = 0b111, 0b011, 0b101, 0b110
"""What `grouping` says of each kind of row: a bit is set for each column that is summed over."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What some node runs used together."""

    node_runs: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.node_runs + other.node_runs,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
        )


NOTHING_SPENT = Spent()


@dataclass(frozen=True, slots=True)
class Share:
    """What one workflow, model or provider used in the period, and what in the one before."""

    key: str
    name: str
    spent: Spent
    before: Spent
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What was spent from `first` to `last`, both included; `before` is as many days before that."""

    first: date
    last: date
    total: Spent
    before: Spent
    days: Sequence[tuple[date, Spent]]
    workflows: Sequence[Share]
    models: Sequence[Share]
    providers: Sequence[Share]
    runs: Sequence[Run]


def spending_report(*, actor: Actor, first: date, last: date, workflow_id: str | None = None) -> Report:
    """Sum up what the actor's workflows used on these days (UTC), or what one of them did."""
    length = (last - first).days + 1
    if not 1 <= length <= MOST_DAYS:
        raise Invalid("period_invalid", f"A period has 1 to {MOST_DAYS} days, and `first` is not after `last`.")
    workflows = _workflows(actor, workflow_id)
    before = first - timedelta(days=length)
    params = {"workflows": list(workflows), "before": before, "first": first, "end": last + timedelta(days=1)}
    rows = execute(REPORT, params)
    totals = {is_now: spent for is_now, _, spent in _of_kind(rows, TOTAL, 3)}
    days = {day: spent for is_now, day, spent in _of_kind(rows, BY_DAY, 3) if is_now}
    models = _shares(_of_kind(rows, BY_MODEL, 4), {})
    return Report(
        first,
        last,
        totals.get(True, NOTHING_SPENT),
        totals.get(False, NOTHING_SPENT),
        [(day, days.get(day, NOTHING_SPENT)) for day in (first + timedelta(days=n) for n in range(length))],
        _shares(_of_kind(rows, BY_WORKFLOW, 2), workflows)[:MOST_ROWS],
        models[:MOST_ROWS],
        _providers(models),
        _top_runs(actor, list(workflows), first, last),
    )


def _workflows(actor: Actor, workflow_id: str | None) -> dict[str, tuple[str, bool]]:
    """Name what is looked at: of the archived ones, what they cost counts on."""
    if workflow_id is not None:
        one = workflow_get(actor=actor, workflow_id=workflow_id)
        return {str(one.pk): (one.name, False)}
    found = Workflow.objects.filter(visible_to(actor)).values_list("pk", "name", "archived_at")
    return {str(pk): (name, archived_at is not None) for pk, name, archived_at in found}


def _of_kind(rows: Sequence[Sequence[Any]], kind: int, column: int) -> list[tuple[bool, Any, Spent]]:
    return [(row[1], row[column], Spent(*row[5:])) for row in rows if row[0] == kind]


def _shares(rows: Sequence[tuple[bool, Any, Spent]], names: Mapping[str, tuple[str, bool]]) -> list[Share]:
    """Set both periods side by side, the dearest first."""
    now = {str(key): spent for is_now, key, spent in rows if is_now}
    before = {str(key): spent for is_now, key, spent in rows if not is_now}
    found = []
    for key in now.keys() | before.keys():
        name, is_archived = names.get(key, (key, False))
        found.append(Share(key, name, now.get(key, NOTHING_SPENT), before.get(key, NOTHING_SPENT), is_archived))
    return sorted(found, key=_dearest)


def _dearest(share: Share) -> tuple[float, int, str]:
    return (-share.spent.cost_usd, -share.spent.input_tokens - share.spent.output_tokens, share.name)


def _providers(models: Sequence[Share]) -> list[Share]:
    """Sum up models by the first part of their names."""
    found: dict[str, Share] = {}
    for one in models:
        name = one.key.partition("/")[0]
        known = found.get(name, Share(name, name, NOTHING_SPENT, NOTHING_SPENT))
        found[name] = Share(name, name, known.spent + one.spent, known.before + one.before)
    return sorted(found.values(), key=_dearest)


def _top_runs(actor: Actor, workflows: Sequence[str], first: date, last: date) -> list[Run]:
    """List the dearest runs that began in the period; where nothing cost money, those of the most tokens."""
    zero = 0.0
    cost = Coalesce(Cast(KT("usage__cost_usd"), FloatField()), zero)
    tokens = [Coalesce(Cast(KT(f"usage__{name}"), FloatField()), zero) for name in ("input_tokens", "output_tokens")]
    found = (
        Run.objects.visible_to(actor)
        .with_shards()
        .filter(workflow_id__in=workflows, created_at__gte=_start_of(first), created_at__lt=_start_of(last + timedelta(days=1)))
        .annotate(cost=cost, tokens=tokens[0] + tokens[1])
        .filter(Q(cost__gt=0) | Q(tokens__gt=0))
        .select_related("workflow", "version")
        .defer("version__document", "workflow__draft", "workflow__draft_problems", "input", "output")
    )
    return list(found.order_by("-cost", "-tokens", "-created_at")[:TOP_RUNS])


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
