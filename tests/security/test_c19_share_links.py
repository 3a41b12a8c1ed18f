"""C19: a link is good for what it says and for nothing else; ids open nothing, and the database gives no address away."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client, RequestFactory
from django.utils import timezone

from editor.api.shared import visitors
from editor.credential_services import credential_create
from editor.graph.faults import Fault
from editor.models import ShareLink, Workflow
from editor.services import document_read, draft_save, version_publish, workflow_archive, workflow_create
from editor.sharing.models import Right
from editor.sharing.services import WRONG_MAX, link_create, link_revoke
from graphapp.accounts.models import User
from runs.journal.abort import abort
from runs.journal.commit import Position
from runs.models import Run
from runs.services import run_start
from runs.shared import replay_link_create
from tests.builders import Graph, hello
from tests.security.routes import Route, all_routes, call, rows, signed_in

pytestmark = pytest.mark.django_db
Json = Mapping[str, Any]
RIGHTS = ("view", "run", "copy", "replay")
PUBLIC = [route for route in all_routes() if route.is_public]
SECRET = "sk-live-0123456789abcdef0123"


class Visitor:
    """A browser of somebody without an account."""

    def __init__(self, token: str, client: Client | None = None) -> None:
        self.token = token
        self.client = client or Client(enforce_csrf_checks=True)

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        data = "" if body is None and method == "GET" else json.dumps(body or {})
        path = f"/api/v1/shared/{self.token}{path}"
        answer = self.client.generic(method, path, data, content_type="application/json", **more)
        return answer.status_code, json.loads(answer.content)

    def open(self, password: str = "") -> tuple[int, Any]:
        return self("POST", "/open", {"password": password})

    def run(self, input: Json | None = None) -> tuple[int, Any]:
        return self("POST", "/runs", {"input": input or {"who": "you"}})


@pytest.fixture
def workflow(olga: User) -> Workflow:
    """Olga's workflow, published once."""
    made = workflow_create(actor=olga, name="Greeting", document=document_read(hello()))
    version_publish(workflow=made, actor=olga)
    return made


@pytest.fixture
def ended(workflow: Workflow, olga: User) -> Run:
    """A run of olga's that has ended."""
    run = run_start(workflow=workflow, actor=olga, input={"who": "you"}, version="latest")
    abort(Position(str(run.pk), epoch=0, seq=0), Fault("internal", "It broke."))
    run.refresh_from_db()
    return run


@pytest.fixture
def tokens(workflow: Workflow, ended: Run, olga: User) -> dict[str, str]:
    """A link of each right."""
    made = {right: link_create(workflow=workflow, actor=olga, right=Right(right))[1] for right in RIGHTS[:3]}
    return {**made, "replay": replay_link_create(run=ended, actor=olga)[1]}


def links() -> Any:
    return ShareLink.objects.all()


@pytest.mark.parametrize(
    "more",
    [
        {"graph": hello("Mine")},
        {"data": {"nodes": [], "edges": []}},
        {"nodes": hello("Mine")["nodes"]},
        {"document": hello("Mine")},
        {"overrides": {"say": {"text": "Mine"}}},
        {"edits": {"say": {"in": "Mine"}}},
        {"credential_id": "0b0e8f2c-6f5e-4ec4-9f9e-000000000000"},
        {"model": "openai/gpt-5"},
        {"prompt": "Mine"},
        {"version": "draft"},
        {"version": 1},
        {"budget": {"usd": 1000}},
        {"idempotency_key": "x"},
        {"actor": 1},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_visitor_chooses_the_input_and_nothing_else(more: Json, tokens: Json, workflow: Workflow, olga: User) -> None:
    visitor = Visitor(tokens["run"])
    visitor.open()
    before = rows()
    assert visitor("POST", "/runs", {"input": {"who": "you"}, **more})[0] == 422
    assert visitor("POST", "/runs", {"input": {"who": "you", **more}})[0] == 422
    assert visitor("POST", "/open", more)[0] == 422
    assert rows() == before
    draft_save(workflow=workflow, actor=olga, document=document_read(hello("A draft")), revision=workflow.revision)
    status, started = visitor.run()
    run = Run.objects.get(pk=started["id"])
    assert (status, run.version.digest) == (201, workflow.versions.get(number=1).digest)
    assert (run.trigger, run.started_by_id, run.is_test) == ("link", olga.pk, False)


def test_an_id_of_a_private_run_opens_nothing(tokens: Json, workflow: Workflow, ended: Run, olga: User) -> None:
    """Neither through a link, nor beside one."""
    private = run_start(workflow=workflow, actor=olga, input={"who": "you"}, version="latest")
    other = link_create(workflow=workflow, actor=olga, right=Right.RUN)[1]
    visitors = [Visitor(tokens["run"]), Visitor(other), Visitor(tokens["replay"]), Visitor(tokens["view"])]
    for visitor in visitors:
        assert visitor.open()[0] == 200
        for run in (private, ended):
            assert visitor("GET", f"/runs/{run.pk}")[0] == 404
            assert visitor("POST", f"/runs/{run.pk}/cancel")[0] == 404
            for path in ("", "/events", "/document", "/nodes/say", "/logs"):
                assert visitor.client.get(f"/api/v1/runs/{run.pk}{path}").status_code == 401
            cancel = visitor.client.post(f"/api/v1/runs/{run.pk}/cancel", "{}", content_type="application/json")
            assert cancel.status_code in {401, 403}
    private.refresh_from_db()
    assert private.status == "queued"


def test_a_visitor_reads_and_stops_their_own_run_alone(tokens: Json, workflow: Workflow, olga: User) -> None:
    one, another = Visitor(tokens["run"]), Visitor(tokens["run"])
    one.open()
    another.open()
    run = one.run()[1]["id"]
    assert one("GET", f"/runs/{run}")[0] == 200
    assert another("GET", f"/runs/{run}") == Visitor(tokens["run"])("GET", f"/runs/{run}") == another("GET", "/runs/x")
    assert another("GET", f"/runs/{run}")[0] == another("POST", f"/runs/{run}/cancel")[0] == 404
    assert one("POST", f"/runs/{run}/cancel")[0] == 202
    second = link_create(workflow=workflow, actor=olga, right=Right.RUN)[1]
    elsewhere = Visitor(second, one.client)
    elsewhere.open()
    assert elsewhere("GET", f"/runs/{run}")[0] == 404


def test_a_run_shows_a_visitor_nothing_of_its_graph(tokens: Json) -> None:
    visitor = Visitor(tokens["run"])
    shown = [visitor.open()[1], visitor.run()[1]]
    shown.append(visitor("GET", f"/runs/{shown[1]['id']}")[1])
    text = json.dumps(shown)
    assert shown[0]["document"] is None
    assert not [word for word in ("Hello, ", "template", "say", "edges", "node_runs", "workflow") if word in text]


@pytest.mark.parametrize("right", RIGHTS)
def test_a_link_that_is_over_is_not_there(right: str, tokens: dict[str, str], olga: User, sam: User) -> None:
    """Expired, revoked, used up, of a workflow that is gone, of somebody who may not share it any more: all answer alike."""
    link = links().get(right=right)
    unknown = Visitor("A" * 43).open()
    endings: list[dict[str, Any]] = [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"uses_limit": 0},
        {"made_by": sam},
    ]
    for ending in endings:
        during = Visitor(tokens[right])
        assert during.open()[0] == 200
        whole = ShareLink.objects.filter(pk=link.pk).values().get()
        ShareLink.objects.filter(pk=link.pk).update(**ending)
        assert Visitor(tokens[right]).open() == unknown, ending
        if "uses_limit" not in ending:
            assert during.open() == unknown, ending
            assert during.run() == during("GET", "/run") == unknown, ending
            copy = signed_in(sam).post(f"/api/v1/shared/{tokens[right]}/copy", "{}", content_type="application/json")
            assert copy.status_code == 404
        ShareLink.objects.filter(pk=link.pk).update(**whole)
    workflow_archive(workflow=link.workflow, actor=olga)
    assert Visitor(tokens[right]).open() == unknown


@pytest.mark.parametrize("right", RIGHTS)
def test_a_link_is_good_for_its_own_right_alone(right: str, tokens: dict[str, str], sam: User) -> None:
    visitor = Visitor(tokens[right])
    assert visitor.open()[1]["right"] == right
    person = signed_in(sam)
    copy = person.post(f"/api/v1/shared/{tokens[right]}/copy", "{}", content_type="application/json")
    found = {"run": visitor.run()[0], "replay": visitor("GET", "/run")[0], "copy": copy.status_code}
    assert found == {
        "run": 404,
        "replay": 404,
        "copy": 404,
        **{name: 201 if name != "replay" else 200 for name in found if name == right},
    }
    for path in ("/run/nodes/say", "/run/steps/say", "/run/scopes/m%230/"):
        assert (visitor("GET", path)[0] == 404) or right == "replay"


@pytest.mark.parametrize("route", PUBLIC, ids=str)
@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 44, "..", "%00", "' OR 1=1 --", "\u2603" * 43])
def test_what_is_no_link_is_not_there(route: Route, token: str, ended: Run) -> None:
    ids = {"token": token, "run_id": str(ended.pk), "key": "say", "scope": "m#0/"}
    before = rows()
    assert call(Client(), route, ids).status_code == 404
    assert rows() == before


@pytest.mark.parametrize("route", [route for route in PUBLIC if route.operation != "shared_open"], ids=str)
def test_a_link_that_was_not_opened_gives_nothing(route: Route, tokens: Json, ended: Run) -> None:
    for token in tokens.values():
        ids = {"token": token, "run_id": str(ended.pk), "key": "say", "scope": "m#0/"}
        assert call(Client(), route, ids).status_code == 404


def test_the_database_holds_no_address(tokens: Json, tmp_path: Any, olga: User) -> None:
    Visitor(tokens["run"]).open()
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "--all", output=str(dump), verbosity=0)
    text = dump.read_text() + json.dumps(rows())
    assert not [token for token in tokens.values() if token in text]
    listed = signed_in(olga).get(f"/api/v1/workflows/{links()[0].workflow_id}/links").content.decode()
    assert not [token for token in tokens.values() if token in listed]
    assert not [link.digest for link in links() if link.digest in listed]


def test_uses_are_counted_and_end(workflow: Workflow, olga: User, sam: User) -> None:
    """A view counts visitors, a run its runs, a copy its copies. A visitor who came in time stays in."""
    made = {right: link_create(workflow=workflow, actor=olga, right=Right(right), uses_limit=2) for right in RIGHTS[:3]}
    visitor = Visitor(made["view"][1])
    assert [visitor.open()[0], visitor.open()[0], Visitor(made["view"][1]).open()[0]] == [200, 200, 200]
    assert Visitor(made["view"][1]).open()[0] == 404
    assert visitor.open()[0] == 200
    runner = Visitor(made["run"][1])
    runner.open()
    runs = [runner.run() for _ in range(3)]
    assert [status for status, _ in runs] == [201, 201, 404]
    assert runner("GET", f"/runs/{runs[1][1]['id']}")[0] == 200
    person = signed_in(sam)
    copies = [person.post(f"/api/v1/shared/{made['copy'][1]}/copy", "{}", content_type="application/json") for _ in range(3)]
    assert [copy.status_code for copy in copies] == [201, 201, 404]
    assert dict(links().values_list("right", "uses")) == {"view": 2, "run": 2, "copy": 2}


def test_runs_of_a_link_are_limited_by_the_hour(workflow: Workflow, olga: User) -> None:
    link, token = link_create(workflow=workflow, actor=olga, right=Right.RUN, runs_per_hour=2)
    visitor = Visitor(token)
    visitor.open()
    assert [visitor.run()[0] for _ in range(3)] == [201, 201, 429]
    assert links().get(pk=link.pk).uses == 2
    Run.objects.filter(link=link).update(created_at=F("created_at") - timedelta(hours=1))
    assert visitor.run()[0] == 201


def test_a_password_is_asked_for_and_not_guessed(workflow: Workflow, olga: User) -> None:
    link, token = link_create(workflow=workflow, actor=olga, right=Right.RUN, password="open sesame")
    visitor = Visitor(token)
    status, answer = visitor.open()
    assert (status, answer["error"]["code"]) == (403, "password_required")
    assert "Greeting" not in json.dumps(answer)
    assert visitor.run()[0] == 404
    assert (visitor.open("wrong")[0], visitor.open("open sesame")[0], visitor.run()[0]) == (403, 200, 201)
    assert [Visitor(token).open(f"guess {n}")[0] for n in range(WRONG_MAX)] == [403] * WRONG_MAX
    assert Visitor(token).open("open sesame")[0] == 429
    assert visitor.open()[0] == 200
    links().filter(pk=link.pk).update(failing_since=F("failing_since") - timedelta(minutes=16))
    assert Visitor(token).open("open sesame")[0] == 200
    assert "open sesame" not in json.dumps(rows())


def test_another_password_ends_the_visits_of_before(workflow: Workflow, olga: User) -> None:
    link, token = link_create(workflow=workflow, actor=olga, right=Right.VIEW, password="one")
    visitor = Visitor(token)
    visitor.open("one")
    api = signed_in(olga)
    path = f"/api/v1/workflows/{workflow.pk}/links/{link.pk}"
    assert api.patch(path, json.dumps({"password": "two"}), content_type="application/json").status_code == 200
    assert (visitor.open()[0], visitor.open("two")[0]) == (403, 200)


def test_a_note_of_one_visit_is_good_for_its_own_link(workflow: Workflow, olga: User) -> None:
    first, second = [link_create(workflow=workflow, actor=olga, right=Right.RUN)[1] for _ in range(2)]
    visitor = Visitor(first)
    visitor.open()
    note = visitor.client.cookies["visit"]
    assert (note["httponly"], note["samesite"], note["path"]) == (True, "Lax", f"/api/v1/shared/{first}")
    stranger = Visitor(second)
    stranger.client.cookies["visit"] = note.value
    assert stranger.run()[0] == 404
    stranger.client.cookies["visit"] = note.value[:-1] + ("a" if note.value[-1] != "a" else "b")
    stranger.token = first
    assert stranger.run()[0] == 404


def test_no_other_site_runs_a_link(tokens: Json) -> None:
    """Forms cannot send what it takes, and the cookie does not come along."""
    visitor = Visitor(tokens["run"])
    visitor.open()
    for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        path = f"/api/v1/shared/{tokens['run']}/runs"
        assert visitor.client.generic("POST", path, "{}", content_type=content_type).status_code == 415


PLANTED = (SECRET, "Bearer abcdefghijkl", "hunter2", "abcdefgh1234", "olgas-key", "Between us", "olga@example.org", "A customer")


@pytest.fixture
def private(olga: User) -> Workflow:
    """A published workflow with secrets where people leave them."""
    credential_create(actor=olga, kind="model", name="olgas-key", provider="openai", secret="sk-olga-0123456789abcdef")
    g = Graph()
    start = g.node("start", "start", fields=[])
    comments = {"c1": {"text": "Between us", "by": "olga@example.org", "at": "2026-01-01"}}
    keys = {"comments": comments, "pinned": {"kept": "A customer"}}
    ask = g.node("llm", "ask", model="olgas-key/gpt-4o", prompt="Say hi", keys=keys)
    headers = {"Authorization": "Bearer abcdefghijkl", "X-Api-Key": SECRET}
    url = "https://me:hunter2@example.org/?token=abcdefgh1234"
    start.to(ask).to(g.node("http_request", "fetch", url=url, headers=headers, credential="olgas-key")).to(
        g.node("output", "result")
    )
    g.node("note", "about", text=f"Use {SECRET}")
    made = workflow_create(actor=olga, name="Private", document=document_read(g.document()))
    version_publish(workflow=made, actor=olga)
    return made


@pytest.mark.parametrize("right", ["view", "copy", "replay"])
def test_what_is_shown_holds_no_secret_and_names_nothing_of_the_owners(
    right: str, private: Workflow, olga: User, sam: User
) -> None:
    run = run_start(workflow=private, actor=olga, input={}, version="latest")
    abort(Position(str(run.pk), epoch=0, seq=0), Fault("internal", f"It broke with {SECRET}."))
    run.refresh_from_db()
    if right == "replay":
        token = replay_link_create(run=run, actor=olga)[1]
    else:
        token = link_create(workflow=private, actor=olga, right=Right(right))[1]
    visitor = Visitor(token)
    shown = json.dumps([visitor.open()[1], visitor("GET", "/run")[1]])
    assert "openai/gpt-4o" in shown
    assert "Say hi" in shown
    assert not [word for word in PLANTED if word in shown]
    if right == "copy":
        answer = signed_in(sam).post(f"/api/v1/shared/{token}/copy", "{}", content_type="application/json")
        copy = Workflow.objects.get(pk=answer.json()["id"])
        assert copy.owner_id == sam.pk
        assert not [word for word in PLANTED if word in json.dumps(copy.draft)]
    path = f"/runs/{run.pk}/exposure" if right == "replay" else f"/workflows/{private.pk}/exposure?right={right}"
    told = signed_in(olga).get(f"/api/v1{path}").json()
    hidden = {(one["node_id"], one["param"]) for one in told["secrets"]}
    assert hidden == {("fetch", "url"), ("fetch", "headers"), ("about", "text")}
    assert [(one["node_id"], one["param"]) for one in told["left_out"]] == [("fetch", "credential")]
    assert (told["comments"], told["pinned"]) == (1, 1)
    assert json.loads(shown)[0]["document"] == told["shared"]["document"]


def test_a_draft_is_never_shared(olga: User) -> None:
    made = workflow_create(actor=olga, name="Greeting", document=document_read(hello()))
    answer = signed_in(olga).post(
        f"/api/v1/workflows/{made.pk}/links", json.dumps({"right": "view"}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_published")


def test_a_link_shows_its_version_or_the_newest(workflow: Workflow, olga: User) -> None:
    pinned = link_create(workflow=workflow, actor=olga, right=Right.VIEW, version=1)[1]
    newest = link_create(workflow=workflow, actor=olga, right=Right.VIEW)[1]
    draft_save(workflow=workflow, actor=olga, document=document_read(hello("Good day")), revision=workflow.revision)
    version_publish(workflow=workflow, actor=olga)
    assert [Visitor(token).open()[1]["version"] for token in (pinned, newest)] == [1, 2]


def test_a_revoked_link_stays_in_the_list_with_what_it_was_used_for(tokens: Json, olga: User) -> None:
    link = links().get(right="view")
    Visitor(tokens["view"]).open()
    link_revoke(link=link, actor=olga)
    listed = signed_in(olga).get(f"/api/v1/workflows/{link.workflow_id}/links").json()["items"]
    assert [(one["state"], one["opens"], one["uses"]) for one in listed if one["right"] == "view"] == [("revoked", 1, 1)]
    assert listed[-1]["right"] == "view"


def test_nobody_escapes_the_limit_by_naming_another_address() -> None:
    [limit] = visitors()
    asked = [RequestFactory().get("/", headers={"X-Forwarded-For": f"10.0.0.{number}"}) for number in range(2)]
    assert [limit.get_ident(request) for request in asked] == ["127.0.0.1"] * 2
