"""Reads: every one starts from what the actor may see."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

from editor.errors import NotFound
from editor.graph.problems import Problem
from editor.knowledge.problems import missing_bases_of_text
from editor.known_problems import problems_of
from editor.models import Workflow, WorkflowQuerySet, WorkflowVersion
from editor.permissions import Action, Actor, require, shared_with, team_of

POSTGRES_INTEGER_MAX = 2_147_483_647
POSTGRES_BIGINT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of workflows, and how many there are in all."""

    items: Sequence[Workflow]
    total: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow's draft with everything that is wrong with it. `text` is the document as JSON."""

    workflow: Workflow
    text: str
    problems: tuple[Problem, ...]


MINE, SHARED = "mine", "shared"


def workflow_list(*, actor: Actor, search: str = "", space: str = "", limit: int = 100, offset: int = 0) -> Page:
    """List the workflows that the actor sees, the last changed first, in two queries at any size; documents are not loaded.

    `space` keeps the list to the actor's own, to what others shared, or to one team's by its id.
    """
    found = Workflow.objects.visible_to(actor).active().filter(in_space(actor, space)).select_related("owner", "team")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(description__icontains=search))
    return Page(
        items=list(_with_latest_version(found).defer("draft", "draft_problems")[offset : offset + limit]), total=found.count()
    )


def in_space(actor: Actor, space: str) -> Q:
    """Give the condition for what is in a part of what the actor sees."""
    if space == MINE:
        return Q(owner_id=actor.pk)
    if space == SHARED:
        return shared_with(actor)
    return Q(team_id=team_of(actor, space, Action.TEAM_VIEW).pk) if space else Q()


def workflow_get(*, actor: Actor, workflow_id: object) -> Workflow:
    """Find one workflow by id, its document not loaded. An id of the wrong form is as unknown as any other."""
    return _the_one(_found(actor, workflow_id).defer("draft", "draft_problems"))


def draft_get(*, actor: Actor, workflow_id: object) -> Draft:
    """Read document and revision together, so that they belong together, with the document's problems.

    The document stays text on its way through: nobody looks inside it unless its problems have to be worked out.
    """
    found = _found(actor, workflow_id).defer("draft").annotate(draft_text=Cast("draft", TextField()))
    workflow = _the_one(found)
    require(actor, Action.DRAFT_VIEW, workflow)
    text: str = workflow.draft_text  # type: ignore[attr-defined] # annotated above
    return Draft(workflow, text, problems_of(workflow, text) + missing_bases_of_text(text, actor))


def workflow_draft(*, actor: Actor, workflow_id: object) -> tuple[Workflow, dict[str, Any]]:
    """Read a workflow with its draft's document, for those who look inside it."""
    workflow = _the_one(_found(actor, workflow_id))
    require(actor, Action.DRAFT_VIEW, workflow)
    document: dict[str, Any] = workflow.draft
    return workflow, document


def version_list(*, actor: Actor, workflow: Workflow) -> list[WorkflowVersion]:
    """List the published versions, the newest first; documents are not loaded."""
    require(actor, Action.VERSION_VIEW, workflow)
    return list(workflow.versions.published().select_related("author").defer("document").order_by("-number"))


def version_get(*, actor: Actor, workflow: Workflow, number: int) -> WorkflowVersion:
    """Find a published version by its number."""
    require(actor, Action.VERSION_VIEW, workflow)
    known = 1 <= number <= POSTGRES_INTEGER_MAX
    version = workflow.versions.published().select_related("author").filter(number=number).first() if known else None
    if version is None:
        raise NotFound
    return version


def version_latest(*, actor: Actor, workflow: Workflow) -> WorkflowVersion | None:
    """Find the newest published version, if there is one."""
    require(actor, Action.VERSION_VIEW, workflow)
    return workflow.versions.published().select_related("author").order_by("-number").first()


def history_list(*, actor: Actor, workflow: Workflow, before: int | None = None, limit: int = 50) -> list[WorkflowVersion]:
    """List what the workflow has been, the newest first: published versions, drafts that ran, and drafts that were kept."""
    require(actor, Action.VERSION_VIEW, workflow)
    found = workflow.versions.all() if before is None else workflow.versions.filter(pk__lt=before)
    return list(found.select_related("author").defer("document").order_by("-pk")[:limit])


def history_get(*, actor: Actor, workflow: Workflow, entry: int) -> WorkflowVersion:
    """Find one entry of the history, with its document."""
    require(actor, Action.VERSION_VIEW, workflow)
    version = workflow.versions.select_related("author").filter(pk=entry).first() if 0 < entry < POSTGRES_BIGINT_MAX else None
    if version is None:
        raise NotFound
    return version


def _found(actor: Actor, workflow_id: object) -> WorkflowQuerySet:
    found = Workflow.objects.visible_to(actor).active().filter(pk=as_uuid(workflow_id))
    return _with_latest_version(found.select_related("owner", "team"))


def _the_one(found: WorkflowQuerySet) -> Workflow:
    workflow = found.first()
    if workflow is None:
        raise NotFound
    return workflow


def _with_latest_version(found: WorkflowQuerySet) -> WorkflowQuerySet:
    newest = WorkflowVersion.objects.published().filter(workflow=OuterRef("pk")).order_by("-number").values("number")[:1]
    return found.annotate(latest_version=Subquery(newest, output_field=IntegerField()))


def as_uuid(value: object) -> uuid.UUID:
    """Read an id; one of the wrong form is unknown."""
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise NotFound from None
