"""What a hand does on the canvas: into an edge, into line, as a copy, from a file; and how things are found."""

import json

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

PAIR = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("end", "output", 520, 0),
        node("lone", "set", 200, 200, fields={"city": "Oslo"}),
    ],
    "start>end",
)  # fmt: skip

DROP = """([text, name, x, y]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, { type: "application/json" }));
    const canvas = document.querySelector("[data-canvas]");
    for (const type of ["dragenter", "dragover", "drop"]) {
        const place = { clientX: x, clientY: y, dataTransfer: transfer };
        canvas.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, ...place }));
    }
}"""


def edges(editor: Editor) -> set[tuple[str, str]]:
    """Give which node leads to which, once that is saved."""
    editor.expect_saved()
    return {(one["source"], one["target"]) for one in editor.draft()["edges"]}


def places(editor: Editor) -> dict[str, tuple[float, float]]:
    """Give where the nodes are, once that is saved."""
    editor.expect_saved()
    return {one["id"]: (one["position"]["x"], one["position"]["y"]) for one in editor.draft()["nodes"]}


def centre(editor: Editor, name: str) -> tuple[float, float]:
    """Give the middle of a node on the screen."""
    box = editor.node(name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 20


def grip(editor: Editor, name: str) -> None:
    """Take a node at its head, and move as little as a hand does first: from there on the canvas counts."""
    x, y = centre(editor, name)
    editor.page.mouse.move(x, y)
    editor.page.mouse.down()
    editor.page.mouse.move(x + 2, y + 2)


def drag(editor: Editor, name: str, x: float, y: float, *, key: str | None = None) -> None:
    """Take a node at its head and let go of it at a place on the screen."""
    if key:
        editor.page.keyboard.down(key)
    grip(editor, name)
    editor.page.mouse.move(x + 30, y + 30, steps=4)
    editor.page.mouse.move(x, y, steps=6)
    editor.page.mouse.up()
    if key:
        editor.page.keyboard.up(key)


def middle(editor: Editor) -> tuple[float, float]:
    """Give the middle of the edge between the two that are connected, as a place for a node's head."""
    (x1, y1), (x2, _) = centre(editor, "start"), centre(editor, "end")
    return (x1 + x2) / 2, y1 - 12


def test_a_lone_node_let_go_on_an_edge_goes_into_it_in_one_step(editor: Editor) -> None:
    editor.open(PAIR)
    grip(editor, "lone")
    editor.page.mouse.move(*middle(editor), steps=8)
    expect(editor.page.locator("[data-over]")).to_have_count(1)
    x, y = centre(editor, "start")
    editor.page.mouse.move(x, y + 320, steps=8)
    expect(editor.page.locator("[data-over]")).to_have_count(0)
    editor.page.mouse.move(*middle(editor), steps=8)
    editor.page.mouse.up()
    wait_until(lambda: edges(editor) == {("start", "lone"), ("lone", "end")})
    editor.page.keyboard.press("Control+z")
    wait_until(lambda: edges(editor) == {("start", "end")})
    assert places(editor)["lone"] == (200, 200)


def test_a_new_node_dropped_on_an_edge_goes_into_it(editor: Editor) -> None:
    editor.open(PAIR)
    x, y = middle(editor)
    box = editor.canvas.bounding_box()
    assert box is not None
    editor.drag_in("Template", x - box["x"], y - box["y"])
    wait_until(lambda: edges(editor) == {("start", "template"), ("template", "end")})


def test_a_moved_node_is_pulled_into_line_and_with_alt_a_copy_goes(editor: Editor) -> None:
    editor.open(PAIR)
    x, y = centre(editor, "start")
    grip(editor, "lone")
    editor.page.mouse.move(x + 40, y + 300, steps=5)
    editor.page.mouse.move(x + 4, y + 301, steps=5)
    expect(editor.page.locator("[class*=upright]")).to_be_visible()
    editor.page.mouse.up()
    expect(editor.page.locator("[class*=upright]")).to_have_count(0)
    wait_until(lambda: places(editor)["lone"][0] == 0)
    before = places(editor)["lone"]
    x, y = centre(editor, "lone")
    drag(editor, "lone", x + 300, y + 60, key="Alt")
    wait_until(lambda: "lone_2" in places(editor))
    assert places(editor)["lone"] == before
    assert places(editor)["lone_2"][0] > 200


def test_a_copy_keeps_what_leads_into_it_where_asked(editor: Editor) -> None:
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.open(PAIR)
    editor.node("end").click()
    editor.canvas.focus()
    editor.page.keyboard.press("Control+c")
    editor.page.keyboard.press("Control+Shift+v")
    wait_until(lambda: edges(editor) == {("start", "end"), ("start", "end_2")})


def test_a_file_with_a_workflow_is_dropped_in_and_another_refused(editor: Editor) -> None:
    editor.open(PAIR)
    x, y = centre(editor, "lone")
    more = document([node("one", "set", 0, 0, fields={}), node("two", "set", 300, 0, fields={})], "one>two")
    editor.page.evaluate(DROP, [json.dumps(more), "more.json", x, y + 200])
    wait_until(lambda: ("one", "two") in edges(editor))
    editor.page.keyboard.press("Control+z")
    wait_until(lambda: "one" not in places(editor))
    for name, text in (("words.txt", "not JSON"), ("none.json", '{"nodes": "none"}')):
        editor.page.evaluate(DROP, [text, name, x, y + 200])
        expect(editor.page.get_by_text(f"“{name}” holds no nodes")).to_be_visible()
    assert set(places(editor)) == {"start", "end", "lone"}


def test_nodes_are_found_by_what_is_inside_and_other_workflows_by_name(editor: Editor) -> None:
    other = editor.stack.workflow("Weekly letter", PAIR)
    editor.open(PAIR)
    editor.canvas.focus()
    editor.page.keyboard.press("Control+f")
    editor.page.get_by_role("combobox", name="Find nodes").fill("oslo")
    expect(editor.page.get_by_role("option")).to_have_count(1)
    editor.page.keyboard.press("Enter")
    expect(editor.inspector).to_have_attribute("aria-label", "Settings of Lone")
    editor.page.keyboard.press("Control+k")
    editor.page.get_by_role("combobox").fill("weekly letter")
    editor.page.get_by_role("option", name="Weekly letter").first.click()
    expect(editor.page).to_have_url(f"{editor.stack.url}/workflows/{other}")


def test_a_node_is_talked_about(editor: Editor) -> None:
    editor.open(document([node("start", "start", 0, 0, fields=[]), node("say", "template", 300, 0, text="x")], "start>say"))
    editor.node("say").click()
    editor.page.keyboard.press("Shift+C")
    text = editor.inspector.get_by_label("New comment")
    expect(text).to_be_focused()
    editor.page.keyboard.type("Why <b>x</b>?")
    editor.page.keyboard.press("Control+Enter")
    mark = editor.node("say").get_by_title("1 comment")
    expect(mark).to_be_visible()
    expect(editor.inspector.get_by_role("list", name="Comments")).to_contain_text("Why <b>x</b>?")
    expect_no_violation(editor.page)
    editor.expect_saved()
    (kept,) = editor.draft()["nodes"][1]["comments"].values()
    assert (kept["text"], bool(kept["by"])) == ("Why <b>x</b>?", True)
    editor.page.reload()
    mark.click()
    editor.inspector.get_by_role("button", name="Mark this comment as done").click()
    expect(mark).to_have_count(0)
    editor.canvas.click(position={"x": 40, "y": 500})
    editor.page.keyboard.press("Control+z")
    expect(mark).to_be_visible()


BLUE = """() => {
  const map = [...document.querySelectorAll('canvas')].find((one) => one.clientWidth === 198 || one.clientWidth === 200);
  if (!map) return false;
  const { data } = map.getContext('2d').getImageData(0, 0, map.width, map.height);
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && data[at + 2] > data[at] + 80) return true;
  return false;
}"""


def test_the_map_has_its_colours_where_motion_is_reduced(editor: Editor) -> None:
    editor.page.emulate_media(reduced_motion="reduce")
    editor.open(document([node(f"n{number}", "set", number * 300, 0) for number in range(9)]))
    wait_until(lambda: editor.page.evaluate(BLUE))
