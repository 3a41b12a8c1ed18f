"""Teams: make, read, rename, delete; who is in them, and who is invited."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema

from editor.api.http import ApiModel, refusals
from editor.api.schemas import RoleName, role_name
from editor.permissions import Action, Role, team_of
from editor.selectors import POSTGRES_BIGINT_MAX, as_uuid
from graphapp.accounts import teams
from graphapp.accounts.models import Invitation, Membership, Team, User
from graphapp.accounts.sharing_api import Email, person_of

router = Router(tags=["teams"])

TeamId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
MemberRole = Literal["viewer", "runner", "editor", "admin", "owner"]


class TeamIn(ApiModel):
    """A team to make or to rename."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(examples=["Support"])


class TeamOut(BaseModel):
    """A team of yours."""

    id: str
    name: str
    role: RoleName = Field(description="What you are in it.")
    members: int
    created_at: datetime

    @classmethod
    def of(cls, place: teams.Place) -> Self:
        team = place.team
        return cls(id=str(team.pk), name=team.name, role=role_name(place.role), members=place.members, created_at=team.created_at)


class TeamList(BaseModel):
    """The teams that you are in."""

    items: list[TeamOut]


class MemberOut(BaseModel):
    """Somebody in a team."""

    id: int
    name: str
    email: str
    role: RoleName
    is_you: bool

    @classmethod
    def of(cls, member: Membership, actor: User) -> Self:
        user = member.user
        name = user.get_full_name() or user.email
        return cls(id=user.pk, name=name, email=user.email, role=role_name(Role(member.role)), is_you=user == actor)


class InvitationOut(BaseModel):
    """An invitation that nobody has taken yet."""

    id: str
    email: str
    role: RoleName
    invited_by: str
    expires_at: datetime

    @classmethod
    def of(cls, one: Invitation) -> Self:
        by = "" if one.invited_by is None else one.invited_by.email
        return cls(id=str(one.pk), email=one.email, role=role_name(Role(one.role)), invited_by=by, expires_at=one.expires_at)


class InvitationMade(InvitationOut):
    """An invitation with the link that was sent: it is shown this once, to be passed on otherwise."""

    link: str


class TeamDetail(TeamOut):
    """A team with who is in it; invitations are for who may make them."""

    people: list[MemberOut]
    invitations: list[InvitationOut]
    owns: dict[str, list[str]] = Field(description="For owners, by kind, what it owns: that keeps it from being deleted.")


class InvitationIn(ApiModel):
    """Whom to invite, and as what."""

    email: Email
    role: MemberRole


class MemberPatch(ApiModel):
    """What somebody is from now on."""

    role: MemberRole


def found(actor: User, team_id: str, action: Action = Action.TEAM_VIEW) -> Team:
    """Find a team of the actor's."""
    return cast(Team, team_of(actor, team_id, action))


@router.get("/teams", response={200: TeamList, **refusals()}, operation_id="team_list")
def team_list(request: HttpRequest) -> TeamList:
    """List your teams."""
    return TeamList(items=[TeamOut.of(place) for place in teams.team_list(actor=person_of(request))])


@router.post("/teams", response={201: TeamOut, **refusals(409, 415, 422)}, operation_id="team_create")
def team_create(request: HttpRequest, payload: TeamIn) -> Status[TeamOut]:
    """Make a team, which is yours."""
    return Status(201, TeamOut.of(teams.team_create(actor=person_of(request), name=payload.name)))


@router.get("/teams/{team_id}", response={200: TeamDetail, **refusals()}, operation_id="team_get")
def team_get(request: HttpRequest, team_id: TeamId) -> TeamDetail:
    """Read a team with its members."""
    return _detail(person_of(request), team_id)


@router.patch("/teams/{team_id}", response={200: TeamDetail, **refusals(415, 422)}, operation_id="team_rename")
def team_rename(request: HttpRequest, team_id: TeamId, payload: TeamIn) -> TeamDetail:
    """Rename a team."""
    actor = person_of(request)
    teams.team_rename(team=found(actor, team_id), actor=actor, name=payload.name)
    return _detail(actor, team_id)


@router.delete("/teams/{team_id}", response={204: None, **refusals(409, 415)}, operation_id="team_delete")
def team_delete(request: HttpRequest, team_id: TeamId) -> Status[None]:
    """Delete a team that owns nothing any more; 409 `team_not_empty` names what it still owns."""
    actor = person_of(request)
    teams.team_delete(team=found(actor, team_id), actor=actor)
    return Status(204, None)


@router.put(
    "/teams/{team_id}/members/{user_id}", response={200: MemberOut, **refusals(409, 415, 422)}, operation_id="team_member_set"
)
def team_member_set(request: HttpRequest, team_id: TeamId, user_id: str, payload: MemberPatch) -> MemberOut:
    """Give a member another role. The last owner stays one."""
    actor, role = person_of(request), Role[payload.role.upper()]
    member = teams.member_set(team=found(actor, team_id), actor=actor, user_id=_number(user_id), role=role)
    return MemberOut.of(member, actor)


@router.delete(
    "/teams/{team_id}/members/{user_id}", response={204: None, **refusals(409, 415)}, operation_id="team_member_remove"
)
def team_member_remove(request: HttpRequest, team_id: TeamId, user_id: str) -> Status[None]:
    """Take somebody out of a team, or leave it. What they made there stays."""
    actor = person_of(request)
    teams.member_remove(team=found(actor, team_id), actor=actor, user_id=_number(user_id))
    return Status(204, None)


@router.post(
    "/teams/{team_id}/invitations",
    response={201: InvitationMade, **refusals(409, 415, 422)},
    operation_id="team_invite",
)
def team_invite(request: HttpRequest, team_id: TeamId, payload: InvitationIn) -> Status[InvitationMade]:
    """Invite somebody by mail. The link serves once, for a week; another invitation of the same address takes its place."""
    actor, role = person_of(request), Role[payload.role.upper()]
    made = teams.member_invite(team=found(actor, team_id), actor=actor, email=payload.email, role=role)
    return Status(201, InvitationMade(**InvitationOut.of(made.invitation).model_dump(), link=made.link))


@router.delete(
    "/teams/{team_id}/invitations/{invitation_id}", response={204: None, **refusals(415)}, operation_id="team_uninvite"
)
def team_uninvite(request: HttpRequest, team_id: TeamId, invitation_id: str) -> Status[None]:
    """Withdraw an invitation."""
    actor = person_of(request)
    teams.invitation_withdraw(team=found(actor, team_id), actor=actor, invitation_id=str(as_uuid(invitation_id)))
    return Status(204, None)


def _detail(actor: User, team_id: str) -> TeamDetail:
    team = found(actor, team_id)
    people = [MemberOut.of(member, actor) for member in teams.member_list(team=team, actor=actor)]
    role = next(member.role for member in people if member.is_you)
    invited: list[InvitationOut] = []
    if role in ("admin", "owner"):
        invited = [InvitationOut.of(one) for one in teams.invitation_list(team=team, actor=actor)]
    owns = teams.belongings(team) if role == "owner" else {}
    about: dict[str, Any] = {"id": str(team.pk), "name": team.name, "role": role, "created_at": team.created_at}
    return TeamDetail(**about, members=len(people), people=people, invitations=invited, owns=owns)


def _number(user_id: str) -> int:
    """Read a number; one of the wrong form is nobody's."""
    known = user_id.isascii() and user_id.isdecimal() and len(user_id) < 19
    return min(int(user_id), POSTGRES_BIGINT_MAX - 1) if known else 0
