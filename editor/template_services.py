"""Opening a template: the workflow is made, and with it the knowledge that it searches."""

from typing import Any

from django.conf import settings
from django.db import transaction

from editor.errors import NotFound
from editor.knowledge.models import KnowledgeBase
from editor.knowledge.services import document_add
from editor.models import Workflow
from editor.permissions import Action, Actor, Owned, owner_of, require
from editor.samples import TEMPLATES, Sample
from editor.samples.kits import Kit
from editor.services import document_read, workflow_create


def template_find(key: str) -> Sample:
    """Find a template by its key."""
    found = next((one for one in TEMPLATES if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def template_open(
    *, actor: Actor, template: Sample, name: str = "", description: str | None = None, team: Owned | None = None
) -> Workflow:
    """Make a workflow of the actor's, or of a team's, from a template, all of it or nothing."""
    require(actor, Action.WORKFLOW_CREATE)
    with transaction.atomic():
        bases = {kit.reference: str(kit_open(actor=actor, kit=kit, team=team).pk) for kit in template.kits}
        return workflow_create(
            actor=actor,
            name=name or template.name,
            description=template.description if description is None else description,
            document=document_read(wired(template.read(), bases)),
            team=team,
        )


def kit_open(*, actor: Actor, kit: Kit, team: Owned | None = None) -> KnowledgeBase:
    """Give the actor or a team the knowledge base of a kit: the one that they have, with what is missing, or a new one."""
    require(actor, Action.KNOWLEDGE_CREATE)
    made = {"name": kit.name, "description": kit.description, "embedding_model": settings.GRAPHAPP_EMBEDDING_MODEL}
    found, _ = KnowledgeBase.objects.get_or_create(**owner_of(actor, team), kit=kit.key, defaults=made)
    base = KnowledgeBase.objects.select_for_update().get(pk=found.pk)  # two at once would add a document twice
    held = set(base.documents.values_list("name", flat=True))
    for name, body in kit.read():
        if name not in held:
            document_add(base=base, actor=actor, name=name, body=body)
    return base


def wired(document: Any, bases: dict[str, str]) -> Any:
    """Let the nodes of a template search the bases that were made for it."""
    for node in document["nodes"]:
        params = node.get("params", {})
        if params.get("base") in bases:
            params["base"] = bases[params["base"]]
    return document
