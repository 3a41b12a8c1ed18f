"""Opening a template: the workflow is made together with the knowledge that it searches, and says so when that is gone."""

from typing import Any

import pytest

from editor.api import templates
from editor.knowledge.models import Document, KnowledgeBase
from editor.models import Workflow
from editor.samples import TEMPLATES
from editor.template_services import template_find, template_open
from graphapp.accounts.models import User
from runs import dispatch
from tests.integration.editor.conftest import Api

pytestmark = pytest.mark.django_db
KEY = "answer_from_documents"
OPEN = f"/templates/{KEY}/workflows"


@pytest.fixture
def api(olga: User) -> Api:
    """Call the API as Olga."""
    return Api(olga)


def searched(api: Api, workflow: str) -> list[str]:
    """Give the knowledge bases that a workflow's nodes name."""
    document = api("GET", f"/workflows/{workflow}/draft").json["document"]
    return [node["params"]["base"] for node in document["nodes"] if node["type"] == "search_knowledge"]


def test_a_template_brings_its_knowledge_along(
    api: Api, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr(dispatch.dispatcher, "tell", lambda task, *args: told.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        made = api("POST", OPEN, {"name": "Mine"})
    assert (made.status, made.json["name"], made.json["description"]) == (201, "Mine", described(KEY))
    [base] = api("GET", "/knowledge").json["items"]
    assert searched(api, made.json["id"]) == [base["id"]]
    assert (base["kit"], base["documents"], base["under_way"], base["embedding_model"]) == ("lamp_shop", 3, 3, "local/minilm")
    assert told == ["runs.index"]
    assert api("GET", f"/workflows/{made.json['id']}/draft").json["problems"] == []


def described(key: str) -> str:
    """Give the description of a template."""
    return next(one.description for one in TEMPLATES if one.key == key)


def test_the_same_knowledge_serves_again_and_is_made_whole(api: Api) -> None:
    first = api("POST", OPEN, {}).json["id"]
    Document.objects.get(name="deliveries.md").delete()
    second = api("POST", OPEN, {}).json["id"]
    assert searched(api, first) == searched(api, second)
    assert sorted(Document.objects.values_list("name", flat=True)) == [
        "deliveries.md", "invoices-and-payments.md", "returns-and-refunds.md",
    ]  # fmt: skip


def test_nobody_is_given_the_knowledge_of_somebody_else(api: Api, sam: User) -> None:
    mine = api("POST", OPEN, {}).json["id"]
    theirs = Api(sam)("POST", OPEN, {}).json["id"]
    assert searched(api, mine) != searched(Api(sam), theirs)
    assert sorted(KnowledgeBase.objects.values_list("kit", flat=True)) == ["lamp_shop", "lamp_shop"]


def test_what_cannot_be_made_whole_is_not_made_at_all(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("editor.template_services.workflow_create", broken)
    with pytest.raises(RuntimeError):
        template_open(actor=olga, template=template_find(KEY))
    assert not KnowledgeBase.objects.exists()
    assert not Workflow.objects.exists()


def test_a_template_that_is_not_there_is_not_found(api: Api) -> None:
    assert api("POST", "/templates/nothing/workflows", {}).status == 404
    assert api("POST", OPEN, {"document": {}}).status == 422


def test_a_node_says_that_its_knowledge_is_gone_and_nothing_runs_or_is_published(api: Api) -> None:
    workflow = api("POST", OPEN, {}).json["id"]
    [base] = api("GET", "/knowledge").json["items"]
    assert api("DELETE", f"/knowledge/{base['id']}").status == 204
    draft = api("GET", f"/workflows/{workflow}/draft").json
    [problem] = draft["problems"]
    assert (problem["code"], problem["severity"], problem["node_id"], problem["param"]) == (
        "knowledge.unknown", "error", "search", "base",
    )  # fmt: skip
    saved = api("PUT", f"/workflows/{workflow}/draft", {"document": draft["document"], "revision": draft["revision"]})
    assert [one["code"] for one in saved.json["problems"]] == ["knowledge.unknown"]
    for path, body in (("runs", {"input": {"question": "?"}, "version": "draft"}), ("versions", {})):
        refused = api("POST", f"/workflows/{workflow}/{path}", body)
        assert (refused.status, refused.code) == (422, "graph_invalid")
        assert refused.json["error"]["data"]["problems"][0]["node_id"] == "search"


def test_the_gallery_tells_what_comes_along(api: Api) -> None:
    items = {one["key"]: one for one in api("GET", "/templates").json["items"]}
    assert items[KEY]["knowledge"] == [{"key": "lamp_shop", "name": "Handbook of a lamp shop", "documents": 3}]
    assert items["drafting_chain"]["knowledge"] == []
    assert templates.TemplateOut.of(TEMPLATES[0]).document == items[TEMPLATES[0].key]["document"]
