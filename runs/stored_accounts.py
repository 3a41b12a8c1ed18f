"""Credentials and default models as the database has them, kept for a moment: a run may make hundreds of calls a second."""

import asyncio
import base64
import time

from editor.credential_selectors import Belongings, belongings, opened
from editor.errors import AppError
from editor.families import FAMILIES, ROLES
from editor.graph.context import Account
from editor.graph.faults import Fault, NodeFailure
from editor.models import Credential
from editor.secrecy import remember
from runs.accounts import NOBODY, HttpAccount, Payer
from runs.journal.connection import release

KEPT_SECONDS = 2.0
MOST_KNOWN = 1000


class StoredAccounts:
    """What people and teams have set up."""

    def __init__(self, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._kept_seconds = kept_seconds
        self._known: dict[Payer, tuple[float, Belongings]] = {}

    async def default_model(self, payer: Payer, role: str) -> str:
        """Give the model that a role means."""
        found = await self._of(payer)
        return found.defaults.get(role) or ROLES[role]

    async def model_account(self, payer: Payer, provider: str) -> Account | None:
        """Give a credential for models by its name."""
        row = (await self._of(payer)).credentials.get(provider)
        if row is None or row.kind != Credential.Kind.MODEL:
            return None
        return account_of(row)

    async def http_account(self, payer: Payer, name: str) -> HttpAccount | None:
        """Give a credential for HTTP requests by its name or id."""
        row = (await self._of(payer)).credentials.get(name)
        return None if row is None or row.kind != Credential.Kind.HTTP else http_account_of(row)

    async def _of(self, payer: Payer) -> Belongings:
        if payer == NOBODY:
            return Belongings({}, {})
        known = self._known.get(payer)
        if known is not None and time.monotonic() - known[0] < self._kept_seconds:
            return known[1]
        found = await asyncio.to_thread(_read, payer)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[payer] = (time.monotonic(), found)
        return found


def _read(payer: Payer) -> Belongings:
    try:
        return belongings(payer.person, payer.team)
    finally:
        release()


def account_of(row: Credential) -> Account:
    """Decrypt a credential for a call of a model."""
    secret = _secret(row)
    if row.settings.get("access_key_id"):
        remember([row.settings["access_key_id"]])
    return Account(row.provider, secret, _settings(row))


def _settings(row: Credential) -> dict[str, str]:
    family = FAMILIES.get(row.provider)
    known = {"base_url", *(() if family is None else family.fields)}
    return {name: value for name, value in row.settings.items() if name in known}


def http_account_of(row: Credential) -> HttpAccount:
    """Decrypt a credential for a request, and say how it is sent."""
    secret, named = _secret(row), row.settings
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    secrets = [secret]
    match row.provider:
        case "bearer":
            headers["authorization"] = f"Bearer {secret}"
        case "basic":
            pair = base64.b64encode(f"{named['username']}:{secret}".encode()).decode()
            secrets.append(pair)
            headers["authorization"] = f"Basic {pair}"
        case "header":
            headers[named["field"].lower()] = secret
        case _:
            query[named["field"]] = secret
    remember(secrets)
    return HttpAccount(row.name, tuple(row.hosts), headers, query, tuple(secrets))


def _secret(row: Credential) -> str:
    try:
        return opened(row).secret
    except AppError as error:
        raise NodeFailure(Fault("auth", f"The credential {row.name} cannot be used: {error.message}")) from None
