"""Reading workflows from a file: all that can be made is made, and everything else is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from editor.calls import pin, pinned_as
from editor.errors import AppError, Invalid
from editor.graph.document import GraphDocument
from editor.models import Workflow
from editor.permissions import Action, Actor, Owned, owner_of, require
from editor.portable.attention import Attention, attention_for, rewired
from editor.portable.form import FORMAT, FORMAT_VERSION, PortableFile, WorkflowPart
from editor.services import document_read, draft_save, graph_check, version_of_content, version_publish, workflow_create


@dataclass(slots=True)
class Imported:
    """What became of one workflow of the file; without one where it could not be read."""

    name: str
    workflow: Workflow | None = None
    attention: list[Attention] = field(default_factory=list)


def file_read(raw: Any) -> PortableFile:
    """Check the form of a file, whatever is in its graphs."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise Invalid("not_an_export", "This file is no export of workflows.")
    if raw.get("format_version") != FORMAT_VERSION:
        raise Invalid("unknown_format", "This file was written by a newer version. Update this installation first.")
    try:
        return PortableFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Invalid(
            "invalid", f"The file is malformed at {place}: {first['msg']}.", data={"fields": {place: first["msg"]}}
        ) from None


def file_import(*, actor: Actor, file: PortableFile, team: Owned | None = None) -> Sequence[Imported]:
    """Make the workflows of a file, with their versions. One that cannot be read keeps no other from coming in."""
    require(actor, Action.WORKFLOW_CREATE)
    with transaction.atomic():
        taken = set(Workflow.objects.active().filter(**owner_of(actor, team)).values_list("name", flat=True))
        made = [_make(actor, part, taken, team) for part in file.workflows]
        pairs = list(zip(file.workflows, made, strict=True))
        new_ids = {part.id: str(one.workflow.pk) for part, one in pairs if part.id and one.workflow is not None}
        for part, one in pairs:
            _fill_draft(actor, part, one, new_ids)
        left = [(part, one) for part, one in pairs if one.workflow is not None]
        while left:  # a workflow can be published once those that it runs are
            again = [(part, one) for part, one in left if not _fill_versions(actor, part, one, new_ids, is_last=False)]
            if len(again) == len(left):
                for part, one in again:
                    _fill_versions(actor, part, one, new_ids, is_last=True)
                break
            left = again
    return made


def _make(actor: Actor, part: WorkflowPart, taken: set[str], team: Owned | None) -> Imported:
    try:
        document_read(part.draft)
    except AppError as error:
        return Imported(part.name, None, [Attention("malformed", f"Its graph cannot be read: {error.message}")])
    name = part.name
    if name in taken:
        name = next(one for one in (f"{part.name[:180]} ({n})" for n in range(2, len(taken) + 3)) if one not in taken)
    taken.add(name)
    result = Imported(name, workflow_create(actor=actor, name=name, description=part.description, team=team))
    if name != part.name:
        result.attention.append(Attention("name_taken", f"There is a workflow {part.name} already. This one is called {name}."))
    return result


def _fill_draft(actor: Actor, part: WorkflowPart, one: Imported, new_ids: Mapping[str, str]) -> None:
    if one.workflow is None:
        return
    document = document_read(rewired(part.draft, new_ids))
    draft_save(workflow=one.workflow, actor=actor, document=document, revision=1)
    one.attention += attention_for(document, one.workflow, actor)


def _fill_versions(actor: Actor, part: WorkflowPart, one: Imported, new_ids: Mapping[str, str], *, is_last: bool) -> bool:
    """Publish the versions in their order; False where some cannot be yet. At last, what cannot be is kept in the history."""
    workflow = one.workflow
    if workflow is None:
        return True
    documents: list[tuple[int, str, GraphDocument | None]] = []
    for version in sorted(part.versions, key=lambda version: version.number):
        document = _readable(version.document, new_ids)
        fits = document is not None and _is_fit(document, workflow, actor)
        if not fits and not is_last:
            return False
        documents.append((version.number if fits else 0, version.note, document))
    draft = document_read(rewired(part.draft, new_ids))
    for (number, note, document), version in zip(documents, sorted(part.versions, key=lambda v: v.number), strict=True):
        _fill_version(actor, one, document, note=note, is_fit=number > 0, was=version.number)
    workflow.refresh_from_db(fields=["revision"])
    draft_save(workflow=workflow, actor=actor, document=draft, revision=workflow.revision)
    return True


def _fill_version(actor: Actor, one: Imported, document: GraphDocument | None, *, note: str, is_fit: bool, was: int) -> None:
    workflow = one.workflow
    if workflow is None or document is None:
        one.attention.append(Attention("version_malformed", f"Version {was} cannot be read, and was left out."))
    elif is_fit:
        workflow.refresh_from_db(fields=["revision"])
        draft_save(workflow=workflow, actor=actor, document=document, revision=workflow.revision)
        version_publish(workflow=workflow, actor=actor, note=note)
    else:
        version_of_content(workflow, actor, pinned_as(document, {}))
        message = f"Version {was} cannot run here as it is. It is kept in the history, and not published."
        one.attention.append(Attention("version_not_published", message))


def _is_fit(document: GraphDocument, workflow: Workflow, actor: Actor) -> bool:
    try:
        pin(graph_check(document), workflow, actor)
    except AppError:
        return False
    return True


def _readable(document: Mapping[str, Any], new_ids: Mapping[str, str]) -> GraphDocument | None:
    try:
        return document_read(rewired(document, new_ids))
    except AppError:
        return None
