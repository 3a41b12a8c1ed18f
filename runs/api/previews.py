"""What the expressions of a drawn node see, and what they give, before anything is run."""

from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.errors import NotFound
from editor.permissions import Actor
from editor.selectors import workflow_draft
from runs import selectors
from runs.payloads import truncated
from runs.previews import Previewed, preview
from runs.sight import Known, Sight, latest_run, sight_of

router = Router(tags=["runs"])

SHOWN_CHARS = 16 * 1024
"""Longest value in an answer; beyond it there is its beginning and its size."""

NodeName = Annotated[str, StringConstraints(max_length=63)]
ParamName = Annotated[str, StringConstraints(max_length=100)]
Scope = Annotated[str, StringConstraints(max_length=1000)]


class KnownOut(BaseModel):
    """A name that expressions of the node may use."""

    name: str
    kind: Literal["input", "scope", "node", "run"]
    origin: Literal["", "run", "pinned"] = Field(description="Where the value comes from; empty where there is none yet.")
    value: Any = None

    @classmethod
    def of(cls, known: Known) -> Self:
        return cls(name=known.name, kind=known.kind, origin=known.origin, value=truncated(known.value, SHOWN_CHARS))


class SightOut(BaseModel):
    """All that one node sees."""

    run: str | None = Field(description="The run whose values these are; null where nothing ran yet.")
    scope: str = Field(description="The item or turn that was looked at.")
    names: list[KnownOut]


class PreviewIn(ApiModel):
    """A param as it is being written."""

    value: Any = Field(description="JSON with templates, or with `is_expression` the text of an expression.")
    is_expression: bool = False
    param: ParamName = Field(default="", description="The param whose value it is, which must then fit there.")
    run: str | None = Field(default=None, description="The run whose values to take; else the newest one.")
    scope: Scope = ""


class PreviewedOut(BaseModel):
    """What it gives. With `missing` nothing was evaluated."""

    run: str | None
    value: Any = None
    error: dict[str, Any] | None = None
    missing: list[str] = Field(description="Nodes that it names and that have no value yet.")

    @classmethod
    def of(cls, sight: Sight, previewed: Previewed) -> Self:
        error = None if previewed.fault is None else previewed.fault.to_json()
        run = None if sight.run is None else str(sight.run.pk)
        return cls(run=run, value=truncated(previewed.value, SHOWN_CHARS), error=error, missing=list(previewed.missing))


@router.get("/workflows/{workflow_id}/nodes/{node}/names", response={200: SightOut, **refusals(422)}, operation_id="names_get")
def names_get(
    request: HttpRequest,
    workflow_id: WorkflowId,
    node: NodeName,
    run: str | None = None,
    scope: Annotated[str, Query(max_length=1000)] = "",
) -> SightOut:
    """List what expressions of a node of the draft may use, with the values of the newest run or of a named one."""
    sight = _sight(actor_of(request), workflow_id, node, run, scope)
    shown = None if sight.run is None else str(sight.run.pk)
    return SightOut(run=shown, scope=sight.scope, names=[KnownOut.of(known) for known in sight.known])


@router.post(
    "/workflows/{workflow_id}/nodes/{node}/preview",
    response={200: PreviewedOut, **refusals(415, 422)},
    operation_id="value_preview",
)
def value_preview(request: HttpRequest, workflow_id: WorkflowId, node: NodeName, payload: PreviewIn) -> PreviewedOut:
    """Evaluate a param of a node of the draft with the values of a run, as a run would. Nothing is started or kept."""
    sight = _sight(actor_of(request), workflow_id, node, payload.run, payload.scope)
    return PreviewedOut.of(sight, preview(sight, payload.value, is_expression=payload.is_expression, param=payload.param))


def _sight(actor: Actor, workflow_id: str, node: str, run_id: str | None, scope: str) -> Sight:
    workflow, document = workflow_draft(actor=actor, workflow_id=workflow_id)
    run = latest_run(workflow) if run_id is None else selectors.run_get(actor=actor, run_id=run_id)
    if run is not None and run.workflow_id != workflow.pk:
        raise NotFound
    try:
        return sight_of(workflow, document, node, run, scope)
    except KeyError:
        raise NotFound from None
