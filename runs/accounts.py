"""As whom a run calls out: the credentials and default models of its starter and its workflow's team, resolved at each call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

from editor.families import DEFAULT_PREFIX, ROLES
from editor.graph.context import Account, HttpClient, HttpReply, HttpRequest, LlmRequest
from editor.graph.faults import Fault, NodeFailure
from editor.secrecy import hide, hide_bytes

LOCAL_PREFIX = "local/"


@dataclass(frozen=True, slots=True)
class HttpAccount:
    """What a credential adds to requests, and the only hosts that may see it."""

    name: str
    hosts: tuple[str, ...]
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Payer:
    """By their ids, the person for whom something is done, and the team to which it belongs; empty where there is none.

    What a team has comes before what the person has, and only for its own members. A team alone stands for itself: nobody
    runs the indexing of its documents.
    """

    person: str = ""
    team: str = ""


NOBODY = Payer()


class Accounts(Protocol):
    """Finds what people and teams have set up."""

    async def default_model(self, payer: Payer, role: str) -> str:
        """Give the model that a role means to them."""
        ...

    async def model_account(self, payer: Payer, provider: str) -> Account | None:
        """Give their credential of this name for models; None where the operator's is meant."""
        ...

    async def http_account(self, payer: Payer, name: str) -> HttpAccount | None:
        """Give their credential of this name for HTTP requests, or None."""
        ...


class NoAccounts:
    """Nobody has set anything up: roles mean the shipped models."""

    async def default_model(self, payer: Payer, role: str) -> str:
        """Give the shipped one."""
        return ROLES[role]

    async def model_account(self, payer: Payer, provider: str) -> Account | None:
        """Give none."""
        return None

    async def http_account(self, payer: Payer, name: str) -> HttpAccount | None:
        """Give none."""
        return None


@dataclass(frozen=True, slots=True)
class Wallet:
    """What is brought to the calls of a run."""

    accounts: Accounts
    payer: Payer

    async def for_model(self, request: LlmRequest) -> LlmRequest:
        """Say which model a request really asks, and as whom."""
        if request.account is not None or request.model.startswith(LOCAL_PREFIX):
            return request
        model = await self.model(request.model)
        if model.startswith(LOCAL_PREFIX):
            return replace(request, model=model)
        return replace(request, model=model, account=await self.accounts.model_account(self.payer, model.partition("/")[0]))

    async def model(self, name: str) -> str:
        """Give the model that a name means: ``default/cheap`` and its like mean what was chosen."""
        if not name.startswith(DEFAULT_PREFIX):
            return name
        role = name.removeprefix(DEFAULT_PREFIX)
        if role not in ROLES:
            hint = f"There are {', '.join(DEFAULT_PREFIX + one for one in ROLES)}."
            raise NodeFailure(Fault("model_unknown", f"There is no default model {role[:60]}.", hint))
        return await self.accounts.default_model(self.payer, role)


NOBODYS = Wallet(NoAccounts(), NOBODY)


class AuthorisedHttp:
    """Sends requests with the credential that they name, to its hosts alone, and keeps it out of what comes back."""

    __slots__ = ("_client", "_wallet")

    def __init__(self, client: HttpClient, wallet: Wallet) -> None:
        self._client = client
        self._wallet = wallet

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request. After a redirect to another origin the guarded client carries no credential on."""
        if not request.credential:
            return await self._client.send(request)
        account = await self._wallet.accounts.http_account(self._wallet.payer, request.credential)
        if account is None:
            raise NodeFailure(missing(request.credential))
        if not may_go(request.url, account.hosts):
            raise NodeFailure(elsewhere(request.url, account))
        headers = {name.lower(): value for name, value in request.headers.items()} | dict(account.headers)
        sent = replace(request, headers=headers, query={**request.query, **account.query}, credential="")
        try:
            reply = await self._client.send(sent)
        except NodeFailure as failure:
            raise NodeFailure(hidden(failure.fault)) from None
        return HttpReply(
            reply.status,
            {name: hide(value) for name, value in reply.headers.items()},
            hide_bytes(reply.content, account.secrets),
            hide(reply.url),
        )


def may_go(url: str, hosts: tuple[str, ...]) -> bool:
    """Say whether a request may carry a credential of these hosts. A bare host means https at its usual port.

    >>> may_go("https://api.example.com/x", ("api.example.com",)), may_go("http://api.example.com/x", ("api.example.com",))
    (True, False)
    >>> may_go("http://localhost:8080/x", ("localhost:8080",)), may_go("https://api.example.com.evil.org/", ("api.example.com",))
    (True, False)
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or "\\" in url or not host:
        return False
    shown = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    if parts.scheme == "https" and port in (None, 443) and shown in hosts:
        return True
    return parts.scheme in ("http", "https") and f"{shown}:{port or usual}" in hosts


def missing(name: str) -> Fault:
    """Say that the person who runs has no such credential."""
    return Fault(
        "credential_missing",
        f"Whoever runs this has no credential for HTTP requests named {name[:60]}.",
        hint="Add it under Settings, or choose another one in the node.",
        data={"param": "credential"},
    )


def elsewhere(url: str, account: HttpAccount) -> Fault:
    """Say that a credential is bound to other hosts. The address is not repeated: it may hold anything."""
    return Fault(
        "credential_host",
        f"The credential {account.name} is not sent to this address: it belongs to {', '.join(account.hosts)}.",
        hint="Add the host to the credential under Settings (host:port for another port or plain http), or correct the URL.",
        data={"param": "url"},
    )


def hidden(fault: Fault) -> Fault:
    """Give a fault without any secret that is in use."""
    data = {key: hide(value) if isinstance(value, str) else value for key, value in fault.data.items()}
    return replace(fault, message=hide(fault.message), hint=hide(fault.hint), data=data)
