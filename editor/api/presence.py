"""Who else has a workflow open."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field, StringConstraints

from editor import presence, selectors
from editor.api.http import ApiModel, WorkflowId, actor_of, refusals

router = Router(tags=["presence"])


class PresenceIn(ApiModel):
    """Which page says that it is there."""

    page: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")] = Field(examples=["p-4kx1"])


class OtherOut(BaseModel):
    """Somebody who has the workflow open."""

    name: str
    is_you: bool = Field(description="You yourself, in another browser or window.")
    can_edit: bool


class AroundOut(BaseModel):
    """Who else is there, and how far the draft is."""

    others: list[OtherOut]
    revision: int


@router.put("/workflows/{workflow_id}/presence", response={200: AroundOut, **refusals(415, 422)}, operation_id="presence_beat")
def presence_beat(request: HttpRequest, workflow_id: WorkflowId, payload: PresenceIn) -> AroundOut:
    """Say that a page has the workflow open, every few seconds; the answer says who else has."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    around = presence.presence_beat(workflow=workflow, actor=actor, page=payload.page)
    others = [OtherOut(name=one.name, is_you=one.is_you, can_edit=one.can_edit) for one in around.others]
    return AroundOut(others=others, revision=around.revision)


@router.post("/workflows/{workflow_id}/presence/leave", response={204: None, **refusals(415, 422)}, operation_id="presence_leave")
def presence_leave(request: HttpRequest, workflow_id: WorkflowId, payload: PresenceIn) -> Status[None]:
    """Say that a page is gone."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    presence.presence_leave(workflow=workflow, actor=actor, page=payload.page)
    return Status(204, None)
