"""What was spent."""

from datetime import UTC, date, datetime, timedelta
from typing import Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import actor_of, refusals
from runs.api.schemas import RunSummary
from runs.spent import Report, Share, Spent, spending_report

router = Router(tags=["spending"])

USUAL_DAYS = 30


class SpentOut(BaseModel):
    """What some node runs used together."""

    node_runs: int
    input_tokens: int
    output_tokens: int
    cost_usd: float

    @classmethod
    def of(cls, spent: Spent) -> Self:
        return cls.model_validate(spent, from_attributes=True)


class SpentDay(SpentOut):
    """One day, in UTC."""

    day: date


class ShareOut(BaseModel):
    """What one workflow, model or provider used, and what in the period before."""

    key: str = Field(description="The id of a workflow, or the name of a model or provider.")
    name: str
    is_archived: bool
    spent: SpentOut
    before: SpentOut

    @classmethod
    def of(cls, share: Share) -> Self:
        spent, before = SpentOut.of(share.spent), SpentOut.of(share.before)
        return cls(key=share.key, name=share.name, is_archived=share.is_archived, spent=spent, before=before)


class SpendingOut(BaseModel):
    """What was spent in a period. Each list begins with what cost the most."""

    first: date
    last: date
    total: SpentOut
    before: SpentOut = Field(description="As many days before the period.")
    days: list[SpentDay]
    workflows: list[ShareOut]
    models: list[ShareOut]
    providers: list[ShareOut]
    runs: list[RunSummary] = Field(description="The dearest runs that began in the period.")

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            first=report.first,
            last=report.last,
            total=SpentOut.of(report.total),
            before=SpentOut.of(report.before),
            days=[SpentDay(day=day, **SpentOut.of(spent).model_dump()) for day, spent in report.days],
            workflows=[ShareOut.of(share) for share in report.workflows],
            models=[ShareOut.of(share) for share in report.models],
            providers=[ShareOut.of(share) for share in report.providers],
            runs=[RunSummary.of(run) for run in report.runs],
        )


@router.get("/spending", response={200: SpendingOut, **refusals(422)}, operation_id="spending_get")
def spending_get(
    request: HttpRequest, first: date | None = None, last: date | None = None, workflow: str | None = None
) -> SpendingOut:
    """Sum up what was spent from `first` to `last`, both included, beside as many days before: by day (UTC), workflow, model
    and provider.

    Without dates it is about the last 30 days. What a called workflow used counts for the workflow that called it.
    """
    until = last or datetime.now(UTC).date()
    since = first or until - timedelta(days=USUAL_DAYS - 1)
    return SpendingOut.of(spending_report(actor=actor_of(request), first=since, last=until, workflow_id=workflow))
