"""Two runs side by side."""

from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import actor_of, refusals
from runs.api.runs import RunId
from runs.api.schemas import NodeOrigin, NodeState, RunSummary
from runs.comparison import Comparison, runs_compare

router = Router(tags=["runs"])


class DidOut(BaseModel):
    """What a node did in one run."""

    status: NodeState
    started_at: datetime | None
    finished_at: datetime | None
    usage: dict[str, Any] | None
    preview: str
    attempt: int
    origin: NodeOrigin


class PairOut(BaseModel):
    """One node in both runs."""

    key: str
    node_id: str
    scope_path: str
    before: DidOut | None = Field(description="Null where that run has no such node run.")
    after: DidOut | None
    is_same: bool = Field(description="Whether both gave the same output.")


class ComparisonOut(BaseModel):
    """Two runs and what differs between them."""

    before: RunSummary
    after: RunSummary
    nodes: list[PairOut]

    @classmethod
    def of(cls, found: Comparison) -> Self:
        nodes = [PairOut.model_validate(pair, from_attributes=True) for pair in found.nodes]
        return cls(before=RunSummary.of(found.before), after=RunSummary.of(found.after), nodes=nodes)


@router.get("/runs/{run_id}/comparison/{before}", response={200: ComparisonOut, **refusals()}, operation_id="run_compare")
def run_compare(request: HttpRequest, run_id: RunId, before: RunId) -> ComparisonOut:
    """Set a run beside an earlier one: status, time, tokens and cost of each node, and whether the outputs are the same.

    Of loops and maps the first turns and items are compared.
    """
    return ComparisonOut.of(runs_compare(actor=actor_of(request), before=before, after=run_id))
