"""What is offered at a place of the canvas, and keys: the menu, buttons at ports and edges, parts of a run, keys of one's own."""

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

CHAIN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("say", "template", 320, 0, text="Said"),
        node("end", "output", 640, 0),
        node("lone", "template", 320, 200, text="Alone"),
    ],
    "start>say", "say>end",
)  # fmt: skip


def edges(editor: Editor) -> set[tuple[str, str]]:
    """Give which node leads to which, once that is saved."""
    editor.expect_saved()
    return {(one["source"], one["target"]) for one in editor.draft()["edges"]}


def between(editor: Editor, left: str, right: str) -> tuple[float, float]:
    """Give the middle of the edge between two nodes on one line."""
    a, b = editor.node(left).bounding_box(), editor.node(right).bounding_box()
    assert a is not None
    assert b is not None
    return (a["x"] + a["width"] + b["x"]) / 2, a["y"] + 22 * a["width"] / 240


def test_the_menu_of_a_place_offers_what_can_be_done_there(editor: Editor) -> None:
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.open(CHAIN)
    page, menu = editor.page, editor.page.get_by_role("menu", name="What to do here")
    editor.node("say").click(button="right")
    menu.get_by_role("menuitem", name="Disable or enable").click()
    wait_until(lambda: editor.draft()["nodes"][1]["policy"].get("disabled") is True)
    expect(editor.canvas).to_be_focused()
    page.keyboard.press("d")
    page.keyboard.press("Shift+F10")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    expect_no_violation(page)
    menu.get_by_role("menuitem", name="Copy").click()
    expect(menu).to_have_count(0)
    x, y = between(editor, "start", "say")
    page.mouse.move(x, y)
    expect(page.get_by_role("button", name="Insert a node here")).to_have_count(1)
    page.mouse.click(x - 20, y, button="right")
    menu.get_by_role("menuitem", name="Insert a node").click()
    page.keyboard.press("Escape")
    editor.canvas.focus()
    page.keyboard.press("Control+v")
    wait_until(lambda: edges(editor) == {("start", "say_2"), ("say_2", "say"), ("say", "end")})
    page.keyboard.press("Control+z")
    wait_until(lambda: edges(editor) == {("start", "say"), ("say", "end")})
    editor.node("lone").click()
    editor.node("lone").get_by_role("button", name="Add what comes after").click()
    page.keyboard.type("output")
    page.keyboard.press("Enter")
    wait_until(lambda: ("lone", "output") in edges(editor))
    box = editor.canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 40, button="right")
    menu.get_by_role("menuitem", name="Select all").click()
    expect(page.locator(".react-flow__node.selected")).to_have_count(5)


def test_what_opens_over_the_page_is_opened_and_left_by_pointer_and_key(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    more, menu = page.get_by_role("button", name="More", exact=True), page.get_by_role("menu")
    recent, popover = page.get_by_role("button", name="Recent runs"), page.get_by_role("dialog", name="Recent runs")
    for button, opened in ((more, menu), (recent, popover)):
        button.click()
        expect(opened).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        expect_no_violation(page)
        button.click()
        expect(opened).to_have_count(0)
        button.press("Enter")
        expect(opened).to_be_visible()
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        expect(button).to_be_focused()
        button.click()
        page.mouse.click(700, 300)
        expect(opened).to_have_count(0)
    more.press("ArrowDown")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    hint = page.get_by_role("tooltip")
    expect(hint).to_contain_text("More")
    expect_no_violation(page)
    page.keyboard.press("Escape")
    expect(hint).to_have_count(0)
    page.get_by_role("button", name="Zoom to fit").hover()
    expect(hint).to_contain_text("Zoom to fit")
    hint.hover()
    expect(hint).to_be_visible()
    page.mouse.move(700, 400)
    expect(hint).to_have_count(0)


def test_parts_of_a_run_and_its_output_are_had_by_key(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    editor.canvas.focus()
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(editor.inspector).to_have_attribute("aria-label", "Settings of Say")
    page.keyboard.press("Shift+Enter")
    page.get_by_role("button", name="Run it").click()
    editor.expect_status("end", "succeeded")
    editor.canvas.focus()
    page.keyboard.press("i")
    expect(editor.inspector.get_by_role("tab", name="Input")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("o")
    expect(editor.inspector.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")
    editor.canvas.focus()
    page.keyboard.press("p")
    wait_until(lambda: editor.draft()["nodes"][1].get("pinned") == "Said")
    page.keyboard.press("p")
    wait_until(lambda: editor.draft()["nodes"][1].get("pinned") is None)
    page.keyboard.press("Shift+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Taken over, not done again")).to_be_visible()
    runs = editor.runs()
    dialog.get_by_role("button", name="Run", exact=True).click()
    wait_until(lambda: editor.runs() == runs + 1)


def test_keys_are_changed_kept_and_reset(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    editor.canvas.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_role("textbox", name="Search shortcuts").fill("next problem")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("textbox", name="Search shortcuts").fill("select all")
    dialog.get_by_role("button", name="Change the keys of “Select all”").click()
    page.keyboard.press("Control+w")
    expect(dialog.get_by_text("is the browser's own")).to_be_visible()
    page.keyboard.press("d")
    expect(dialog.get_by_text("D is “Disable or enable")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.reload()
    expect(editor.node("say")).to_be_visible()
    editor.canvas.focus()
    page.keyboard.press("d")
    expect(page.locator(".react-flow__node.selected")).to_have_count(4)
    page.keyboard.press("b")
    wait_until(lambda: editor.draft()["nodes"][1]["policy"].get("disabled") is True)
    page.keyboard.press("?")
    dialog.get_by_role("button", name="Reset all keys").click()
    dialog.get_by_role("switch", name="The wheel zooms").check()
    page.keyboard.press("Escape")
    editor.canvas.focus()
    page.keyboard.press("d")
    wait_until(lambda: editor.draft()["nodes"][1]["policy"].get("disabled") is not True)
    editor.canvas.hover()
    percent = page.locator("[class*=percent]")
    before = percent.text_content()
    page.mouse.wheel(0, 300)
    expect(percent).not_to_have_text(before or "")


def test_a_marquee_with_shift_adds_to_what_is_selected(editor: Editor) -> None:
    editor.open(CHAIN)
    editor.node("start").click()
    box = editor.node("lone").bounding_box()
    assert box is not None
    editor.page.keyboard.down("Shift")
    editor.page.mouse.move(box["x"] - 30, box["y"] - 30)
    editor.page.mouse.down()
    editor.page.mouse.move(box["x"] + 60, box["y"] + 60, steps=6)
    editor.page.mouse.up()
    editor.page.keyboard.up("Shift")
    ids = editor.page.locator(".react-flow__node.selected").evaluate_all("(all) => all.map((one) => one.dataset.id).sort()")
    assert ids == ["lone", "start"]
