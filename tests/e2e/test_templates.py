"""Each template runs on a new installation, on the real local model and the demo services, by the path it promises."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.pages import Editor
from tests.e2e.stack import Stack

EXPECTED_SECONDS = 90


@dataclass(frozen=True)
class Promise:
    """What a run of a template comes to: the keys of its output, the nodes that did its work, those it passed by, and answers."""

    output: set[str]
    ran: set[str]
    skipped: set[str] = field(default_factory=set)
    buttons: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


PROMISES = {
    "answer_a_customer": Promise(
        {"sent"},
        {"type", "priority", "route", "account", "handbook", "known", "answer", "answer#0/draft", "answer#0/judge", "send"},
        {"by_hand", "dropped"},
        {"ask": "send"},
    ),
    "answer_from_documents": Promise({"answer", "sources"}, {"search", "found", "answer", "sources"}, {"nothing"}),
    "drafting_chain": Promise({"text"}, {"outline", "draft", "shorten", "page"}),
    "document_review": Promise({"changes"}, {"legal", "brand", "facts", "all", "verdict", "notes"}, {"approved"}),
    "many_rows": Promise({"rows", "sums"}, {"read", "each", "sums", "each#0/tax", "each#0/mood", "each#3/row"}),
    "revise_until_good": Promise({"text", "score"}, {"revise", "revise#0/write", "revise#0/judge"}),
    "rule_or_model": Promise({"route"}, {"rule", "model", "team"}, {"to_retention", "dropped"}),
    "manager_and_specialists": Promise({"decision"}, {"start", "manager"}),
    "ask_a_person": Promise({"sent"}, {"draft", "check", "text", "send"}, {"decide", "dropped"}, {"check": "send"}),
    "when_something_breaks": Promise({"offer"}, {"look_up", "by_service", "plan", "offer"}, {"ask", "by_hand", "stopped"}),
}


@pytest.fixture(scope="module")
def templates(stack: Stack) -> dict[str, Any]:
    """What the gallery offers."""
    return {item["key"]: item for item in stack.api.get("/templates").json()["items"]}


def test_each_template_promises_something(templates: dict[str, Any]) -> None:
    assert set(templates) == set(PROMISES)


@pytest.mark.model
@pytest.mark.parametrize("key", PROMISES)
def test_a_template_keeps_its_promise(stack: Stack, templates: dict[str, Any], key: str) -> None:
    promise = PROMISES[key]
    started = stack.run(opened(stack, templates[key]), promise.given)
    run = finished(stack, started["id"], dict(promise.buttons))
    assert run["status"] == "succeeded", run["error"]
    assert set(run["output"]) == promise.output
    assert all(value not in (None, "", []) for value in run["output"].values())
    expected = {**dict.fromkeys(promise.ran, "succeeded"), **dict.fromkeys(promise.skipped, "skipped")}
    assert {name: stack.api.get(f"/runs/{run['id']}/nodes/{name}").json().get("status") for name in expected} == expected


@pytest.mark.model
def test_a_template_brings_its_documents_and_its_answer_opens_them(editor: Editor) -> None:
    page = editor.page
    page.goto(f"{editor.stack.url}/")
    page.get_by_role("button", name=re.compile("^Answers from documents")).click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_text("Handbook of a lamp shop” with 3 documents")).to_be_visible()
    dialog.get_by_role("button", name="Create and open").click()
    expect(editor.canvas).to_be_visible(timeout=60_000)
    editor.workflow = page.url.rpartition("/")[2]
    editor.run()
    editor.expect_status("cited", "succeeded", seconds=60)
    editor.run_panel.get_by_role("button", name="Result", exact=True).click()
    cited = editor.run_panel.get_by_role("list", name="Citations").get_by_role("link")
    expect(cited).to_have_count(3)
    expect_no_violation(page)
    with page.context.expect_page() as opening:
        cited.first.click()
    expect(opening.value.locator("li[aria-current]")).to_contain_text("within 30 days after it was delivered")


@pytest.mark.model
def test_what_stays_broken_is_decided_by_a_person(stack: Stack, templates: dict[str, Any]) -> None:
    """The longer outage: retries do not help, a person does, and the model that is missing is replaced."""
    document = templates["when_something_breaks"]["document"]
    look_up = next(node for node in document["nodes"] if node["id"] == "look_up")
    look_up["policy"]["retry"]["max_attempts"] = 2
    started = stack.run(stack.workflow("Stays broken", document), {"outage": 3000})
    run = finished(stack, started["id"], {"ask": "known"})
    assert run["output"]["offer"]["known_from"] == "a person"
    offer = stack.api.get(f"/runs/{run['id']}/nodes/offer").json()
    assert [hop["model"] for hop in offer["details"]["fallbacks"]] == ["local/not-installed"]


def opened(stack: Stack, template: dict[str, Any]) -> str:
    """Make a workflow of a template, wait until what it knows can be searched, and give its id."""
    made = stack.api.post(f"/templates/{template['key']}/workflows", json={})
    assert made.status_code == 201, made.text
    kits = {one["key"] for one in template["knowledge"]}
    limit = time.monotonic() + EXPECTED_SECONDS
    while any(base["under_way"] for base in stack.api.get("/knowledge").json()["items"] if base["kit"] in kits):
        assert time.monotonic() < limit, "The documents were not indexed."
        time.sleep(0.1)
    return str(made.json()["id"])


def finished(stack: Stack, run_id: str, buttons: dict[str, str]) -> dict[str, Any]:
    """Answer what the run asks, and wait for its end."""
    limit = time.monotonic() + EXPECTED_SECONDS
    while time.monotonic() < limit:
        run: dict[str, Any] = stack.api.get(f"/runs/{run_id}").json()
        if run["status"] in {"succeeded", "failed", "cancelled"}:
            return run
        asking = [row["key"] for row in run["node_runs"] if row["status"] == "waiting" and row["key"] in buttons]
        for key in asking:
            answer = stack.api.post(f"/runs/{run_id}/answers/{key}", json={"button": buttons.pop(key)})
            assert answer.status_code == 202, answer.text
        time.sleep(0.1)
    raise AssertionError(f"The run did not end: {run}")
