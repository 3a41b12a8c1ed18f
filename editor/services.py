"""Writes: each holds one rule, asks the permission table first, and reports whether it landed."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from editor.calls import Pinned, pin, pinned_as
from editor.catalogue import get_catalogue
from editor.errors import Conflict, Invalid, NotFound, refused_graph
from editor.graph.document import GraphDocument
from editor.graph.problems import Problem
from editor.graph.upgrade import DocumentError, dump_document, load_document
from editor.graph.validate import validate
from editor.knowledge.problems import missing_bases
from editor.known_problems import kept_with
from editor.models import Workflow, WorkflowVersion
from editor.permissions import Action, Actor, Owned, can, owner_of, require
from editor.samples import Sample

NAME_MAX = 200
SLUG_MAX = 80
SLUG_TRIES = 8


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft's save that landed."""

    revision: int
    problems: tuple[Problem, ...]


def document_read(raw: object) -> GraphDocument:
    """Parse a document at the edge; everything below works with the typed object."""
    try:
        return load_document(raw)
    except DocumentError as error:
        raise refused_graph("document_malformed", "This is not a graph document.", error.problems) from error


def workflow_create(
    *,
    actor: Actor,
    name: str,
    description: str = "",
    document: GraphDocument | None = None,
    sample: str = "",
    team: Owned | None = None,
) -> Workflow:
    """Make a workflow of the actor's, or of a team's, with a first draft; an empty one unless a document is given."""
    require(actor, Action.WORKFLOW_CREATE)
    document = GraphDocument() if document is None else document
    return _insert(
        owner_of(actor, team),
        name=_clean_name(name),
        description=description,
        draft=dump_document(document),
        node_count=len(document.nodes),
        sample=sample,
        **kept_with(validate(document, get_catalogue())),
    )


def sample_load(*, actor: Actor, sample: Sample) -> Workflow | None:
    """Give the actor a sample, unless they have or had it: the row of a deleted one remembers that."""
    if Workflow.objects.filter(owner_id=actor.pk, sample=sample.key).exists():
        return None
    try:
        return workflow_create(
            actor=actor,
            name=sample.name,
            description=sample.description,
            document=document_read(sample.read()),
            sample=sample.key,
        )
    except IntegrityError as error:
        if "workflow_sample_once_per_owner" not in str(error):
            raise
        return None


def workflow_rename(*, workflow: Workflow, actor: Actor, name: str | None = None, description: str | None = None) -> Workflow:
    """Change name or description; the slug stays, because other workflows and scripts may name it."""
    require(actor, Action.WORKFLOW_RENAME, workflow)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = _clean_name(name)
    if description is not None:
        changes["description"] = description
    if changes:
        _update_active(workflow, **changes, updated_at=timezone.now())
    return workflow


def workflow_duplicate(*, workflow: Workflow, actor: Actor) -> Workflow:
    """Copy the draft into a new workflow; versions and runs stay behind.

    The copy of a team's workflow is the team's where the actor may add to it, and all other copies are the actor's own.
    """
    require(actor, Action.WORKFLOW_DUPLICATE, workflow)
    stays = workflow.team_id is not None and can(actor, Action.TEAM_ADD, workflow.team)
    return _insert(
        owner_of(actor, workflow.team if stays else None),
        name=f"Copy of {workflow.name}"[:NAME_MAX],
        description=workflow.description,
        draft=workflow.draft,
        draft_problems=workflow.draft_problems,
        draft_rules=workflow.draft_rules,
        node_count=workflow.node_count,
    )


def workflow_archive(*, workflow: Workflow, actor: Actor) -> None:
    """Take a workflow out of sight. The row stays, so that its past runs keep their history."""
    require(actor, Action.WORKFLOW_ARCHIVE, workflow)
    _update_active(workflow, archived_at=timezone.now())


def draft_save(*, workflow: Workflow, actor: Actor, document: GraphDocument, revision: int) -> Saved:
    """Save a draft onto the revision it started from, problems or not.

    One conditional update decides between two saves of the same revision: the database picks the winner, and the loser
    gets the current revision and document to merge with.
    """
    require(actor, Action.DRAFT_SAVE, workflow)
    problems = validate(document, get_catalogue())
    landed = (
        Workflow.objects.active()
        .filter(pk=workflow.pk, revision=revision)
        .update(
            draft=dump_document(document),
            node_count=len(document.nodes),
            revision=F("revision") + 1,
            updated_at=timezone.now(),
            **kept_with(problems),
        )
    )
    if not landed:
        raise _revision_conflict(workflow)
    return Saved(revision=revision + 1, problems=problems + missing_bases(document, actor))


def draft_restore(*, workflow: Workflow, actor: Actor, version: WorkflowVersion, revision: int) -> Saved:
    """Make the draft what it was, and keep what it is in the history: neither is lost.

    The history's entry may be of an older schema or name node types that are gone; it is read as any document is.
    """
    require(actor, Action.DRAFT_SAVE, workflow)
    with transaction.atomic():
        workflow.refresh_from_db(fields=["draft"])
        before = document_read(workflow.draft)
        saved = draft_save(workflow=workflow, actor=actor, document=document_read(version.document), revision=revision)
        version_of_content(workflow, actor, pinned_as(before, {}))
    return saved


def version_publish(*, workflow: Workflow, actor: Actor, note: str = "") -> WorkflowVersion:
    """Publish the draft as the next version; a draft equal to the latest version answers that one.

    The workflow's row is locked meanwhile, so that numbers have no gaps and two clicks make one version.
    """
    require(actor, Action.VERSION_PUBLISH, workflow)
    with transaction.atomic():
        locked = Workflow.objects.active().select_for_update().filter(pk=workflow.pk).first()
        if locked is None:
            raise NotFound
        pinned = pin(graph_check(document_read(locked.draft)), locked, actor)
        latest = locked.versions.published().select_related("author").order_by("-number").first()
        if latest is not None and latest.digest == pinned.digest:
            return latest
        return _publish(locked, actor=actor, pinned=pinned, note=note)


def version_roll_back(*, workflow: Workflow, actor: Actor, version: WorkflowVersion, note: str = "") -> WorkflowVersion:
    """Publish an earlier version again, as the newest: what follows the latest runs it from now on. The draft stays as it is.

    Nothing is taken back: what was published in between keeps its number. Asking for the newest one changes nothing.
    """
    require(actor, Action.VERSION_PUBLISH, workflow)
    with transaction.atomic():
        locked = Workflow.objects.active().select_for_update().filter(pk=workflow.pk).first()
        if locked is None or version.workflow_id != locked.pk or version.number is None:
            raise NotFound
        newest = locked.versions.published().select_related("author").order_by("-number")[0]
        if newest.digest == version.digest:
            return newest
        maker: Any = actor.pk
        return WorkflowVersion.objects.create(
            workflow=locked,
            number=(newest.number or 0) + 1,
            digest=version.digest,
            document=version.document,
            calls=version.calls,
            note=note or f"Version {version.number} again",
            author_id=maker,
            published_at=timezone.now(),
        )


def version_for_draft(workflow: Workflow, actor: Actor) -> WorkflowVersion:
    """Find or store the immutable version that holds the draft as it is now, so that a test run has one too.

    A published version with the same content serves as well. Two callers at once get the same row.
    """
    require(actor, Action.RUN_START, workflow)
    workflow.refresh_from_db(fields=["draft", "archived_at"])
    if workflow.archived_at is not None:
        raise NotFound
    return version_of_content(workflow, actor, pin(document_read(workflow.draft), workflow, actor))


def version_of_content(workflow: Workflow, actor: Actor, pinned: Pinned) -> WorkflowVersion:
    """Find the version that holds a document, a published one first, or store an unnumbered one."""
    found = workflow.versions.filter(digest=pinned.digest).order_by(F("number").desc(nulls_last=True)).first()
    if found is not None:
        return found
    version, _ = workflow.versions.get_or_create(
        digest=pinned.digest,
        number=None,
        defaults={"document": dump_document(pinned.document), "calls": pinned.calls, "author_id": actor.pk},
    )
    return version


def graph_check(document: GraphDocument) -> GraphDocument:
    """Let a document pass that could run; refuse one with errors, with the whole list."""
    problems = validate(document, get_catalogue())
    if any(problem.severity == "error" for problem in problems):
        raise refused_graph("graph_invalid", "This workflow has problems that keep it from running.", problems)
    return document


def _publish(workflow: Workflow, *, actor: Actor, pinned: Pinned, note: str) -> WorkflowVersion:
    """Number the draft's content: promote the row of its test runs where there is one, so that they show the version."""
    newest = workflow.versions.aggregate(newest=Max("number"))["newest"] or 0
    version, _ = workflow.versions.update_or_create(
        digest=pinned.digest,
        number=None,
        defaults={"number": newest + 1, "note": note, "author_id": actor.pk, "published_at": timezone.now()},
        create_defaults={
            "number": newest + 1,
            "document": dump_document(pinned.document),
            "calls": pinned.calls,
            "note": note,
            "author_id": actor.pk,
            "published_at": timezone.now(),
        },
    )
    return version


def _revision_conflict(workflow: Workflow) -> Conflict | NotFound:
    now = Workflow.objects.active().filter(pk=workflow.pk).values("revision", "draft").first()
    if now is None:
        return NotFound()
    return Conflict(
        "revision_conflict",
        "Somebody saved this workflow in the meantime.",
        data={"revision": now["revision"], "document": now["draft"]},
    )


def _update_active(workflow: Workflow, **changes: Any) -> None:
    """Change columns of a workflow that still stands, on the row and on the object in hand."""
    if not Workflow.objects.active().filter(pk=workflow.pk).update(**changes):
        raise NotFound
    for name, value in changes.items():
        setattr(workflow, name, value)


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("invalid", "A workflow needs a name.", data={"fields": {"name": "Give it a name."}})
    return name[:NAME_MAX]


def _insert(owner: dict[str, Any], **columns: Any) -> Workflow:
    """Insert under the first free slug of the name."""
    workflow = Workflow(**owner, **columns)
    save_under_free_slug(workflow, force_insert=True)
    return workflow


def save_under_free_slug(workflow: Workflow, *, keep: bool = False, **how: Any) -> None:
    """Save under the first free slug, of its name or with `keep` of the slug that it has.

    The constraint decides a race; the loser takes the next one.
    """
    base = (workflow.slug if keep else slugify(workflow.name))[: SLUG_MAX - 8].strip("-_") or "workflow"
    for attempt in range(SLUG_TRIES):
        workflow.slug = _free_slug(workflow, base) if attempt < SLUG_TRIES - 1 else f"{base}-{secrets.token_hex(3)}"
        try:
            with transaction.atomic():
                workflow.save(**how)
        except IntegrityError as error:
            if "workflow_slug_once_per" not in str(error):
                raise
        else:
            return
    raise Conflict("slug_taken", "Too many workflows of this name are being made at once. Try again.")


def _free_slug(workflow: Workflow, base: str) -> str:
    whose: dict[str, Any] = {"owner_id": workflow.owner_id, "team_id": workflow.team_id}
    beside = Workflow.objects.filter(**whose, slug__startswith=base).exclude(pk=workflow.pk)
    beside = Workflow.objects.filter(**whose, slug__startswith=base).exclude(pk=workflow.pk)
    taken = set(beside.values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for slug in (f"{base}-{n}" for n in range(2, len(taken) + 3)) if slug not in taken)
