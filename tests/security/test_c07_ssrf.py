"""C07: no form of an address leads a request inside. A canary on this machine counts the connections that reach it."""

import ast
import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from editor.graph.context import HttpReply, HttpRequest
from editor.graph.faults import Fault, NodeFailure
from runs.providers.addresses import allowed, check_addresses, check_url
from runs.providers.config import ProviderConfig
from runs.providers.http_client import GuardedHttpClient

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]
REPOSITORY = Path(__file__).resolve().parents[2]
Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Canary:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def canary(handler: Handler | None = None) -> AsyncIterator[Canary]:
    """A local server that notes what reaches it."""
    seen = Canary()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.requests.append(b"")
        try:
            seen.requests[-1] = await reader.readuntil(b"\r\n\r\n")
            await (handler or say(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"))(seen.requests[-1], writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()


def say(answer: bytes) -> Handler:
    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return handler


async def send(url: str, *allow: str, **more: Any) -> HttpReply:
    limits = more.pop("limits", {})
    client = GuardedHttpClient(ProviderConfig(http_allow=allow, **limits))
    try:
        request: dict[str, Any] = {"method": "GET", "url": url, "timeout_seconds": 5.0} | more
        return await client.send(HttpRequest(**request))
    finally:
        await client.close()


async def fault_of(url: str, *allow: str, **more: Any) -> Fault:
    with pytest.raises(NodeFailure) as caught:
        await send(url, *allow, **more)
    return caught.value.fault


FORMS = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "http://\uff4cocalhost:{port}/",
    "http://user@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@example.com/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127.0.0.1%00.example.com:{port}/",
    "http://127.0.0.1%2f.example.com:{port}/",
    "http://127.8.9.10:{port}/",
    "  http://127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "unix:///tmp/x.sock",
    "//127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://",
    "",
]
ADDRESSES = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.1", "192.0.2.1",
    "192.88.99.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.2",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "3fff::1", "5f00::1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::1", "::a9fe:a9fe", "::ffff:169.254.169.254", "100::1", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_an_address_leads_inside(form: str) -> None:
    async with canary() as seen:
        fault = await fault_of(form.format(port=seen.port))
        assert fault.code in {"address_refused", "transient"}
        assert seen.requests == []


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_private_address_is_connected_to(address: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        check_addresses("example.com", 443, [address], permitted=allowed(()), own=frozenset())
    assert caught.value.fault.code == "address_refused"


async def test_one_bad_address_among_good_ones_refuses_the_name() -> None:
    with pytest.raises(NodeFailure):
        check_addresses("example.com", 443, ["93.184.216.34", "10.0.0.1"], permitted=allowed(()), own=frozenset())
    assert check_addresses("example.com", 443, ["93.184.216.34"], permitted=allowed(()), own=frozenset())


async def test_a_public_address_of_this_machine_is_inside_too() -> None:
    import ipaddress

    own = frozenset({ipaddress.ip_address("93.184.216.34")})
    for form in ("93.184.216.34", "::ffff:93.184.216.34"):
        with pytest.raises(NodeFailure):
            check_addresses("example.com", 443, [form], permitted=allowed(()), own=own)


@pytest.mark.parametrize("port", [21, 22, 25, 53, 111, 445, 1023])
async def test_ports_of_other_services_are_closed(port: int) -> None:
    with pytest.raises(NodeFailure):
        check_url(f"http://example.com:{port}/")


async def test_the_operator_opens_one_place_and_no_other() -> None:
    async with canary() as seen, canary() as other:
        reply = await send(f"http://127.0.0.1:{seen.port}/", f"127.0.0.1:{seen.port}")
        assert (reply.status, reply.content) == (200, b"hi")
        await fault_of(f"http://127.0.0.1:{other.port}/", f"127.0.0.1:{seen.port}")
        await fault_of(f"http://localhost:{seen.port}/", f"127.0.0.1:{seen.port}")
        assert (await send(f"http://127.0.0.1:{other.port}/", "127.0.0.0/8")).status == 200
    assert (len(seen.requests), len(other.requests)) == (1, 1)


async def test_a_refusal_says_how_to_open_the_place() -> None:
    assert "GRAPHAPP_HTTP_ALLOW" in (await fault_of("http://127.0.0.1:9999/")).hint


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_inside_is_refused(status: int) -> None:
    async with canary() as inside:
        target = f"HTTP/1.1 {status} Go\r\nlocation: http://127.0.0.1:{inside.port}/\r\ncontent-length: 0\r\n\r\n"
        async with canary(say(target.encode())) as outside:
            fault = await fault_of(f"http://127.0.0.1:{outside.port}/", f"127.0.0.1:{outside.port}")
            assert fault.code == "address_refused"
            assert inside.requests == []


async def test_credentials_stay_behind_when_a_redirect_leaves() -> None:
    async with canary() as second:
        target = f"HTTP/1.1 302 Go\r\nlocation: http://127.0.0.1:{second.port}/\r\ncontent-length: 0\r\n\r\n"
        async with canary(say(target.encode())) as first:
            headers = {"Authorization": "Bearer canary", "X-Api-Key": "canary", "Cookie": "a=canary"}
            await send(f"http://127.0.0.1:{first.port}/", "127.0.0.0/8", headers=headers)
            assert b"canary" in first.requests[0]
            assert b"canary" not in second.requests[0]


async def test_redirects_end() -> None:
    again = b"HTTP/1.1 302 Go\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n"
    async with canary(say(again)) as seen:
        assert (await fault_of(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8")).code == "address_refused"
        assert len(seen.requests) == 6


async def test_a_page_that_wants_to_be_followed_is_not() -> None:
    page = b'<meta http-equiv="refresh" content="0;url=http://127.0.0.1/">'
    answer = b"HTTP/1.1 200 OK\r\nrefresh: 0;url=http://127.0.0.1/\r\ncontent-length: %d\r\n\r\n%s" % (len(page), page)
    async with canary(say(answer)) as seen:
        assert (await send(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8")).status == 200
        assert len(seen.requests) == 1


async def test_a_name_that_changes_its_address_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def lookup(self: object, host: str, port: int, **more: object) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", lookup)
    async with canary() as seen:
        assert (await fault_of(f"http://rebind.example:{seen.port}/")).code == "address_refused"
        assert (asked, seen.requests) == (["rebind.example"], [])


async def test_an_answer_is_capped_as_sent_and_as_unpacked() -> None:
    small = {"limits": {"http_max_bytes": 10_000, "http_max_decoded_bytes": 50_000}}
    long = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000
    bomb = gzip.compress(b"0" * 5_000_000)
    packed = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%s" % (len(bomb), bomb)
    announced = b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n"
    for answer in (long, packed, announced):
        async with canary(say(answer)) as seen:
            fault = await fault_of(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8", **small)
            assert fault.code == "response_too_large"


async def test_a_packed_answer_is_unpacked() -> None:
    body = gzip.compress(b"hello")
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    async with canary(say(answer)) as seen:
        assert (await send(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8")).content == b"hello"


async def test_the_whole_answer_has_one_deadline() -> None:
    async def drip(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with canary(drip) as seen:
        fault = await fault_of(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8", timeout_seconds=0.3)
        assert (fault.code, fault.retryable) == ("timeout", True)


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade"])
async def test_headers_that_decide_how_a_message_is_read_cannot_be_set(name: str) -> None:
    assert (await fault_of("http://127.0.0.1:8080/", headers={name: "x"})).code == "bad_params"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
async def test_header_values_hold_no_line_ends(value: str) -> None:
    async with canary() as seen:
        fault = await fault_of(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8", headers={"X-A": value})
        assert fault.code == "bad_params"
        assert not any(b"Evil" in request for request in seen.requests)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with canary() as proxy, canary() as seen:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await send(f"http://127.0.0.1:{seen.port}/", "127.0.0.0/8")
        assert (len(proxy.requests), len(seen.requests)) == (0, 1)


CLIENTS = frozenset({"httpx", "requests", "urllib.request", "http.client", "aiohttp", "urllib3", "httpcore"})


async def test_only_the_guarded_modules_import_an_http_client() -> None:
    found = {
        path.relative_to(REPOSITORY).parts[:2]
        for package in ("editor", "runs", "graphapp")
        for path in (REPOSITORY / package).rglob("*.py")
        if CLIENTS & set(imported(ast.parse(path.read_text())))
    }
    assert found <= {("runs", "providers"), ("graphapp", "management"), ("graphapp", "embedded")}


def imported(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
