"""C14: a credential goes to its own hosts, for its owner's runs, and nowhere else."""

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from editor.credential_services import credential_create, credential_delete, default_models_set
from editor.graph.context import HttpRequest, LlmRequest
from editor.graph.faults import NodeFailure
from graphapp.accounts.models import User
from runs.accounts import AuthorisedHttp, Payer, Wallet
from runs.providers.config import ProviderConfig
from runs.providers.http_client import GuardedHttpClient
from runs.providers.litellm_client import LitellmClient
from runs.stored_accounts import StoredAccounts
from tests.support.script import Script

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket, pytest.mark.timeout(240)]

KEY = "pr0vider/Key+with=odd&signs"


class Canary(http.server.BaseHTTPRequestHandler):
    """Notes all that it is sent, repeats the headers, and redirects where its path says."""

    seen: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        """Answer with what came."""
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        target = self.path.partition("?to=")[2]
        body = json.dumps({"headers": dict(self.headers), "path": self.path}).encode()
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


@pytest.fixture
def servers() -> Iterator[list[tuple[str, list[tuple[str, dict[str, str]]]]]]:
    """Two servers of different origins, by host:port, with what each has seen."""
    running = []
    for _ in range(2):
        seen: list[tuple[str, dict[str, str]]] = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Canary,), {"seen": seen}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append((server, f"127.0.0.1:{server.server_port}", seen))
    yield [(place, seen) for _, place, seen in running]
    for server, _, _ in running:
        server.shutdown()
        server.server_close()


def http_of(person: User, *places: str, team: str = "") -> AuthorisedHttp:
    client = GuardedHttpClient(ProviderConfig(http_allow=places))
    return AuthorisedHttp(client, Wallet(StoredAccounts(kept_seconds=0), Payer(str(person.pk), team)))


async def done(service: Callable[..., Any], **given: Any) -> Any:
    """Call a service in a thread, and leave no connection behind."""

    def work() -> Any:
        try:
            return service(**given)
        finally:
            connection.close()

    return await asyncio.to_thread(work)


async def fault_of(client: AuthorisedHttp, request: HttpRequest) -> str:
    with pytest.raises(NodeFailure) as caught:
        await client.send(request)
    assert KEY not in str(caught.value.fault.to_json())
    return caught.value.fault.code


async def test_a_credential_goes_to_its_own_host_and_is_not_seen_in_the_answer(olga: User, servers: Any) -> None:
    (home, seen), _ = servers
    for scheme, settings in (
        ("bearer", {}),
        ("basic", {"username": "me"}),
        ("header", {"field": "X-Shop"}),
        ("query", {"field": "k"}),
    ):
        await _make(olga, name=scheme, provider=scheme, settings=settings, hosts=[home])
        reply = await http_of(olga, home).send(HttpRequest("GET", f"http://{home}/x", credential=scheme))
        assert KEY.encode() not in reply.content
        assert KEY not in f"{reply.url} {dict(reply.headers)}"
        assert b"[hidden]" in reply.content
    assert [headers.get("authorization", "")[:6] for _, headers in seen] == ["Bearer", "Basic ", "", ""]
    assert seen[2][1]["x-shop"] == KEY
    assert "k=pr0vider%2FKey" in seen[3][0]


async def test_a_credential_is_never_sent_elsewhere_also_not_after_a_redirect(olga: User, servers: Any) -> None:
    (home, _), (elsewhere, canary) = servers
    await _make(olga, name="shop", provider="bearer", hosts=[home])
    await _make(olga, name="named", provider="header", settings={"field": "X-Shop"}, hosts=[home])
    client = http_of(olga, home, elsewhere)
    for url in (f"http://{elsewhere}/", f"http://{home}@{elsewhere}/", f"http://{home}.evil.example/"):
        assert await fault_of(client, HttpRequest("GET", url, credential="shop")) == "credential_host"
    assert canary == []
    for name in ("shop", "named"):
        await client.send(HttpRequest("GET", f"http://{home}/?to=http://{elsewhere}/", credential=name))
    assert len(canary) == 2
    assert KEY not in str(canary)


async def test_a_credential_serves_its_owner_alone_and_only_while_it_is_there(olga: User, sam: User, servers: Any) -> None:
    (home, seen), _ = servers
    made = await _make(olga, name="shop", provider="bearer", hosts=[home])
    request = HttpRequest("GET", f"http://{home}/", credential="shop")
    assert await fault_of(http_of(sam, home), request) == "credential_missing"
    assert (
        await fault_of(http_of(sam, home), HttpRequest("GET", f"http://{home}/", credential=str(made.pk))) == "credential_missing"
    )
    assert seen == []
    await http_of(olga, home).send(HttpRequest("GET", f"http://{home}/", credential=str(made.pk)))
    await done(credential_delete, credential=made, actor=olga)
    assert await fault_of(http_of(olga, home), request) == "credential_missing"
    assert len(seen) == 1


async def test_a_persons_provider_reaches_no_private_address_that_only_the_operators_keys_may(olga: User, servers: Any) -> None:
    (home, seen), _ = servers
    await _make(olga, kind="model", name="lab", provider="vllm", settings={"base_url": f"http://{home}/v1"})
    config = ProviderConfig(model_bases={"ours": f"http://{home}/v1"}, model_keys={"ours": "operators-key-0123"})
    wallet = Wallet(StoredAccounts(), Payer(str(olga.pk)))
    request = await wallet.for_model(LlmRequest("lab/llama", [{"role": "user", "content": "Hi"}]))
    client = LitellmClient(config)
    with pytest.raises(NodeFailure) as caught:
        await client.complete(request, lambda text: None)
    await client.close()
    assert (caught.value.fault.code, seen) == ("address_refused", [])
    assert "GRAPHAPP_HTTP_ALLOW" in caught.value.fault.hint


async def test_a_role_means_what_the_person_who_runs_chose(olga: User, sam: User) -> None:
    await _make(olga, kind="model", name="work", provider="openai")
    await done(default_models_set, actor=olga, chosen={"cheap": "work/gpt-4o-mini"})
    asked = LlmRequest("default/cheap", [])
    hers = await Wallet(StoredAccounts(), Payer(str(olga.pk))).for_model(asked)
    assert (hers.model, hers.account and hers.account.key) == ("work/gpt-4o-mini", KEY)
    assert KEY not in repr(hers)
    for person in (str(sam.pk), ""):
        others = await Wallet(StoredAccounts(), Payer(person)).for_model(asked)
        assert (others.model, others.account) == ("local/smollm2", None)


async def test_a_foreign_provider_is_neither_opened_nor_asked_by_name_or_id(
    olga: User, sam: User, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home, seen), _ = servers
    made = await _make(olga, kind="model", name="lab", provider="vllm", settings={"base_url": f"http://{home}/v1"})
    opened: list[str] = []
    monkeypatch.setattr("runs.stored_accounts.opened", lambda row: opened.append(row.name))
    client = LitellmClient(ProviderConfig(http_allow=(home,)))
    for name in ("lab", str(made.pk)):
        request = await Wallet(StoredAccounts(), Payer(str(sam.pk))).for_model(
            LlmRequest(f"{name}/llama", [{"role": "user", "content": "Hi"}])
        )
        with pytest.raises(NodeFailure) as caught:
            await client.complete(request, lambda text: None)
        assert caught.value.fault.code == "model_unknown"
    script = await done(Script, user=sam)
    for ask in (
        lambda: script.post(f"/credentials/{made.pk}/test", {"model": ""}),
        lambda: script.get(f"/credentials/{made.pk}"),
        lambda: script.get("/models"),
    ):
        status, body = await done(ask)
        assert status == 404 or "lab/" not in json.dumps(body)
        assert KEY not in json.dumps(body)
    await client.close()
    assert (opened, seen) == ([], [])


async def _make(person: User, **about: Any) -> Any:
    given = {"kind": "http", "provider": "bearer", "secret": KEY, **about}
    return await done(credential_create, actor=person, **given)
