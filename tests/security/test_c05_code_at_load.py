"""C05: a document is data until somebody runs it. Saving, opening, checking and exporting one runs nothing and calls nothing."""

import http.server
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from graphapp.accounts.models import User
from runs.providers.transport import GuardedTransport
from runs.sandbox.service import MontySandbox
from tests.builders import Graph
from tests.security.routes import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

PROCESSES = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn"}
_watched: list[list[str]] = []
"""Lists that take the name of every process start; a hook of the interpreter cannot be taken back, so there is one."""


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if _watched and event in PROCESSES:
        for heard in _watched:
            heard.append(f"{event} {given!r}")


sys.addaudithook(_hear)


class Canary(http.server.BaseHTTPRequestHandler):
    """Notes who comes by."""

    hits: list[str]

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_PUT = do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the output of the tests clean."""


class Watch:
    """What happened while a document was handled."""

    def __init__(self, url: str, hits: list[str], folder: Path) -> None:
        self.url = url
        self.hits = hits
        self.folder = folder
        self.processes: list[str] = []
        self.fed: list[str] = []

    def nothing_happened(self) -> None:
        """Fail if anything ran or called."""
        assert (self.hits, self.processes, self.fed) == ([], [], [])
        assert list(self.folder.iterdir()) == []


@pytest.fixture
def watch(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Watch]:
    """Watch the network, the sandbox and the starts of processes; the canary's address is even an allowed one."""
    hits: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("ThisCanary", (Canary,), {"hits": hits}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.GRAPHAPP_HTTP_ALLOW = [f"127.0.0.1:{server.server_port}"]
    watch = Watch(f"http://127.0.0.1:{server.server_port}", hits, tmp_path)

    async def fed(self: object, *given: Any) -> Any:
        watch.fed.append(repr(given)[:200])
        raise AssertionError("nothing may run here")

    for owner, name in ((MontySandbox, "evaluate"), (MontySandbox, "call_main"), (GuardedTransport, "handle_async_request")):
        monkeypatch.setattr(owner, name, fed)
    _watched.append(watch.processes)
    yield watch
    _watched.remove(watch.processes)
    server.shutdown()
    server.server_close()


CODE = (
    "{{{{ __import__('os').system('touch {file}') }}}}",
    "{{{{ open('{file}', 'w') }}}}",
    "{{% for x in ().__class__.__base__.__subclasses__() %}}{{{{ x('touch {file}') }}}}{{% endfor %}}",
    "${{jndi:{url}/a}}",
    "`curl {url}/b`; $(touch {file}) | touch {file} && touch {file}",
    "__import__('urllib.request').request.urlopen('{url}/c')",
    "import os\nos.system('touch {file}')\ndef main(input):\n    return os",
    "!!python/object/apply:os.system ['touch {file}']",
    "<!DOCTYPE x [<!ENTITY e SYSTEM '{url}/d'>]><x>&e;</x>",
    "![pixel]({url}/e.png) [link]({url}/f) <img src={url}/g>",
    "{url}/h",
    "file://{file}",
    "cos\nsystem\n(S'touch {file}'\ntR.",
    "require('child_process').execSync('touch {file}')",
)


def hostile(text: str, url: str) -> dict[str, Any]:
    """Draw a graph with a text in every place that takes one, and a server's address where things are fetched from."""
    g = Graph()
    fields = [{"name": "a", "label": text, "type": "text", "default": text, "help": text}]
    start = g.node("start", "start", keys={"name": text}, fields=fields)
    schema = {"$ref": f"{url}/schema", "$schema": f"{url}/meta", "$id": url, "description": text}
    model: dict[str, Any] = {
        "model": f"openai/{text}"[:200],
        "system": text,
        "prompt": text,
        "output_schema": schema,
        "fallback_models": [text[:90]],
    }
    llm = start.to(g.node("llm", "ask", keys={"name": text}, **model))
    call: dict[str, Any] = {"url": f"{url}/call?q={{{{ start.a }}}}", "headers": {"x-a": text}, "query": {"q": text}}
    http_request = llm.to(g.node("http_request", "call", **call))
    code = http_request.to(g.node("code", "work", keys={"pinned": text}, source=text))
    router = code.to(g.node("router", "route", cases=[{"port": "yes", "when": text, "label": text}]))
    router["yes"].to(g.node("template", "write", text=text)).to(g.node("output", "result", value=text))
    router["else"].to(g.node("set", "keep", value={"deep": [text, {text: text}]})).to(g.node("fail", "end", message=text))
    code.to(g.node("wait", "pause", seconds=text))
    tool: dict[str, Any] = {
        "command": "touch",
        "args": [text],
        "env": {"X": text},
        "url": f"{url}/mcp",
        "icon": f"{url}/icon.svg",
    }
    g.node("mcp", "tool", **tool)
    g.node("note", "note", text=text)
    document = g.document()
    document["annotations"] = [{"text": text, "image": f"{url}/picture", "plugin": tool}]
    document["extensions"] = {"load": f"{url}/plugin.py", "code": text}
    return document


def send(client: Client, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
    answer = client.generic(method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
    return answer.status_code, json.loads(answer.content) if answer.content else None


def handle(client: Client, document: Mapping[str, Any]) -> None:
    """Do everything to a document that is not running it."""
    status, workflow = send(client, "POST", "/workflows", {"name": "Hostile", "document": document})
    assert status == 201, workflow
    place = f"/workflows/{workflow['id']}"
    status, draft = send(client, "GET", f"{place}/draft")
    assert (status, bool(draft["problems"])) == (200, True)
    changed = {**draft["document"], "nodes": draft["document"]["nodes"][::-1]}
    status, saved = send(client, "PUT", f"{place}/draft", {"document": changed, "revision": draft["revision"]})
    assert status == 200, saved
    assert send(client, "POST", f"{place}/versions", {"note": "Out"})[0] in {201, 422}
    assert send(client, "POST", f"{place}/runs", {"input": {}})[0] == 422
    status, copy = send(client, "POST", f"{place}/duplicate")
    assert status == 201, copy
    for path in (place, f"{place}/draft", f"{place}/versions", f"/workflows/{copy['id']}/draft", "/workflows?search=Hostile"):
        assert send(client, "GET", path)[0] == 200
    assert client.get(place).status_code == 200


@pytest.mark.parametrize("pattern", CODE)
def test_a_hostile_document_runs_and_calls_nothing(pattern: str, olga: User, watch: Watch) -> None:
    text = pattern.format(url=watch.url, file=watch.folder / "ran")
    handle(signed_in(olga), hostile(text, watch.url))
    watch.nothing_happened()


def test_a_version_that_could_run_is_read_without_running(olga: User, watch: Watch) -> None:
    client = signed_in(olga)
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "a", "type": "text", "default": f"{watch.url}/default"}])
    source = f"def main(input):\n    return open('{watch.folder / 'ran'}', 'w')"
    start.to(g.node("http_request", "call", url=f"{watch.url}/call")).to(g.node("code", "work", source=source)).to(
        g.node("output", "result", value="{{ 1 + 1 }}")
    )
    _, workflow = send(client, "POST", "/workflows", {"name": "Ready", "document": g.document()})
    place = f"/workflows/{workflow['id']}"
    status, version = send(client, "POST", f"{place}/versions", {"note": ""})
    assert status == 201, version
    status, exported = send(client, "GET", f"{place}/versions/1")
    assert status == 200
    assert {node["id"] for node in exported["document"]["nodes"]} == {"start", "call", "work", "result"}
    watch.nothing_happened()


def test_the_watch_sees_what_happens(watch: Watch) -> None:
    import subprocess
    import urllib.request

    subprocess.run([sys.executable, "-c", f"open({str(watch.folder / 'ran')!r}, 'w')"], check=True)
    urllib.request.urlopen(f"{watch.url}/seen").close()
    assert watch.hits == ["/seen"]
    assert watch.processes
    assert [path.name for path in watch.folder.iterdir()] == ["ran"]
