"""A kept output stands in for a node's work in runs of the draft."""

from playwright.sync_api import expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

DRAWN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("work", "set", 0, 160, value="{{ run.id }}"),
        node("result", "output", 320, 160),
    ],
    "start>work", "work>result",
)  # fmt: skip


def output_of(editor: Editor) -> object:
    """Give the output of the latest run."""
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    return editor.stack.finished(run["id"])["output"]


def test_an_output_is_pinned_used_and_let_go(editor: Editor) -> None:
    editor.open(DRAWN)
    editor.run()
    editor.expect_status("result", "succeeded")
    first = output_of(editor)
    editor.node("work").click()
    editor.inspector.get_by_role("tab", name="Last run").click()
    editor.inspector.get_by_role("button", name="Pin this output").click()
    expect(editor.node("work").get_by_title("Pinned: runs of the draft use a kept value")).to_be_visible()
    editor.expect_saved()
    editor.run()
    expect(editor.node("work").get_by_title("Pinned value")).to_be_visible()
    assert output_of(editor) == first
    editor.inspector.get_by_role("button", name="Unpin").click()
    editor.expect_saved()
    editor.run()
    expect(editor.node("work").get_by_title("Pinned value")).to_have_count(0)
    editor.expect_status("result", "succeeded")
    assert output_of(editor) != first
