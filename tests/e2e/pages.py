"""What a person does in the editor, by name."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.stack import Stack

EMPTY: Mapping[str, Any] = {"schema": 1, "nodes": [], "edges": []}

SETTLED = """async () => {
    const view = () => document.querySelector('.react-flow__viewport').style.transform;
    const before = view();
    await new Promise((done) => setTimeout(done, 250));
    return view() === before;
}"""


class Editor:
    """The editor open on one workflow."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self.stack = stack
        self.workflow = ""

    def open(self, document: Mapping[str, Any] = EMPTY, name: str = "Test workflow") -> "Editor":
        """Make a workflow of a document and open it."""
        self.workflow = self.stack.workflow(name, document)
        self.page.goto(f"{self.stack.url}/workflows/{self.workflow}")
        expect(self.canvas).to_be_visible()
        return self

    @property
    def canvas(self) -> Locator:
        """The canvas."""
        return self.page.locator("[data-canvas]")

    @property
    def run_panel(self) -> Locator:
        """The panel below the canvas."""
        return self.page.get_by_role("region", name="Run", exact=True)

    @property
    def inspector(self) -> Locator:
        """The selected node's settings."""
        return self.page.locator("[data-inspector]")

    def node(self, name: str) -> Locator:
        """Find a node on the canvas by its id."""
        return self.page.locator(f'.react-flow__node[data-id="{name}"]')

    def row(self, name: str) -> Locator:
        """Find a node's row in the timeline of the run, by the node's name."""
        return self.run_panel.get_by_role("button", name=re.compile(f"^{name},"))

    def nodes(self) -> Locator:
        """Find all nodes on the canvas."""
        return self.page.locator(".react-flow__node")

    def edges(self) -> Locator:
        """Find all edges on the canvas."""
        return self.page.locator(".react-flow__edge")

    def port(self, node: str, name: str, side: str) -> Locator:
        """Find a port of a node: `side` is ``source`` or ``target``."""
        return self.node(node).locator(f'.react-flow__handle.{side}[data-handleid="{name}"]')

    def drag_in(self, title: str, x: float, y: float) -> None:
        """Drag a node type from the palette to a place on the canvas."""
        item = self.page.get_by_label("Palette").get_by_role("button", name=re.compile(f"^{title}"))
        item.drag_to(self.canvas, target_position={"x": x, "y": y})
        self.settle()

    def settle(self) -> None:
        """Wait until the view stands still: a node that was added is brought into view."""
        self.page.wait_for_function(SETTLED)

    def connect(self, source: str, target: str, *, out: str = "out", into: str = "in") -> None:
        """Draw an edge with the mouse, from port to port."""
        self.port(source, out, "source").hover()
        self.page.mouse.down()
        end = self.port(target, into, "target").bounding_box()
        assert end is not None
        self.page.mouse.move(end["x"] - 40, end["y"], steps=5)
        self.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=5)
        self.page.mouse.up()

    def run(self) -> None:
        """Press Run, and again in the start form if there is one."""
        form = self.page.locator("dialog[open]").get_by_role("button", name="Run", exact=True)
        runs = self.runs()
        self.page.get_by_role("banner").get_by_role("button", name="Run", exact=True).click()
        while self.runs() == runs:
            if form.is_visible():
                form.click()
                return
            self.page.wait_for_timeout(30)

    def runs(self) -> int:
        """Count the runs of the workflow."""
        return len(self.stack.api.get("/runs", params={"workflow": self.workflow}).json()["items"])

    def expect_status(self, node: str, status: str, seconds: float = 15) -> None:
        """Wait for a node to show a status."""
        expect(self.node(node).locator("[data-category]").first).to_have_attribute("data-status", status, timeout=seconds * 1000)

    def expect_saved(self) -> None:
        """Wait until everything is saved, and the page says so."""
        expect(self.page.get_by_role("banner").get_by_text("Saved", exact=True)).to_be_visible()

    def draft(self) -> dict[str, Any]:
        """Give the draft as the server has it."""
        answer: dict[str, Any] = self.stack.api.get(f"/workflows/{self.workflow}/draft").json()["document"]
        return answer
