"""Who else has a workflow open. Rows and not the channel layer: they survive a Redis that is flushed or away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from editor.models import Presence, Workflow
from editor.permissions import Action, Actor, can, require

GONE_AFTER = timedelta(seconds=45)
FORGOTTEN_AFTER = timedelta(hours=1)
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else's page, or one's own elsewhere."""

    name: str
    is_you: bool
    can_edit: bool


@dataclass(frozen=True, slots=True)
class Around:
    """Who else is there, and the draft's revision: a page that has an older one can fetch it before anybody's next save."""

    others: Sequence[Other]
    revision: int


def presence_beat(*, workflow: Workflow, actor: Actor, page: str) -> Around:
    """Note that a page has a workflow open, and say who else has."""
    require(actor, Action.DRAFT_VIEW, workflow)
    now = timezone.now()
    with transaction.atomic():
        _, is_new = Presence.objects.update_or_create(workflow=workflow, person_id=actor.pk, page=page, defaults={"seen_at": now})
        if is_new:
            Presence.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
    found = Presence.objects.filter(workflow=workflow, seen_at__gt=now - GONE_AFTER).exclude(person_id=actor.pk, page=page)
    people = {row.person_id: row.person for row in found.select_related("person").order_by("person_id")[:MOST_TOLD]}
    others = [
        Other(
            name=person.get_full_name() or person.get_username(),
            is_you=person.pk == actor.pk,
            can_edit=can(person, Action.DRAFT_SAVE, workflow),
        )
        for person in people.values()
    ]
    revision = Workflow.objects.filter(pk=workflow.pk).values_list("revision", flat=True).get()
    return Around(others=sorted(others, key=lambda other: (other.is_you, other.name)), revision=revision)


def presence_leave(*, workflow: Workflow, actor: Actor, page: str) -> None:
    """Note that a page is gone; one that cannot say so is gone after a while."""
    require(actor, Action.DRAFT_VIEW, workflow)
    Presence.objects.filter(workflow=workflow, person_id=actor.pk, page=page).delete()
