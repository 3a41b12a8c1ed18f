"""Reads of credentials: the actor's own, and never their secrets, but for the calls that a run makes for its starter."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from editor.errors import NotFound
from editor.families import ROLES
from editor.models import Credential, DefaultModels, Workflow
from editor.permissions import Action, Actor, require
from editor.vault import unseal


def credential_list(*, actor: Actor) -> list[Credential]:
    """List the actor's credentials by name."""
    return list(Credential.objects.owned_by(actor))


def credential_get(*, actor: Actor, credential_id: object) -> Credential:
    """Find one of the actor's credentials."""
    try:
        key = uuid.UUID(str(credential_id))
    except ValueError:
        raise NotFound from None
    found = Credential.objects.owned_by(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    require(actor, Action.CREDENTIAL_USE, found)
    return found


def workflows_naming(*, actor: Actor, credential: Credential) -> list[Workflow]:
    """List the actor's workflows whose drafts name a credential: as the first part of a model, or for HTTP requests."""
    name = credential.name
    by_kind = {"model": f'"{name}/', "http": f'"credential"\\s*:\\s*"({name}|{credential.pk})"'}
    found = Workflow.objects.visible_to(actor).active().defer("draft").annotate(text=Cast("draft", TextField()))
    return list(found.filter(text__regex=by_kind[credential.kind]).order_by("name"))


def default_models(*, actor: Actor) -> dict[str, str]:
    """Give the model of each role; empty where the actor has not chosen."""
    row = DefaultModels.objects.filter(owner_id=actor.pk).first()
    return {role: "" if row is None else getattr(row, role) for role in ROLES}


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential with its secret, for one call. Shown nowhere: its text says its name alone."""

    id: str
    kind: str
    name: str
    provider: str
    settings: Mapping[str, str]
    hosts: tuple[str, ...]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a person brings to the runs that they start: sealed credentials by name, and default models by role."""

    credentials: Mapping[str, Credential]
    defaults: Mapping[str, str]


def belongings(owner_id: str) -> Belongings:
    """Read what the person who started a run brings to it; nothing where there is none, or no longer."""
    if not owner_id.isdecimal():
        return Belongings({}, {})
    rows = Credential.objects.filter(owner_id=int(owner_id), owner__is_active=True)
    chosen: Any = DefaultModels.objects.filter(owner_id=int(owner_id), owner__is_active=True).values(*ROLES).first() or {}
    return Belongings({row.name: row for row in rows} | {str(row.pk): row for row in rows}, chosen)


def opened(row: Credential) -> Opened:
    """Decrypt a credential. Raises `Sealed` where the installation's keys do not open it."""
    return Opened(str(row.pk), row.kind, row.name, row.provider, row.settings, tuple(row.hosts), unseal(str(row.pk), row.sealed))
