"""A run that would exceed its budget asks in the browser how to go on."""

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

DRAWN = {
    **document(
        [
            node("start", "start", 0, 0, fields=[]),
            node("ask", "llm", 0, 160, prompt="Say hello.", max_tokens=4),
            node("result", "output", 320, 160),
        ],
        "start>ask", "ask>result",
    ),
    "settings": {"budget_tokens": 5},
}  # fmt: skip


def test_the_budget_is_raised_and_the_run_goes_on(editor: Editor) -> None:
    """With the real local model, under a budget of five tokens."""
    editor.open(DRAWN)
    editor.run()
    editor.expect_status("ask", "waiting")
    expect(editor.run_panel.get_by_text("would exceed the budget.")).to_be_visible()
    editor.run_panel.get_by_role("button", name="Answer").click()
    card = editor.run_panel.get_by_role("form", name="Approval")
    expect(card.get_by_text("0 of 5 tokens")).to_be_visible()
    expect_no_violation(editor.page)
    card.get_by_label("New limit in tokens").fill("2")
    card.get_by_role("button", name="Raise the limit").click()
    expect(card.get_by_text("This is less than the limit of now.")).to_be_visible()
    card.get_by_label("New limit in tokens").fill("1000")
    card.get_by_role("button", name="Raise the limit").click()
    editor.expect_status("result", "succeeded")
    expect(editor.run_panel.get_by_text("of 1,000 tokens")).to_be_visible()


def test_the_budget_is_set_in_the_settings(editor: Editor) -> None:
    editor.open(DRAWN)
    editor.page.get_by_role("button", name="More").first.click()
    editor.page.get_by_role("menuitem", name="Workflow settings").click()
    dialog = editor.page.get_by_role("dialog", name="Workflow settings")
    dialog.get_by_label("Token budget").fill("")
    dialog.get_by_label("Budget", exact=True).fill("0.5")
    dialog.get_by_label("Before a run exceeds its budget").select_option("fail")
    dialog.get_by_label("Time budget").fill("600")
    together = dialog.get_by_role("region", name="All runs together")
    together.get_by_label("Period").select_option("day")
    together.get_by_label("Most that they spend").fill("20")
    together.get_by_label("Most tokens").focus()
    together.get_by_label("Before they exceed it").select_option("fail")
    expect(together.get_by_text("today.")).to_be_visible()
    expect_no_violation(editor.page)
    dialog.get_by_role("button", name="Done").click()
    editor.expect_saved()
    shared = editor.stack.api.get(f"/workflows/{editor.workflow}/budget").json()
    assert (shared["per"], shared["usd"], shared["tokens"], shared["on"]) == ("day", 20.0, None, "fail")
    saved = editor.stack.api.get(f"/workflows/{editor.workflow}/draft").json()["document"]["settings"]
    assert (saved["budget_usd"], saved["budget_tokens"], saved["on_budget"]) == (0.5, None, "fail")
    assert saved["budget_seconds"] == 600
