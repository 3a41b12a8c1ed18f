"""Links of a workflow, for those who may share it: preview, make, list, change, revoke."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from editor import selectors
from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.link_schemas import ExposureOut, LinkIn, LinkList, LinkMade, LinkOut, LinkPatch, exposure_of
from editor.permissions import Action, require
from editor.sharing import selectors as link_selectors
from editor.sharing import services
from editor.sharing.models import Right

router = Router(tags=["links"])
LinkId = WorkflowId


@router.get("/workflows/{workflow_id}/links", response={200: LinkList, **refusals()}, operation_id="link_list")
def link_list(request: HttpRequest, workflow_id: WorkflowId) -> LinkList:
    """List the links of a workflow: those that work first."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    return LinkList(items=[LinkOut.of(link) for link in link_selectors.link_list(actor=actor, workflow=workflow)])


@router.get("/workflows/{workflow_id}/exposure", response={200: ExposureOut, **refusals(409, 422)}, operation_id="link_preview")
def link_preview(
    request: HttpRequest,
    workflow_id: WorkflowId,
    right: Literal["view", "run", "copy"] = "view",
    version: Annotated[int | None, Query(ge=1)] = None,
) -> ExposureOut:
    """Say exactly what a stranger would see through a link, before it is made."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    require(actor, Action.LINK_CREATE, workflow)
    shown = services.version_to_share(workflow, actor, version)
    return exposure_of(workflow.name, workflow.description, right=right, version=shown, maker=actor)


@router.post("/workflows/{workflow_id}/links", response={201: LinkMade, **refusals(409, 415, 422)}, operation_id="link_create")
def link_create(request: HttpRequest, workflow_id: WorkflowId, payload: LinkIn) -> Status[LinkMade]:
    """Make a link. The answer holds its address, this once: only a digest is kept."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    right = Right(payload.right)
    link, token = services.link_create(workflow=workflow, actor=actor, right=right, version=payload.version, **payload.given())
    return Status(201, LinkMade.of_made(link, token))


@router.patch(
    "/workflows/{workflow_id}/links/{link_id}", response={200: LinkOut, **refusals(415, 422)}, operation_id="link_change"
)
def link_change(request: HttpRequest, workflow_id: WorkflowId, link_id: LinkId, payload: LinkPatch) -> LinkOut:
    """Change the terms of a link. Its address stays."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    link = link_selectors.link_get(actor=actor, workflow=workflow, link_id=link_id)
    return LinkOut.of(services.link_change(link=link, actor=actor, **payload.given()))


@router.delete("/workflows/{workflow_id}/links/{link_id}", response={200: LinkOut, **refusals(415)}, operation_id="link_revoke")
def link_revoke(request: HttpRequest, workflow_id: WorkflowId, link_id: LinkId) -> LinkOut:
    """Revoke a link for good. It stays in the list, with what it was used for."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    link = link_selectors.link_get(actor=actor, workflow=workflow, link_id=link_id)
    return LinkOut.of(services.link_revoke(link=link, actor=actor))
