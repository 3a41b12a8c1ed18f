"""Reads of triggers and outgoing webhooks: from what the actor may see, or from an address that nobody guesses."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from editor.errors import NotFound
from editor.models import Workflow
from editor.permissions import Action, Actor, can, require
from editor.secrecy import remember
from editor.triggers.config import ScheduleConfig
from editor.triggers.cron import read_cron
from editor.triggers.models import OutgoingWebhook, Trigger
from editor.triggers.signing import digest_of
from editor.vault import unseal

SHOWN_TIMES = 10
ROUTES = {Trigger.Kind.WEBHOOK: "trigger_hook", Trigger.Kind.FORM: "trigger_form"}


def trigger_list(*, actor: Actor, workflow: Workflow) -> list[Trigger]:
    """List the triggers of a workflow, the first made first."""
    require(actor, Action.TRIGGER_VIEW, workflow)
    return list(workflow.triggers.select_related("workflow", "made_by").defer("workflow__draft", "workflow__draft_problems"))


def trigger_get(*, actor: Actor, workflow: Workflow, trigger_id: object, action: Action = Action.TRIGGER_VIEW) -> Trigger:
    """Find a trigger of a workflow."""
    require(actor, action, workflow)
    found = workflow.triggers.select_related("workflow", "made_by").filter(pk=as_uuid(trigger_id)).first()
    if found is None:
        raise NotFound
    return found


def trigger_of_token(token: str, kind: str) -> tuple[Trigger, datetime] | None:
    """Find a trigger by the secret part of its address, and the database's time. Whoever knows it may know that it is there."""
    found = (
        Trigger.objects.standing()
        .select_related("workflow", "made_by")
        .defer("workflow__draft", "workflow__draft_problems")
        .annotate(now=Now())
        .filter(kind=kind, token_digest=digest_of(token))
        .first()
    )
    if found is None:
        return None
    remember([token])
    return found, found.now  # type: ignore[attr-defined] # annotated above


def place_of(row: Trigger | OutgoingWebhook, what: str) -> str:
    """Name where a secret is sealed for, so that it opens nowhere else."""
    return f"{'trigger' if isinstance(row, Trigger) else 'outgoing'}:{what}:{row.pk}"


def token_of(trigger: Trigger) -> str:
    """Open the secret part of an address."""
    return unseal(place_of(trigger, "token"), trigger.sealed_token)


def secret_of(row: Trigger | OutgoingWebhook) -> str:
    """Open the key of a webhook, for one call."""
    return unseal(place_of(row, "secret"), row.sealed_secret)


def address_of(trigger: Trigger, actor: Actor) -> str:
    """Give the address of a webhook or a form, to people who may change it; empty for others, and for schedules."""
    route = ROUTES.get(Trigger.Kind(trigger.kind))
    if route is None or not can(actor, Action.TRIGGER_EDIT, trigger.workflow):
        return ""
    return f"{settings.GRAPHAPP_BASE_URL}{reverse(route, args=[token_of(trigger)])}"


def next_times(config: ScheduleConfig, *, after: datetime | None = None, count: int = SHOWN_TIMES) -> list[datetime]:
    """Give the next times of a schedule, each in its own zone's time."""
    return read_cron(config.cron, config.time_zone).first(count, after or timezone.now())


def trouble_of(trigger: Trigger, newest: int | None) -> str:
    """Say in a sentence why a trigger that is on would start nothing; empty when nothing is in its way."""
    if trigger.made_by is None or not trigger.made_by.is_active:
        return "Nobody is left whose runs these would be: save the trigger again to let them be yours."
    if not can(trigger.made_by, Action.RUN_START, trigger.workflow):
        return "Whoever these runs belong to may not start this workflow any more: save the trigger again."
    if newest is None:
        return "The workflow is not published yet: publish it, and the trigger runs what is published."
    return ""


def outgoing_list(*, actor: Actor, workflow: Workflow) -> Sequence[OutgoingWebhook]:
    """List the outgoing webhooks of a workflow."""
    require(actor, Action.TRIGGER_VIEW, workflow)
    return list(workflow.outgoing_webhooks.all())


def outgoing_get(*, actor: Actor, workflow: Workflow, outgoing_id: object, action: Action) -> OutgoingWebhook:
    """Find an outgoing webhook of a workflow."""
    require(actor, action, workflow)
    found = workflow.outgoing_webhooks.filter(pk=as_uuid(outgoing_id)).first()
    if found is None:
        raise NotFound
    return found


def as_uuid(value: object) -> uuid.UUID:
    """Read an id; one of the wrong form is as unknown as any other."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise NotFound from None
