"""A run waits for a call from outside, and shows where."""

import httpx
from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

DRAWN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("paid", "webhook_wait", 0, 160),
        {**node("out", "output", 320, 160), "params": {"value": "{{ paid.body.amount }}"}},
    ],
    "start>paid", "paid>out",
)  # fmt: skip


def test_the_address_is_shown_called_and_used_up(editor: Editor) -> None:
    editor.open(DRAWN)
    editor.run()
    editor.expect_status("paid", "waiting")
    editor.node("paid").click()
    shown = editor.run_panel.get_by_role("group", name="Address")
    expect(shown).to_be_visible()
    expect_no_violation(editor.page)
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    url = editor.stack.api.get(f"/runs/{run}/nodes/paid").json()["output"]["url"]
    expect(shown).to_contain_text(url)
    assert httpx.post(url, json={"amount": 5}).status_code == 202
    editor.expect_status("out", "succeeded")
    expect(shown).to_have_count(0)
    assert httpx.post(url, json={"amount": 6}).status_code == 409
    assert editor.stack.finished(run)["output"] == {"result": 5}


def test_a_node_before_it_is_offered_the_address(editor: Editor) -> None:
    editor.open(DRAWN)
    editor.node("out").click()
    editor.inspector.get_by_role("button", name="Insert a value").first.click()
    expect(editor.page.get_by_text("run.wait_urls.paid")).to_be_visible()
