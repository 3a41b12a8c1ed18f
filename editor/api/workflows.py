"""Workflows: list, make, read, rename, delete, duplicate."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status

from editor import selectors, services
from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.schemas import Search, Space, WorkflowIn, WorkflowOut, WorkflowPage, WorkflowPatch
from editor.permissions import Action, roles_of, team_of

router = Router(tags=["workflows"])


@router.get("/workflows", response={200: WorkflowPage, **refusals(422)}, operation_id="workflow_list")
def workflow_list(
    request: HttpRequest,
    search: Search = "",
    space: Space = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> WorkflowPage:
    """List your workflows, your teams' and those shared with you, the last changed first."""
    actor = actor_of(request)
    page = selectors.workflow_list(actor=actor, search=search, space=space, limit=limit, offset=offset)
    roles = roles_of(actor, page.items)
    return WorkflowPage(items=[WorkflowOut.of(one, actor, roles[one.pk]) for one in page.items], total=page.total)


@router.post("/workflows", response={201: WorkflowOut, **refusals(409, 415, 422)}, operation_id="workflow_create")
def workflow_create(request: HttpRequest, payload: WorkflowIn) -> Status[WorkflowOut]:
    """Make a workflow, empty or from a document."""
    actor = actor_of(request)
    document = None if payload.document is None else services.document_read(payload.document)
    team = None if payload.team is None else team_of(actor, payload.team, Action.TEAM_ADD)
    workflow = services.workflow_create(
        actor=actor, name=payload.name, description=payload.description, document=document, team=team
    )
    return Status(201, WorkflowOut.of(workflow, actor))


@router.get("/workflows/{workflow_id}", response={200: WorkflowOut, **refusals()}, operation_id="workflow_get")
def workflow_get(request: HttpRequest, workflow_id: WorkflowId) -> WorkflowOut:
    """Read a workflow without its document."""
    actor = actor_of(request)
    return WorkflowOut.of(selectors.workflow_get(actor=actor, workflow_id=workflow_id), actor)


@router.patch("/workflows/{workflow_id}", response={200: WorkflowOut, **refusals(415, 422)}, operation_id="workflow_rename")
def workflow_rename(request: HttpRequest, workflow_id: WorkflowId, payload: WorkflowPatch) -> WorkflowOut:
    """Change a workflow's name or description."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    changed = services.workflow_rename(workflow=workflow, actor=actor, name=payload.name, description=payload.description)
    return WorkflowOut.of(changed, actor)


@router.delete("/workflows/{workflow_id}", response={204: None, **refusals(415)}, operation_id="workflow_archive")
def workflow_archive(request: HttpRequest, workflow_id: WorkflowId) -> Status[None]:
    """Delete a workflow. Its past runs stay readable."""
    actor = actor_of(request)
    services.workflow_archive(workflow=selectors.workflow_get(actor=actor, workflow_id=workflow_id), actor=actor)
    return Status(204, None)


@router.post(
    "/workflows/{workflow_id}/duplicate", response={201: WorkflowOut, **refusals(409, 415)}, operation_id="workflow_duplicate"
)
def workflow_duplicate(request: HttpRequest, workflow_id: WorkflowId) -> Status[WorkflowOut]:
    """Copy a workflow's draft into a new workflow: the team's where you may add to it, else yours."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    return Status(201, WorkflowOut.of(services.workflow_duplicate(workflow=workflow, actor=actor), actor))
