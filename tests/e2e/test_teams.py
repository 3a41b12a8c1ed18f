"""A team is made in the browser, somebody without an account joins it by link, and a workflow is moved to it."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.builders import hello
from tests.e2e.axe import expect_no_violation
from tests.e2e.stack import Stack
from tests.e2e.test_pages import check, open_page


def invited(page: Page, email: str, role: str) -> str:
    """Invite somebody on a team's page, and give the link."""
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role", exact=True).select_option(role)
    page.get_by_role("dialog").get_by_role("button", name="Invite", exact=True).click()
    link = page.get_by_label("Invitation link").input_value()
    expect_no_violation(page)
    page.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text(email)).to_be_visible()
    return link


def joined(browser: Browser, link: str) -> Page:
    """Follow an invitation as somebody who has no account, and make one."""
    stranger = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    stranger.goto(link)
    check(stranger, "invitation")
    stranger.get_by_label("Your name").fill("Nora")
    stranger.get_by_label("Choose a password").fill("correct horse battery")
    stranger.get_by_role("button", name="Make an account and accept").click()
    expect(stranger.get_by_role("link", name="Crew")).to_be_visible()
    return stranger


def set_budget(page: Page, member: Page, address: str) -> None:
    """Set the team's budget, which a member sees and cannot set."""
    page.goto(address)
    budget = page.get_by_role("region", name="Budget")
    expect(budget.get_by_text("There is no limit yet.")).to_be_visible()
    budget.get_by_label("Most that they spend").fill("20")
    budget.get_by_label("Most tokens").focus()
    expect(budget.get_by_text("They have spent $0 and 0 tokens this month.")).to_be_visible()
    member.goto(address)
    expect(member.get_by_text("At most $20 a month.")).to_be_visible()
    check(member, "team-editor")
    expect(member.get_by_label("Most that they spend")).to_have_count(0)


def look_around(browser: Browser, stack: Stack, signed_in: dict[str, Any], team: str) -> None:
    """Look at the pages of a team at both widths and in both themes."""
    for size in ("wide", "phone"):
        for theme in ("light", "dark"):
            other = open_page(browser, signed_in, size, theme)
            for name, place, text in (
                ("team", f"/teams/{team}", "nora@example.org"),
                ("teams", "/teams", "2 members"),
                ("team-home", f"/?space={team}", "Handed over"),
            ):
                other.goto(stack.url + place)
                expect(other.get_by_text(text).first).to_be_visible()
                check(other, f"{name}-{size}-{theme}")
            other.context.close()


def test_a_stranger_joins_a_team_and_edits_what_was_moved(browser: Browser, stack: Stack, signed_in: dict[str, Any]) -> None:
    made = stack.api.post("/workflows", json={"name": "Handed over", "document": hello()})
    assert made.status_code == 201, made.text
    page = open_page(browser, signed_in, "wide", "light")
    page.goto(stack.url)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Teams").click()
    expect(page.get_by_text("Work on the same workflows")).to_be_visible()
    check(page, "teams-none")
    page.get_by_role("button", name="New team").click()
    page.get_by_label("Name").fill("Crew")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="Crew")).to_be_visible()
    team = page.url.rpartition("/")[2]
    link = invited(page, "nora@example.org", "editor")
    invited(page, "late@example.org", "viewer")

    stranger = joined(browser, link)
    page.goto(stack.url)
    page.get_by_role("button", name="More about Handed over").click()
    page.get_by_role("menuitem", name="Move to…").click()
    page.get_by_label("To", exact=True).select_option(label="Crew")
    expect_no_violation(page)
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text(re.compile("^Crew · "))).to_be_visible()
    stranger.goto(f"{stack.url}/?space={team}")
    expect(stranger.get_by_text("Handed over")).to_be_visible()
    stranger.get_by_role("button", name="More about Handed over").click()
    expect(stranger.get_by_role("menuitem", name="Rename…")).to_be_visible()
    expect(stranger.get_by_role("menuitem", name="Delete…")).to_have_count(0)
    set_budget(page, stranger, f"{stack.url}/teams/{team}")
    stranger.context.close()

    look_around(browser, stack, signed_in, team)
    page.goto(f"{stack.url}/teams/{team}")
    page.get_by_role("button", name="Delete the team").click()
    expect(page.get_by_text("Handed over")).to_be_visible()
    page.get_by_role("button", name="Close").last.click()
    page.get_by_label("Role of Nora").select_option("owner")
    page.get_by_role("button", name="Leave the team").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_text("Work on the same workflows")).to_be_visible()
    page.context.close()
