"""What a workflow has been is seen on its graph, and comes back."""

from playwright.sync_api import expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

START = node("start", "start", 0, 0, fields=[])
FIRST = document(
    [
        START,
        node("say", "template", 300, 0, text="Good morning"),
        node("pause", "wait", 600, 0, seconds=1),
        node("end", "output", 900, 0),
    ],
    "start>say", "say>pause", "pause>end",
)  # fmt: skip
SECOND = document(
    [START, node("say", "template", 300, 0, text="Good evening"), node("shout", "set", 600, 160), node("end", "output", 900, 0)],
    "start>say", "say>shout", "shout>end",
)  # fmt: skip


def test_a_version_is_compared_and_comes_back_and_the_draft_is_kept(editor: Editor) -> None:
    page, api = editor.page, editor.stack.api
    editor.open(FIRST)
    assert api.post(f"/workflows/{editor.workflow}/versions", json={"note": "Mornings"}).status_code == 201
    revision = api.get(f"/workflows/{editor.workflow}/draft").json()["revision"]
    assert api.put(f"/workflows/{editor.workflow}/draft", json={"document": SECOND, "revision": revision}).status_code == 200
    page.reload()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="History").click()

    differs = page.get_by_role("region", name="What differs")
    expect(differs.get_by_role("heading")).to_have_text("Nodes: 1 added, 1 removed, 1 changed")
    expect(differs.locator("del")).to_have_text("Good morning")
    expect(differs.locator("ins")).to_have_text("Good evening")
    expect(page.locator(".react-flow__node.mark-added")).to_contain_text("Shout")
    expect(page.locator(".react-flow__node.mark-removed")).to_contain_text("Pause")
    expect(page.locator(".react-flow__edge.mark-removed")).to_have_count(2)
    differs.get_by_role("button", name="Removed Pause").click()
    expect(page.locator(".react-flow__node.selected")).to_contain_text("Pause")

    page.get_by_role("button", name="Version 1").click()
    expect(differs.get_by_role("heading")).to_have_text("Nothing differs")
    page.get_by_label("What is compared").select_option("now")
    expect(page.locator(".react-flow__node.mark-added")).to_contain_text("Shout")
    page.get_by_role("button", name="Restore this").click()
    expect(page.get_by_text("What it was before is kept in the history")).to_be_visible()
    expect(editor.node("pause")).to_be_visible()
    assert [one["id"] for one in editor.draft()["nodes"]] == ["start", "say", "pause", "end"]

    kept, *_ = api.get(f"/workflows/{editor.workflow}/history").json()["items"]
    entry = api.get(f"/workflows/{editor.workflow}/history/{kept['id']}").json()
    assert [one["id"] for one in entry["document"]["nodes"]] == ["start", "say", "shout", "end"]

    editor.stack.finished(editor.stack.run(editor.workflow)["id"], 30)
    ran = api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    page.goto(f"{editor.stack.url}/workflows/{editor.workflow}?run={ran}")
    expect(editor.run_panel.get_by_text("Succeeded").first).to_be_visible()
    expect(editor.run_panel.get_by_text("Edited since")).to_have_count(0)
    editor.node("say").click()
    editor.inspector.get_by_label("Text", exact=True).fill("Good night")
    expect(editor.run_panel.get_by_role("link", name="Edited since this run: 1 node")).to_have_attribute("href", f"/runs/{ran}")
    page.keyboard.press("Escape")
    editor.expect_saved()
