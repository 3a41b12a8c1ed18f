"""Frames around nodes: made, moved, folded up, joined and left, copied and taken away; each is one step to undo."""

from typing import Any

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
        node("lone", "template", 320, 320, text="Alone"),
    ],
    "start>say", "say>end",
)  # fmt: skip


def saved(editor: Editor) -> dict[str, Any]:
    """Give the saved nodes by id."""
    return {one["id"]: one for one in editor.draft()["nodes"]}


def places(editor: Editor, *ids: str) -> list[tuple[float, float]]:
    """Give where nodes are saved."""
    nodes = saved(editor)
    return [(nodes[one]["position"]["x"], nodes[one]["position"]["y"]) for one in ids]


def drag(editor: Editor, name: str, dx: float, dy: float) -> None:
    """Take a node at its head and let go of it so far away."""
    box = editor.node(name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + 16
    mouse = editor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 4, y + 4)
    mouse.move(x + dx / 2, y + dy / 2, steps=4)
    mouse.move(x + dx, y + dy, steps=4)
    mouse.up()


def test_nodes_are_framed_moved_folded_and_freed(editor: Editor) -> None:
    editor.open(CHAIN)
    page = editor.page
    editor.node("say").click()
    editor.node("end").click(modifiers=["Control"])
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    page.keyboard.press("Control+g")
    page.keyboard.type("Answering")
    page.keyboard.press("Enter")
    wait_until(lambda: saved(editor).get("frame", {}).get("name") == "Answering")
    assert saved(editor)["frame"]["params"]["nodes"] == ["say", "end"]
    drag(editor, "frame", 0, 80)
    wait_until(lambda: all(y > 40 for _, y in places(editor, "say", "end")))
    assert places(editor, "start", "lone") == [(0, 0), (320, 320)]
    page.keyboard.press("Control+z")
    wait_until(lambda: places(editor, "say", "end") == [(320, 0), (640, 0)])
    page.keyboard.press("Shift+g")
    expect(editor.node("say")).to_have_count(0)
    expect(editor.edges()).to_have_count(1)
    expect(editor.node("frame").get_by_text("2 nodes")).to_be_visible()
    expect_no_violation(page)
    page.reload()
    expect(editor.node("frame").get_by_text("2 nodes")).to_be_visible()
    editor.run()
    expect(editor.node("frame").locator("[data-folded]")).to_have_attribute("data-status", "succeeded")
    editor.canvas.focus()
    page.keyboard.press("Control+f")
    page.get_by_role("combobox", name="Find nodes").fill("said")
    page.keyboard.press("Enter")
    expect(editor.node("say")).to_be_visible()


def test_nodes_join_and_leave_a_frame_and_it_is_copied_and_taken_away(editor: Editor) -> None:
    page = editor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    frame = node("frame", "frame", 0, 0, nodes=["say", "end"])
    editor.open({**CHAIN, "nodes": [*CHAIN["nodes"], frame]})
    drag(editor, "lone", 0, -272)
    wait_until(lambda: saved(editor)["frame"]["params"]["nodes"] == ["say", "end", "lone"])
    drag(editor, "say", 0, 420)
    wait_until(lambda: saved(editor)["frame"]["params"]["nodes"] == ["end", "lone"])
    page.keyboard.press("Control+z")
    wait_until(lambda: saved(editor)["frame"]["params"]["nodes"] == ["say", "end", "lone"])
    assert places(editor, "say") == [(320, 0)]
    editor.node("frame").get_by_text("frame").first.click()
    page.keyboard.press("Control+c")
    editor.canvas.focus()
    page.keyboard.press("Control+v")
    wait_until(lambda: "frame_2" in saved(editor))
    assert saved(editor)["frame_2"]["params"]["nodes"] == ["say_2", "end_2", "lone_2"]
    page.keyboard.press("Control+z")
    wait_until(lambda: "frame_2" not in saved(editor))
    editor.node("say").click()
    page.keyboard.press("Control+Shift+g")
    wait_until(lambda: sorted(saved(editor)) == ["end", "lone", "say", "start"])
