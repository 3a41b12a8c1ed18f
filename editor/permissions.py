"""The one table that says which role an action needs. Runs inherit it from their workflow."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from editor.errors import Forbidden, NotFound

Actor = AbstractBaseUser | AnonymousUser


class Owned(Protocol):
    """What belongs to a person: a workflow, a knowledge base."""

    @property
    def owner_id(self) -> object:
        """Whose it is."""


class Role(IntEnum):
    """What a person is to a workflow or a knowledge base; a higher role may do all that a lower one may."""

    NONE = 0
    VIEWER = 1
    EDITOR = 2
    OWNER = 3


class Action(StrEnum):
    """Everything that can be asked of a workflow, its runs or a knowledge base. None follows from an HTTP verb."""

    WORKFLOW_CREATE = "workflow.create"
    WORKFLOW_VIEW = "workflow.view"
    WORKFLOW_RENAME = "workflow.rename"
    WORKFLOW_DUPLICATE = "workflow.duplicate"
    WORKFLOW_ARCHIVE = "workflow.archive"
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
    CREDENTIAL_CREATE = "credential.create"
    CREDENTIAL_USE = "credential.use"
    KNOWLEDGE_CREATE = "knowledge.create"
    KNOWLEDGE_VIEW = "knowledge.view"
    KNOWLEDGE_SEARCH = "knowledge.search"
    KNOWLEDGE_EDIT = "knowledge.edit"
    KNOWLEDGE_DELETE = "knowledge.delete"


NEEDS: Mapping[Action, Role] = MappingProxyType(
    {
        Action.WORKFLOW_CREATE: Role.NONE,
        Action.WORKFLOW_VIEW: Role.VIEWER,
        Action.WORKFLOW_RENAME: Role.EDITOR,
        Action.WORKFLOW_DUPLICATE: Role.VIEWER,
        Action.WORKFLOW_ARCHIVE: Role.OWNER,
        Action.DRAFT_VIEW: Role.VIEWER,
        Action.DRAFT_SAVE: Role.EDITOR,
        Action.BUDGET_VIEW: Role.VIEWER,
        Action.BUDGET_SET: Role.EDITOR,
        Action.VERSION_VIEW: Role.VIEWER,
        Action.VERSION_PUBLISH: Role.EDITOR,
        Action.RUN_VIEW: Role.VIEWER,
        Action.RUN_START: Role.EDITOR,
        Action.RUN_CANCEL: Role.EDITOR,
        Action.RUN_ANSWER: Role.EDITOR,
        Action.CREDENTIAL_CREATE: Role.NONE,
        Action.CREDENTIAL_USE: Role.OWNER,
        Action.KNOWLEDGE_CREATE: Role.NONE,
        Action.KNOWLEDGE_VIEW: Role.VIEWER,
        Action.KNOWLEDGE_SEARCH: Role.VIEWER,
        Action.KNOWLEDGE_EDIT: Role.EDITOR,
        Action.KNOWLEDGE_DELETE: Role.OWNER,
    }
)
"""The table. Whoever may save a draft may run it, because saving decides what a run does."""


def role_of(actor: Actor, thing: "Owned | None") -> Role:
    """Say what the actor is to a thing. Only its owner is anything yet; shares and teams are added here."""
    if thing is None or not actor.is_authenticated:
        return Role.NONE
    return Role.OWNER if thing.owner_id == actor.pk else Role.NONE


def can(actor: Actor, action: Action, thing: "Owned | None" = None) -> bool:
    """Decide one action. `thing` is None only for what belongs to nothing yet."""
    return actor.is_authenticated and role_of(actor, thing) >= NEEDS[action]


def require(actor: Actor, action: Action, thing: "Owned | None" = None) -> None:
    """Refuse an action that the table does not grant: as not found where even looking is not allowed."""
    if can(actor, action, thing):
        return
    if thing is not None and actor.is_authenticated and role_of(actor, thing) >= Role.VIEWER:
        raise Forbidden
    raise NotFound


def visible_to(actor: Actor, *, through: str = "") -> Q:
    """Give the condition for rows the actor may see.

    `through` leads from the queried model to its workflow: empty for workflows, ``"workflow__"`` for versions and runs.
    """
    return Q(**{f"{through}owner_id": actor.pk}) if actor.is_authenticated else Q(pk__in=())


def owned_by(actor: Actor) -> Q:
    """Give the condition for rows that are the actor's alone: credentials, and what follows from them."""
    return Q(owner_id=actor.pk) if actor.is_authenticated else Q(pk__in=())
