"""What one event loop talks to providers with: vendors' clients over guarded connections, and none of their own."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from runs.providers.addresses import allowed, check_url
from runs.providers.closed import guarded, no_cookies
from runs.providers.config import ProviderConfig
from runs.providers.targets import Target, place_of
from runs.providers.transport import Guard, GuardedTransport

MOST_CLIENTS = 500
AZURE_VERSION = "2024-10-21"
PLAIN = {"accept-encoding": "identity"}
"""Streams are watched as they come over the wire."""


@dataclass(slots=True)
class LoopClients:
    """The clients of one event loop: connections belong to the loop that made them.

    Addresses that the operator gave are open for the operator's keys alone: a person's own provider is reached as any
    other address that a person decides.
    """

    loop: asyncio.AbstractEventLoop
    operators: httpx.AsyncClient
    persons: httpx.AsyncClient
    by_place: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, config: ProviderConfig) -> "LoopClients":
        """Make them for the running loop; nothing is opened yet."""
        places = tuple(map(place_of, config.model_bases.values()))
        return cls(
            asyncio.get_running_loop(), _http(config, (*config.http_allow, *places)), _http(config, tuple(config.http_allow))
        )

    def arguments(self, target: Target) -> dict[str, Any]:
        """Give what litellm is told of the place: the key always, so that it looks for none by itself."""
        http = self.operators if target.is_operators else self.persons
        guarded.set(http._transport)  # for clients that litellm makes by itself
        if target.base:
            check_url(target.base)
        given: dict[str, Any] = {"model": target.model, "api_key": target.key}
        match target.protocol:
            case "openai":
                return given | {"api_base": target.base, "client": self._openai(target, http)}
            case "azure":
                version = target.settings.get("api_version") or AZURE_VERSION
                client = self._azure(target, version, http)
                return given | {"api_base": target.base, "api_version": version, "client": client}
            case "bedrock":
                return given | _aws(target) | {"client": self._handler(http)}
            case _:
                return given | {"api_base": target.base, "client": self._handler(http)}

    def _openai(self, target: Target, http: httpx.AsyncClient) -> Any:
        from openai import AsyncOpenAI

        return self._kept(
            ("openai", target.base, target.key, str(target.is_operators)),
            lambda: AsyncOpenAI(api_key=target.key, base_url=target.base, http_client=http, max_retries=0),
        )

    def _azure(self, target: Target, version: str, http: httpx.AsyncClient) -> Any:
        from openai import AsyncAzureOpenAI

        return self._kept(
            ("azure", target.base, target.key, version),
            lambda: AsyncAzureOpenAI(
                api_key=target.key, azure_endpoint=target.base, api_version=version, http_client=http, max_retries=0
            ),
        )

    def _handler(self, http: httpx.AsyncClient) -> Any:
        return self._kept(("litellm", str(id(http))), lambda: guarded_handler(http))

    def _kept(self, place: tuple[str, ...], make: Any) -> Any:
        if place not in self.by_place:
            if len(self.by_place) >= MOST_CLIENTS:
                self.by_place.clear()
            self.by_place[place] = make()
        return self.by_place[place]

    async def close(self) -> None:
        """Close the connections."""
        await self.operators.aclose()
        await self.persons.aclose()


def _http(config: ProviderConfig, places: tuple[str, ...]) -> httpx.AsyncClient:
    guard = Guard(allowed(places), resolve_seconds=config.resolve_seconds, connect_seconds=config.connect_seconds)
    return httpx.AsyncClient(
        transport=GuardedTransport(guard, keep_connections=20),
        timeout=3600,
        trust_env=False,
        follow_redirects=False,
        headers=PLAIN,
        cookies=no_cookies(),
    )


def _aws(target: Target) -> dict[str, Any]:
    """Give what Amazon asks for: a pair of keys to sign with, or one key that is sent."""
    region = {"aws_region_name": target.settings.get("region", "")}
    if target.base:
        region["aws_bedrock_runtime_endpoint"] = target.base
    key_id = target.settings.get("access_key_id", "")
    if not key_id:
        return region
    pair = {"aws_access_key_id": key_id, "aws_secret_access_key": target.key, "aws_session_token": ""}
    return region | {"api_key": "", **pair}


def guarded_handler(http: httpx.AsyncClient) -> Any:
    """Make litellm's own kind of client over ours. It would open unguarded connections when one fails, and send again."""
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

    class Guarded(AsyncHTTPHandler):
        def __init__(self) -> None:
            super().__init__(transport=httpx.MockTransport(lambda request: httpx.Response(503)))
            self.client = http

        def create_client(self, *args: Any, **more: Any) -> httpx.AsyncClient:
            if hasattr(self, "_client"):
                raise httpx.ConnectError("the connection failed")
            return http

    return Guarded()
