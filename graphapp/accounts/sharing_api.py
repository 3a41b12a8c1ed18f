"""With whom one workflow or knowledge base is shared: list, add by address or team, change, remove; and handing it over."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.api.schemas import BelongsTo, TeamRef
from editor.errors import Invalid
from editor.knowledge.models import KnowledgeBase
from editor.knowledge.selectors import base_get
from editor.models import Grant, Workflow
from editor.permissions import Action, Role, team_of
from editor.selectors import as_uuid, workflow_get
from editor.transfers import base_transfer, workflow_transfer
from graphapp.accounts import sharing
from graphapp.accounts.invitations import account_of
from graphapp.accounts.models import User

router = Router(tags=["sharing"])

GrantId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
GrantRole = Literal["viewer", "runner", "editor"]
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]


class GrantIn(ApiModel):
    """With whom, and as what: `email` or `team`."""

    email: Email | None = None
    team: TeamRef = None
    role: GrantRole


class GrantPatch(ApiModel):
    """As what from now on."""

    role: GrantRole


class GrantOut(BaseModel):
    """A share. Whether somebody has an account here yet it does not say."""

    id: str
    kind: Literal["person", "team"]
    email: str = Field(description="Of a person.")
    team: str | None = Field(description="The id of a team.")
    name: str = Field(description="The name of a team, or the address.")
    role: GrantRole
    created_at: datetime

    @classmethod
    def of(cls, grant: Grant) -> Self:
        email = grant.email if grant.person is None else grant.person.get_username().lower()
        role = cast(GrantRole, Role(grant.role).name.lower())
        about = {"id": str(grant.pk), "role": role, "created_at": grant.created_at}
        if grant.team is not None:
            return cls(**about, kind="team", email="", team=str(grant.team.pk), name=grant.team.name)
        return cls(**about, kind="person", email=email, team=None, name=email)


class GrantMade(GrantOut):
    """A share with the link that was sent to a person: it is shown this once, to be passed on otherwise."""

    link: str = Field(description="Empty for a team.")


class GrantList(BaseModel):
    """To whom something belongs, and with whom it is shared."""

    belongs_to: BelongsTo
    items: list[GrantOut]


class TransferIn(ApiModel):
    """To whom it is handed over: a team of yours, or a person by their address: you, or who is in a team with you."""

    team: TeamRef = None
    email: Email | None = None


def person_of(request: HttpRequest) -> User:
    """Say who asks."""
    return cast(User, actor_of(request))


def _list(actor: User, thing: Workflow | KnowledgeBase) -> GrantList:
    found = sharing.grant_list(thing=thing, actor=actor)
    return GrantList(belongs_to=BelongsTo.of(thing, actor), items=[GrantOut.of(one) for one in found])


def _add(actor: User, thing: Workflow | KnowledgeBase, payload: GrantIn) -> Status[GrantMade]:
    role = Role[payload.role.upper()]
    if (payload.email is None) == (payload.team is None):
        message = "Say either an e-mail address or a team."
        raise Invalid("invalid", message, data={"fields": {"email": message}})
    if payload.email is not None:
        made = sharing.grant_to_person(thing=thing, actor=actor, email=payload.email, role=role)
    else:
        team = team_of(actor, payload.team, Action.TEAM_VIEW)
        made = sharing.grant_to_team(thing=thing, actor=actor, team=team, role=role)
    return Status(201, GrantMade(**GrantOut.of(made.grant).model_dump(), link=made.link))


def _to(actor: User, payload: TransferIn) -> dict[str, Any]:
    if payload.team is not None:
        return {"team": team_of(actor, payload.team, Action.TEAM_ADD)}
    return {"person": None if payload.email is None else account_of(payload.email)}


@router.get("/workflows/{workflow_id}/grants", response={200: GrantList, **refusals()}, operation_id="grant_list")
def grant_list(request: HttpRequest, workflow_id: WorkflowId) -> GrantList:
    """List with whom a workflow is shared."""
    actor = person_of(request)
    return _list(actor, workflow_get(actor=actor, workflow_id=workflow_id))


@router.post("/workflows/{workflow_id}/grants", response={201: GrantMade, **refusals(409, 415, 422)}, operation_id="grant_add")
def grant_add(request: HttpRequest, workflow_id: WorkflowId, payload: GrantIn) -> Status[GrantMade]:
    """Share a workflow with a person or a team, or give them another role. A person is told by mail."""
    actor = person_of(request)
    return _add(actor, workflow_get(actor=actor, workflow_id=workflow_id), payload)


@router.put(
    "/workflows/{workflow_id}/grants/{grant_id}", response={200: GrantOut, **refusals(415, 422)}, operation_id="grant_change"
)
def grant_change(request: HttpRequest, workflow_id: WorkflowId, grant_id: GrantId, payload: GrantPatch) -> GrantOut:
    """Change what a workflow is shared as."""
    actor, role = person_of(request), Role[payload.role.upper()]
    thing = workflow_get(actor=actor, workflow_id=workflow_id)
    return GrantOut.of(sharing.grant_change(thing=thing, actor=actor, grant_id=str(as_uuid(grant_id)), role=role))


@router.delete("/workflows/{workflow_id}/grants/{grant_id}", response={204: None, **refusals(415)}, operation_id="grant_remove")
def grant_remove(request: HttpRequest, workflow_id: WorkflowId, grant_id: GrantId) -> Status[None]:
    """Share a workflow no more, or let go of one that was shared with you."""
    actor = person_of(request)
    thing = workflow_get(actor=actor, workflow_id=workflow_id)
    sharing.grant_remove(thing=thing, actor=actor, grant_id=str(as_uuid(grant_id)))
    return Status(204, None)


@router.post(
    "/workflows/{workflow_id}/transfer", response={204: None, **refusals(409, 415, 422)}, operation_id="workflow_transfer"
)
def transfer_workflow(request: HttpRequest, workflow_id: WorkflowId, payload: TransferIn) -> Status[None]:
    """Hand a workflow over, with its versions, runs and shares. You keep what the new owner's team or shares give you."""
    actor = person_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    workflow_transfer(workflow=workflow, actor=actor, **_to(actor, payload))
    return Status(204, None)


@router.get("/knowledge/{base_id}/grants", response={200: GrantList, **refusals()}, operation_id="knowledge_grant_list")
def knowledge_grant_list(request: HttpRequest, base_id: WorkflowId) -> GrantList:
    """List with whom a knowledge base is shared."""
    actor = person_of(request)
    return _list(actor, base_get(actor=actor, base_id=base_id))


@router.post(
    "/knowledge/{base_id}/grants", response={201: GrantMade, **refusals(409, 415, 422)}, operation_id="knowledge_grant_add"
)
def knowledge_grant_add(request: HttpRequest, base_id: WorkflowId, payload: GrantIn) -> Status[GrantMade]:
    """Share a knowledge base with a person or a team, or give them another role."""
    actor = person_of(request)
    return _add(actor, base_get(actor=actor, base_id=base_id), payload)


@router.put(
    "/knowledge/{base_id}/grants/{grant_id}",
    response={200: GrantOut, **refusals(415, 422)},
    operation_id="knowledge_grant_change",
)
def knowledge_grant_change(request: HttpRequest, base_id: WorkflowId, grant_id: GrantId, payload: GrantPatch) -> GrantOut:
    """Change what a knowledge base is shared as."""
    actor, role = person_of(request), Role[payload.role.upper()]
    thing = base_get(actor=actor, base_id=base_id)
    return GrantOut.of(sharing.grant_change(thing=thing, actor=actor, grant_id=str(as_uuid(grant_id)), role=role))


@router.delete(
    "/knowledge/{base_id}/grants/{grant_id}", response={204: None, **refusals(415)}, operation_id="knowledge_grant_remove"
)
def knowledge_grant_remove(request: HttpRequest, base_id: WorkflowId, grant_id: GrantId) -> Status[None]:
    """Share a knowledge base no more, or let go of one that was shared with you."""
    actor = person_of(request)
    thing = base_get(actor=actor, base_id=base_id)
    sharing.grant_remove(thing=thing, actor=actor, grant_id=str(as_uuid(grant_id)))
    return Status(204, None)


@router.post("/knowledge/{base_id}/transfer", response={204: None, **refusals(409, 415, 422)}, operation_id="knowledge_transfer")
def transfer_knowledge(request: HttpRequest, base_id: WorkflowId, payload: TransferIn) -> Status[None]:
    """Hand a knowledge base over, with its documents and shares."""
    actor = person_of(request)
    base_transfer(base=base_get(actor=actor, base_id=base_id), actor=actor, **_to(actor, payload))
    return Status(204, None)
