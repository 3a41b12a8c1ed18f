"""The demo services answer everyone, always the same, and keep nothing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from graphapp.demo import DELAY_SECONDS, LARGEST_MESSAGE, LONGEST_NAME, account, demo_account, demo_message, demo_unsteady


def get(customer: str) -> HttpRequest:
    return RequestFactory().get(f"/demo/accounts/{customer}")


def test_a_name_has_one_account() -> None:
    assert account("Ada") == account("Ada")
    assert account("Ada") | {"customer": ""} == account(" ada ") | {"customer": ""}
    assert account("Ada") != account("Grace")


async def test_calls_wait_side_by_side_and_answer_json() -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    answers = await asyncio.gather(*(demo_account(get("x"), f"name {n}") for n in range(20)))
    assert DELAY_SECONDS <= loop.time() - started < 3 * DELAY_SECONDS
    assert [json.loads(answer.content)["customer"] for answer in answers] == [f"name {n}" for n in range(20)]


async def test_a_long_name_is_cut_and_a_post_refused() -> None:
    assert len(json.loads((await demo_account(get("x"), "x" * 5000)).content)["customer"]) == LONGEST_NAME
    assert (await demo_account(RequestFactory().post("/demo/accounts/x"), "x")).status_code == 405


async def test_the_unsteady_service_is_down_at_first_and_says_when_to_ask_again() -> None:
    now = datetime.now(UTC)
    down = await unsteady({"since": now.isoformat(), "seconds": "30"})
    assert (down.status_code, down.headers["Retry-After"]) == (503, "2")
    up = await unsteady({"since": (now - timedelta(seconds=31)).isoformat(), "seconds": "30"})
    assert json.loads(up.content) == account("Ada")


@pytest.mark.parametrize(
    "query", [{}, {"since": "yesterday"}, {"since": "2026-01-01T00:00:00"}, {"since": "2026-01-01T00:00:00Z", "seconds": "nan"}]
)
async def test_the_unsteady_service_says_what_it_needs(query: dict[str, str]) -> None:
    assert (await unsteady(query)).status_code == 422


async def test_a_message_is_accepted_under_a_number_that_follows_from_it() -> None:
    first, again, other = [
        await message(text)
        for text in ('{"to": "Ada", "text": "Hi"}', '{"text": "Hi", "to": "Ada"}', '{"to": "Bo", "text": "Hi"}')
    ]
    assert first.status_code == 202
    assert json.loads(first.content) == json.loads(again.content) != json.loads(other.content)


@pytest.mark.parametrize(
    ("text", "status"), [("[]", 422), ("{", 422), ("[" * 10_000, 422), ('{"to": "Ada"}', 422), ("x" * (LARGEST_MESSAGE + 1), 413)]
)
async def test_what_is_no_message_is_refused(text: str, status: int) -> None:
    assert (await message(text)).status_code == status


async def unsteady(query: dict[str, str]) -> HttpResponse:
    return await demo_unsteady(RequestFactory().get("/demo/unsteady/Ada", query), "Ada")


async def message(text: str) -> HttpResponse:
    return await demo_message(RequestFactory().post("/demo/messages", text, content_type="application/json"))
