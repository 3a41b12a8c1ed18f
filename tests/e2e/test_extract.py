"""A part of a graph becomes a workflow of its own; what both give together stays what it was."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

LETTERS = document(
    [
        node("start", "start", 0, 0, fields=[{"name": "city", "type": "text", "required": False, "default": "Oslo"}]),
        node("rows", "set", 280, 0, value=["Ada", "Alan"]),
        node("names", "set", 560, 0, value="{{ ' and '.join(rows) }}"),
        node("letter", "template", 0, 170, text="Dear {{ names }} in {{ start.city }} ({{ len(input) }})"),
        node("end", "output", 280, 170, value="{{ letter }} / {{ names }}"),
    ],
    "start>rows", "rows>names", "names>letter", "letter>end",
)  # fmt: skip


def result(editor: Editor) -> str:
    """Run the draft and give its result."""
    editor.expect_saved()
    run = editor.stack.finished(editor.stack.run(editor.workflow)["id"])
    assert run["status"] == "succeeded", run["error"]
    return str(run["output"]["result"])


def test_a_part_moves_out_and_the_result_stays_the_same(editor: Editor) -> None:
    editor.open(LETTERS)
    before = result(editor)
    editor.node("names").click()
    editor.node("letter").click(modifiers=["Shift"])
    editor.page.keyboard.press("Alt+x")
    dialog = editor.page.get_by_role("dialog", name="Move into a workflow of its own")
    dialog.get_by_label("Name of the workflow").fill("Letter writing")
    dialog.get_by_role("button", name="Move").click()
    expect(editor.node("run_workflow")).to_contain_text("Letter writing")
    expect(editor.page.get_by_text("Saved", exact=True).first).to_be_visible()
    assert result(editor) == before == "Dear Ada and Alan in Oslo (12) / Ada and Alan"
    editor.canvas.focus()
    editor.page.keyboard.press("Control+z")
    expect(editor.node("run_workflow")).to_have_count(0)
    wait_until(lambda: {one["id"]: one["type"] for one in editor.draft()["nodes"]}["letter"] == "template")
    assert result(editor) == before


def test_what_cannot_move_says_why(editor: Editor) -> None:
    editor.open(LETTERS)
    editor.node("end").click()
    editor.page.keyboard.press("Alt+x")
    expect(editor.page.get_by_text("“End” stays: it is what this workflow takes or gives.")).to_be_visible()


def test_a_part_that_cannot_be_published_leaves_all_as_it_was(editor: Editor) -> None:
    drawing = document(
        [*LETTERS["nodes"][:2], node("bad", "template", 560, 0, text="{{ nobody.name }}"), LETTERS["nodes"][4]],
        "start>rows",
        "rows>bad",
        "bad>end",
    )
    editor.open(drawing)
    editor.node("bad").click()
    editor.page.keyboard.press("Alt+x")
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_label("Name of the workflow").fill("Not good")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog.get_by_role("alert")).to_contain_text("could not be published, so nothing was moved")
    dialog.get_by_role("button", name="Cancel").click()
    assert [one["id"] for one in editor.draft()["nodes"]] == ["start", "rows", "bad", "end"]
    assert not editor.stack.api.get("/workflows", params={"search": "Not good"}).json()["items"]


def test_a_workflow_inside_is_opened_in_place_and_the_way_back_keeps_everything(editor: Editor) -> None:
    inner = editor.stack.workflow("Greeting", document([node("start", "start"), node("end", "output", 300, 0)], "start>end"))
    slug = editor.stack.api.get(f"/workflows/{inner}").json()["slug"]
    ends = [node("start", "start", 0, 0, fields=[]), node("end", "output", 560, 0)]
    call = node("greet", "run_workflow", 280, 0, workflow=slug, input={})
    editor.open(document([*ends, call], "start>greet", "greet>end"), "Outside")
    page = editor.page
    editor.node("end").click()
    editor.inspector.get_by_label("Name", exact=True).first.fill("Last")
    editor.node("greet").click()
    page.keyboard.press("Alt+Enter")
    way = page.get_by_role("navigation", name="Opened from")
    expect(way.get_by_role("link")).to_have_text("Outside")
    expect(page.get_by_label("Name of the workflow")).to_have_value("Greeting")
    expect(editor.node("greet")).to_have_count(0)
    editor.node("start").click()
    page.keyboard.press("d")
    expect(editor.node("start").get_by_title("Disabled")).to_be_visible()
    expect_no_violation(page)
    page.context.set_offline(True)
    way.get_by_role("link", name="Outside").click()
    expect(editor.node("end")).to_contain_text("Last")
    expect(editor.node("greet")).to_have_class(re.compile("selected"))
    editor.canvas.focus()
    page.keyboard.press("Control+z")
    expect(editor.node("end")).to_contain_text("End")
    page.context.set_offline(False)
    editor.expect_saved()
    page.keyboard.press("Control+Shift+z")
    page.reload()
    expect(editor.node("end")).to_contain_text("Last")
    page.goto(f"{editor.stack.url}/workflows/{inner}?via={editor.workflow}")
    expect(editor.node("start").get_by_title("Disabled")).to_be_visible()
    page.get_by_role("navigation", name="Opened from").get_by_role("link", name="Outside").press("Enter")
    expect(editor.node("greet")).to_be_visible()
