"""With a finger on a phone: nodes are added, connected by taps, set up and run; nothing is wider than the screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.documents import document, node
from tests.e2e.pages import EMPTY, Editor
from tests.e2e.stack import Stack
from tests.support.waiting import wait_until

HELD_MS = 550
"""A finger that is held is told by time alone: a little longer than what the canvas asks for."""
PAIR = document([node("start", "start", 0, 0, fields=[]), node("say", "template", 0, 140, text="Hello")])


@pytest.fixture
def phone(browser: Browser, page: Page, stack: Stack) -> Iterator[Editor]:
    """Hold a phone, signed in."""
    signed_in = page.context.storage_state()
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, storage_state=signed_in)
    yield Editor(context.new_page(), stack)
    context.close()


def edges(editor: Editor) -> set[tuple[str, str]]:
    """Give which node leads to which, once that is saved."""
    return {(one["source"], one["target"]) for one in editor.draft()["edges"]}


def test_ports_are_connected_by_two_taps(phone: Editor) -> None:
    phone.open(PAIR)
    phone.port("start", "out", "source").tap()
    phone.port("say", "in", "target").tap()
    wait_until(lambda: edges(phone) == {("start", "say")})


def test_a_tapped_node_can_be_set_up_joined_and_deleted(phone: Editor) -> None:
    phone.open(PAIR)
    phone.node("say").tap()
    bar = phone.page.get_by_role("toolbar", name="Selected node")
    expect(phone.inspector).to_have_count(0)
    bar.get_by_role("button", name="Settings").tap()
    phone.inspector.get_by_label("Text", exact=True).fill("By hand")
    close(phone.page)
    phone.node("start").tap()
    bar.get_by_role("button", name="Connect").tap()
    phone.page.get_by_role("dialog").get_by_role("option", name="Say").tap()
    wait_until(lambda: edges(phone) == {("start", "say")})
    phone.node("say").tap()
    bar.get_by_role("button", name="Delete").tap()
    wait_until(lambda: [one["id"] for one in phone.draft()["nodes"]] == ["start"])


def test_a_workflow_is_built_from_the_outline_and_run(phone: Editor) -> None:
    phone.open(EMPTY)
    page = phone.page
    page.get_by_role("button", name="Show the palette").tap()
    page.get_by_role("button", name="Outline").tap()
    tree = page.get_by_role("tree", name="Nodes of the workflow")
    for title in ("Start", "Template", "Output"):
        page.get_by_role("button", name="Add a node", exact=True).tap()
        page.get_by_role("option").filter(has_text=title).first.tap()
        close(page)
        expect(tree.get_by_role("treeitem").filter(has_text=title).first).to_be_visible()
    wait_until(lambda: edges(phone) == {("start", "template"), ("template", "output")})
    tree.locator("[data-row=template]").tap()
    tree.get_by_role("button", name="Settings of Template").tap()
    phone.inspector.get_by_label("Text", exact=True).fill("Done by hand")
    close(page)
    wait_until(lambda: "Done by hand" in str(phone.draft()))
    page.get_by_role("button", name="Hide the outline").tap()
    phone.run()
    wait_until(
        lambda: phone.stack.api.get("/runs", params={"workflow": phone.workflow}).json()["items"][0]["status"] == "succeeded"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_held_finger_opens_the_menu_and_draws_a_marquee(phone: Editor) -> None:
    phone.open(PAIR)
    page = phone.page
    finger = page.context.new_cdp_session(page)
    box = phone.node("say").bounding_box()
    assert box is not None
    at = (box["x"] + 60, box["y"] + 20)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def hold(x: float, y: float) -> None:
        touch("touchStart", (x, y))
        page.wait_for_timeout(HELD_MS)

    hold(*at)
    touch("touchEnd")
    menu = page.get_by_role("menu", name="What to do here")
    menu.get_by_role("menuitem", name="Duplicate").tap()
    wait_until(lambda: "say_2" in {one["id"] for one in phone.draft()["nodes"]})
    view = page.locator(".react-flow__viewport").get_attribute("style")
    frame = phone.canvas.bounding_box()
    assert frame is not None
    hold(frame["x"] + 8, frame["y"] + 60)
    touch("touchMove", (frame["x"] + 200, frame["y"] + 300))
    touch("touchMove", (frame["x"] + frame["width"] - 8, frame["y"] + frame["height"] - 8))
    touch("touchEnd")
    expect(page.locator(".react-flow__node.selected")).to_have_count(3)
    assert page.locator(".react-flow__viewport").get_attribute("style") == view
    page.get_by_role("toolbar", name="Selected nodes").get_by_role("button", name="Delete").tap()
    wait_until(lambda: phone.draft()["nodes"] == [])


def close(page: Page) -> None:
    """Close the settings, if they are open."""
    button = page.locator("[data-inspector]").get_by_role("button", name="Close")
    if button.is_visible():
        button.tap()
