"""The one way out for requests whose address a workflow decides."""

import asyncio
import zlib
from collections.abc import Mapping

import httpx

from editor.graph.context import HttpReply, HttpRequest
from editor.graph.faults import Fault, NodeFailure
from runs.providers.addresses import allowed, check_url, refused, shown
from runs.providers.config import ProviderConfig
from runs.providers.transport import Guard, GuardedTransport, too_large

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SAFE_ELSEWHERE = frozenset({"accept", "accept-language", "content-type", "user-agent"})
"""Headers that survive a redirect to another origin: any other may be a credential."""
OURS = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that decide how a message is read, not what it says."""


class GuardedHttpClient:
    """Sends requests to permitted addresses, follows redirects by the same rules, and stops at its limits."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        guard = Guard(allowed(config.http_allow), resolve_seconds=config.resolve_seconds, connect_seconds=config.connect_seconds)
        self._transport = GuardedTransport(guard)

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send one request and read its answer to the end, within its time."""
        message = _message(request)
        try:
            async with asyncio.timeout(request.timeout_seconds):
                return await self._follow(message)
        except (TimeoutError, httpx.TimeoutException):
            raise NodeFailure(_timeout(request)) from None
        except httpx.LocalProtocolError as error:
            raise NodeFailure(Fault("bad_params", f"The request cannot be written: {error}.")) from None
        except httpx.TransportError as error:
            place = message.url.host
            raise NodeFailure(
                Fault("transient", f"The connection to {place} failed: {_reason(error)}.", retryable=True)
            ) from None

    async def _follow(self, message: httpx.Request) -> HttpReply:
        for _ in range(self._config.http_redirects + 1):
            response = await self._transport.handle_async_request(message)
            try:
                target = response.headers.get("location") if response.status_code in REDIRECTS else None
                if target is None:
                    content = await self._read(response)
                    return HttpReply(response.status_code, _flat(response.headers), content, str(message.url))
            finally:
                await response.aclose()
            message = _redirected(message, response.status_code, target)
        raise refused(str(message.url.host), f"it redirects more than {self._config.http_redirects} times")

    async def _read(self, response: httpx.Response) -> bytes:
        config = self._config
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > config.http_max_bytes:
            raise NodeFailure(too_large(config.http_max_bytes))
        decode = _decoder(response.headers.get("content-encoding", ""), config.http_max_decoded_bytes)
        raw, body = 0, bytearray()
        async for chunk in response.aiter_raw():
            raw += len(chunk)
            if raw > config.http_max_bytes:
                raise NodeFailure(too_large(config.http_max_bytes))
            body += decode(chunk)
        return bytes(body)

    async def close(self) -> None:
        """Close what is open."""
        await self._transport.aclose()


class _Inflate:
    """Undoes gzip or deflate, with the size of the whole capped: a small answer can hold a very large one."""

    def __init__(self, window_bits: int, max_bytes: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)
        self._left = max_bytes
        self._max_bytes = max_bytes

    def __call__(self, chunk: bytes) -> bytes:
        try:
            out = self._inflate.decompress(chunk, self._left + 1)
        except zlib.error:
            raise NodeFailure(Fault("invalid_response", "The answer says it is compressed, and is not.")) from None
        self._left -= len(out)
        if self._left < 0:
            raise NodeFailure(too_large(self._max_bytes))
        return out


class _Plain:
    """Passes a body on as it is."""

    def __call__(self, chunk: bytes) -> bytes:
        return chunk


def _decoder(encoding: str, max_bytes: int) -> _Inflate | _Plain:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Inflate(16 + zlib.MAX_WBITS, max_bytes)
        case "deflate":
            return _Inflate(zlib.MAX_WBITS, max_bytes)
    raise NodeFailure(Fault("invalid_response", f"The answer is compressed as {encoding[:40]}, which was not asked for."))


def _message(request: HttpRequest) -> httpx.Request:
    url = check_url(request.url)
    wrong = sorted(OURS & {name.lower() for name in request.headers})
    if wrong:
        raise NodeFailure(Fault("bad_params", f"The header {wrong[0]} cannot be set.", data={"param": "headers"}))
    if request.query:
        url = url.copy_merge_params({key: value for key, value in request.query.items() if value is not None})
    headers = {"accept": "*/*", "user-agent": "GraphApp", **request.headers, "accept-encoding": "gzip, deflate"}
    try:
        return httpx.Request(request.method.upper(), url, headers=headers, content=request.content)
    except (UnicodeError, ValueError, TypeError):
        raise NodeFailure(
            Fault("bad_params", "A header holds a character that headers cannot.", data={"param": "headers"})
        ) from None


def _redirected(message: httpx.Request, status: int, target: str) -> httpx.Request:
    """The request that a redirect asks for; to another origin it carries nothing that could be a credential."""
    try:
        url = check_url(str(message.url.join(target)))
    except httpx.InvalidURL:
        raise refused(shown(target), "it redirects to something that is no address") from None
    keeps_body = status in (307, 308) or message.method in ("GET", "HEAD")
    dropped = {"host", "content-length"} | (set() if keeps_body else {"content-type"})
    headers = {name: value for name, value in message.headers.items() if name not in dropped}
    if (url.scheme, url.host, url.port) != (message.url.scheme, message.url.host, message.url.port):
        headers = {name: value for name, value in headers.items() if name in SAFE_ELSEWHERE | {"accept-encoding"}}
    content = message.content if keeps_body and message.method not in ("GET", "HEAD") else None
    return httpx.Request(message.method if keeps_body else "GET", url, headers=headers, content=content)


def _flat(headers: httpx.Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _reason(error: httpx.TransportError) -> str:
    return (str(error) or type(error).__name__).rstrip(".")[:200]


def _timeout(request: HttpRequest) -> Fault:
    return Fault("timeout", f"No complete answer came within {request.timeout_seconds:g} s.", retryable=True)
