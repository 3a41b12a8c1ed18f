"""What a workflow has been: nothing that was published, ran or was replaced is lost."""

from typing import Any

import pytest

from editor import services
from editor.models import Workflow
from graphapp.accounts.models import User
from tests.builders import hello
from tests.integration.editor.conftest import Api

pytestmark = pytest.mark.django_db
Json = dict[str, Any]


def saved(api: Api, workflow: Workflow, document: Json) -> int:
    """Save a draft and give its revision."""
    revision = api("GET", f"/workflows/{workflow.pk}/draft").json["revision"]
    answer = api("PUT", f"/workflows/{workflow.pk}/draft", {"document": document, "revision": revision})
    assert answer.status == 200, answer.json
    return int(answer.json["revision"])


def history(api: Api, workflow: Workflow, query: str = "") -> Json:
    """List it."""
    answer = api("GET", f"/workflows/{workflow.pk}/history{query}")
    assert answer.status == 200, answer.json
    return dict(answer.json)


def texts(document: Json) -> list[str]:
    """Give what the nodes of a document say, without what is filled in."""
    return [str(node["params"]) for node in document["nodes"]]


def test_versions_and_drafts_that_ran_are_listed(api: Api, olga: User, workflow: Workflow) -> None:
    api("POST", f"/workflows/{workflow.pk}/versions", {"note": "First"})
    saved(api, workflow, hello("Changed"))
    services.version_for_draft(workflow, olga)
    items = history(api, workflow)["items"]
    assert [(one["number"], one["note"], one["author"]) for one in items] == [
        (None, "", "olga@example.org"), (1, "First", "olga@example.org"),
    ]  # fmt: skip
    entry = api("GET", f"/workflows/{workflow.pk}/history/{items[0]['id']}").json
    assert texts(entry["document"]) == texts(hello("Changed"))


def test_restoring_keeps_what_was_replaced(api: Api, workflow: Workflow) -> None:
    api("POST", f"/workflows/{workflow.pk}/versions", {})
    first = history(api, workflow)["items"][0]
    revision = saved(api, workflow, hello("Never published, never run"))
    answer = api("POST", f"/workflows/{workflow.pk}/history/{first['id']}/restore", {"revision": revision})
    assert (answer.status, answer.json["revision"]) == (200, revision + 1)
    draft = api("GET", f"/workflows/{workflow.pk}/draft").json
    assert texts(draft["document"]) == texts(hello())
    kept = history(api, workflow)["items"][0]
    assert kept["number"] is None
    document = api("GET", f"/workflows/{workflow.pk}/history/{kept['id']}").json["document"]
    assert texts(document) == texts(hello("Never published, never run"))


def test_restoring_onto_a_draft_that_has_moved_on_changes_nothing(api: Api, workflow: Workflow) -> None:
    api("POST", f"/workflows/{workflow.pk}/versions", {})
    (first,) = history(api, workflow)["items"]
    revision = saved(api, workflow, hello("Elsewhere"))
    answer = api("POST", f"/workflows/{workflow.pk}/history/{first['id']}/restore", {"revision": revision - 1})
    assert (answer.status, answer.json["error"]["code"]) == (409, "revision_conflict")
    assert texts(api("GET", f"/workflows/{workflow.pk}/draft").json["document"]) == texts(hello("Elsewhere"))
    assert len(history(api, workflow)["items"]) == 1


def test_the_history_is_read_page_by_page(api: Api, olga: User, workflow: Workflow) -> None:
    for number in range(5):
        saved(api, workflow, hello(f"Draft {number}"))
        services.version_for_draft(workflow, olga)
    first = history(api, workflow, "?limit=3")
    assert (len(first["items"]), first["has_more"]) == (3, True)
    rest = history(api, workflow, f"?limit=3&before={first['items'][-1]['id']}")
    assert (len(rest["items"]), rest["has_more"]) == (2, False)


def test_the_entry_of_another_workflow_is_unknown(api: Api, olga: User, workflow: Workflow) -> None:
    other = services.workflow_create(actor=olga, name="Other")
    entry = services.version_for_draft(other, olga)
    assert api("GET", f"/workflows/{workflow.pk}/history/{entry.pk}").status == 404
    assert api("POST", f"/workflows/{workflow.pk}/history/{entry.pk}/restore", {"revision": 1}).status == 404


def test_an_earlier_version_is_live_again_in_one_call_and_nothing_is_taken_back(api: Api, olga: User, workflow: Workflow) -> None:
    at = f"/workflows/{workflow.pk}"
    api("POST", f"{at}/versions", {"note": "First"})
    saved(api, workflow, hello("Worse"))
    api("POST", f"{at}/versions", {"note": "Second"})
    saved(api, workflow, hello("A draft"))
    again = api("POST", f"{at}/versions/1/roll-back", {})
    assert (again.status, again.json["number"], again.json["note"]) == (201, 3, "Version 1 again")
    assert texts(api("GET", f"{at}/versions/3").json["document"]) == texts(hello())
    assert texts(api("GET", f"{at}/draft").json["document"]) == texts(hello("A draft"))
    assert [one["number"] for one in api("GET", f"{at}/versions").json["items"]] == [3, 2, 1]
    first, _, third = workflow.versions.published().order_by("number")
    assert (first.digest, first.calls) == (third.digest, third.calls)
    assert api("POST", f"{at}/versions/3/roll-back", {}).json["number"] == 3
    assert api("POST", f"{at}/versions/1/roll-back", {}).json["number"] == 3
    assert api("POST", f"{at}/versions/9/roll-back", {}).status == 404
    assert workflow.versions.count() == 3
    published = api("POST", f"{at}/versions", {"note": "Third"}).json
    assert (published["number"], published["note"]) == (4, "Third")
