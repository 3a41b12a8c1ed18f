"""What is done with teams. Each asks the permission table first; the last owner can neither leave nor become less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from editor.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from editor.permissions import Action, Role, require, role_of
from editor.transfers import take_over_archived
from graphapp.accounts.invitations import Made, address, invite
from graphapp.accounts.models import Invitation, Membership, Team, User

MOST_TEAMS = 100
"""One person may be in so many."""


@dataclass(frozen=True, slots=True)
class Place:
    """A team with what somebody is in it."""

    team: Team
    role: Role
    members: int


def team_list(*, actor: User) -> list[Place]:
    """List the teams that somebody is in, with their role in each."""
    role = Membership.objects.filter(team=OuterRef("pk"), user=actor).values("role")
    teams = Team.objects.filter(memberships__user=actor).annotate(mine=Subquery(role))
    counts = dict(Membership.objects.filter(team__in=teams.values("pk")).values_list("team").annotate(Count("pk")))
    return [Place(team, Role(team.mine), counts[team.pk]) for team in teams]


def team_create(*, actor: User, name: str) -> Place:
    """Make a team, owned by who makes it."""
    require(actor, Action.TEAM_CREATE)
    if Membership.objects.filter(user=actor).count() >= MOST_TEAMS:
        raise Conflict("too_many", f"You are in {MOST_TEAMS} teams already.")
    with transaction.atomic():
        team = Team.objects.create(name=_name(name))
        Membership.objects.create(team=team, user=actor, role=Role.OWNER)
    return Place(team, Role.OWNER, 1)


def team_rename(*, team: Team, actor: User, name: str) -> None:
    """Call a team something else."""
    require(actor, Action.TEAM_MANAGE, team)
    team.name = _name(name)
    team.save(update_fields=["name"])


def team_delete(*, team: Team, actor: User) -> None:
    """Delete a team that owns nothing any more. Its deleted workflows become the actor's, so that their runs stay readable."""
    require(actor, Action.TEAM_DELETE, team)
    with transaction.atomic():
        _locked(team)
        if left := belongings(team):
            raise Conflict("team_not_empty", f"{team.name} still owns {_listed(left)}. Move or delete them first.", data=left)
        take_over_archived(team_id=team.pk, actor=actor)
        team.delete()


def belongings(team: Team) -> dict[str, Any]:
    """Name what a team owns, by kind; nothing of a kind is left out."""
    found: dict[str, QuerySet[Any]] = {
        "workflows": team.workflows.filter(archived_at__isnull=True),
        "knowledge_bases": team.knowledge_bases.all(),
        "credentials": team.credentials.all(),
    }
    named = {kind: list(rows.order_by("name").values_list("name", flat=True)[:100]) for kind, rows in found.items()}
    return {kind: names for kind, names in named.items() if names}


def member_list(*, team: Team, actor: User) -> Sequence[Membership]:
    """List who is in a team."""
    require(actor, Action.TEAM_VIEW, team)
    return list(team.memberships.select_related("user").order_by("-role", "user__email"))


def member_set(*, team: Team, actor: User, user_id: int, role: Role) -> Membership:
    """Give a member another role. Only owners make owners, and only they change one."""
    require(actor, Action.TEAM_MANAGE, team)
    with transaction.atomic():
        member = _member(_locked(team), user_id)
        if Role.OWNER in (role, member.role) and role_of(actor, team) is not Role.OWNER:
            raise Forbidden
        if member.role == Role.OWNER and role is not Role.OWNER:
            _keep_an_owner(team, member)
        member.role = role
        member.save(update_fields=["role"])
    return member


def member_remove(*, team: Team, actor: User, user_id: int) -> None:
    """Take somebody out of a team, or leave it. What they made there stays the team's."""
    require(actor, Action.TEAM_LEAVE if user_id == actor.pk else Action.TEAM_MANAGE, team)
    with transaction.atomic():
        member = _member(_locked(team), user_id)
        if member.role == Role.OWNER:
            if role_of(actor, team) is not Role.OWNER:
                raise Forbidden
            _keep_an_owner(team, member)
        member.delete()


def member_invite(*, team: Team, actor: User, email: str, role: Role) -> Made:
    """Invite somebody by their address, whether they have an account or not."""
    require(actor, Action.TEAM_MANAGE, team)
    if role is Role.OWNER and role_of(actor, team) is not Role.OWNER:
        raise Forbidden
    email = address(email)
    if team.memberships.filter(user__email__iexact=email).exists():
        message = f"{email} is in this team already."
        raise Conflict("already_member", message, data={"fields": {"email": message}})
    with transaction.atomic():
        return invite(by=actor, email=email, role=role, team=_locked(team))


def invitation_list(*, team: Team, actor: User) -> Sequence[Invitation]:
    """List the invitations that nobody has taken yet."""
    require(actor, Action.TEAM_MANAGE, team)
    return list(team.invitations.filter(used_at__isnull=True).select_related("invited_by"))


def invitation_withdraw(*, team: Team, actor: User, invitation_id: str) -> None:
    """Withdraw an invitation: its link serves no more."""
    require(actor, Action.TEAM_MANAGE, team)
    if not team.invitations.filter(pk=invitation_id, used_at__isnull=True).delete()[0]:
        raise NotFound


def _locked(team: Team) -> Team:
    """Let nobody else change the team meanwhile, so that two owners cannot both be the last but one."""
    found = Team.objects.select_for_update().filter(pk=team.pk).first()
    if found is None:
        raise NotFound
    return found


def _member(team: Team, user_id: int) -> Membership:
    found = team.memberships.select_related("user").filter(user_id=user_id).first()
    if found is None:
        raise NotFound
    return found


def _keep_an_owner(team: Team, member: Membership) -> None:
    if not team.memberships.filter(role=Role.OWNER).exclude(pk=member.pk).exists():
        raise AppError("last_owner", "A team needs an owner. Make somebody else one first, or delete the team.", status=409)


def _name(name: str) -> str:
    name = " ".join(name.split())[:100]
    if not name:
        raise Invalid("invalid", "A team needs a name.", data={"fields": {"name": "Give it a name."}})
    return name


def _listed(left: dict[str, Any]) -> str:
    counts = []
    for kind, names in left.items():
        words = kind.replace("_", " ")
        counts.append(f"{len(names)} {words if len(names) > 1 else words[:-1]}")
    return " and ".join(counts)
