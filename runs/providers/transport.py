"""Connections of the product: each look-up is judged, and the connection goes to the address that was judged."""

import asyncio
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextvars import ContextVar
from typing import cast

import httpcore
import httpx
import psutil

from editor.graph.faults import Fault, NodeFailure
from runs.providers.addresses import Address, Allowed, check_addresses
from runs.providers.streams import connect

OWN_ADDRESSES_SECONDS = 60.0
SocketOptions = Iterable[httpcore.SOCKET_OPTION]


class Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name once, judges every address it has, and connects to one of those."""

    def __init__(self, permitted: Allowed, *, resolve_seconds: float, connect_seconds: float) -> None:
        self._permitted = permitted
        self._resolve_seconds = resolve_seconds
        self._connect_seconds = connect_seconds

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers; TLS still checks the name, not the address."""
        addresses = check_addresses(host, port, await self._resolve(host, port), permitted=self._permitted, own=own_addresses())
        wait = self._connect_seconds if timeout is None else min(timeout, self._connect_seconds)
        failure: Exception | None = None
        for address in addresses[:4]:
            try:
                return await connect(address, port, timeout=wait)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"no address of {host} answers")

    async def _resolve(self, host: str, port: int) -> list[str]:
        if is_literal(host):
            return [host]
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._resolve_seconds):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"the name {host} has no address") from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refused: no request of a workflow goes to a local socket."""
        raise httpcore.ConnectError("local sockets are closed")

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts of the pool."""
        await asyncio.sleep(seconds)


def is_literal(host: str) -> bool:
    """Whether a host is an address already; odd spellings such as ``127.1`` are names and looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_own: tuple[float, frozenset[Address]] = (float("-inf"), frozenset())


def own_addresses() -> frozenset[Address]:
    """The addresses of this machine's own interfaces: a public one of them still leads inside."""
    global _own
    now = time.monotonic()
    if now - _own[0] > OWN_ADDRESSES_SECONDS:
        texts = (a.address.partition("%")[0] for entries in psutil.net_if_addrs().values() for a in entries)
        _own = (now, frozenset(_parsed(texts)))
    return _own[1]


def _parsed(texts: Iterable[str]) -> Iterable[Address]:
    for text in texts:
        if ":" in text or "." in text:
            try:
                yield ipaddress.ip_address(text)
            except ValueError:
                continue


class Watch:
    """What went over the wire during one model call: vendors' libraries hide how a stream ended."""

    FINISH = re.compile(rb'"(?:finish_reason|stop_reason|finishReason|stopReason)" ?: ?"')
    DONE = re.compile(rb"(?:^|\n)data: ?\[DONE\]")
    TAIL = 64

    def __init__(self, max_bytes: int) -> None:
        self.responses = 0
        self.status = 0
        self.content_type = ""
        self.retry_after = ""
        self.received = 0
        self.has_finish = False
        self.has_done = False
        self.is_too_large = False
        self._max_bytes = max_bytes
        self._tail = b"\n"

    def see_response(self, response: httpx.Response) -> None:
        """Note the head of an answer."""
        self.responses += 1
        self.status = response.status_code
        self.content_type = response.headers.get("content-type", "")
        self.retry_after = response.headers.get("retry-after", "")

    def see(self, chunk: bytes) -> None:
        """Note a piece of the body; the marks may be cut in two."""
        self.received += len(chunk)
        if self.received > self._max_bytes:
            self.is_too_large = True
            raise NodeFailure(too_large(self._max_bytes))
        window = self._tail + chunk
        self.has_finish = self.has_finish or self.FINISH.search(window) is not None
        self.has_done = self.has_done or self.DONE.search(window) is not None
        self._tail = window[-self.TAIL :]


watching: ContextVar[Watch | None] = ContextVar("watching", default=None)
"""The watch of the model call that the current task makes."""


class _Watched(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._watch.see(chunk)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _LastStream:
    """The body of the only answer of a connection: closing it closes the connection."""

    def __init__(self, stream: AsyncIterable[bytes], connection: httpcore.AsyncHTTPConnection) -> None:
        self._stream = stream
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        await self._connection.aclose()


class FreshConnections:
    """A connection for each request. A pool that keeps none looks through all it has at every request."""

    def __init__(self, guard: Guard, context: ssl.SSLContext) -> None:
        self._guard = guard
        self._context = context

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Connect, send, and give the answer as soon as it begins."""
        connection = httpcore.AsyncHTTPConnection(request.url.origin, self._context, network_backend=self._guard)
        try:
            answer = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        body = _LastStream(cast(AsyncIterable[bytes], answer.stream), connection)
        return httpcore.Response(answer.status, headers=answer.headers, content=body, extensions=answer.extensions)

    async def aclose(self) -> None:
        """Keep nothing, close nothing."""


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over guarded connections: no proxies from the environment, and no connection kept unless asked."""

    def __init__(self, guard: Guard, *, keep_connections: int = 0) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        if not keep_connections:
            self._pool = FreshConnections(guard, context)  # type: ignore[assignment] # httpx names the pool, and asks for no more
            return
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=1000,
            max_keepalive_connections=keep_connections,
            keepalive_expiry=30.0,
            network_backend=guard,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; while a watch is set, show it the answer."""
        response = await super().handle_async_request(request)
        watch = watching.get()
        if watch is not None and isinstance(response.stream, httpx.AsyncByteStream):
            watch.see_response(response)
            if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
                await response.aclose()
                raise NodeFailure(unreadable())
            response.stream = _Watched(response.stream, watch)
        return response


def unreadable() -> Fault:
    """Say that an answer of a model came compressed, though that was not asked for."""
    message = "The provider answered something that is no answer: it is compressed, which was not asked for."
    return Fault("provider_malformed", message, hint="The address of the provider may lead to another service.", retryable=True)


def too_large(max_bytes: int) -> Fault:
    """Say that an answer is over the limit."""
    return Fault(
        "response_too_large",
        f"The answer is larger than {max_bytes / 1_048_576:g} MiB.",
        hint="Ask for less, for example page by page.",
    )
