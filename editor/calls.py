"""Which versions the nodes of a workflow run: settled when a version of it is made, and never changed."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from editor.catalogue import get_catalogue
from editor.errors import refused_graph
from editor.graph.compile import calling, digest
from editor.graph.document import GraphDocument, NodeDoc
from editor.graph.problems import Problem
from editor.graph.upgrade import canonical_json
from editor.graph.validate import validate
from editor.knowledge.problems import missing_bases
from editor.models import Workflow, WorkflowVersion
from editor.permissions import Action, Actor, can
from editor.selectors import POSTGRES_INTEGER_MAX

ITSELF = 0
"""Stands for the version that is being made."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A document as a version holds it. `digest` covers the versions that it runs."""

    document: GraphDocument
    calls: Mapping[str, int]
    digest: str


def pin(document: GraphDocument, workflow: Workflow, actor: Actor) -> Pinned:
    """Settle which versions a document runs. Raises with a list of problems when one, or knowledge, is not there."""
    calls: dict[str, int] = {}
    problems = list(missing_bases(document, actor))
    for node in calling(document, get_catalogue()):
        found = _callee(node, workflow, actor)
        if isinstance(found, int):
            calls[node.id] = found
        else:
            problems.append(Problem(found.code, "error", found.message, found.hint, node_id=node.id, param="workflow"))
    if problems:
        problems += validate(document, get_catalogue())
        raise refused_graph("graph_invalid", "This workflow has problems that keep it from running.", tuple(problems))
    return pinned_as(document, calls)


def pinned_as(document: GraphDocument, calls: Mapping[str, int]) -> Pinned:
    """Give a document with the versions that its nodes run."""
    content = digest(document)
    if calls:
        content = hashlib.sha256(content.encode() + canonical_json(calls)).hexdigest()
    return Pinned(document, calls, content)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is nothing to run."""

    code: str
    message: str
    hint: str


def _callee(node: NodeDoc, workflow: Workflow, actor: Actor) -> int | Missing:
    """Find the version that a node runs, or say what is wrong."""
    wanted, number = str(node.params.get("workflow", "")), node.params.get("version", "latest")
    called = find_workflow(wanted, actor, workflow)
    if called is None or not can(actor, Action.RUN_START, called):
        return Missing("call.unknown", f"There is no workflow {wanted[:80]!r} that you may run.", "Choose the workflow again.")
    if called.pk == workflow.pk and number == "latest":
        return ITSELF
    published = called.versions.published()
    version = published.order_by("-number").first() if number == "latest" else _numbered(published, number)
    if version is not None:
        return version.pk
    if number == "latest":
        return Missing("call.not_published", f"{called.name} has no published version yet.", "Open it and publish one.")
    return Missing("call.no_version", f"{called.name} has no version {number}.", "Choose one of its versions, or latest.")


def _numbered(published: QuerySet[WorkflowVersion], number: object) -> WorkflowVersion | None:
    if not isinstance(number, int) or not 1 <= number <= POSTGRES_INTEGER_MAX:
        return None
    return published.filter(number=number).first()


def find_workflow(wanted: str, actor: Actor, caller: Workflow) -> Workflow | None:
    """Find a workflow by its id, or one that belongs to whom the caller belongs to, or to the actor, by its slug."""
    visible = Workflow.objects.visible_to(actor).active().defer("draft", "draft_problems")
    try:
        return visible.filter(pk=uuid.UUID(wanted)).first()
    except ValueError:
        own, beside = {"owner_id": actor.pk}, {"owner_id": caller.owner_id, "team_id": caller.team_id}
        return visible.filter(**beside, slug=wanted).first() or visible.filter(**own, slug=wanted).first()


def digests_of(version: WorkflowVersion) -> dict[str, tuple[int, str]]:
    """Give, by node id, the version that it runs and that version's digest."""
    ids = {called or version.pk for called in version.calls.values()}
    known = dict(WorkflowVersion.objects.filter(pk__in=ids).values_list("pk", "digest"))
    return {
        node: (called or version.pk, known[called or version.pk])
        for node, called in version.calls.items()
        if (called or version.pk) in known
    }
