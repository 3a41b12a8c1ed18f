"""What all runs of a workflow, or of a team, may spend together."""

from typing import Annotated, Literal, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field, WithJsonSchema

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.permissions import Action, Actor, Owned, require, team_of
from editor.selectors import workflow_get
from runs.shared_budgets import budget_set, scope_of, standing_of
from runs.standing import Standing

router = Router(tags=["runs"])

TeamId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
MOST_USD = 100_000_000
MOST_TOKENS = 10**15


class SharedBudgetIn(ApiModel):
    """Limits for all runs together. Without any there is no such budget."""

    per: Literal["day", "month"] = Field(default="month", description="A day or a calendar month, in UTC.")
    usd: Annotated[float, Field(ge=0, le=MOST_USD)] | None = None
    tokens: Annotated[int, Field(ge=0, le=MOST_TOKENS)] | None = None
    on: Literal["ask", "fail"] = Field(default="ask", description="What happens before more would be spent.")


class SharedBudgetOut(BaseModel):
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


@router.get("/workflows/{workflow_id}/budget", response={200: SharedBudgetOut, **refusals()}, operation_id="budget_get")
def budget_get(request: HttpRequest, workflow_id: WorkflowId) -> SharedBudgetOut:
    """Read what all runs of a workflow may spend together, and what they have spent."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    require(actor, Action.BUDGET_VIEW, workflow)
    return SharedBudgetOut.of(standing_of(scope_of(workflow)))


@router.put("/workflows/{workflow_id}/budget", response={200: SharedBudgetOut, **refusals(415, 422)}, operation_id="budget_set")
def budget_put(request: HttpRequest, workflow_id: WorkflowId, payload: SharedBudgetIn) -> SharedBudgetOut:
    """Say what all runs of a workflow may spend together. It holds at once; runs that wait for more go on."""
    actor = actor_of(request)
    return _set(workflow_get(actor=actor, workflow_id=workflow_id), actor, payload)


@router.get("/teams/{team_id}/budget", response={200: SharedBudgetOut, **refusals()}, operation_id="team_budget_get")
def team_budget_get(request: HttpRequest, team_id: TeamId) -> SharedBudgetOut:
    """Read what the runs of all workflows of a team may spend together, and what they have spent."""
    team = team_of(actor_of(request), team_id, Action.TEAM_VIEW)
    return SharedBudgetOut.of(standing_of(scope_of(team)))


@router.put("/teams/{team_id}/budget", response={200: SharedBudgetOut, **refusals(415, 422)}, operation_id="team_budget_set")
def team_budget_put(request: HttpRequest, team_id: TeamId, payload: SharedBudgetIn) -> SharedBudgetOut:
    """Say what the runs of all workflows of a team may spend together. It holds at once; runs that wait for more go on."""
    actor = actor_of(request)
    return _set(team_of(actor, team_id, Action.TEAM_VIEW), actor, payload)


def _set(thing: Owned, actor: Actor, wish: SharedBudgetIn) -> SharedBudgetOut:
    found = budget_set(thing, actor, per=wish.per, usd=wish.usd, tokens=wish.tokens, asks=wish.on == "ask")
    return SharedBudgetOut.of(found)
