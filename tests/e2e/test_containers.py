"""Loops and maps on the canvas: built, rearranged, run, and looked into turn by turn."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node, revising
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

LINE = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("double", "set", 320, 0, value="{{ [1, 2, 3] }}"),
        node("more", "set", 640, 0, value="{{ double }}"),
        node("result", "output", 960, 0),
    ],
    "start>double", "double>more", "more>result",
)  # fmt: skip


def nodes_of(editor: Editor) -> dict[str, dict[str, Any]]:
    """Give the saved draft's nodes by id."""
    editor.expect_saved()
    return {drawn["id"]: drawn for drawn in editor.draft()["nodes"]}


def drag(editor: Editor, what: Locator, to: tuple[float, float]) -> None:
    """Drag something by the left of its head to a point of the page."""
    box = what.bounding_box()
    assert box is not None
    mouse = editor.page.mouse
    mouse.move(box["x"] + 70, box["y"] + 12)
    mouse.down()
    mouse.move(*to, steps=12)
    mouse.up()


def middle(where: Locator, dx: float = 0, dy: float = 0) -> tuple[float, float]:
    """Give the middle of something on the page, or a point beside it."""
    box = where.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy


def test_a_loop_is_built_with_the_mouse_and_runs(editor: Editor) -> None:
    editor.open()
    editor.drag_in("Start", 160, 120)
    editor.drag_in("Loop", 300, 320)
    editor.drag_in("Output", 700, 120)
    canvas, (x, y) = editor.canvas.bounding_box(), middle(editor.node("loop_2"))
    assert canvas is not None
    editor.drag_in("Template", x - canvas["x"], y - canvas["y"])
    assert nodes_of(editor)["template"]["parent"] == "loop_2"
    editor.inspector.get_by_label("Text", exact=True).click()
    editor.page.keyboard.type("Turn {{ loop.index }}")
    editor.page.keyboard.press("Escape")
    editor.connect("start", "loop_2")
    editor.connect("loop_2", "output")
    editor.node("loop_2").get_by_text("Loop", exact=True).click()
    editor.inspector.get_by_label("Until", exact=True).click()
    editor.page.keyboard.type("loop.index == 2")
    editor.expect_saved()
    editor.run()
    editor.expect_status("output", "succeeded")
    expect(editor.node("loop_2").get_by_text("3 turns")).to_be_visible()
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert editor.stack.finished(run["id"])["output"] == {"result": "Turn 2"}


def test_a_container_is_moved_with_what_is_inside(editor: Editor) -> None:
    editor.open(revising())
    before = nodes_of(editor)
    drag(editor, editor.node("revise"), middle(editor.node("revise"), 0, 140))
    after = nodes_of(editor)
    shift = after["revise"]["position"]["y"] - before["revise"]["position"]["y"]
    assert shift > 40
    for name in ("draft", "tidy"):
        assert after[name]["position"]["y"] - before[name]["position"]["y"] == shift
    assert after["half"]["position"] == before["half"]["position"]
    editor.canvas.focus()
    editor.page.keyboard.press("Control+z")
    assert nodes_of(editor) == before


def test_nodes_are_put_into_a_map_and_back_by_undo(editor: Editor) -> None:
    editor.open(LINE)
    before = nodes_of(editor)
    editor.node("more").click()
    editor.canvas.focus()
    editor.page.keyboard.press("Alt+m")
    expect(editor.node("map")).to_be_visible()
    assert nodes_of(editor)["more"]["parent"] == "map"
    ends = {(edge["source"], edge["target"]) for edge in editor.draft()["edges"]}
    assert ends == {("start", "double"), ("double", "map"), ("map", "result")}
    editor.page.keyboard.press("Control+z")
    assert nodes_of(editor) == before


def test_a_node_is_dropped_into_a_container_unless_that_would_cut_it_off(editor: Editor) -> None:
    loose = node("loose", "set", 320, 420, value=1)
    editor.open({**LINE, "nodes": [*LINE["nodes"], loose, node("box", "map", 640, 240)]})
    drag(editor, editor.node("loose"), middle(editor.node("box"), -20, 0))
    assert nodes_of(editor)["loose"]["parent"] == "box"
    drag(editor, editor.node("double"), middle(editor.node("box"), -20, 30))
    expect(editor.page.get_by_text("there are connections to nodes outside")).to_be_visible()
    assert nodes_of(editor)["double"]["parent"] is None
    editor.page.get_by_role("button", name="Cut them and move in").click()
    assert nodes_of(editor)["double"]["parent"] == "box"
    assert {edge["target"] for edge in editor.draft()["edges"]} == {"result"}


def test_turns_and_items_are_looked_into(editor: Editor) -> None:
    editor.open(revising())
    editor.run()
    editor.expect_status("result", "succeeded")
    each = editor.node("each")
    expect(each.get_by_text("60 of 60")).to_be_visible()
    following = each.get_by_role("button", name="3 failed")
    following.click()
    first = each.get_by_text(re.compile(r"^#(8|33|58)$"))
    expect(first).to_be_visible()
    around = (8, 33, 58) * 2
    for number in around[around.index(int(first.inner_text()[1:])) + 1 :]:
        following.click()
        expect(each.get_by_text(f"#{number}", exact=True)).to_be_visible()
        editor.expect_status("half", "failed")
    each.get_by_role("button", name="Previous item").press("Enter")
    expect(each.get_by_text("#57", exact=True)).to_be_visible()
    editor.expect_status("half", "succeeded")
    editor.node("half").click()
    editor.run_panel.get_by_role("tab", name="Input").click()
    expect(editor.run_panel.get_by_role("tabpanel")).to_contain_text("56")
    expect(editor.run_panel.get_by_text("#57", exact=True)).to_be_visible()
    editor.run_panel.get_by_role("button", name="Draft").nth(1).click()
    expect(editor.node("revise").get_by_text("#2", exact=True)).to_be_visible()
    expect(editor.run_panel.get_by_text("Draft 2")).to_be_visible()
    expect_no_violation(editor.page)


def test_a_reload_shows_how_far_a_map_is(editor: Editor) -> None:
    inside = {**node("nap", "wait", 360, 120, seconds=0.8), "parent": "each"}
    breaks = {**node("half", "set", 360, 240, value="{{ 10 / (item % 10 - 1) }}"), "parent": "each"}
    each = node("each", "map", 320, 0, items="{{ list(range(40)) }}", concurrency=40, on_item_error="collect")
    editor.open(document([node("start", "start", 0, 40, fields=[]), each, inside, breaks, node("result", "output", 820, 40)],
                         "start>each", "nap>half", "each>result"))  # fmt: skip
    editor.node("nap").click()
    editor.inspector.get_by_role("tab", name="Policy").click()
    for field, value in (("At once", "4"), ("Attempts", "3"), ("Give up after", "90")):
        editor.inspector.get_by_label(field).fill(value)
        editor.inspector.get_by_label(field).press("Tab")
    wait_until(lambda: nodes_of(editor)["nap"]["policy"].get("retry", {}).get("max_seconds") == 90)
    policy = nodes_of(editor)["nap"]["policy"]
    assert (policy["max_parallel"], policy["retry"]["max_attempts"]) == (4, 3)
    editor.page.keyboard.press("Escape")
    editor.run()
    expect(editor.node("each").get_by_text(re.compile(r"^[1-3]?\d of 40"))).to_be_visible()
    expect(editor.run_panel.get_by_role("button", name=re.compile(r"^Each *[1-3]?\d of 40, [1-4] failed$"))).to_be_visible()
    editor.page.reload()
    editor.expect_status("each", "running")
    expect(editor.node("each").get_by_text("of 40")).to_be_visible()
    editor.expect_status("result", "succeeded", 30)
    expect(editor.node("each").get_by_text("40 of 40")).to_be_visible()
    expect(editor.node("each").get_by_role("button", name="4 failed")).to_be_visible()


GATED = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("add", "set", 320, 0, value="{{ (input if input else 0) + 1 }}"),
        {**node("gate", "router", 640, 0), "params": {"cases": [{"port": "enough", "when": "input >= 3"}]}},
        node("result", "output", 1000, 0),
    ],
    "start>add", "add>gate", "gate.enough>result",
)  # fmt: skip


def test_an_edge_that_leads_back_becomes_a_loop(editor: Editor) -> None:
    """The rest of the work is offered where the edge was refused; one step of undo takes it all back."""
    editor.open(GATED)
    before = editor.draft()
    editor.connect("gate", "add", out="else")
    editor.page.get_by_role("button", name="Repeat it in a loop").click()
    expect(editor.node("repeat")).to_be_visible()
    assert {name: drawn["parent"] for name, drawn in nodes_of(editor).items()} == {
        "start": None, "repeat": None, "add": "repeat", "gate": "repeat", "leave_enough": "repeat", "turn_result": "repeat",
        "result": None,
    }  # fmt: skip
    editor.canvas.focus()
    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("1")
    editor.settle()
    editor.run()
    editor.expect_status("result", "succeeded")
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert editor.stack.finished(run["id"])["output"] == {"result": 3}
    editor.canvas.focus()
    editor.page.keyboard.press("Control+z")
    editor.expect_saved()
    assert editor.draft() == before


def test_a_cycle_of_a_saved_draft_is_offered_a_loop(editor: Editor) -> None:
    back = {"id": "back", "source": "gate", "source_port": "else", "target": "add", "target_port": "in"}
    editor.open({**GATED, "edges": [*GATED["edges"], back]})
    editor.page.get_by_role("button", name="1 error").click()
    editor.page.get_by_role("button", name="Put it into a loop").click()
    expect(editor.node("repeat")).to_be_visible()
    assert nodes_of(editor)["gate"]["parent"] == "repeat"
