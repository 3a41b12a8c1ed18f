"""Outgoing webhooks of a workflow: make, change, delete, and make their key anew."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import WithJsonSchema

from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.outgoing_schemas import OutgoingIn, OutgoingList, OutgoingMade, OutgoingPatch
from editor.permissions import Action, Actor, can
from editor.selectors import workflow_get
from editor.triggers import outgoing as services
from editor.triggers import selectors
from editor.triggers.models import OutgoingWebhook

router = Router(tags=["outgoing webhooks"])

OutgoingId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
ALL = "/workflows/{workflow_id}/outgoing-webhooks"
ONE = "/workflows/{workflow_id}/outgoing-webhooks/{outgoing_id}"


def _found(request: HttpRequest, workflow_id: str, outgoing_id: str) -> tuple[Actor, OutgoingWebhook]:
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    return actor, selectors.outgoing_get(actor=actor, workflow=workflow, outgoing_id=outgoing_id, action=Action.TRIGGER_EDIT)


@router.get(ALL, response={200: OutgoingList, **refusals()}, operation_id="outgoing_list")
def outgoing_list(request: HttpRequest, workflow_id: WorkflowId) -> OutgoingList:
    """List who is told of the ends of runs."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    tells_url = can(actor, Action.TRIGGER_EDIT, workflow)
    return OutgoingList.of(selectors.outgoing_list(actor=actor, workflow=workflow), tells_url=tells_url)


@router.post(ALL, response={201: OutgoingMade, **refusals(409, 415, 422)}, operation_id="outgoing_create")
def outgoing_create(request: HttpRequest, workflow_id: WorkflowId, payload: OutgoingIn) -> Status[OutgoingMade]:
    """Have an address told. Messages are signed as Standard Webhooks has it; the key is told in this answer alone."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    made = services.outgoing_create(workflow=workflow, actor=actor, **payload.model_dump())
    return Status(201, OutgoingMade.of_made(made))


@router.patch(ONE, response={200: OutgoingMade, **refusals(409, 415, 422)}, operation_id="outgoing_update")
def outgoing_update(
    request: HttpRequest, workflow_id: WorkflowId, outgoing_id: OutgoingId, payload: OutgoingPatch
) -> OutgoingMade:
    """Change an outgoing webhook. Another host gets another key."""
    actor, found = _found(request, workflow_id, outgoing_id)
    changes = payload.model_dump(exclude_none=True)
    return OutgoingMade.of_made(services.outgoing_update(outgoing=found, actor=actor, changes=changes))


@router.post(f"{ONE}/rotate", response={200: OutgoingMade, **refusals(415)}, operation_id="outgoing_rotate")
def outgoing_rotate(request: HttpRequest, workflow_id: WorkflowId, outgoing_id: OutgoingId) -> OutgoingMade:
    """Make a new key; what is sent from then on is signed with it."""
    actor, found = _found(request, workflow_id, outgoing_id)
    return OutgoingMade.of_made(services.outgoing_rotate(outgoing=found, actor=actor))


@router.delete(ONE, response={204: None, **refusals(415)}, operation_id="outgoing_delete")
def outgoing_delete(request: HttpRequest, workflow_id: WorkflowId, outgoing_id: OutgoingId) -> Status[None]:
    """Tell it nothing more."""
    actor, found = _found(request, workflow_id, outgoing_id)
    services.outgoing_delete(outgoing=found, actor=actor)
    return Status(204, None)
