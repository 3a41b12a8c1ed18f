"""The log of a trigger, and the messages of an outgoing webhook."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import BaseModel, Field, WithJsonSchema

from editor.api.http import WorkflowId, actor_of, refusals
from editor.permissions import Action, Actor
from editor.selectors import POSTGRES_BIGINT_MAX, workflow_get
from editor.triggers.models import OutgoingWebhook
from editor.triggers.selectors import outgoing_get, trigger_get
from runs.triggers import deliveries, selectors
from runs.triggers.models import Delivery, TriggerCall

router = Router(tags=["triggers"])

TriggerId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
OutgoingId = TriggerId
DeliveryId = TriggerId


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


class DeliveryOut(BaseModel):
    """A message about the end of a run."""

    id: str
    run_id: str
    state: Literal["waiting", "arrived", "given_up"]
    attempts: int
    status: int | None = Field(description="Of the last answer.")
    message: str
    due_at: datetime
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Delivery) -> Self:
        facts = {name: getattr(row, name) for name in cls.model_fields if name not in {"id", "run_id"}}
        return cls(**facts, id=str(row.pk), run_id=str(row.run_id))


class DeliveryList(BaseModel):
    """The last messages of an outgoing webhook, the newest first."""

    items: list[DeliveryOut]


DELIVERIES = "/workflows/{workflow_id}/outgoing-webhooks/{outgoing_id}/deliveries"


def _outgoing(request: HttpRequest, workflow_id: str, outgoing_id: str) -> tuple[Actor, OutgoingWebhook]:
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    return actor, outgoing_get(actor=actor, workflow=workflow, outgoing_id=outgoing_id, action=Action.TRIGGER_EDIT)


@router.get(DELIVERIES, response={200: DeliveryList, **refusals()}, operation_id="delivery_list")
def delivery_list(request: HttpRequest, workflow_id: WorkflowId, outgoing_id: OutgoingId) -> DeliveryList:
    """List the last fifty messages, and what came of each."""
    actor, outgoing = _outgoing(request, workflow_id, outgoing_id)
    return DeliveryList(items=[DeliveryOut.of(row) for row in deliveries.delivery_list(actor=actor, outgoing=outgoing)])


@router.post(f"{DELIVERIES}/{{delivery_id}}/repeat", response={202: DeliveryOut, **refusals(415)}, operation_id="delivery_repeat")
def delivery_repeat(
    request: HttpRequest, workflow_id: WorkflowId, outgoing_id: OutgoingId, delivery_id: DeliveryId
) -> Status[DeliveryOut]:
    """Send a message again. It keeps its id."""
    actor, outgoing = _outgoing(request, workflow_id, outgoing_id)
    found = deliveries.delivery_repeat(actor=actor, outgoing=outgoing, delivery_id=delivery_id)
    return Status(202, DeliveryOut.of(found))
