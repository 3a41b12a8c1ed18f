"""C01: without signing in, nothing is reached but what the one public list names; no view begins before that."""

from collections.abc import Iterator
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from graphapp.public import API_NAMESPACE, PUBLIC_ROUTES
from tests.security.routes import all_routes

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {
    "uuid": "0b0e8f2c-6f5e-4ec4-9f9e-000000000000",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}
LOOKING = ("SELECT", "SAVEPOINT", "RELEASE")
"""Statements that change nothing."""


def routes(resolver: URLResolver, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Walk every route: its full name and a path that leads to it."""
    for entry in resolver.url_patterns:
        path = prefix + sample(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        elif isinstance(entry, URLPattern):
            yield ":".join((*namespaces, entry.name or "")), "/" + path


def sample(pattern: Any) -> str:
    """Write a path that fits a pattern."""
    text = str(getattr(pattern, "_route", ""))
    for name, converter in getattr(pattern, "converters", {}).items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            text = text.replace(written, SAMPLES.get(kind, "x"))
    return text or EXPRESSIONS.get(str(pattern), "")


EXPRESSIONS = {
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/x/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-x/",
    r"(?P<url>.*)$": "nowhere",
}
ALL = sorted(set(routes(get_resolver())))
CLOSED = [(name, path) for name, path in ALL if name not in PUBLIC_ROUTES]


def test_every_name_on_the_public_list_is_a_route() -> None:
    assert set(PUBLIC_ROUTES) <= {name for name, _ in ALL}


def test_the_operations_that_ask_for_nobody_are_those_of_the_public_list() -> None:
    asking_nobody = {f"{API_NAMESPACE}:{route.operation}" for route in all_routes() if route.is_public}
    assert asking_nobody == {name for name in PUBLIC_ROUTES if name.startswith(f"{API_NAMESPACE}:")} - {"api-v1:openapi-json"}


def test_the_walk_sees_pages_api_accounts_and_admin() -> None:
    assert {"editor:home", "editor:run", "api-v1:workflow_list", "mfa_index", "admin:index"} <= {name for name, _ in ALL}


@pytest.mark.parametrize(("name", "path"), CLOSED, ids=[name or path for name, path in CLOSED])
def test_a_stranger_gets_no_further_than_the_login(name: str, path: str) -> None:
    for method in METHODS:
        with CaptureQueriesContext(connection) as asked:
            answer = Client().generic(method, path, "{}", content_type="application/json")
        if name.startswith(f"{API_NAMESPACE}:"):
            assert answer.status_code in {401, 404, 405}, answer.content
        elif answer.status_code == 302:
            assert answer["Location"].startswith(("/accounts/login/", "/admin/login/"))
        else:
            assert answer.status_code in {403, 404, 405}
        assert not [query["sql"] for query in asked if not query["sql"].lstrip().startswith(LOOKING)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/ws/runs/0b0e8f2c-6f5e-4ec4-9f9e-000000000000/", "/ws/runs/x/?after=1"])
async def test_a_strangers_socket_is_closed_before_any_data(path: str) -> None:
    from graphapp.asgi import application

    socket = WebsocketCommunicator(application, path, headers=[(b"origin", settings.GRAPHAPP_BASE_URL.encode())])
    await socket.connect()
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


@pytest.mark.parametrize("origin", [None, b"null", b"http://evil.example", b"https://127.0.0.1:8000", b"http://127.0.0.1:8001"])
async def test_a_socket_of_another_origin_is_not_opened(origin: bytes | None) -> None:
    from graphapp.asgi import application

    headers = [(b"origin", origin)] if origin else []
    socket = WebsocketCommunicator(application, "/ws/runs/x/", headers=headers)
    opened, _ = await socket.connect()
    assert not opened
