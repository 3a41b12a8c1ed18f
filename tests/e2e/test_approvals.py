"""A run asks a person, who edits and answers in the browser."""

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import asking
from tests.e2e.pages import Editor


def output_of(editor: Editor) -> object:
    """Wait for the latest run to end and give its output."""
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    return editor.stack.finished(run["id"])["output"]


def test_a_person_edits_what_is_asked_and_answers(editor: Editor) -> None:
    editor.open(asking())
    editor.run()
    editor.expect_status("review", "waiting")
    editor.run_panel.get_by_role("button", name="Answer").click()
    card = editor.run_panel.get_by_role("form", name="Approval")
    expect(card.get_by_text("Send this answer to Ada?")).to_be_visible()
    expect(card.get_by_label("Answer")).to_have_value("Dear Ada, your parcel is on its way.")
    expect_no_violation(editor.page)
    card.get_by_label("Answer").fill("")
    card.get_by_role("button", name="Approve").click()
    expect(card.get_by_text("This field is required.")).to_be_visible()
    card.get_by_label("Answer").fill("Dear Ada, it has arrived.")
    card.get_by_role("button", name="Approve").click()
    editor.expect_status("sent", "succeeded")
    expect(card).to_have_count(0)
    assert output_of(editor) == {"sent": "Dear Ada, it has arrived."}


def test_an_answer_given_elsewhere_takes_the_card_away(editor: Editor) -> None:
    editor.open(asking())
    editor.run()
    editor.expect_status("review", "waiting")
    editor.run_panel.get_by_role("button", name="Answer").click()
    card = editor.run_panel.get_by_role("form", name="Approval")
    expect(card.get_by_role("button", name="Reject")).to_be_visible()
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    assert editor.stack.api.post(f"/runs/{run}/answers/review", json={"button": "approve"}).status_code == 202
    assert editor.stack.api.post(f"/runs/{run}/answers/review", json={"button": "reject"}).status_code == 409
    editor.expect_status("sent", "succeeded")
    expect(card).to_have_count(0)


def test_an_answer_reaches_a_run_after_a_reload(editor: Editor) -> None:
    editor.open(asking())
    editor.run()
    editor.expect_status("review", "waiting")
    editor.page.reload()
    editor.expect_status("review", "waiting")
    editor.run_panel.get_by_role("button", name="Answer").click()
    editor.run_panel.get_by_role("button", name="Reject").click()
    editor.expect_status("dropped", "succeeded")
    expect(editor.node("sent").locator("[data-category]").first).to_have_attribute("data-status", "skipped")


def test_what_waits_is_answered_from_the_list(editor: Editor) -> None:
    """Without opening the workflow; the count goes away with the last answer."""
    editor.open(asking())
    editor.run()
    editor.expect_status("review", "waiting")
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    page = editor.page
    page.goto(f"{editor.stack.url}/approvals")
    cards = page.get_by_role("article", name="Test workflow")
    card = cards.filter(has=page.locator(f'a[href="/runs/{run}"]'))
    expect(card.get_by_text("Send this answer to Ada?")).to_be_visible()
    expect_no_violation(page)
    card.get_by_label("Answer").fill("Dear Ada, it has arrived.")
    card.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("is on its way to Test workflow")).to_be_visible()
    expect(card).to_have_count(0)
    assert output_of(editor) == {"sent": "Dear Ada, it has arrived."}
