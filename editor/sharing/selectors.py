"""Reads of links, for those who may make them."""

import uuid

from django.utils import timezone

from editor.errors import NotFound
from editor.models import Workflow
from editor.permissions import Action, Actor, require
from editor.sharing.models import ShareLink

LISTED = 500


def link_list(*, actor: Actor, workflow: Workflow) -> list[ShareLink]:
    """List a workflow's links: those that work first, the newest first."""
    require(actor, Action.LINK_VIEW, workflow)
    links = list(ShareLink.objects.filter(workflow=workflow).select_related("version", "made_by")[:LISTED])
    now = timezone.now()
    return sorted(links, key=lambda link: link.state(now) != "live")


def link_get(*, actor: Actor, workflow: Workflow, link_id: object) -> ShareLink:
    """Find one link of a workflow."""
    require(actor, Action.LINK_VIEW, workflow)
    try:
        key = uuid.UUID(str(link_id))
    except ValueError:
        raise NotFound from None
    found = ShareLink.objects.filter(workflow=workflow, pk=key).select_related("version", "made_by", "workflow").first()
    if found is None:
        raise NotFound
    return found
