"""The HTTP API of the editor, route by route, as its owner and as everybody else."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from editor import services
from editor.models import Workflow
from graphapp.accounts.models import User
from tests.builders import Graph, hello
from tests.integration.editor.conftest import Api

pytestmark = pytest.mark.django_db


def test_workflows_are_listed_the_last_changed_first(api: Api, olga: User, workflow: Workflow) -> None:
    services.workflow_create(actor=olga, name="Second", description="About greetings")
    services.workflow_rename(workflow=workflow, actor=olga, description="Touched")
    page = api("GET", "/workflows").json
    assert [item["name"] for item in page["items"]] == ["Greeting", "Second"]
    assert page["total"] == 2
    assert page["items"][0] == {**page["items"][0], "node_count": 3, "latest_version": None, "last_run": None, "revision": 1}


@pytest.mark.parametrize(
    ("search", "found"), [("greet", ["Second", "Greeting"]), ("GREETING", ["Second", "Greeting"]), ("%", [])]
)
def test_search_looks_at_names_and_descriptions(search: str, found: list[str], api: Api, olga: User, workflow: Workflow) -> None:
    services.workflow_create(actor=olga, name="Second", description="About greetings")
    page = api("GET", f"/workflows?search={search.replace('%', '%25')}").json
    assert ([item["name"] for item in page["items"]], page["total"]) == (found, len(found))


def test_a_list_can_be_paged(api: Api, olga: User) -> None:
    for number in range(5):
        services.workflow_create(actor=olga, name=f"W{number}")
    page = api("GET", "/workflows?limit=2&offset=1").json
    assert ([item["name"] for item in page["items"]], page["total"]) == (["W3", "W2"], 5)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "limit=x", "search=%00", f"search={'x' * 201}"])
def test_a_list_refuses_nonsense(query: str, api: Api) -> None:
    assert api("GET", f"/workflows?{query}").status == 422


def test_a_list_takes_the_same_queries_at_any_length(
    api: Api, olga: User, django_assert_num_queries: Callable[[int], Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        made = services.workflow_create(actor=olga, name=f"W{number}", document=services.document_read(hello()))
        services.version_publish(workflow=made, actor=olga)
    with django_assert_max_num_queries(6) as few:
        assert len(api("GET", "/workflows?limit=1").json["items"]) == 1
    with django_assert_num_queries(len(few)):
        assert len(api("GET", "/workflows").json["items"]) == 30


def test_a_list_of_versions_takes_the_same_queries_at_any_length(
    api: Api, olga: User, workflow: Workflow, django_assert_num_queries: Callable[[int], Any]
) -> None:
    lengths: list[int] = []
    for round_ in range(2):
        for number in range(4):
            document = services.document_read(hello(f"{round_}-{number}"))
            services.draft_save(workflow=workflow, actor=olga, document=document, revision=round_ * 4 + number + 1)
            services.version_publish(workflow=workflow, actor=olga)
        with django_assert_num_queries(lengths[0] if lengths else 4) as seen:
            assert len(api("GET", f"/workflows/{workflow.pk}/versions").json["items"]) == 4 * (round_ + 1)
        lengths.append(len(seen))


def test_a_workflow_is_made_from_a_document(api: Api) -> None:
    made = api("POST", "/workflows", {"name": "From code", "description": "d", "document": hello()})
    assert (made.status, made.json["slug"], made.json["node_count"], made.json["revision"]) == (201, "from-code", 3, 1)
    draft = api("GET", f"/workflows/{made.json['id']}/draft").json
    assert [node["id"] for node in draft["document"]["nodes"]] == ["start", "say", "result"]
    assert draft["problems"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 201},
        {"name": 1},
        {"name": None},
        {"name": "ok", "owner": "sam"},
        {"name": "ok", "description": "x" * 10_001},
        {"name": "ok", "document": []},
        {"name": "ok", "document": {"nodes": 1}},
        [],
        "text",
        None,
    ],
)
def test_a_workflow_with_a_wrong_shape_is_refused(body: Any, api: Api) -> None:
    answer = api("POST", "/workflows", body if not isinstance(body, str) else '"text"')
    assert answer.status in (415, 422)
    assert set(answer.json["error"]) == {"code", "message", "data"}
    assert not Workflow.objects.exists()


def test_name_and_description_change_alone(api: Api, workflow: Workflow) -> None:
    assert api("PATCH", f"/workflows/{workflow.pk}", {"name": "New"}).json["name"] == "New"
    changed = api("PATCH", f"/workflows/{workflow.pk}", {"description": "Said"}).json
    assert (changed["name"], changed["description"], changed["revision"]) == ("New", "Said", 1)
    assert api("PATCH", f"/workflows/{workflow.pk}", {"slug": "mine"}).status == 422


def test_a_deleted_workflow_is_not_found_any_more(api: Api, workflow: Workflow) -> None:
    gone = api("DELETE", f"/workflows/{workflow.pk}")
    assert (gone.status, gone.body) == (204, b"")
    assert api("DELETE", f"/workflows/{workflow.pk}").status == 404
    assert api("GET", f"/workflows/{workflow.pk}").status == 404
    assert api("GET", "/workflows").json == {"items": [], "total": 0}


def test_a_duplicate_is_answered_as_a_workflow(api: Api, workflow: Workflow) -> None:
    copy = api("POST", f"/workflows/{workflow.pk}/duplicate")
    assert (copy.status, copy.json["name"], copy.json["node_count"]) == (201, "Copy of Greeting", 3)


def test_a_save_answers_the_next_revision_and_the_problems(api: Api, workflow: Workflow) -> None:
    g = Graph()
    g.node("no_such_type", "odd")
    saved = api("PUT", f"/workflows/{workflow.pk}/draft", {"document": g.document(), "revision": 1})
    problem = next(found for found in saved.json["problems"] if found["code"] == "node.unknown_type")
    assert (saved.status, saved.json["revision"]) == (200, 2)
    assert (problem["severity"], problem["node_id"]) == ("error", "odd")
    assert api("GET", f"/workflows/{workflow.pk}/draft").json["problems"] == saved.json["problems"]


def test_a_conflict_carries_what_is_needed_to_merge(api: Api, workflow: Workflow) -> None:
    api("PUT", f"/workflows/{workflow.pk}/draft", {"document": hello("First"), "revision": 1})
    lost = api("PUT", f"/workflows/{workflow.pk}/draft", {"document": hello("Second"), "revision": 1})
    current = api("GET", f"/workflows/{workflow.pk}/draft").json
    assert (lost.status, lost.code) == (409, "revision_conflict")
    assert lost.json["error"]["data"] == {"revision": 2, "document": current["document"]}


@pytest.mark.parametrize("revision", [0, 2, 2_147_483_646])
def test_a_revision_that_is_not_the_current_one_is_a_conflict(revision: int, api: Api, workflow: Workflow) -> None:
    answer = api("PUT", f"/workflows/{workflow.pk}/draft", {"document": hello(), "revision": revision})
    assert answer.code == "revision_conflict"


@pytest.mark.parametrize("revision", [-1, 2_147_483_647, 10**400, True, 1.5, "1", None, [1]])
def test_a_revision_that_is_no_revision_is_refused(revision: Any, api: Api, workflow: Workflow) -> None:
    assert api("PUT", f"/workflows/{workflow.pk}/draft", {"document": hello(), "revision": revision}).status == 422


def test_versions_are_published_listed_and_read(api: Api, workflow: Workflow) -> None:
    made = api("POST", f"/workflows/{workflow.pk}/versions", {"note": "First"})
    again = api("POST", f"/workflows/{workflow.pk}/versions", {})
    assert (made.status, made.json["number"], made.json["note"], again.json) == (201, 1, "First", made.json)
    assert set(made.json) == {"number", "digest", "note", "author", "created_at"}
    assert api("GET", f"/workflows/{workflow.pk}/versions").json == {"items": [made.json]}
    read = api("GET", f"/workflows/{workflow.pk}/versions/1").json
    assert read.pop("document") == api("GET", f"/workflows/{workflow.pk}/draft").json["document"]
    assert read == made.json
    assert api("GET", f"/workflows/{workflow.pk}").json["latest_version"] == 1


@pytest.mark.parametrize("number", ["0", "2", "-1", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(number: str, api: Api, workflow: Workflow) -> None:
    api("POST", f"/workflows/{workflow.pk}/versions", {})
    assert api("GET", f"/workflows/{workflow.pk}/versions/{number}").status == 404


def test_a_graph_with_errors_is_not_published(api: Api, olga: User) -> None:
    g = Graph()
    g.node("no_such_type", "odd")
    broken = services.workflow_create(actor=olga, name="Broken", document=services.document_read(g.document()))
    refused = api("POST", f"/workflows/{broken.pk}/versions", {})
    assert (refused.status, refused.code) == (422, "graph_invalid")
    assert "node.unknown_type" in {problem["code"] for problem in refused.json["error"]["data"]["problems"]}


def test_the_catalogue_describes_what_the_samples_use(api: Api) -> None:
    catalogue = api("GET", "/node-types").json
    names = {node_type["name"] for node_type in catalogue["node_types"]}
    assert {"start", "output", "llm", "router", "merge", "code", "http_request", "template", "set", "note"} <= names
    assert set(catalogue) == {"node_types", "port_types", "assignable", "converters", "categories"}


def test_nobody_gets_anything_without_signing_in(as_: Callable[[None], Api], workflow: Workflow) -> None:
    nobody = as_(None)
    for method, path in (("GET", "/workflows"), ("GET", f"/workflows/{workflow.pk}/draft"), ("GET", "/node-types")):
        assert nobody(method, path).status == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/duplicate", None),
        ("GET", "/draft", None),
        ("PUT", "/draft", {"document": hello("Mine"), "revision": 1}),
        ("POST", "/versions", {}),
        ("GET", "/versions", None),
        ("GET", "/versions/1", None),
    ],
)
def test_what_is_not_yours_answers_like_what_is_not_there(
    method: str,
    path: str,
    body: Any,
    workflow: Workflow,
    as_: Callable[[User], Api],
    olga: User,
    ed: User,
    vic: User,
    sam: User,
) -> None:
    services.version_publish(workflow=workflow, actor=olga)
    before = list(Workflow.objects.values())
    for person in (ed, vic, sam):
        foreign = as_(person)(method, f"/workflows/{workflow.pk}{path}", body)
        unknown = as_(person)(method, f"/workflows/{uuid4()}{path}", body)
        malformed = as_(person)(method, f"/workflows/no-such-id{path}", body)
        assert foreign.status == 404
        assert foreign.body == unknown.body == malformed.body
    assert list(Workflow.objects.values()) == before
