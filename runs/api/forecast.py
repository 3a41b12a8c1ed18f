"""What a run may cost and take, before it is started."""

from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.selectors import workflow_get
from runs.forecasts import Forecast, run_forecast

router = Router(tags=["runs"])


class RangeOut(BaseModel):
    """Low, likely and high."""

    low: float
    likely: float
    high: float


class ForecastIn(ApiModel):
    """What would be run. The input need not be whole: only its size counts."""

    input: dict[str, Any] = Field(default_factory=dict)
    version: Annotated[int, Field(ge=1)] | Literal["draft", "latest"] = "draft"


class ForecastOut(BaseModel):
    """What a run may cost and take, and what that rests on."""

    usd: RangeOut
    tokens: RangeOut
    seconds: RangeOut
    past_runs: int = Field(description="So many past runs it rests on.")
    guessed: list[str] = Field(description="Nodes that it guesses from the sizes of their prompts: `high` is their bound.")
    unpriced: list[str] = Field(description="Models without a known price; they count as nothing.")
    asks_models: bool
    waits: bool = Field(description="The run may wait for somebody. That time is not counted.")
    budget_usd: float | None = Field(description="What the workflow's settings allow a run.")

    @classmethod
    def of(cls, told: Forecast) -> Self:
        ranges = {name: RangeOut.model_validate(getattr(told.amount, name), from_attributes=True) for name in RANGES}
        return cls(
            **ranges,
            past_runs=told.past_runs,
            guessed=list(told.guessed),
            unpriced=list(told.unpriced),
            asks_models=told.asks_models,
            waits=told.waits,
            budget_usd=told.budget_usd,
        )


RANGES = ("usd", "tokens", "seconds")


@router.post(
    "/workflows/{workflow_id}/forecast", response={200: ForecastOut, **refusals(409, 415, 422)}, operation_id="forecast_get"
)
def forecast_get(request: HttpRequest, workflow_id: WorkflowId, payload: ForecastIn) -> ForecastOut:
    """Say what a run would cost and take: low, likely and high. Nothing is started or kept.

    It rests on what nodes took in past runs, or where a node has not run yet, on the size of its prompt and the longest answer.
    """
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    return ForecastOut.of(run_forecast(workflow=workflow, actor=actor, version=payload.version, input=payload.input))
