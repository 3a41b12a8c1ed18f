"""Two people on one workflow, each in a browser of their own: they see each other, and neither loses a thing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.waiting import wait_until

CHAIN = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("say", "template", 300, 0, text="At first"),
        node("more", "template", 300, 200, text="At first"),
        node("end", "output", 600, 0),
    ],
    "start>say", "start>more", "say>end", "more>end",
)  # fmt: skip
MATE = """
from graphapp.accounts.models import User
from graphapp.accounts.services import sign_in_link_make
mate, _ = User.objects.get_or_create(email="mate@example.org", defaults={"first_name": "Grace", "last_name": "Hopper"})
print(sign_in_link_make(mate))
"""


def texts(editor: Editor) -> dict[str, Any]:
    """Give what the templates of the saved draft say."""
    return {one["id"]: one["params"].get("text") for one in editor.draft()["nodes"] if one["type"] == "template"}


def write(page: Page, node_id: str, text: str) -> None:
    """Put a text into a template."""
    page.locator(f'.react-flow__node[data-id="{node_id}"]').click()
    page.locator("[data-param=text] textarea").fill(text)


def share_with(email: str, page: Page) -> None:
    """Share the open workflow with somebody who may edit it then."""
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share Shared work")
    dialog.get_by_role("tab", name="People and teams").click()
    dialog.get_by_label("E-mail address").fill("nobody")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("E-mail address").fill(email)
    dialog.get_by_label("As", exact=True).select_option("editor")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_role("listitem").filter(has_text=email)).to_be_visible()
    expect_no_violation(page)
    dialog.get_by_role("button", name="Done").click()


@pytest.fixture
def mate(editor: Editor, browser: Browser) -> Iterator[Page]:
    """The browser of a teammate with whom the open workflow is shared, in the Share dialog."""
    editor.open(CHAIN, "Shared work")
    link = editor.stack.manage("shell", "-c", MATE)
    share_with("mate@example.org", editor.page)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(editor.stack.url + link)
    page.get_by_role("button").first.click()
    page.wait_for_url(editor.stack.url + "/")
    page.evaluate("() => localStorage.setItem('graphapp.tour', '\"done\"')")
    page.goto(f"{editor.stack.url}/workflows/{editor.workflow}")
    expect(page.locator('.react-flow__node[data-id="say"]')).to_be_visible()
    yield page
    context.close()


def test_two_people_see_each_other_and_lose_nothing(editor: Editor, mate: Page) -> None:
    page = editor.page
    page.reload()
    expect(page.get_by_label("Grace Hopper has this open")).to_be_visible()
    expect(page.get_by_text("Grace Hopper has this workflow open too")).to_be_visible()
    expect(mate.get_by_role("list", name="Also here")).to_be_visible(timeout=30_000)
    expect_no_violation(page)

    write(mate, "say", "By Grace")
    wait_until(lambda: texts(editor) == {"say": "By Grace", "more": "At first"})
    page.locator('.react-flow__node[data-id="say"]').click()
    expect(page.locator("[data-param=text] textarea")).to_have_value("By Grace")
    write(page, "more", "By the owner")
    wait_until(lambda: texts(editor) == {"say": "By Grace", "more": "By the owner"})

    page.route("**/draft", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    page.route("**/presence", lambda route: route.abort())
    write(page, "say", "Mine")
    write(mate, "say", "Theirs")
    wait_until(lambda: texts(editor)["say"] == "Theirs")
    page.unroute("**/draft")
    dialog = page.get_by_role("dialog", name="Changed in two places")
    expect(dialog.get_by_role("row", name="text Mine Theirs")).to_be_visible(timeout=30_000)
    dialog.get_by_role("radio", name="Both").check()
    dialog.get_by_role("button", name="Go on").click()
    wait_until(lambda: texts(editor) == {"say": "Mine", "say_2": "Theirs", "more": "By the owner"})
    expect(mate.locator('.react-flow__node[data-id="say_2"]')).to_be_visible(timeout=30_000)

    page.unroute("**/presence")
    mate.goto(f"{editor.stack.url}/")
    expect(page.get_by_role("list", name="Also here")).to_have_count(0, timeout=30_000)


def test_what_is_live_is_seen_and_an_earlier_version_comes_back_in_one_click(editor: Editor) -> None:
    editor.open(CHAIN, "Live")
    page, api, at = editor.page, editor.stack.api, f"/workflows/{editor.workflow}"
    assert api.post(f"{at}/versions", json={"note": "First"}).status_code == 201
    page.reload()
    live = page.get_by_role("banner").get_by_role("link", name="v1 live")
    expect(live).to_be_visible()
    write(page, "say", "Worse")
    expect(live).to_contain_text("1 change not published")
    editor.expect_saved()
    assert api.post(f"{at}/versions", json={"note": "Second"}).status_code == 201
    page.reload()
    page.get_by_role("banner").get_by_role("link", name="v2 live").click()
    page.get_by_role("button", name="Version 1").click()
    expect_no_violation(page)
    page.get_by_role("button", name="Make version 1 live").click()
    expect(page.get_by_text("Version 3 is live: what version 1 was.")).to_be_visible()
    expect(page.get_by_role("button", name="Version 3")).to_contain_text("live")
    assert texts(editor)["say"] == "Worse"
    run = api.post(f"{at}/runs", json={"input": {}, "version": "latest"}).json()
    assert run["version"] == 3
