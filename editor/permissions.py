"""The one table that says which role an action needs. Runs inherit it from their workflow.

People and teams are the project's: they are reached by relations, and nothing of the project is imported here.
"""

import uuid
from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Literal, Protocol

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from editor.errors import Forbidden, NotFound

Actor = AbstractBaseUser | AnonymousUser


Kind = Literal["workflow", "knowledge"]


class Owned(Protocol):
    """What belongs to a person or to a team: a workflow, a knowledge base, a credential; and a team, which is its own."""

    @property
    def pk(self) -> Any:
        """Which one it is."""

    @property
    def owner_id(self) -> object:
        """Whose it is; None of a team's."""

    @property
    def team_id(self) -> object:
        """Which team's it is; None of a person's."""


class Role(IntEnum):
    """What a person is to a thing; a higher role may do all that a lower one may. The numbers are stored."""

    NONE = 0
    VIEWER = 10
    RUNNER = 20
    EDITOR = 30
    ADMIN = 40
    OWNER = 50


GRANTED = (Role.VIEWER, Role.RUNNER, Role.EDITOR)
"""What one thing can be shared as: what is more comes with owning it, alone or in a team."""


class Action(StrEnum):
    """Everything that can be asked of a workflow, its runs, a knowledge base or a team. None follows from an HTTP verb."""

    WORKFLOW_CREATE = "workflow.create"
    WORKFLOW_VIEW = "workflow.view"
    WORKFLOW_RENAME = "workflow.rename"
    WORKFLOW_DUPLICATE = "workflow.duplicate"
    WORKFLOW_ARCHIVE = "workflow.archive"
    WORKFLOW_TRANSFER = "workflow.transfer"
    GRANT_VIEW = "grant.view"
    GRANT_SET = "grant.set"
    DRAFT_VIEW = "draft.view"
    DRAFT_SAVE = "draft.save"
    BUDGET_VIEW = "budget.view"
    BUDGET_SET = "budget.set"
    VERSION_VIEW = "version.view"
    VERSION_PUBLISH = "version.publish"
    RUN_VIEW = "run.view"
    RUN_START = "run.start"
    RUN_CANCEL = "run.cancel"
    RUN_ANSWER = "run.answer"
    RUN_RAISE = "run.raise"
    CREDENTIAL_CREATE = "credential.create"
    CREDENTIAL_USE = "credential.use"
    CREDENTIAL_EDIT = "credential.edit"
    KNOWLEDGE_CREATE = "knowledge.create"
    KNOWLEDGE_VIEW = "knowledge.view"
    KNOWLEDGE_SEARCH = "knowledge.search"
    KNOWLEDGE_EDIT = "knowledge.edit"
    KNOWLEDGE_DELETE = "knowledge.delete"
    KNOWLEDGE_TRANSFER = "knowledge.transfer"
    TEAM_CREATE = "team.create"
    TEAM_VIEW = "team.view"
    TEAM_LEAVE = "team.leave"
    TEAM_ADD = "team.add"
    TEAM_MANAGE = "team.manage"
    TEAM_BUDGET = "team.budget"
    TEAM_DELETE = "team.delete"
    TRIGGER_VIEW = "trigger.view"
    TRIGGER_EDIT = "trigger.edit"
    LINK_VIEW = "link.view"
    LINK_CREATE = "link.create"
    LINK_CHANGE = "link.change"


NEEDS: Mapping[Action, Role] = MappingProxyType(
    {
        Action.WORKFLOW_CREATE: Role.NONE,
        Action.WORKFLOW_VIEW: Role.VIEWER,
        Action.WORKFLOW_RENAME: Role.EDITOR,
        Action.WORKFLOW_DUPLICATE: Role.VIEWER,
        Action.WORKFLOW_ARCHIVE: Role.ADMIN,
        Action.WORKFLOW_TRANSFER: Role.ADMIN,
        Action.GRANT_VIEW: Role.EDITOR,
        Action.GRANT_SET: Role.ADMIN,
        Action.DRAFT_VIEW: Role.VIEWER,
        Action.DRAFT_SAVE: Role.EDITOR,
        Action.BUDGET_VIEW: Role.VIEWER,
        Action.BUDGET_SET: Role.ADMIN,
        Action.VERSION_VIEW: Role.VIEWER,
        Action.VERSION_PUBLISH: Role.EDITOR,
        Action.RUN_VIEW: Role.VIEWER,
        Action.RUN_START: Role.RUNNER,
        Action.RUN_CANCEL: Role.RUNNER,
        Action.RUN_ANSWER: Role.RUNNER,
        Action.RUN_RAISE: Role.EDITOR,
        Action.CREDENTIAL_CREATE: Role.NONE,
        Action.CREDENTIAL_USE: Role.EDITOR,
        Action.CREDENTIAL_EDIT: Role.ADMIN,
        Action.KNOWLEDGE_CREATE: Role.NONE,
        Action.KNOWLEDGE_VIEW: Role.VIEWER,
        Action.KNOWLEDGE_SEARCH: Role.VIEWER,
        Action.KNOWLEDGE_EDIT: Role.EDITOR,
        Action.KNOWLEDGE_DELETE: Role.ADMIN,
        Action.KNOWLEDGE_TRANSFER: Role.ADMIN,
        Action.TEAM_CREATE: Role.NONE,
        Action.TEAM_VIEW: Role.VIEWER,
        Action.TEAM_LEAVE: Role.VIEWER,
        Action.TEAM_ADD: Role.EDITOR,
        Action.TEAM_MANAGE: Role.ADMIN,
        Action.TEAM_BUDGET: Role.ADMIN,
        Action.TEAM_DELETE: Role.OWNER,
        Action.TRIGGER_VIEW: Role.VIEWER,
        Action.TRIGGER_EDIT: Role.EDITOR,
        Action.LINK_VIEW: Role.EDITOR,
        Action.LINK_CREATE: Role.EDITOR,
        Action.LINK_CHANGE: Role.EDITOR,
    }
)
"""The table. A runner decides when a workflow runs and with what, and an editor what it does."""


def role_of(actor: Actor, thing: "Owned | None") -> Role:
    """Say what the actor is to a thing: the most of owning it, being in its team, and what it was shared as."""
    if thing is None or not actor.is_authenticated:
        return Role.NONE
    if thing.owner_id is not None and thing.owner_id == actor.pk:
        return Role.OWNER
    return roles_of(actor, [thing])[thing.pk]


def roles_of(actor: Actor, things: Sequence[Owned]) -> dict[Any, Role]:
    """Say what the actor is to each of some things of one kind, by their ids."""
    found = {thing.pk: Role.OWNER if thing.owner_id == actor.pk else Role.NONE for thing in things}
    others = [thing for thing in things if not found[thing.pk]] if actor.is_authenticated else []
    if not others:
        return found
    held = _held(actor, others)
    for thing in others:
        found[thing.pk] = Role(max(held.get(("team", thing.team_id), 0), held.get(("thing", thing.pk), 0)))
    return found


def _held(actor: Actor, things: list[Owned]) -> dict[tuple[str, Any], int]:
    """Read what the actor is in the teams of some things, and what those were shared as.

    A thing that is shared with a team is nobody's more than what they are in that team.
    """
    rows = _memberships(actor).filter(team_id__in={thing.team_id for thing in things} - {None}).values_list("team_id", "role")
    held = {("team", team): role for team, role in rows}
    subject = getattr(things[0], "GRANT_SUBJECT", "")
    if subject:
        grants = apps.get_model("editor", "Grant")._default_manager.filter(**{f"{subject}__in": [thing.pk for thing in things]})
        to_person = grants.filter(person_id=actor.pk).values_list(subject, "role")
        member: dict[str, Any] = {"team__memberships__user_id": actor.pk}
        through_team = grants.filter(**member)
        to_team = through_team.annotate(most=Least("role", F("team__memberships__role"))).values_list(subject, "most")
        for thing, role in to_person.union(to_team, all=True):
            held["thing", thing] = max(role, held.get(("thing", thing), 0))
    return held


def _memberships(actor: Actor) -> QuerySet[Any]:
    whose: dict[str, Any] = {"user_id": actor.pk}
    return apps.get_model("accounts", "Membership")._default_manager.filter(**whose)


def can(actor: Actor, action: Action, thing: "Owned | None" = None) -> bool:
    """Decide one action. `thing` is None only for what belongs to nothing yet."""
    return actor.is_authenticated and role_of(actor, thing) >= NEEDS[action]


def require(actor: Actor, action: Action, thing: "Owned | None" = None) -> None:
    """Refuse an action that the table does not grant: as not found where even looking is not allowed."""
    role = role_of(actor, thing)
    if actor.is_authenticated and role >= NEEDS[action]:
        return
    if thing is not None and role >= Role.VIEWER:
        raise Forbidden
    raise NotFound


def visible_to(actor: Actor, *, through: str = "", kind: Kind = "workflow", action: Action = Action.WORKFLOW_VIEW) -> Q:
    """Give the condition for rows the actor may see: their own, their teams', and what was shared with them or their teams.

    Another `action` keeps those with which they may do it.

    `through` leads from the queried model to its workflow: empty for workflows, ``"workflow__"`` for versions and runs.
    Each way to a thing has an index of its own, so they are looked up side by side; a condition with "or" would read all rows.
    """
    if not actor.is_authenticated:
        return Q(pk__in=())
    things = apps.get_model("editor", "Workflow" if kind == "workflow" else "KnowledgeBase")._default_manager
    member, least = "team__memberships__", NEEDS[action]
    ways: tuple[dict[str, Any], ...] = (
        {"owner_id": actor.pk},
        {f"{member}user_id": actor.pk, f"{member}role__gte": least},
        {"grants__person_id": actor.pk, "grants__role__gte": least},
        {f"grants__{member}user_id": actor.pk, f"grants__{member}role__gte": least, "grants__role__gte": least},
    )
    first, *others = (things.order_by().filter(**way).values("pk") for way in ways)
    return Q(**{f"{through}pk__in": first.union(*others)})


def shared_with(actor: Actor) -> Q:
    """Give the condition for what is neither the actor's own nor of one of their teams, on top of `visible_to`."""
    of_others = ~Q(owner_id=actor.pk) & Q(owner__isnull=False)
    return of_others | (Q(team__isnull=False) & ~Q(team_id__in=_memberships(actor).values("team_id")))


def usable_by(actor: Actor) -> Q:
    """Give the condition for credentials that the actor may use: their own, and those of teams that they edit in."""
    if not actor.is_authenticated:
        return Q(pk__in=())
    teams = _memberships(actor).filter(role__gte=NEEDS[Action.CREDENTIAL_USE]).values("team_id")
    return Q(owner_id=actor.pk) | Q(team_id__in=teams)


def team_of(actor: Actor, team_id: object, action: Action) -> Owned:
    """Find a team in which the actor may do something; any other is not there."""
    try:
        key = uuid.UUID(str(team_id))
    except ValueError:
        raise NotFound from None
    team: Any = apps.get_model("accounts", "Team")._default_manager.filter(pk=key).first()
    require(actor, action, team)
    owned: Owned = team
    return owned


def owner_of(actor: Actor, team: Owned | None) -> dict[str, Any]:
    """Give the columns that say whose something new is: the actor's, or a team's to which they may add."""
    if team is None:
        return {"owner_id": actor.pk}
    require(actor, Action.TEAM_ADD, team)
    return {"team_id": team.pk}


def is_teammate(actor: Actor, person: Any) -> bool:
    """Say whether somebody is the actor, or in a team with them."""
    teams = _memberships(actor).values("team_id")
    return bool(person.pk == actor.pk or _memberships(person).filter(team_id__in=teams).exists())
