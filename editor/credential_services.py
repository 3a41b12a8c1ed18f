"""Writes of credentials and default models: each asks the permission table first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from editor.errors import Conflict, Invalid
from editor.families import DEFAULT_PREFIX, FAMILIES, ROLES, SCHEMES
from editor.models import Credential, DefaultModels, TeamDefaultModels
from editor.permissions import Action, Actor, Owned, require
from editor.vault import seal

NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
TAKEN_NAMES = frozenset({"local", "default"})
"""They mean something else in a model's name."""
HOST = re.compile(r"(?=.{1,253}(?::|$))[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?")
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
SHOWN_LETTERS = 4
LONG_ENOUGH = 16
"""A secret shorter than this shows nothing of itself."""
MOST_CREDENTIALS = 100


def person(actor: Actor) -> int:
    """Give the id of somebody who has signed in."""
    return int(actor.pk or 0)


def wrong(field: str, message: str) -> Invalid:
    """Refuse one field."""
    return Invalid("invalid", message, data={"fields": {field: message}})


def credential_create(
    *,
    actor: Actor,
    kind: str,
    name: str,
    provider: str,
    secret: str = "",
    settings: Mapping[str, str] | None = None,
    hosts: Sequence[str] = (),
    team: Owned | None = None,
) -> Credential:
    """Keep a key of the actor's, or of a team's. The key itself is sealed, and from here on only ever used."""
    if team is None:
        require(actor, Action.CREDENTIAL_CREATE)
    else:
        require(actor, Action.CREDENTIAL_EDIT, team)
    owner: dict[str, Any] = {"owner_id": person(actor)} if team is None else {"team_id": team.pk}
    if Credential.objects.filter(**owner).count() >= MOST_CREDENTIALS:
        raise Conflict("too_many", f"There are {MOST_CREDENTIALS} credentials already. Delete one first.")
    made = Credential(**owner, kind=kind, name=_name(name), provider=provider)
    _describe(made, settings or {}, hosts)
    _take_secret(made, secret)
    return _saved(made)


def credential_update(
    *,
    credential: Credential,
    actor: Actor,
    name: str | None = None,
    secret: str | None = None,
    settings: Mapping[str, str] | None = None,
    hosts: Sequence[str] | None = None,
) -> Credential:
    """Rename a credential, replace its secret, or say where it goes: that asks for the secret anew.

    Else whoever gets hold of a session could have a stored key sent to a place of their own.
    """
    require(actor, Action.CREDENTIAL_EDIT, credential)
    if name is not None:
        credential.name = _name(name)
    if settings is not None or hosts is not None:
        before = (credential.settings, credential.hosts)
        _describe(
            credential,
            credential.settings if settings is None else settings,
            credential.hosts if hosts is None else hosts,
        )
        if before != (credential.settings, credential.hosts) and credential.sealed and secret is None:
            raise wrong("secret", "Enter the key again: where a stored key is sent cannot be changed without it.")
    if secret is not None:
        _take_secret(credential, secret)
    if secret is not None or settings is not None or hosts is not None:
        credential.test = None
    return _saved(credential)


def credential_delete(*, credential: Credential, actor: Actor) -> None:
    """Forget a credential, for good."""
    require(actor, Action.CREDENTIAL_EDIT, credential)
    credential.delete()


def default_models_set(*, actor: Actor, chosen: Mapping[str, str], team: Owned | None = None) -> None:
    """Say which models the roles mean to the actor, or in a team's workflows; empty for the shipped ones."""
    if team is None:
        require(actor, Action.CREDENTIAL_CREATE)
    else:
        require(actor, Action.CREDENTIAL_EDIT, team)
    for role, model in chosen.items():
        if role not in ROLES:
            raise wrong(role, f"There is no role {role}.")
        if model and (model.startswith(DEFAULT_PREFIX) or "/" not in model or "{{" in model):
            raise wrong(role, "Name a model as provider/name.")
    if team is None:
        DefaultModels.objects.update_or_create(owner_id=actor.pk, defaults=dict(chosen))
    else:
        TeamDefaultModels.objects.update_or_create(team_id=team.pk, defaults=dict(chosen))


def _name(text: str) -> str:
    name = text.strip().lower()
    if not NAME.fullmatch(name):
        raise wrong("name", "A name is up to 60 small letters, digits, - and _, and begins with a letter.")
    if name in TAKEN_NAMES:
        raise wrong("name", f"The name {name} is taken by the product itself.")
    return name


def _describe(credential: Credential, settings: Mapping[str, str], hosts: Sequence[str]) -> None:
    """Check what is no secret, and work out where the secret may go."""
    settings = {key: value.strip() for key, value in settings.items() if value and value.strip()}
    if credential.kind == Credential.Kind.MODEL:
        _describe_model(credential, settings)
    else:
        _describe_http(credential, settings, hosts)


def _describe_model(credential: Credential, settings: dict[str, str]) -> None:
    family = FAMILIES.get(credential.provider)
    if family is None:
        raise wrong("provider", f"There is no kind of provider {credential.provider[:60]}.")
    for field in family.required:
        if not settings.get(field):
            raise wrong(field, f"{family.title} asks for this.")
    known = {*family.fields, "base_url"}
    if unknown := sorted(set(settings) - known):
        raise wrong(unknown[0], f"{family.title} does not ask for this.")
    region = settings.get("region", "")
    if region and not re.fullmatch(r"[a-z0-9-]{3,30}", region):
        raise wrong("region", "A region is written as us-east-1.")
    base = settings.get("base_url") or family.base or f"https://bedrock-runtime.{region}.amazonaws.com"
    credential.settings, credential.hosts = settings, [_place(base)]


def _describe_http(credential: Credential, settings: dict[str, str], hosts: Sequence[str]) -> None:
    if credential.provider not in SCHEMES:
        raise wrong("provider", f"A credential for HTTP is one of {', '.join(SCHEMES)}.")
    needed = {"basic": "username", "header": "field", "query": "field"}.get(credential.provider)
    if needed and not settings.get(needed):
        raise wrong(needed, "Say the user name." if needed == "username" else "Say the name of the header or parameter.")
    if unknown := sorted(set(settings) - {needed}):
        raise wrong(unknown[0], "This kind of credential does not ask for this.")
    if credential.provider == "header" and not HEADER.fullmatch(settings["field"]):
        raise wrong("field", "A header's name has letters, digits and dashes only.")
    credential.settings, credential.hosts = settings, _hosts(hosts)


def _hosts(hosts: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(host.strip().lower() for host in hosts if host.strip()))
    if not cleaned:
        raise wrong("hosts", "Name at least one host that this may be sent to, for example api.example.com.")
    for host in cleaned:
        if not HOST.fullmatch(host):
            raise wrong("hosts", f"{host[:80]} is not a host: write api.example.com, or with a port api.example.com:8080.")
    return cleaned


def _place(base: str) -> str:
    """Give the host of a base address, with its port where that is not the usual one."""
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise wrong("base_url", "An address is written as https://host/v1, without a user name or a question mark.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "https" and port in (None, 443):
        return host
    return f"{host}:{port or 80}"


def _take_secret(credential: Credential, secret: str) -> None:
    secret = secret.strip()
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in secret):
        raise wrong("secret", "A key is one line of text.")
    family = FAMILIES.get(credential.provider) if credential.kind == Credential.Kind.MODEL else None
    if not secret and (family is None or family.needs_key):
        raise wrong("secret", "Enter the key.")
    credential.sealed = seal(str(credential.pk), secret) if secret else ""
    credential.ends = secret[-SHOWN_LETTERS:] if len(secret) >= LONG_ENOUGH else ""


def _saved(credential: Credential) -> Credential:
    try:
        with transaction.atomic():
            credential.save()
    except IntegrityError as error:
        if "credential_name_once_per" not in str(error):
            raise
        message = f"There is a credential named {credential.name} already."
        raise Conflict("name_taken", message, data={"fields": {"name": message}}) from None
    return credential


def credential_test_begun(*, credential: Credential, actor: Actor, stamp: str, at: str, model: str) -> None:
    """Note that a test is under way; the list of models from the last one stays until it has ended."""
    require(actor, Action.CREDENTIAL_USE, credential)
    models = (credential.test or {}).get("models", [])
    credential.test = {"status": "running", "stamp": stamp, "at": at, "model": model, "models": models}
    credential.save(update_fields=["test"])


def credential_tested(credential_id: str, stamp: str, result: Mapping[str, Any]) -> None:
    """Keep what came of a test, unless the credential was deleted, changed or tested again meanwhile."""
    Credential.objects.filter(pk=credential_id, test__stamp=stamp).update(test=dict(result))
