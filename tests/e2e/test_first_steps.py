"""Whoever is new: what there is to begin from, and what is told of the editor."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import slow
from tests.e2e.stack import Stack


@pytest.fixture
def newcomer(browser: Browser, signed_in: dict[str, Any]) -> Iterator[Page]:
    """Open a window of somebody whose browser has never been here."""
    state: Any = {**signed_in, "origins": []}
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_the_tour_is_shown_once_and_taken_again_when_asked_for(newcomer: Page, stack: Stack) -> None:
    address = f"{stack.url}/workflows/{stack.workflow('New here', slow(0))}"
    newcomer.goto(address)
    for title in ("Add", "Connect", "Run", "Look into it"):
        card = newcomer.get_by_role("dialog", name=f"Tour: {title}")
        expect(card).to_be_visible()
        if title == "Add":
            expect_no_violation(newcomer)
        box = card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1440
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        card.get_by_role("button", name="Done" if title == "Look into it" else "Next").click()
    newcomer.reload()
    expect(newcomer.locator(".react-flow__node").first).to_be_visible()
    newcomer.wait_for_timeout(1500)
    expect(newcomer.get_by_role("dialog")).to_have_count(0)
    newcomer.get_by_role("button", name="More").click()
    newcomer.get_by_role("menuitem", name="Take the tour").click()
    expect(newcomer.get_by_role("dialog", name="Tour: Add")).to_be_visible()
    newcomer.keyboard.press("Escape")
    expect(newcomer.get_by_role("dialog")).to_have_count(0)


def test_a_workflow_is_made_from_a_template_and_runs(page: Page, stack: Stack) -> None:
    page.goto(stack.url + "/")
    page.get_by_role("button", name="Many rows of a CSV").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("Many rows of a CSV")
    dialog.get_by_role("button", name="Create and open").click()
    expect(page.locator('.react-flow__node[data-id="each"]')).to_be_visible()
    workflow = page.url.rsplit("/", 1)[1]
    run = stack.finished(stack.run(workflow)["id"])
    assert run["status"] == "succeeded"
    assert run["output"]["sums"] == {"total": 617.2, "good": 3, "failed": 2}
