"""The log of a trigger."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Self

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

from editor.api.http import WorkflowId, actor_of, refusals
from editor.permissions import Action
from editor.selectors import POSTGRES_BIGINT_MAX, workflow_get
from editor.triggers.selectors import trigger_get
from runs.triggers import selectors
from runs.triggers.models import TriggerCall

router = Router(tags=["triggers"])

TriggerId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


class CallOut(BaseModel):
    """One time that a trigger was called, or was due."""

    id: int
    at: datetime
    is_test: bool
    status: int | None = Field(description="Of the answer; a schedule has none.")
    code: str = Field(description="`started`, `repeated`, `missed`, or why nothing was started.")
    message: str
    due_at: datetime | None = Field(description="Of a schedule: for when.")
    run_id: str | None
    request: dict[str, Any] = Field(description="Of a call that was let in: its type, size and beginning.")

    @classmethod
    def of(cls, call: TriggerCall) -> Self:
        facts = {name: getattr(call, name) for name in cls.model_fields if name != "run_id"}
        return cls(**facts, run_id=None if call.run_id is None else str(call.run_id))


class CallList(BaseModel):
    """The last calls of a trigger, the newest first."""

    items: list[CallOut]

    @classmethod
    def of(cls, calls: Iterable[TriggerCall]) -> Self:
        return cls(items=[CallOut.of(call) for call in calls])


@router.get(
    "/workflows/{workflow_id}/triggers/{trigger_id}/calls",
    response={200: CallList, **refusals(422)},
    operation_id="trigger_calls",
)
def trigger_calls(
    request: HttpRequest,
    workflow_id: WorkflowId,
    trigger_id: TriggerId,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=1, le=POSTGRES_BIGINT_MAX)] = None,
) -> CallList:
    """List the last calls of a trigger; `before` continues after the last one's `id`. The newest 200 are kept for a while."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    trigger = trigger_get(actor=actor, workflow=workflow, trigger_id=trigger_id, action=Action.TRIGGER_EDIT)
    return CallList.of(selectors.call_list(actor=actor, trigger=trigger, before=before, limit=limit))
