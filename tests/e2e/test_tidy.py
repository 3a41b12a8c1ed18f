"""Nodes are placed for somebody: in layers, in line, at equal distances; each is one step to undo."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

HEAP = document(
    [
        node("start", "start", 400, 300, fields=[]),
        node("left", "set", 380, 320),
        node("right", "set", 120, 290),
        node("join", "merge", 40, 300, mode="list"),
        node("end", "output", 200, 0),
    ],
    "start>left", "start>right", "left>join", "right>join", "join>end",
)  # fmt: skip
WATCH = """() => {
  window.__glides = 0;
  document.addEventListener('transitionrun', ({ propertyName, target }) => {
    if (propertyName === 'transform' && target.matches('.react-flow__node')) window.__glides++;
  }, true);
}"""
"""Counts the nodes that are seen on their way."""


def places(editor: Editor) -> dict[str, tuple[float, float]]:
    """Give where the nodes are, once that is saved."""
    editor.expect_saved()
    found: list[dict[str, Any]] = editor.draft()["nodes"]
    return {one["id"]: (one["position"]["x"], one["position"]["y"]) for one in found}


def test_a_heap_is_tidied_from_left_to_right_in_one_step(editor: Editor) -> None:
    editor.open(HEAP)
    before = places(editor)
    editor.page.evaluate(WATCH)
    editor.page.get_by_role("button", name="Tidy up").click()
    wait_until(lambda: places(editor) != before)
    assert editor.page.evaluate("() => window.__glides") > 0
    after = places(editor)
    columns = [after[name][0] for name in ("start", "left", "join", "end")]
    assert columns == sorted(set(columns))
    assert after["left"][0] == after["right"][0]
    editor.page.keyboard.press("Control+z")
    wait_until(lambda: places(editor) == before)
    editor.page.emulate_media(reduced_motion="reduce")
    editor.page.evaluate("() => { window.__glides = 0; }")
    editor.page.get_by_role("button", name="Tidy up").click()
    wait_until(lambda: places(editor) == after)
    assert editor.page.evaluate("() => window.__glides") == 0


def test_selected_nodes_are_put_on_one_line_by_name(editor: Editor) -> None:
    editor.open(HEAP)
    editor.canvas.focus()
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.press("Control+k")
    editor.page.get_by_role("combobox").fill("Align left")
    editor.page.keyboard.press("Enter")
    wait_until(lambda: {x for x, _ in places(editor).values()} == {40})
    expect(editor.node("start")).to_be_visible()
    editor.canvas.focus()
    editor.page.keyboard.press("Control+k")
    editor.page.get_by_role("combobox").fill("Distribute vertically")
    editor.page.keyboard.press("Enter")

    def gaps() -> list[float]:
        boxes = [box for name in places(editor) if (box := editor.node(name).bounding_box()) is not None]
        boxes.sort(key=lambda box: box["y"])
        return [later["y"] - earlier["y"] - earlier["height"] for earlier, later in pairwise(boxes)]

    wait_until(lambda: max(gaps()) - min(gaps()) <= 2)
