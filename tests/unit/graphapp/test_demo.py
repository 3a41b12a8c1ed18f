"""The demo service answers everyone, always the same, and takes a moment."""

import asyncio
import json

from django.http import HttpRequest
from django.test import RequestFactory

from graphapp.demo import DELAY_SECONDS, LONGEST_NAME, account, demo_account


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
