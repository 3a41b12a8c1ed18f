"""What is sent, and what becomes of the answer."""

from typing import Any

import pytest

from editor.graph.context import HttpReply
from tests.unit.runs.nodes.world import World, done, failed


def answer(content: bytes, content_type: str = "application/json", status: int = 200, **headers: str) -> World:
    return World(reply=HttpReply(status, {"content-type": content_type, **headers}, content, "http://x/y?key=secret"))


@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        ({"json": {"n": "{{ a.n }}"}}, b'{"n": 5}', "application/json"),
        ({"json": None}, b"null", "application/json"),
        ({"form": {"a": "b c", "n": "{{ a.n }}"}}, b"a=b+c&n=5", "application/x-www-form-urlencoded"),
        ({"text": "hi {{ input }}"}, b"hi came", "text/plain; charset=utf-8"),
        (None, None, None),
    ],
)
async def test_a_body_is_sent_in_one_of_three_forms(body: Any, content: bytes | None, content_type: str | None) -> None:
    world = World()
    await done("http_request", {"method": "POST", "url": "http://x/{{ a.n }}", "body": body}, world)
    sent = world.http[0]
    assert (sent.method, sent.url, sent.content, sent.headers.get("content-type")) == (
        "POST",
        "http://x/5",
        content,
        content_type,
    )
    assert len(sent.headers["idempotency-key"]) == 64


async def test_a_header_of_the_author_wins() -> None:
    world = World()
    params = {
        "method": "POST",
        "url": "http://x",
        "headers": {"Content-Type": "text/csv"},
        "body": {"text": "a"},
        "query": {"q": [1, 2]},
    }
    await done("http_request", params, world)
    assert (world.http[0].headers["content-type"], world.http[0].query) == ("text/csv", {"q": [1, 2]})


@pytest.mark.parametrize(
    ("content", "content_type", "body"),
    [
        (b'{"a": 1}', "application/json; charset=utf-8", {"a": 1}),
        (b'{"a": 1}', "application/problem+json", {"a": 1}),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
        ("ä".encode("latin-1"), "text/plain; charset=latin-1", "ä"),
        (b"\xff", "text/plain", "\ufffd"),
        (b"", "application/json", None),
    ],
)
async def test_the_content_type_decides_how_an_answer_is_read(content: bytes, content_type: str, body: Any) -> None:
    found = await done("http_request", {"url": "http://x"}, answer(content, content_type))
    assert found.value["body"] == body
    assert "secret" not in str(found.details)


async def test_json_that_is_none_is_a_fault() -> None:
    assert (await failed("http_request", {"url": "http://x"}, answer(b"<html>"))).code == "bad_input"


@pytest.mark.parametrize(
    ("status", "code", "retryable"), [(404, "http_status", False), (503, "http_status", True), (429, "rate_limit", True)]
)
async def test_an_answer_from_400_on_is_a_fault(status: int, code: str, retryable: bool) -> None:
    fault = await failed("http_request", {"url": "http://x"}, answer(b"no", "text/plain", status, **{"retry-after": "7"}))
    assert (fault.code, fault.retryable, fault.retry_after_seconds, fault.data["status"]) == (code, retryable, 7.0, status)
    assert "secret" not in str(fault.to_json())


@pytest.mark.parametrize("limit", [600, None])
async def test_statuses_that_fail_are_the_authors_choice(limit: int | None) -> None:
    found = await done("http_request", {"url": "http://x", "fail_on_status": limit}, answer(b"no", "text/plain", 503))
    assert found.value["status"] == 503


async def test_two_bodies_at_once_are_refused() -> None:
    fault = await failed("http_request", {"method": "POST", "url": "http://x", "body": {"text": "a", "json": 1}})
    assert fault.code == "bad_params"
