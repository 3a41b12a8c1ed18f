"""Things that change hands: between a person, their teams and their teammates. Nothing of a thing is lost on the way."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from editor import notices
from editor.errors import Invalid
from editor.knowledge.models import KnowledgeBase
from editor.models import Workflow
from editor.permissions import Action, Actor, Owned, is_teammate, require
from editor.services import save_under_free_slug


def workflow_transfer(*, workflow: Workflow, actor: Actor, team: Owned | None = None, person: Any = None) -> Workflow:
    """Hand a workflow over, with its versions, runs and shares. What names it by its slug finds it with its new owner."""
    require(actor, Action.WORKFLOW_TRANSFER, workflow)
    with transaction.atomic():
        moved = Workflow.objects.select_for_update().get(pk=workflow.pk)
        was_of = moved.team_id
        _hand_over(moved, actor, team, person)
        moved.sample = ""
        moved.updated_at = timezone.now()
        save_under_free_slug(moved, keep=True, update_fields=["owner", "team", "slug", "sample", "updated_at"])
        notices.moved.send(sender=None, workflow=moved, was_of=was_of)
    return moved


def base_transfer(*, base: KnowledgeBase, actor: Actor, team: Owned | None = None, person: Any = None) -> KnowledgeBase:
    """Hand a knowledge base over, with its documents. From now on they are embedded with its new owner's keys."""
    require(actor, Action.KNOWLEDGE_TRANSFER, base)
    with transaction.atomic():
        moved = KnowledgeBase.objects.select_for_update().get(pk=base.pk)
        _hand_over(moved, actor, team, person)
        moved.kit = ""
        moved.save(update_fields=["owner", "team", "kit", "updated_at"])
    return moved


def take_over_archived(*, team_id: Any, actor: Actor) -> None:
    """Let the deleted workflows of a team be the actor's: they stay deleted, and their runs readable."""
    for workflow in Workflow.objects.select_for_update().filter(team_id=team_id, archived_at__isnull=False):
        workflow.team_id, workflow.owner_id = None, int(actor.pk or 0)
        save_under_free_slug(workflow, keep=True, update_fields=["owner", "team", "slug"])


def _hand_over(thing: Workflow | KnowledgeBase, actor: Actor, team: Owned | None, person: Any) -> None:
    if team is not None:
        require(actor, Action.TEAM_ADD, team)
        thing.owner_id, thing.team_id = None, team.pk
        return
    if person is None or not is_teammate(actor, person):
        message = "Hand it over to one of your teams, to somebody who is in a team with you, or to yourself."
        raise Invalid("invalid", message, data={"fields": {"to": message}})
    thing.owner_id, thing.team_id = person.pk, None
