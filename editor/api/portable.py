"""Workflows as files: export and import."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from ninja import Router, Status
from pydantic import BaseModel, Field

from editor import selectors
from editor.api.http import WorkflowId, actor_of, parse_json, refusals
from editor.api.schemas import WorkflowOut
from editor.api.uploads import UPLOAD_BODY, read_upload
from editor.portable.export import space_export, workflow_export
from editor.portable.form import PortableFile
from editor.portable.imports import Imported, file_import, file_read

router = Router(tags=["files"])


class AttentionOut(BaseModel):
    """One thing to look after in what came in."""

    code: str = Field(examples=["missing_credential"])
    message: str
    node_id: str
    param: str


class ImportedOut(BaseModel):
    """What became of one workflow of the file."""

    name: str
    workflow: WorkflowOut | None = Field(description="Null where its graph could not be read.")
    attention: list[AttentionOut]


class ImportOut(BaseModel):
    """What became of a file."""

    items: list[ImportedOut]


def name_file(response: HttpResponse, name: str) -> None:
    """Let browsers keep the answer as a file."""
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "workflows"}.graphapp.json"'


@router.get("/workflows/{workflow_id}/export", response={200: PortableFile, **refusals()}, operation_id="workflow_export")
def export_workflow(request: HttpRequest, response: HttpResponse, workflow_id: WorkflowId) -> PortableFile:
    """Write a workflow and its versions to a file. It names credentials and knowledge, and holds neither."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    name_file(response, workflow.name)
    return workflow_export(actor=actor, workflow=workflow)


@router.get("/export", response={200: PortableFile, **refusals()}, operation_id="space_export")
def export_space(request: HttpRequest, response: HttpResponse) -> PortableFile:
    """Write all workflows of your own to a file."""
    name_file(response, "workflows")
    return space_export(actor=actor_of(request))


@router.post(
    "/import",
    response={201: ImportOut, **refusals(409, 415, 422)},
    operation_id="file_import",
    openapi_extra=UPLOAD_BODY,
)
def import_file(request: HttpRequest) -> Status[ImportOut]:
    """Make workflows of an exported file, which is the body. The answer says what of them needs attention here.

    One that cannot be read keeps no other from coming in. Types that are not known are kept as they are.
    """
    actor = actor_of(request)
    made = file_import(actor=actor, file=file_read(parse_json(read_upload(request))))
    return Status(201, ImportOut(items=[told(one, actor) for one in made]))


def told(one: Imported, actor: Any) -> ImportedOut:
    """Say what became of a workflow."""
    if one.workflow is not None:
        one.workflow.refresh_from_db()
    workflow = (
        None if one.workflow is None else WorkflowOut.of(selectors.workflow_get(actor=actor, workflow_id=one.workflow.pk), actor)
    )
    attention = [AttentionOut(code=a.code, message=a.message, node_id=a.node_id, param=a.param) for a in one.attention]
    return ImportedOut(name=one.name, workflow=workflow, attention=attention)
