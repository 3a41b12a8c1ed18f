"""Writing expressions: what may be written next, the data that there is, and what it gives before anything runs again."""

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

READING = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("rows", "set", 300, 0, value=[{"name": "Ada", "age": 36}, {"name": "Alan", "age": 41}]),
        node("letter", "template", 600, 0, text=""),
        node("end", "output", 0, 160),
    ],
    "start>rows", "rows>letter", "letter>end",
)  # fmt: skip


@pytest.fixture
def text(editor: Editor) -> Locator:
    """Run once, and give the field of the template."""
    editor.open(READING)
    editor.node("letter").click()
    return editor.inspector.get_by_label("Text", exact=True)


def write(editor: Editor, text: Locator, typed: str) -> None:
    """Type at the caret, key by key."""
    text.focus()
    editor.page.keyboard.type(typed)


def ran(editor: Editor) -> None:
    """Run with what there is."""
    editor.inspector.get_by_label("Text", exact=True).fill("-")
    editor.expect_saved()
    editor.run()
    editor.expect_status("end", "succeeded")


def test_names_fields_and_functions_are_offered_and_taken_by_key(editor: Editor, text: Locator) -> None:
    ran(editor)
    text.fill("")
    write(editor, text, "Dear {{ ro")
    offered = editor.page.get_by_role("listbox", name="What may be written next")
    expect(offered.get_by_role("option").first).to_contain_text("rows")
    editor.page.keyboard.press("Enter")
    expect(text).to_have_value("Dear {{ rows")
    write(editor, text, "[1].na")
    editor.page.keyboard.press("Tab")
    write(editor, text, ".up")
    expect(offered).to_contain_text("upper()")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("End")
    write(editor, text, " }}")
    expect(text).to_have_value("Dear {{ rows[1].name.upper() }}")
    expect(editor.inspector.locator("[aria-live]", has_text="=")).to_contain_text("Dear ALAN")


def test_what_is_wrong_is_said_while_it_is_written(editor: Editor, text: Locator) -> None:
    ran(editor)
    text.fill("{{ rows[7].name }}")
    expect(editor.inspector.locator("[data-kind=error]")).to_contain_text("rows")
    text.fill("{{ rows[0].name }}")
    expect(editor.inspector.locator("[data-kind=value]")).to_contain_text("Ada")


def test_before_the_first_run_the_missing_values_are_named(editor: Editor, text: Locator) -> None:
    text.fill("{{ rows[0].name }}")
    expect(editor.inspector.locator("[data-kind=missing]")).to_contain_text("No value of rows yet")


def test_a_value_is_taken_from_the_data_beside_the_settings(editor: Editor, text: Locator) -> None:
    ran(editor)
    text.fill("")
    editor.inspector.get_by_role("button", name="Data of the last run").click()
    data = editor.page.get_by_role("region", name="Data")
    rows = data.get_by_role("treeitem").filter(has_text="rows")
    expect(rows).to_be_visible()
    text.focus()
    rows.hover()
    data.get_by_role("button", name="Use rows", exact=True).click()
    expect(text).to_have_value("{{ rows }}")
    text.fill("")
    rows.drag_to(text)
    expect(text).to_have_value("{{ rows }}")
    expect(editor.inspector.locator("[data-kind=value]")).to_contain_text("Ada")


def test_the_data_follows_the_item_that_is_looked_at(editor: Editor) -> None:
    inside = {"parent": "each"}
    editor.open(
        document(
            [
                node("start", "start", 0, 60, fields=[]),
                node("each", "map", 280, 0, items="{{ ['x', 'y', 'z'] }}"),
                {**node("say", "template", 320, 120, text="{{ item }}"), **inside},
            ],
            "start>each",
        )
    )
    editor.run()
    editor.expect_status("each", "succeeded")
    editor.node("say").click()
    field = editor.inspector.get_by_label("Text", exact=True)
    field.fill("{{ item }}{{ index }}")
    shown = editor.inspector.locator("[data-kind=value] code")
    expect(shown).to_have_text("z2")
    editor.node("each").get_by_role("button", name="Previous item").click()
    editor.node("say").click()
    field.focus()
    expect(shown).to_have_text("y1")


def test_a_choice_comes_from_an_expression_that_must_fit(editor: Editor) -> None:
    modes = [node("start", "start", 0, 0, fields=[]), node("wish", "set", 300, 0, value={"mode": "first", "turns": 3})]
    editor.open(
        document([*modes, node("join", "merge", 600, 0), node("end", "output", 0, 160)], "start>wish", "wish>join", "join>end")
    )
    editor.run()
    editor.expect_status("end", "succeeded")
    editor.node("join").click()
    editor.page.get_by_role("tab", name="Settings").click()
    field, way = editor.inspector.get_by_label("Mode", exact=True), editor.page.get_by_role("button", name="Expression for Mode")
    field.focus()
    editor.page.keyboard.press("=")
    expect(field).to_have_value('{{ "list" }}')
    expect(field).to_be_focused()
    expect(way).to_have_attribute("aria-pressed", "true")
    editor.page.keyboard.type("wish.turns")
    expect(editor.inspector.locator("[data-kind=error]")).to_contain_text("mode must be 'list', 'first'")
    field.fill("wish.mode")
    expect(editor.inspector.locator("[data-kind=value] code")).to_have_text("first")
    expect_no_violation(editor.page)
    way.focus()
    expect(field).to_have_value("{{ wish.mode }}")
    editor.expect_saved()
    editor.run()
    editor.expect_status("end", "succeeded")
    assert editor.draft()["nodes"][2]["params"] == {"mode": "{{ wish.mode }}"}
    way.press("Enter")
    expect(field).to_have_value("list")
    editor.canvas.click(position={"x": 40, "y": 500})
    editor.page.keyboard.press("Control+z")
    editor.node("join").click()
    expect(field).to_have_value("{{ wish.mode }}")
