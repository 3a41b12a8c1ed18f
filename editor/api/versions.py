"""Versions: publish, list, read."""

from django.http import HttpRequest
from ninja import Router, Status

from editor import selectors, services
from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.schemas import VersionIn, VersionList, VersionOut, VersionWithDocument

router = Router(tags=["versions"])


@router.post(
    "/workflows/{workflow_id}/versions", response={201: VersionOut, **refusals(415, 422)}, operation_id="version_publish"
)
def version_publish(request: HttpRequest, workflow_id: WorkflowId, payload: VersionIn) -> Status[VersionOut]:
    """Publish the draft as the next version. A draft equal to the latest version answers that one."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    return Status(201, VersionOut.of(services.version_publish(workflow=workflow, actor=actor, note=payload.note)))


@router.post(
    "/workflows/{workflow_id}/versions/{number}/roll-back",
    response={201: VersionOut, **refusals(415, 422)},
    operation_id="version_roll_back",
)
def version_roll_back(request: HttpRequest, workflow_id: WorkflowId, number: int, payload: VersionIn) -> Status[VersionOut]:
    """Publish an earlier version again, as the newest one. The draft stays as it is. The newest version answers itself."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    version = selectors.version_get(actor=actor, workflow=workflow, number=number)
    made = services.version_roll_back(workflow=workflow, actor=actor, version=version, note=payload.note)
    return Status(201, VersionOut.of(made))


@router.get("/workflows/{workflow_id}/versions", response={200: VersionList, **refusals()}, operation_id="version_list")
def version_list(request: HttpRequest, workflow_id: WorkflowId) -> VersionList:
    """List the published versions, the newest first."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    versions = selectors.version_list(actor=actor, workflow=workflow)
    return VersionList(items=[VersionOut.of(version) for version in versions])


@router.get(
    "/workflows/{workflow_id}/versions/{number}",
    response={200: VersionWithDocument, **refusals(422)},
    operation_id="version_get",
)
def version_get(request: HttpRequest, workflow_id: WorkflowId, number: int) -> VersionWithDocument:
    """Read one published version with its document."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    return VersionWithDocument.of(selectors.version_get(actor=actor, workflow=workflow, number=number))
