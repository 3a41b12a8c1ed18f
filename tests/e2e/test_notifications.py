"""The bell tells what waits, leads to it, and what somebody passes on reaches the other person while their page is open."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import asking
from tests.e2e.pages import Editor
from tests.e2e.stack import Stack

COLLEAGUE = "bo@example.org"
MAKE = (
    "from graphapp.accounts.models import User; from graphapp.accounts.services import sign_in_link_make; "
    f"print(sign_in_link_make(User.objects.create_user('{COLLEAGUE}')))"
)
LOOKED_AGAIN_MS = 30_000
"""The page asks every ten seconds."""


def bell(page: Page, *, unread: bool = True) -> Locator:
    """Find the bell, with or without something unread."""
    return page.get_by_role("button", name=re.compile(r"^Notifications, \d+ unread$" if unread else "^Notifications$"))


def colleague(browser: Browser, stack: Stack) -> Page:
    """Sign somebody else in, who has nothing here."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(stack.url + stack.manage("shell", "-v", "0", "-c", MAKE))
    page.get_by_role("button").first.click()
    page.wait_for_url(stack.url + "/")
    return page


def test_what_waits_is_told_passed_on_and_answered_by_another_person(editor: Editor, browser: Browser) -> None:
    name, stack, page = "Refund of Ada", editor.stack, editor.page
    other = colleague(browser, stack)
    expect(bell(other, unread=False)).to_be_visible()
    editor.open(asking(), name)
    editor.run()
    editor.expect_status("review", "waiting")
    page.goto(stack.url)
    bell(page).click()
    told = page.get_by_role("dialog", name="Notifications").get_by_role("link").filter(has_text=f"Waits for you: {name}")
    expect(told).to_be_visible(timeout=LOOKED_AGAIN_MS)
    expect_no_violation(page)
    told.click()
    card = page.locator('article[data-meant="true"]')
    expect(card.get_by_text("Send this answer to Ada?")).to_be_visible()
    card.get_by_role("button", name="Pass on…").click()
    dialog = page.get_by_role("dialog", name="Pass this on")
    dialog.get_by_label("E-mail address").fill("nobody@example.com")
    dialog.get_by_role("button", name="Pass on", exact=True).click()
    expect(dialog.get_by_text("Nobody here has this address.")).to_be_visible()
    expect_no_violation(page)
    dialog.get_by_label("E-mail address").fill(COLLEAGUE)
    dialog.get_by_label("Note").fill("You know her.")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Pass on", exact=True).click()
    expect(page.get_by_text(f"{COLLEAGUE} is asked now.")).to_be_visible()
    expect(card).to_have_count(0)

    bell(other).click(timeout=LOOKED_AGAIN_MS)
    other.get_by_role("dialog", name="Notifications").get_by_role("link").click()
    theirs = other.get_by_role("article", name=name)
    expect(theirs.get_by_text("passed this on to bo@example.org: “You know her.”")).to_be_visible()
    expect(bell(other, unread=False)).to_be_visible()
    expect_no_violation(other)
    theirs.get_by_role("button", name="Approve").click()
    expect(theirs).to_have_count(0)
    run = stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert stack.finished(run["id"])["status"] == "succeeded"
    other.reload()
    expect(other.get_by_text("is answered by now")).to_be_visible()
    other.context.close()
