"""A workflow is shared by link, and a stranger without an account runs it, looks at it, copies it and watches a replay."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

SECRET = "sk-live-0123456789abcdef"
CASES = [{"port": "bad", "when": "start.who == 'nobody'"}, {"port": "never", "when": "False"}]
ASKS = document(
    [
        node("start", "start", 0, 0, fields=[{"name": "who", "label": "Your name", "type": "text", "required": True}]),
        node("check", "router", 300, 0, cases=CASES),
        node("say", "template", 600, 100, text="Hello, **{{ start.who }}**!\n\n- one\n- two <script>alert(1)</script>"),
        node("refuse", "fail", 600, -100, code="no_name", message="Tell us who you are."),
        node("fetch", "http_request", 600, 300, url="http://127.0.0.1:9/", headers={"Authorization": f"Bearer {SECRET}"}),
        node("end", "output", 900, 100),
    ],
    "start>check", "check.bad>refuse", "check.never>fetch", "check.else>say", "say>end",
)  # fmt: skip


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A browser of somebody who has no account; it fails its test when a script fails or breaks the content policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.extend([said.text] if "Content Security Policy" in said.text else []))
    page.on("dialog", lambda dialog: broken.append(dialog.message))
    yield page
    context.close()
    assert broken == []


def make_link(page: Page, right: str, **fields: str) -> str:
    """Make a link in the Share dialog and give its address."""
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="New link").click()
    dialog = page.get_by_role("dialog", name="New link")
    dialog.get_by_role("radio", name=right).check(force=True)
    for label, value in fields.items():
        dialog.get_by_label(label, exact=True).fill(value)
    told = dialog.get_by_role("region", name="What a stranger will see")
    expect(told).to_be_visible()
    expect_no_violation(page)
    dialog.get_by_role("button", name="Make the link").click()
    made = page.get_by_role("dialog", name="The link is made")
    address = made.get_by_role("textbox").input_value()
    made.get_by_role("button", name="Close").click()
    return address


def published(editor: Editor, body: dict[str, Any]) -> None:
    """Publish a version of a new workflow and open it."""
    editor.open(body, "Greets people")
    answer = editor.stack.api.post(f"/workflows/{editor.workflow}/versions", json={"note": "First"})
    assert answer.status_code == 201, answer.text
    editor.page.reload()
    expect(editor.canvas).to_be_visible()


def test_a_stranger_runs_a_workflow_by_its_form(editor: Editor, stranger: Page) -> None:
    published(editor, ASKS)
    address = make_link(editor.page, "Run", Name="For the press", Password="sesame")
    stranger.goto(address)
    stranger.get_by_label("Password").fill("wrong")
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.get_by_text("This is not the password.")).to_be_visible()
    expect_no_violation(stranger)
    stranger.get_by_label("Password").fill("sesame")
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.get_by_role("heading", name="Greets people")).to_be_visible()
    expect_no_violation(stranger)

    stranger.get_by_role("button", name="Run", exact=True).click()
    expect(stranger.get_by_text("This field is required.")).to_be_visible()
    stranger.get_by_label("Your name").fill("nobody")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_text("Tell us who you are.")).to_be_visible()
    stranger.get_by_role("button", name="Try again").click()
    stranger.get_by_label("Your name").fill("Ada")
    stranger.keyboard.press("Enter")
    result = stranger.get_by_role("region", name="Result")
    expect(result.locator("strong", has_text="Ada")).to_be_visible()
    expect(result.locator("li")).to_have_count(2)
    expect(result).to_contain_text("<script>alert(1)</script>")
    expect_no_violation(stranger)
    stranger.reload()
    expect(result.locator("strong", has_text="Ada")).to_be_visible()

    page = editor.page
    page.goto(f"{editor.stack.url}/runs?workflow={editor.workflow}")
    expect(page.get_by_role("row").get_by_text("Link", exact=True)).to_have_count(2)
    page.goto(f"{editor.stack.url}/workflows/{editor.workflow}")
    page.locator("[data-canvas]").focus()
    page.keyboard.press("Shift+h")
    link = page.get_by_role("listitem").filter(has_text="For the press")
    expect(link).to_contain_text("opened once, 2 runs")
    link.get_by_role("button", name="Revoke").click()
    link.get_by_role("button", name="Revoke for good").click()
    expect(link).to_contain_text("revoked")
    expect_no_violation(page)
    stranger.get_by_role("button", name="Run again").click()
    stranger.get_by_label("Your name").fill("Ada")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_text("This link does not work any more. Ask for a new one.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text("This link does not work", exact=True)).to_be_visible()
    expect_no_violation(stranger)


def test_a_stranger_looks_at_a_graph_and_copies_it(editor: Editor, stranger: Page) -> None:
    published(editor, ASKS)
    page = editor.page
    address = make_link(page, "Copy")
    stranger.goto(address)
    expect(stranger.locator(".react-flow__node")).to_have_count(6)
    stranger.locator('.react-flow__node[data-id="fetch"]').click()
    side = stranger.get_by_label("The picked step")
    expect(side).to_contain_text("http://127.0.0.1:9/")
    expect(side).to_contain_text("[hidden]")
    expect(stranger.get_by_text(SECRET)).to_have_count(0)
    expect(stranger.get_by_role("button", name="Sign in to copy")).to_be_visible()
    expect_no_violation(stranger)
    stranger.locator("[data-canvas]").focus()
    stranger.keyboard.press("Control+k")
    stranger.keyboard.press("Delete")
    side.get_by_role("button", name="Close").click()
    expect(stranger.locator(".react-flow__node")).to_have_count(6)

    page.goto(address)
    page.get_by_role("button", name="Copy to my workspace").click()
    page.wait_for_url(re.compile(r"/workflows/[0-9a-f-]{36}"))
    assert editor.workflow not in page.url
    expect(page.locator(".react-flow__node")).to_have_count(6)


def test_a_replay_is_watched_by_a_stranger(editor: Editor, stranger: Page) -> None:
    editor.open(ASKS, "Greets people")
    page = editor.page
    run = editor.stack.run(editor.workflow, {"who": "Ada"})
    editor.stack.finished(run["id"])
    page.goto(f"{editor.stack.url}/runs/{run['id']}")
    page.get_by_role("button", name="Share the replay of this run").click()
    dialog = page.get_by_role("dialog", name="Share the replay of this run")
    expect(dialog.get_by_role("alert")).to_contain_text("Fetch: headers")
    dialog.get_by_role("button", name="Make the link").click()
    address = page.get_by_role("dialog", name="The link is made").get_by_role("textbox").input_value()

    asked: list[str] = []
    stranger.on("response", lambda answer: asked.extend([answer.url] if answer.status >= 400 else []))
    stranger.goto(address)
    panel = stranger.get_by_role("region", name="Run")
    expect(panel.get_by_text("Succeeded").first).to_be_visible()
    expect(stranger.locator('.react-flow__node[data-id="say"] [data-status="succeeded"]').first).to_be_visible()
    expect(panel).to_contain_text("Hello, **Ada**!")
    stranger.locator('.react-flow__node[data-id="check"]').click()
    expect(panel.get_by_role("tab", name="Output")).to_be_visible()
    expect(panel.get_by_role("tab", name="Logs")).to_have_count(0)
    expect(panel.get_by_role("button", name="Run a part of the workflow")).to_have_count(0)
    expect_no_violation(stranger)
    assert asked == []
