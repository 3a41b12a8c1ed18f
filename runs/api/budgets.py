"""What all runs of a workflow may spend together."""

from typing import Annotated, Literal, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.permissions import Action, require
from editor.selectors import workflow_get
from runs.budget import Standing
from runs.spending import budget_set, standing_of

router = Router(tags=["runs"])

MOST_USD = 100_000_000
MOST_TOKENS = 10**15


class WorkflowBudgetIn(ApiModel):
    """Limits for all runs together. Without any there is no such budget."""

    per: Literal["day", "month"] = Field(default="month", description="A day or a calendar month, in UTC.")
    usd: Annotated[float, Field(ge=0, le=MOST_USD)] | None = None
    tokens: Annotated[int, Field(ge=0, le=MOST_TOKENS)] | None = None
    on: Literal["ask", "fail"] = Field(default="ask", description="What happens before more would be spent.")


class WorkflowBudgetOut(BaseModel):
    """The limits, null where there is none, and what is spent in the current day or month."""

    per: Literal["day", "month"] = "month"
    usd: float | None = None
    tokens: int | None = None
    on: Literal["ask", "fail"] = "ask"
    spent_usd: float = 0.0
    spent_tokens: int = 0
    held_usd: float = Field(default=0.0, description="Set aside for calls under way.")
    held_tokens: int = 0

    @classmethod
    def of(cls, found: Standing | None) -> Self:
        """Give how a budget stands."""
        if found is None:
            return cls()
        return cls(
            per="day" if found.per == "day" else "month",
            usd=found.usd,
            tokens=found.tokens,
            on="ask" if found.asks else "fail",
            spent_usd=found.spent_usd,
            spent_tokens=found.spent_tokens,
            held_usd=found.held_usd,
            held_tokens=found.held_tokens,
        )


@router.get("/workflows/{workflow_id}/budget", response={200: WorkflowBudgetOut, **refusals()}, operation_id="budget_get")
def budget_get(request: HttpRequest, workflow_id: WorkflowId) -> WorkflowBudgetOut:
    """Read what all runs of a workflow may spend together, and what they have spent."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    require(actor, Action.BUDGET_VIEW, workflow)
    return WorkflowBudgetOut.of(standing_of(str(workflow.pk)))


@router.put("/workflows/{workflow_id}/budget", response={200: WorkflowBudgetOut, **refusals(415, 422)}, operation_id="budget_set")
def budget_put(request: HttpRequest, workflow_id: WorkflowId, payload: WorkflowBudgetIn) -> WorkflowBudgetOut:
    """Say what all runs of a workflow may spend together. It holds at once; runs that wait for more go on."""
    actor = actor_of(request)
    found = budget_set(
        workflow_get(actor=actor, workflow_id=workflow_id),
        actor,
        per=payload.per,
        usd=payload.usd,
        tokens=payload.tokens,
        asks=payload.on == "ask",
    )
    return WorkflowBudgetOut.of(found)
