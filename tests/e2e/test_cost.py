"""What a run will cost is said before it is started, and what it has cost afterwards."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

DRAWN = document(
    [
        node("start", "start", 0, 0, fields=[{"name": "topic", "type": "text", "default": "rain"}]),
        node("ask", "llm", 0, 160, prompt="Name one word about {{ start.topic }}.", max_tokens=4),
        node("result", "output", 320, 160),
    ],
    "start>ask", "ask>result",
)  # fmt: skip


def test_a_run_is_forecast_and_its_spending_is_shown(editor: Editor) -> None:
    """With the real local model, which is free."""
    page = editor.open(document([node("start", "start", 0, 0)]), "Starts at once").page
    run = page.get_by_role("banner").get_by_role("button", name="Run", exact=True)
    run.focus()
    told = re.compile(r"^Run the draft.*Free: no model is asked\. Likely .* s\..*From what nodes usually take\.", re.DOTALL)
    expect(run).to_have_accessible_description(told)
    editor.open(DRAWN, "Costs")
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Forecast cost and time").click()
    form = page.get_by_role("dialog", name="Run this workflow")
    forecast = form.get_by_role("region", name="Forecast")
    expect(forecast.get_by_text("Likely free")).to_be_visible()
    expect(forecast.get_by_text("From prompt sizes")).to_be_visible()
    expect_no_violation(page)
    form.get_by_role("button", name="Run", exact=True).click()
    editor.expect_status("result", "succeeded")
    expect(editor.node("ask").get_by_text("free")).to_be_visible()
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Forecast cost and time").click()
    expect(forecast.get_by_text("From 1 past run.")).to_be_visible()
    page.goto(f"{editor.stack.url}/spending?days=7&workflow={editor.workflow}")
    expect(page.get_by_role("region", name="By model").get_by_text("local/smollm2")).to_be_visible()
    expect(page.get_by_role("region", name="By workflow").get_by_role("link", name="Costs")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    page.get_by_role("button", name="30 days").click()
    expect(page).to_have_url(f"{editor.stack.url}/spending?days=30&workflow={editor.workflow}")
    expect(page.get_by_role("region", name="By model").get_by_text("local/smollm2")).to_be_visible()
    expect_no_violation(page)
