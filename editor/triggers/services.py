"""Writes of triggers: each asks the permission table first. Secrets go in, and are told once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from editor.errors import Conflict, Invalid, NotFound
from editor.models import Workflow
from editor.permissions import Action, Actor, require
from editor.triggers.config import AnyConfig, ScheduleConfig, WebhookConfig, config_of
from editor.triggers.cron import read_cron
from editor.triggers.models import Trigger
from editor.triggers.selectors import place_of
from editor.triggers.signing import digest_of, new_bearer_secret, new_signing_secret, new_token
from editor.vault import seal

MOST_TRIGGERS = 50
SETTABLE = frozenset({"name", "enabled", "version", "config", "rate_per_minute", "most_active"})


@dataclass(frozen=True, slots=True)
class Made:
    """A trigger, and its new key where there is one: it is told this once."""

    trigger: Trigger
    secret: str = ""


def trigger_create(*, workflow: Workflow, actor: Actor, kind: str, name: str, config: Mapping[str, Any], **more: Any) -> Made:
    """Make a trigger. Its runs are the actor's, with the actor's credentials."""
    require(actor, Action.TRIGGER_EDIT, workflow)
    if workflow.triggers.count() >= MOST_TRIGGERS:
        raise Conflict("too_many", f"There are {MOST_TRIGGERS} triggers already. Delete one first.")
    made = Trigger(workflow=workflow, kind=kind, name=_name(name), made_by_id=actor.pk)
    for field, value in more.items():
        setattr(made, field, value)
    settings = config_of(kind, config)
    made.config = settings.model_dump()
    _check_version(made)
    if kind != Trigger.Kind.SCHEDULE:
        _take_token(made)
    secret = _take_secret(made, settings)
    _plan(made, settings)
    made.save(force_insert=True)
    return Made(made, secret)


def trigger_update(*, trigger: Trigger, actor: Actor, changes: Mapping[str, Any]) -> Made:
    """Change a trigger. Whoever changes what it does has its runs from then on: nobody sets up what others answer for.

    Switching it on or off is not that. Another way to authenticate gives it another key.
    """
    require(actor, Action.TRIGGER_EDIT, trigger.workflow)
    if unknown := set(changes) - SETTABLE:
        raise TypeError(f"A trigger has no {unknown}.")
    before = trigger.settings
    with transaction.atomic():
        locked = Trigger.objects.select_for_update().filter(pk=trigger.pk).first()
        if locked is None:
            raise NotFound
        _change(trigger, changes)
        if set(changes) - {"enabled", "name"}:
            trigger.made_by_id = actor.pk
        _check_version(trigger)
        settings = trigger.settings
        secret = "" if _auth(settings) == _auth(before) else _take_secret(trigger, settings)
        if settings != before or "enabled" in changes:
            _plan(trigger, settings)
        else:
            trigger.next_at = locked.next_at
        trigger.last_fired_at = locked.last_fired_at
        trigger.save()
    trigger.refresh_from_db()
    return Made(trigger, secret)


def trigger_rotate(*, trigger: Trigger, actor: Actor, what: str) -> Made:
    """Make a new key, or a new address. The old one is good for nothing from now on."""
    require(actor, Action.TRIGGER_EDIT, trigger.workflow)
    if what == "address":
        if trigger.kind == Trigger.Kind.SCHEDULE:
            raise Invalid("invalid", "A schedule has no address.", data={"fields": {"what": "A schedule has no address."}})
        _take_token(trigger)
        trigger.save(update_fields=["token_digest", "sealed_token", "updated_at"])
        return Made(trigger)
    secret = _take_secret(trigger, trigger.settings)
    if not secret:
        message = "This trigger has no key: it asks for no authentication."
        raise Invalid("invalid", message, data={"fields": {"what": message}})
    trigger.save(update_fields=["sealed_secret", "updated_at"])
    return Made(trigger, secret)


def trigger_delete(*, trigger: Trigger, actor: Actor) -> None:
    """Delete a trigger with its log. Its runs stay."""
    require(actor, Action.TRIGGER_EDIT, trigger.workflow)
    trigger.delete()


def _change(trigger: Trigger, changes: Mapping[str, Any]) -> None:
    for field, value in changes.items():
        match field:
            case "config":
                trigger.config = config_of(trigger.kind, {**trigger.config, **value}).model_dump()
            case "name":
                trigger.name = _name(value)
            case _:
                setattr(trigger, field, value)


def _check_version(trigger: Trigger) -> None:
    number = trigger.version
    if number is not None and not trigger.workflow.versions.published().filter(number=number).exists():
        message = f"There is no version {number} of this workflow."
        raise Invalid("invalid", message, data={"fields": {"version": message}})


def _take_token(trigger: Trigger) -> None:
    token = new_token()
    trigger.token_digest, trigger.sealed_token = digest_of(token), seal(place_of(trigger, "token"), token)


def _auth(settings: AnyConfig) -> str:
    return settings.auth if isinstance(settings, WebhookConfig) else "none"


def _take_secret(trigger: Trigger, settings: AnyConfig) -> str:
    makers = {"hmac": new_signing_secret, "bearer": new_bearer_secret}
    maker = makers.get(_auth(settings))
    secret = "" if maker is None else maker()
    trigger.sealed_secret = seal(place_of(trigger, "secret"), secret) if secret else ""
    return secret


def _plan(trigger: Trigger, settings: AnyConfig) -> None:
    """Set when a schedule is due next, from now on: what was due while it was off is not made up for."""
    if not isinstance(settings, ScheduleConfig):
        return
    trigger.next_at = read_cron(settings.cron, settings.time_zone).after(database_now()) if trigger.enabled else None


def database_now() -> datetime:
    """Give the database's time: all moments are told by one clock."""
    now: datetime = Workflow.objects.annotate(now=Now()).values_list("now", flat=True)[:1].get()
    return now


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("invalid", "A trigger needs a name.", data={"fields": {"name": "Give it a name."}})
    return name[:100]
