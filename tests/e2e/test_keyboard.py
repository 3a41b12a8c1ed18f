"""Without a mouse: a workflow is built, run, mended and taken back by keys alone; on the canvas, and in the outline."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import EMPTY, Editor
from tests.support.waiting import wait_until

CHAIN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("work", "set", 300, 0, value="{{ input }}"),
        node("each", "map", 600, 0, items="{{ [1] }}"),
        {**node("inner", "set", 640, 100, value="{{ item }}"), "parent": "each"},
        node("end", "output", 1100, 0),
    ],
    "start>work", "work>each",
)  # fmt: skip


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}.")


def type_in(page: Page, *keys: str) -> None:
    """Press keys one after another; longer words are typed."""
    for key in keys:
        if len(key) > 1 and key[0].isupper():
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)
            page.wait_for_timeout(60)


def edges(editor: Editor) -> set[tuple[str, str]]:
    """Give which node leads to which, once that is saved."""
    editor.expect_saved()
    return {(one["source"], one["target"]) for one in editor.draft()["edges"]}


@pytest.fixture
def keys(editor: Editor) -> Editor:
    """Open an empty workflow, without a mouse."""
    return editor.open(EMPTY)


def test_a_workflow_is_built_run_mended_and_taken_back(keys: Editor) -> None:
    page = keys.page
    tab_to(page, "[data-canvas]")
    for title in ("start", "template", "output"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
        type_in(page, title, "Enter")
        expect(keys.node(title)).to_be_visible()
    wait_until(lambda: edges(keys) == {("start", "template"), ("template", "output")})
    page.keyboard.press("ArrowLeft")
    expect(keys.inspector).to_have_attribute("aria-label", "Settings of Template")
    page.keyboard.press("Enter")
    tab_to(page, "[data-param=text] textarea")
    type_in(page, "{{ 1 / 0 }}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    keys.expect_status("template", "failed")
    page.keyboard.press("Control+a")
    type_in(page, "{{ 6 * 7 }}")
    keys.expect_saved()
    page.keyboard.press("Control+Enter")
    keys.expect_status("output", "succeeded")
    expect(keys.run_panel.get_by_text("42").first).to_be_visible()
    keys.canvas.evaluate("(canvas) => canvas.focus()")
    page.keyboard.press("Control+z")
    wait_until(
        lambda: next(one for one in keys.draft()["nodes"] if one["id"] == "template")["params"].get("text") != "{{ 6 * 7 }}"
    )


def test_nodes_are_connected_by_name(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    tab_to(page, "[data-canvas]")
    type_in(page, "ArrowRight", "ArrowRight", "ArrowRight", "c")
    dialog = page.get_by_role("dialog", name="Connect Each to")
    expect(dialog.get_by_role("option")).to_have_count(1)
    type_in(page, "end", "Enter")
    wait_until(lambda: ("each", "end") in edges(editor))
    page.keyboard.press("Control+z")
    wait_until(lambda: ("each", "end") not in edges(editor))


def test_the_outline_is_the_same_graph(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    tab_to(page, "[data-canvas]")
    page.keyboard.press("Shift+o")
    tree = page.get_by_role("tree", name="Nodes of the workflow")
    expect(tree.get_by_role("treeitem")).to_have_count(5)
    names = tree.get_by_role("treeitem").evaluate_all("(items) => items.map((item) => item.getAttribute('data-row'))")
    assert names == ["start", "work", "each", "inner", "end"]
    expect(tree.locator("[data-row=inner]")).to_have_attribute("aria-level", "2")
    expect_no_violation(page)
    type_in(page, "ArrowDown", "ArrowDown")
    expect(tree.locator("[data-row=each]")).to_be_focused()
    page.keyboard.press("F2")
    type_in(page, "rows of it", "Enter")
    expect(tree.locator("[data-row=each]")).to_contain_text("rows of it")
    page.keyboard.press("n")
    type_in(page, "template", "Enter")
    wait_until(lambda: ("each", "template") in edges(editor))


def test_the_outline_changes_what_leads_where(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    page.get_by_role("button", name="Outline").click()
    tree = page.get_by_role("tree", name="Nodes of the workflow")
    tree.locator("[data-row=work]").click()
    tree.get_by_role("button", name="Cut the connection to Each").click()
    wait_until(lambda: ("work", "each") not in edges(editor))
    tree.get_by_role("button", name="Connect Work").click()
    expect(page.get_by_role("dialog", name="Connect Work to")).to_be_visible()
    type_in(page, "end", "Enter")
    wait_until(lambda: ("work", "end") in edges(editor))
    tree.locator("[data-row=inner]").focus()
    tree.locator("[data-row=inner]").click()
    page.keyboard.press("Delete")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
