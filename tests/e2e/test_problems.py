"""What is wrong is said where it is, before a run and after one."""

import re

from playwright.sync_api import expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor


def test_a_wrong_graph_says_what_and_where_before_it_runs(editor: Editor) -> None:
    nodes = [node("start", "start"), node("say", "template", 300, 0, text="{{ nobody.there }}"), node("answer", "output", 600, 0)]
    editor.open(document(nodes, "start>say", "say>answer"))
    expect(editor.node("say").locator("[data-problem=error]")).to_be_visible()
    editor.page.get_by_role("banner").get_by_role("button", name=re.compile("^1 error")).click()
    expect(editor.page.get_by_text(re.compile("uses nobody")).first).to_be_visible()
    editor.page.keyboard.press("Escape")
    editor.page.get_by_role("banner").get_by_role("button", name="Run", exact=True).click()
    runs = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    assert runs == []


def test_a_failure_says_why_in_plain_words(editor: Editor) -> None:
    nodes = [node("start", "start"), node("stop", "fail", 300, 0, code="no_stock", message="The shelf is empty.")]
    editor.open(document(nodes, "start>stop"))
    editor.run()
    editor.expect_status("stop", "failed")
    expect(editor.run_panel.get_by_text("The shelf is empty.").first).to_be_visible()
    assert "Traceback" not in editor.page.content()


def test_a_private_address_is_refused_with_the_way_out(editor: Editor) -> None:
    nodes = [
        node("start", "start"),
        node("call", "http_request", 300, 0, method="GET", url="http://169.254.169.254/latest"),
        node("answer", "output", 600, 0),
    ]
    editor.open(document(nodes, "start>call", "call>answer"))
    editor.run()
    editor.expect_status("call", "failed")
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert editor.stack.finished(run["id"])["error"]["code"] == "address_refused"
