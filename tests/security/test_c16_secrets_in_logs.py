"""C16: no secret is found in what the product writes down or answers, whatever goes wrong with it."""

import base64
import http.server
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from editor import selectors
from editor.credential_services import credential_create, credential_test_begun
from editor.models import Credential
from graphapp import logs
from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue, sign_in_link_make
from graphapp.logs import JsonFormatter, LineFormatter
from runs.credential_tests import test_in as run_test
from runs.executor import Executor
from runs.models import Run
from runs.process import Process
from runs.providers.litellm_client import load_litellm
from runs.wiring import make_executor
from tests.builders import Graph
from tests.security.traces import pages, redis_heard, stored
from tests.support.bench import FAST_PACE, FAST_RHYTHM, Bench

pytestmark = pytest.mark.enable_socket

KEY = "pr0vider/Key+with=odd&signs"
"""Looks like no vendor's key, so that no pattern finds it: only its value is known."""


def forms(secret: str) -> set[str]:
    """Write a secret in every form in which it could be found."""
    coded = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], coded.rstrip("=")}


def assert_absent(secret: str, text: str) -> None:
    """Fail if a text holds a secret in any form."""
    found = [form for form in forms(secret) if form in text]
    assert not found, text[max(0, text.index(found[0]) - 300) :][:700]


class Lines(logging.Handler):
    """Keeps what would be written to the log, in both of its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._formatters = (LineFormatter("%(levelname)s %(name)s: %(message)s"), JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        self.lines += [formatter.format(record) for formatter in self._formatters]

    @property
    def text(self) -> str:
        """All that was written."""
        return "\n".join(self.lines)


@pytest.fixture
def log() -> Iterator[Lines]:
    """Listen to everything that is logged."""
    lines = Lines()
    root = logging.getLogger()
    root.addHandler(lines)
    yield lines
    root.removeHandler(lines)


class Echo(http.server.BaseHTTPRequestHandler):
    """A provider that repeats the key it was sent, in the way that the path names."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        status = int(self.path.split("/")[1])
        said = f"Bad key {key} ({quote(key, safe='')}, {base64.b64encode(key.encode()).decode()}) in {dict(self.headers)}"
        said *= 60 if self.path.endswith("/x") else 1  # large enough to lie beside the database
        body = json.dumps({"error": {"message": said, "type": said, "param": said, "code": said}}).encode()
        self.send_response(status, "Bad")
        self.send_header("content-type", "application/json")
        self.send_header("x-key", key)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the output of the tests clean."""


STATUSES = (400, 401, 403, 404, 422, 429, 500)


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set up one named server for each status, with a key of each name in the environment."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    place = f"127.0.0.1:{server.server_port}"
    settings.GRAPHAPP_MODEL_BASES = [f"s{status}=http://{place}/{status}/v1" for status in STATUSES]
    settings.GRAPHAPP_HTTP_ALLOW = [place]
    for status in STATUSES:
        monkeypatch.setenv(f"S{status}_API_KEY", KEY)
    logs.operators_secrets.cache_clear()
    load_litellm()
    yield place
    logs.operators_secrets.cache_clear()
    server.shutdown()
    server.server_close()


class Breaking(Executor):
    """Fails in the middle of a node's work, with the key in the error."""

    async def _work(self, work: Any, progress: Any) -> Any:
        if work.node.id == "breaks":
            raise RuntimeError(f"cannot use {KEY}") from ValueError(f"header authorization was {KEY!r}")
        return await super()._work(work, progress)


def breaking() -> Executor:
    """Make the product's executor, which breaks at one node."""
    made = make_executor()
    made.__class__ = Breaking
    return made


def failing() -> dict[str, Any]:
    """Draw nodes that each fail in their own way, none of which ends the run."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    skip = {"policy": {"on_error": "skip", "retry": {"max_attempts": 1}}}
    for status in STATUSES:
        start.to(g.node("llm", f"ask{status}", keys=skip, model=f"s{status}/test", prompt="Hi"))
    start.to(g.node("template", "breaks", keys=skip, text="x"))
    start.to(g.node("code", "raises", keys=skip, source="def main(input):\n    raise ValueError('no')\n"))
    start.to(g.node("output", "result", value="done"))
    return g.document()


@pytest.mark.django_db(transaction=True)
def test_a_providers_key_is_written_down_nowhere(provider: str, log: Lines, olga: User, tmp_path: Any) -> None:
    process = Process(
        breaking, FAST_PACE, FAST_RHYTHM, base_url="http://127.0.0.1", redis_url=redis_url(), hint=lambda run_id: False
    )
    process.start()
    try:
        bench = Bench(olga, tmp_path)
        run = bench.ended(bench.start(process, failing()), 40.0)
    finally:
        process.stop()
    client = Client(headers={"authorization": f"Bearer {api_key_issue(user=olga, name='test')}"})
    paths = [f"/api/v1/runs/{run.pk}", f"/api/v1/runs/{run.pk}/events?limit=1000", f"/api/v1/runs/{run.pk}/document"]
    paths += [f"/api/v1/runs/{run.pk}/nodes/{node['id']}" for node in failing()["nodes"]]
    answers = [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    assert faults(run) == dict.fromkeys(faults(run), "failed") | {"start": "succeeded", "result": "succeeded"}
    assert "reference" in log.text
    for text in (log.text, stored(), "\n".join(answer.content.decode() for answer in answers)):
        assert_absent(KEY, text)


STORED = "st0red/Key+of=one&person"
"""A person's own key, which is in no environment."""


@pytest.mark.django_db(transaction=True)
def test_a_persons_stored_keys_are_written_down_nowhere_but_sealed(
    provider: str, log: Lines, olga: User, tmp_path: Any, settings: Settings
) -> None:
    """Nor in Redis, in files beside the database, in what is downloaded, or in a page."""
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "blobs": place}
    settings.GRAPHAPP_BLOB_BYTES = 1000
    for status in STATUSES:
        base = {"base_url": f"http://{provider}/{status}/v1"}
        credential_create(actor=olga, kind="model", name=f"m{status}", provider="custom", secret=STORED, settings=base)
    for scheme, chosen in (
        ("bearer", {}),
        ("basic", {"username": "me"}),
        ("header", {"field": "X-Shop"}),
        ("query", {"field": "k"}),
    ):
        named: dict[str, Any] = {"name": f"h-{scheme}", "provider": scheme, "settings": chosen, "hosts": [provider]}
        credential_create(actor=olga, kind="http", secret=STORED, **named)
    process = Process(
        make_executor, FAST_PACE, FAST_RHYTHM, base_url="http://127.0.0.1", redis_url=redis_url(), hint=lambda run_id: False
    )
    with redis_heard() as heard:
        process.start()
        try:
            bench = Bench(olga, tmp_path)
            run = bench.ended(bench.start(process, using_stored(provider)), 60.0)
            for row in Credential.objects.filter(kind="model"):
                credential_test_begun(credential=row, actor=olga, stamp="s", at="now", model="test")
                run_test(process, str(row.pk), "test", "s")
        finally:
            process.stop()
    client = Client(headers={"authorization": f"Bearer {api_key_issue(user=olga, name='test')}"})
    keys = [node["id"] for node in using_stored(provider)["nodes"]]
    paths = [f"/api/v1/runs/{run.pk}", f"/api/v1/runs/{run.pk}/events?limit=1000", "/api/v1/credentials", "/api/v1/models"]
    paths += [f"/api/v1/runs/{run.pk}/{part}/{key}" for part in ("nodes", "steps") for key in keys]
    paths += [f"/api/v1/runs/{run.pk}/document", "/api/v1/runs", f"/api/v1/workflows/{run.workflow_id}/draft"]
    answers = [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    told = "\n".join(answer.content.decode() for answer in answers)
    assert run.steps.filter(kind="call", status="failed").count() == len(STATUSES), "each call is recorded, and so looked at here"
    assert set(run.node_runs.filter(node_id__startswith="http").values_list("status", flat=True)) == {"succeeded"}
    assert "[hidden]" in told, "the provider repeats the key, so it was there to be hidden"
    assert [row.test["status"] for row in Credential.objects.filter(kind="model") if row.test] == ["failed"] * len(STATUSES)
    assert any("group_send" in one or "runs." in one or str(run.pk) in one for one in heard), "what goes through Redis is heard"
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()], "large values lie in files"
    browser = Client()
    browser.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    shown = pages(browser, f"/runs/{run.pk}", f"/workflows/{run.workflow_id}", f"/runs/{run.pk}/compare")
    for text in (log.text, stored(), told, "\n".join(heard), shown):
        assert_absent(STORED, text)


def test_the_search_finds_what_is_there() -> None:
    """Without this the others would show nothing."""
    for form in forms(KEY):
        with pytest.raises(AssertionError):
            assert_absent(KEY, f"before {form} after")


def using_stored(place: str) -> dict[str, Any]:
    """Draw a node for each stored key; the provider repeats what it is sent."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    skip = {"policy": {"on_error": "skip", "retry": {"max_attempts": 1}}}
    for status in STATUSES:
        start.to(g.node("llm", f"ask{status}", keys=skip, model=f"m{status}/test", fallback_models=[], prompt="Hi"))
    for scheme in ("bearer", "basic", "header", "query"):
        sent: dict[str, Any] = {"url": f"http://{place}/200/x", "method": "POST", "credential": f"h-{scheme}"}
        start.to(g.node("http_request", f"http_{scheme}", keys=skip, **sent))
    start.to(g.node("output", "result", value="done"))
    return g.document()


def redis_url() -> str:
    """Give the address of the tests' Redis."""
    from django.conf import settings

    return str(settings.REDIS_URL)


def faults(run: Run) -> Mapping[str, str]:
    """Give the status of each node run."""
    return dict(run.node_runs.values_list("node_id", "status"))


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2secret@127.0.0.1/x",
        "https://hunter2secret@127.0.0.1/x",
        "ftp://me:hunter2secret@127.0.0.1/x",
        "https://me:hunter2secret@127.0.0.1:99999/x",
        "https://me:hunter2secret/@[bad/x",
        "gopher://127.0.0.1/x?token=hunter2secret",
        "https://127.0.0.1:9/x?token=hunter2secret",
        "https://127.0.0.1:99999/x?token=hunter2secret",
        "me:hunter2secret@127.0.0.1",
    ],
)
async def test_an_addresss_own_secret_is_in_no_error(url: str, log: Lines) -> None:
    from editor.graph.context import HttpRequest
    from editor.graph.faults import NodeFailure
    from runs.providers.config import ProviderConfig
    from runs.providers.http_client import GuardedHttpClient

    client = GuardedHttpClient(ProviderConfig())
    with pytest.raises(NodeFailure) as caught:
        await client.send(HttpRequest("GET", url, {}, {}, None, 5.0))
    await client.close()
    assert_absent("hunter2secret", json.dumps(caught.value.fault.to_json()) + str(caught.value) + log.text)


@pytest.mark.django_db
def test_a_persons_secrets_are_in_no_answer_and_no_log(olga: User, log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    key, link = api_key_issue(user=olga, name="test"), sign_in_link_make(olga)
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.cookies["sid"].value
    secrets = (key, link.rsplit("/", 1)[1], session)

    def breaks(*given: Any, **named: Any) -> Any:
        raise RuntimeError(f"Authorization: Bearer {key}; Cookie: csrftoken=abcd; sid={session} at {link}")

    monkeypatch.setattr(selectors, "workflow_list", breaks)
    bearer = {"authorization": f"Bearer {key}"}
    answers = [
        browser.get("/api/v1/workflows"),
        browser.post(link),
        browser.get(f"{link}/more"),
        browser.post("/api/v1/workflows", "{}", content_type="application/json"),
        Client(raise_request_exception=False).get("/api/v1/workflows", headers=bearer),
        Client().post("/api/v1/workflows", "{", content_type="application/json", headers=bearer),
        Client().get("/api/v1/me", headers={"authorization": f"Bearer {key}x"}),
        Client().get("/api/v1/me", headers=bearer),
    ]
    assert [answer.status_code for answer in answers] == [500, 403, 404, 403, 500, 422, 401, 200]
    browser_gets_in = Client().post(link)
    assert browser_gets_in.status_code == 302
    assert Client().post(link).status_code == 410
    for secret in secrets:
        assert_absent(secret, log.text)
        assert_absent(secret, stored())
        assert_absent(secret, "\n".join(f"{dict(answer.headers)} {answer.content.decode()}" for answer in answers))
