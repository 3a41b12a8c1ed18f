"""Writing workflows to a file. It names credentials and knowledge and holds neither; what looks like a secret is hidden."""

from collections.abc import Iterable, Mapping
from typing import Any

from editor.models import Workflow
from editor.permissions import Action, Actor, require
from editor.portable.form import VERSIONS_MAX, WORKFLOWS_MAX, HiddenPart, PortableFile, VersionPart, WorkflowPart
from editor.sharing.exposure import masked


def workflow_export(*, actor: Actor, workflow: Workflow) -> PortableFile:
    """Write one workflow, with its versions."""
    return _file(actor, [workflow])


def space_export(*, actor: Actor) -> PortableFile:
    """Write all workflows that are the actor's own, the last changed first."""
    own = Workflow.objects.active().filter(owner_id=actor.pk) if actor.is_authenticated else Workflow.objects.none()
    return _file(actor, own[:WORKFLOWS_MAX])


def _file(actor: Actor, workflows: Iterable[Workflow]) -> PortableFile:
    hidden: list[HiddenPart] = []
    parts = [_part(actor, workflow, hidden) for workflow in workflows]
    return PortableFile.model_construct(workflows=parts, hidden=hidden)


def _part(actor: Actor, workflow: Workflow, hidden: list[HiddenPart]) -> WorkflowPart:
    require(actor, Action.DRAFT_VIEW, workflow)
    require(actor, Action.VERSION_VIEW, workflow)
    workflow.refresh_from_db(fields=["draft"])
    newest = workflow.versions.published().order_by("-number")[:VERSIONS_MAX]
    versions = [
        VersionPart(number=version.number or 0, note=version.note, document=_shown(version.document)) for version in newest
    ]
    hidden += [HiddenPart(workflow=workflow.name, node=node, param=param) for node, param in _hidden(workflow.draft)]
    return WorkflowPart(
        id=str(workflow.pk),
        name=workflow.name,
        description=workflow.description,
        draft=_shown(workflow.draft),
        versions=sorted(versions, key=lambda version: version.number),
    )


def _shown(document: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = masked(document)
    return shown


def _hidden(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(node.get("id")), name)
        for node in document.get("nodes", ())
        for name, value in (node.get("params") or {}).items()
        if masked({name: value}) != {name: value}
    ]
