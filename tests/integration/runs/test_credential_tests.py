"""A credential is tried out with a real call, and its owner is told what came of it."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from editor.credential_services import credential_create, credential_test_begun
from editor.models import Credential
from graphapp.accounts.models import User
from runs.context import Services
from runs.credential_tests import test_in as run_test
from runs.credential_tests import try_out
from runs.model_list import models_of
from runs.providers.config import ProviderConfig
from runs.providers.http_client import GuardedHttpClient
from runs.providers.models import Models
from tests.unit.runs.nodes.world import World
from tests.unit.runs.providers import mock_openai as mock
from tests.unit.runs.providers.mock_openai import Answer, serving

# The first call of a process imports litellm, which takes long on a busy machine.
pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(240)]

KEY = "sk-canary-0123456789-abcd"
LISTED = mock.raw(mock.head("200 OK", "application/json"), b'{"data": [{"id": "small"}, {"id": "large"}]}')


async def tried(*answers: Answer, is_open: bool = True, model: str = "") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a test of a server with this script comes to, and what the server was asked."""
    async with serving(*answers) as server:
        place = server.base.split("//")[1].split("/")[0]
        config = ProviderConfig(http_allow=(place,) if is_open else ())
        world = World()
        services = Services(llm=Models(config), http=GuardedHttpClient(config), sandbox=world)
        row = Credential(kind="model", name="lab", provider="custom", settings={"base_url": server.base}, hosts=[place])
        found = await try_out(services, row, model)
        await services.close()
        return found, server.requests


@pytest.mark.asyncio
async def test_a_test_lists_models_and_calls_one() -> None:
    found, requests = await tried(LISTED, mock.says("ok"))
    assert (found["status"], found["model"], found["models"], found["answer"]) == ("ok", "small", ["small", "large"], "ok")
    assert found["seconds"] >= 0
    assert requests[1]["body"]["model"] == "small"


@pytest.mark.asyncio
async def test_a_test_that_fails_says_why_and_what_to_do() -> None:
    refused = mock.raw(mock.head("401 Unauthorized", "application/json"), b'{"error": {"message": "no"}}')
    found, _ = await tried(refused, refused, model="small")
    assert (found["status"], found["error"]["code"]) == ("failed", "auth")
    assert "Settings" in found["error"]["hint"]
    found, requests = await tried(LISTED, is_open=False)
    assert (found["error"]["code"], requests) == ("address_refused", [])
    assert "GRAPHAPP_HTTP_ALLOW" in found["error"]["hint"]
    found, _ = await tried(mock.raw(mock.head("200 OK", "text/html"), b"<html>"))
    assert found["error"]["code"] == "model_unknown"


def kept() -> dict[str, Any]:
    """What is kept of the last test of the one credential."""
    found: Any = Credential.objects.get().test
    return dict(found)


@pytest.fixture
def process() -> Iterator[Any]:
    """As much of a worker's process as a test needs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    world = World()
    services = Services(llm=world, http=world, sandbox=world)
    yield SimpleNamespace(loop=loop, executor=SimpleNamespace(services=services), world=world)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.django_db(transaction=True)
def test_the_result_is_kept_unless_it_was_tested_again(olga: User, process: Any) -> None:
    row = credential_create(actor=olga, kind="model", name="openai", provider="openai", secret=KEY)
    credential_test_begun(credential=row, actor=olga, stamp="two", at="now", model="")
    run_test(process, str(row.pk), "", "one")
    assert kept()["status"] == "running"
    run_test(process, str(row.pk), "", "two")
    assert (kept()["status"], kept()["answer"], process.world.llm[0].model) == ("ok", "ok", "openai/gpt-4o-mini")
    assert KEY not in json.dumps(kept())


@pytest.mark.django_db
def test_the_models_of_own_and_common_providers_are_listed_with_what_they_cost(
    olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "operators-key-0123")
    mine = credential_create(actor=olga, kind="model", name="work", provider="openai", secret=KEY)
    Credential.objects.filter(pk=mine.pk).update(test={"models": ["gpt-4o-mini", "gpt-next", "text-embedding-3-small"]})
    client = Client()
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/api/v1/models").json()
    items = {one["name"]: one for one in answer["items"]}
    known = items["work/gpt-4o-mini"]
    assert (known["context_tokens"], known["input_price"], known["output_price"]) == (128_000, 0.15, 0.6)
    assert all(known[ability] for ability in ("vision", "tools", "schemas"))
    assert items["work/gpt-next"]["input_price"] is None
    assert items["work/text-embedding-3-small"]["mode"] == "embedding"
    assert "local/smollm2" in items
    assert any(name.startswith("mistral/") for name in items)
    assert not any(name.startswith(("anthropic/", "openai/")) for name in items)
    assert "mistral" in answer["operators"]


def test_listing_models_does_not_import_litellm() -> None:
    look = "from runs.model_list import table as t; t()['openai']"
    code = f"import sys, django; django.setup(); {look}; assert 'litellm' not in sys.modules"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120, env=None)
    assert models_of([], {})[0].name == "local/smollm2"
