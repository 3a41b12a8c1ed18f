"""Writes of outgoing webhooks: each asks the permission table first. Their key is told once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from editor.errors import Conflict, Invalid
from editor.models import Workflow
from editor.permissions import Action, Actor, require
from editor.triggers.models import OutgoingWebhook
from editor.triggers.selectors import place_of
from editor.triggers.signing import new_signing_secret
from editor.vault import seal

MOST = 20
ENDS = ("succeeded", "failed", "cancelled")
SETTABLE = frozenset({"name", "enabled", "url", "ends", "sends_output", "includes_tests"})


@dataclass(frozen=True, slots=True)
class MadeOutgoing:
    """An outgoing webhook, and its new key where there is one: it is told this once."""

    outgoing: OutgoingWebhook
    secret: str = ""


def outgoing_create(*, workflow: Workflow, actor: Actor, **given: Any) -> MadeOutgoing:
    """Have an address told of the ends of a workflow's runs."""
    require(actor, Action.TRIGGER_EDIT, workflow)
    if workflow.outgoing_webhooks.count() >= MOST:
        raise Conflict("too_many", f"There are {MOST} outgoing webhooks already. Delete one first.")
    made = OutgoingWebhook(workflow=workflow, made_by_id=actor.pk)
    _change(made, given)
    secret = _take_secret(made)
    made.save(force_insert=True)
    return MadeOutgoing(made, secret)


def outgoing_update(*, outgoing: OutgoingWebhook, actor: Actor, changes: Mapping[str, Any]) -> MadeOutgoing:
    """Change an outgoing webhook. Another host gets another key: the former one has learnt the old one."""
    require(actor, Action.TRIGGER_EDIT, outgoing.workflow)
    before = urlsplit(outgoing.url).netloc
    _change(outgoing, changes)
    secret = "" if urlsplit(outgoing.url).netloc == before else _take_secret(outgoing)
    outgoing.save()
    return MadeOutgoing(outgoing, secret)


def outgoing_rotate(*, outgoing: OutgoingWebhook, actor: Actor) -> MadeOutgoing:
    """Make a new key. What is sent from now on is signed with it."""
    require(actor, Action.TRIGGER_EDIT, outgoing.workflow)
    secret = _take_secret(outgoing)
    outgoing.save(update_fields=["sealed_secret", "updated_at"])
    return MadeOutgoing(outgoing, secret)


def outgoing_delete(*, outgoing: OutgoingWebhook, actor: Actor) -> None:
    """Tell it nothing more, and forget what it was told."""
    require(actor, Action.TRIGGER_EDIT, outgoing.workflow)
    outgoing.delete()


def _change(row: OutgoingWebhook, changes: Mapping[str, Any]) -> None:
    if unknown := set(changes) - SETTABLE:
        raise TypeError(f"An outgoing webhook has no {unknown}.")
    for field, value in changes.items():
        setattr(row, field, value)
    row.name = " ".join(row.name.split()) or urlsplit(row.url).netloc[:100]
    row.url = _address(row.url)
    row.ends = _ends(row.ends)


def _address(url: str) -> str:
    """Check the form of an address. Where it leads is judged by the guarded client, at every message."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or parts.username is not None or parts.fragment or any(ord(letter) <= 32 for letter in url):
        message = "An address is written as https://host/path, without a user name."
        raise Invalid("invalid", message, data={"fields": {"url": message}})
    return url


def _ends(ends: Sequence[str]) -> list[str]:
    chosen = [end for end in ENDS if end in ends]
    if not chosen or set(ends) - set(ENDS):
        message = f"Choose at least one of {', '.join(ENDS)}."
        raise Invalid("invalid", message, data={"fields": {"ends": message}})
    return chosen


def _take_secret(row: OutgoingWebhook) -> str:
    secret = new_signing_secret()
    row.sealed_secret = seal(place_of(row, "secret"), secret)
    return secret
