"""Work is never lost: in two tabs, against somebody else's save, without a network, and when the page goes in the middle."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

CHAIN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("say", "template", 300, 0, text="At first"),
        node("end", "output", 600, 0),
    ],
    "start>say", "say>end",
)  # fmt: skip


def texts(editor: Editor) -> dict[str, Any]:
    """Give what the templates of the saved draft say."""
    return {one["id"]: one["params"].get("text") for one in editor.draft()["nodes"] if one["type"] == "template"}


def write(page: Page, node_id: str, text: str) -> None:
    """Put a text into a template."""
    page.locator(f'.react-flow__node[data-id="{node_id}"]').click()
    page.locator("[data-param=text] textarea").fill(text)


def another_tab(editor: Editor, context: BrowserContext) -> Page:
    """Open the same workflow once more."""
    page = context.new_page()
    page.goto(f"{editor.stack.url}/workflows/{editor.workflow}")
    expect(page.locator('.react-flow__node[data-id="say"]')).to_be_visible()
    return page


def test_two_tabs_follow_each_other(editor: Editor, context: BrowserContext) -> None:
    editor.open(CHAIN)
    other = another_tab(editor, context)
    expect(other.get_by_text("open in another tab too")).to_be_visible()
    write(editor.page, "say", "By the first tab")
    other.locator('.react-flow__node[data-id="say"]').click()
    expect(other.locator("[data-param=text] textarea")).to_have_value("By the first tab")
    context.set_offline(True)
    write(editor.page, "say", "Kept by the first")
    expect(editor.page.get_by_text("Offline, kept here")).to_be_visible()
    other.locator('.react-flow__node[data-id="end"]').click()
    other.locator("[data-inspector]").get_by_label("Name", exact=True).first.fill("Kept by the second")
    expect(other.locator('.react-flow__node[data-id="end"]')).to_contain_text("Kept by the second")
    expect(other.get_by_text("Offline, kept here")).to_be_visible()
    editor.page.close()
    other.close()
    context.set_offline(False)
    again = another_tab(editor, context)
    expect(again.get_by_text("Work that could not be saved last time is back")).to_be_visible()
    wait_until(lambda: texts(editor) == {"say": "Kept by the first"})
    wait_until(lambda: editor.draft()["nodes"][2]["name"] == "Kept by the second")


def test_what_two_people_changed_is_settled_node_by_node(editor: Editor) -> None:
    editor.open(CHAIN)
    page, api = editor.page, editor.stack.api
    write(page, "say", "Mine")
    editor.expect_saved()
    draft = api.get(f"/workflows/{editor.workflow}/draft").json()
    theirs = draft["document"]
    theirs["nodes"][1]["params"]["text"] = "Theirs"
    theirs["nodes"][1]["position"] = {"x": 320, "y": 40}
    theirs["nodes"].append(node("more", "template", 300, 200, text="New"))
    assert (
        api.put(f"/workflows/{editor.workflow}/draft", json={"document": theirs, "revision": draft["revision"]}).status_code
        == 200
    )
    write(page, "say", "Mine again")
    dialog = page.get_by_role("dialog", name="Changed in two places")
    expect(dialog.get_by_role("row", name="text Mine again Theirs")).to_be_visible()
    expect(dialog.locator("[data-conflict]")).to_have_count(1)
    dialog.get_by_role("radio", name="Both").check()
    dialog.get_by_role("button", name="Go on").click()
    wait_until(lambda: texts(editor) == {"say": "Mine again", "more": "New", "say_2": "Theirs"})
    assert editor.draft()["nodes"][1]["position"] == {"x": 320, "y": 40}
    page.locator("[data-canvas]").focus()
    page.keyboard.press("Control+z")
    wait_until(lambda: texts(editor) == {"say": "Mine again", "more": "New"})


def test_a_page_that_goes_in_the_middle_of_a_word_loses_none_of_it(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    page.route("**/draft", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    write(page, "say", "In the middle of a w")
    page.reload()
    expect(page.get_by_text("Work that could not be saved last time is back")).to_be_visible()
    page.unroute("**/draft")
    wait_until(lambda: texts(editor) == {"say": "In the middle of a w"})
    editor.expect_saved()
    page.locator("[data-canvas]").focus()
    page.keyboard.press("Control+z")
    wait_until(lambda: texts(editor) == {"say": "At first"})
