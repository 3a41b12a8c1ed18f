"""Workflows go to a file and come back whole, and what does not fit here is said."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from editor.credential_services import credential_create
from editor.models import Workflow
from editor.services import document_read, draft_save, version_publish, workflow_create
from graphapp.accounts.models import User
from tests.builders import Graph, hello
from tests.integration.editor.conftest import Answer, Api

pytestmark = pytest.mark.django_db
Json = dict[str, Any]
SECRET = "sk-live-0123456789abcdef"


def send(api: Api, file: Any) -> Answer:
    """Import a file."""
    return api("POST", "/import", file if isinstance(file, bytes) else json.dumps(file).encode(), "application/octet-stream")


def file_of(**workflow: Any) -> Json:
    """Write a file of one workflow."""
    return {"format": "graphapp", "format_version": 1, "workflows": [{"name": "Came in", "draft": hello(), **workflow}]}


def plain(file: Json) -> list[Json]:
    """Give what of a file does not depend on where it was written."""
    return [{**one, "id": ""} for one in sorted(file["workflows"], key=lambda one: str(one["name"]))]


def test_a_workflow_and_its_versions_come_back_as_they_were(
    api: Api, as_: Callable[[User | None], Api], workflow: Workflow, olga: User, sam: User
) -> None:
    for text in ("Good day", "Hello", "Good evening"):
        workflow.refresh_from_db()
        draft_save(workflow=workflow, actor=olga, document=document_read(hello(text)), revision=workflow.revision)
        version_publish(workflow=workflow, actor=olga, note=text)
    workflow.refresh_from_db()
    draft_save(workflow=workflow, actor=olga, document=document_read(hello("A draft")), revision=workflow.revision)
    exported = api("GET", f"/workflows/{workflow.pk}/export")
    answer = send(as_(sam), exported.body)
    assert answer.status == 201, answer.body
    (one,) = answer.json["items"]
    assert (one["name"], one["attention"], one["workflow"]["latest_version"]) == ("Greeting", [], 3)
    again = as_(sam)("GET", f"/workflows/{one['workflow']['id']}/export")
    assert plain(again.json) == plain(exported.json)
    assert [version["note"] for version in again.json["workflows"][0]["versions"]] == ["Good day", "Hello", "Good evening"]
    assert Workflow.objects.get(pk=one["workflow"]["id"]).owner_id == sam.pk


def test_a_whole_space_comes_back_and_its_workflows_still_call_each_other(
    api: Api, as_: Callable[[User | None], Api], workflow: Workflow, olga: User, sam: User
) -> None:
    version_publish(workflow=workflow, actor=olga)
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("run_workflow", "inner", workflow=str(workflow.pk))).to(
        g.node("output", "result")
    )
    caller = workflow_create(actor=olga, name="Caller", document=document_read(g.document()))
    version_publish(workflow=caller, actor=olga)
    answer = send(as_(sam), api("GET", "/export").body)
    made = {one["name"]: one for one in answer.json["items"]}
    assert {name: (one["attention"], one["workflow"]["latest_version"]) for name, one in made.items()} == {
        "Caller": ([], 1),
        "Greeting": ([], 1),
    }
    copy = Workflow.objects.get(pk=made["Caller"]["workflow"]["id"])
    assert copy.draft["nodes"][1]["params"]["workflow"] == made["Greeting"]["workflow"]["id"]
    assert copy.versions.get(number=1).calls == {
        "inner": Workflow.objects.get(owner=sam, name="Greeting").versions.get(number=1).pk
    }


def test_what_does_not_fit_here_is_said_and_kept(api: Api, as_: Callable[[User | None], Api], olga: User, sam: User) -> None:
    credential_create(actor=olga, kind="model", name="olgas", provider="openai", secret="sk-olga-0123456789abcdef")
    g = Graph()
    start = g.node("start", "start", fields=[])
    start.to(g.node("llm", "ask", model="olgas/gpt-4o", prompt="Hi")).to(g.node("output", "result"))
    g.node("http_request", "fetch", url="https://example.org", headers={"Authorization": f"Bearer {SECRET}"}, credential="olgas")
    g.node("search_knowledge", "look", base="0b0e8f2c-6f5e-4ec4-9f9e-000000000000", query="What?")
    g.node("run_workflow", "other", workflow="0b0e8f2c-6f5e-4ec4-9f9e-000000000001")
    g.node("from_the_future", "strange", keep="this")
    made = workflow_create(actor=olga, name="Full", document=document_read(g.document()))
    exported = api("GET", f"/workflows/{made.pk}/export")
    assert SECRET not in exported.body.decode()
    assert exported.json["hidden"] == [{"workflow": "Full", "node": "fetch", "param": "headers"}]
    file = exported.json
    file["workflows"][0]["versions"] = [{"number": 4, "note": "Broken", "document": g.document()}]
    workflow_create(actor=sam, name="Full")
    (one,) = send(as_(sam), file).json["items"]
    said = {(item["code"], item["node_id"], item["param"]) for item in one["attention"]}
    assert said == {
        ("name_taken", "", ""),
        ("missing_credential", "ask", "model"),
        ("missing_credential", "fetch", "credential"),
        ("hidden_value", "fetch", "headers"),
        ("missing_knowledge", "look", "base"),
        ("missing_workflow", "other", "workflow"),
        ("unknown_type", "strange", ""),
        ("version_not_published", "", ""),
    }
    assert (one["name"], one["workflow"]["latest_version"]) == ("Full (2)", None)
    copy = Workflow.objects.get(pk=one["workflow"]["id"])
    assert copy.draft["nodes"][-1]["params"] == {"keep": "this"}
    assert copy.versions.filter(number=None).count() == 1


def test_one_that_cannot_be_read_keeps_no_other_out(api: Api) -> None:
    file = file_of()
    file["workflows"].append({"name": "Broken", "draft": {"nodes": 7}})
    good, bad = send(api, file).json["items"]
    assert (good["workflow"]["name"], bad["workflow"]) == ("Came in", None)
    assert bad["attention"][0]["code"] == "malformed"


DEEP = b'{"format": "graphapp", "format_version": 1, "workflows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"PK\x03\x04" + b"\x00" * 200, "invalid"),
        (b"\x1f\x8b\x08" + b"\x00" * 200, "invalid"),
        (b"[1, 2]", "not_an_export"),
        (b"{}", "not_an_export"),
        (b'{"format": "graphapp", "format_version": 2, "workflows": []}', "unknown_format"),
        (b'{"format": "graphapp", "format_version": 1, "workflows": []}', "invalid"),
        (b'{"format": "graphapp", "format_version": 1, "workflows": [{"name": "x"}]}', "invalid"),
        (b'{"format": "graphapp", "format_version": 1, "workflows": [{"name": "", "draft": {}}]}', "invalid"),
        (b'{"format": "graphapp", "format": "graphapp"}', "invalid"),
        (b'{"format": "graphapp", "format_version": NaN}', "invalid"),
        (json.dumps(file_of(name="a\x00b")).encode(), "invalid"),
        (json.dumps(file_of(versions=[{"number": 0, "document": {}}])).encode(), "invalid"),
        (json.dumps(file_of(versions=[{"number": n + 1, "document": {}} for n in range(501)])).encode(), "invalid"),
        (DEEP, "invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_export_makes_nothing(api: Api, body: bytes, code: str) -> None:
    before = Workflow.objects.count()
    answer = send(api, body)
    assert (answer.status, answer.code) == (422, code)
    assert Workflow.objects.count() == before


def test_a_file_that_is_too_large_is_refused_by_its_size(api: Api, settings: Any) -> None:
    settings.GRAPHAPP_UPLOAD_MAX_BYTES = 2048
    answer = send(api, file_of(description="x" * 4000))
    assert (answer.status, answer.code) == (422, "too_large")


def test_paths_in_a_file_are_names_and_nothing_else(api: Api) -> None:
    (one,) = send(api, file_of(name="../../etc/passwd", id="../x")).json["items"]
    exported = api.client.get(f"/api/v1/workflows/{one['workflow']['id']}/export")
    assert one["workflow"]["name"] == "../../etc/passwd"
    assert exported["Content-Disposition"] == 'attachment; filename="etcpasswd.graphapp.json"'
