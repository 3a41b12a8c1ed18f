"""Opening a template: the workflow is made here, and what it knows is left to the workers."""

from django.http import HttpRequest
from ninja import Router, Status

from editor.api.http import ApiModel, actor_of, refusals
from editor.api.schemas import Description, Name, TeamRef, WorkflowOut
from editor.permissions import Action, team_of
from editor.template_services import template_find, template_open
from runs.dispatch import hint_indexing_on_commit

router = Router(tags=["workflows"])


class TemplateOpenIn(ApiModel):
    """What the workflow is to be called; what is left out is as the template has it."""

    name: Name | None = None
    description: Description | None = None
    team: TeamRef = None


@router.post(
    "/templates/{template}/workflows", response={201: WorkflowOut, **refusals(409, 415, 422)}, operation_id="template_open"
)
def open_template(request: HttpRequest, template: str, payload: TemplateOpenIn) -> Status[WorkflowOut]:
    """Make a workflow from a template. The knowledge that it brings along becomes a knowledge base of yours, once."""
    found = template_find(template)
    actor = actor_of(request)
    team = None if payload.team is None else team_of(actor, payload.team, Action.TEAM_ADD)
    workflow = template_open(actor=actor, template=found, name=payload.name or "", description=payload.description, team=team)
    if found.kits:
        hint_indexing_on_commit()
    return Status(201, WorkflowOut.of(workflow, actor))
