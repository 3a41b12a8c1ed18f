"""Triggers are set up in the browser; others call, time comes, strangers fill forms in, and each run says what started it."""

import json
import re
import time

import httpx
from playwright.sync_api import Browser, Page, expect

from editor.triggers.signing import sign
from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

GREETS = document(
    [
        node("start", "start", 0, 0, fields=[{"name": "who", "label": "Your name", "type": "text", "required": True}]),
        node("say", "template", 300, 0, text="Hello {{ start.who }}"),
        node("end", "output", 600, 0),
    ],
    "start>say", "say>end",
)  # fmt: skip


def add(page: Page, kind: str) -> None:
    page.get_by_role("button", name="Add trigger").click()
    page.get_by_role("menuitem", name=kind).click()


def test_a_webhook_a_schedule_and_a_form_page_start_runs(editor: Editor, browser: Browser) -> None:
    page, api = editor.page, editor.stack.api
    editor.open(GREETS)
    assert api.post(f"/workflows/{editor.workflow}/versions", json={}).status_code == 201
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Triggers").click()
    expect(page.get_by_text("No triggers yet")).to_be_visible()
    outgoing(page)
    webhook(page)
    schedule(page)

    add(page, "Form page")
    page.get_by_role("textbox", name="Title").fill("Say hello")
    page.get_by_role("button", name="Create").click()
    form = page.get_by_role("listitem").filter(has_text="Form page").locator("code").inner_text()
    stranger(browser, form)
    told(page)

    page.goto(f"{editor.stack.url}/runs?workflow={editor.workflow}")
    expect(page.get_by_text("Form: Form")).to_be_visible()
    expect(page.get_by_text("Webhook: Orders")).to_be_visible()


def outgoing(page: Page) -> None:
    """Have an address told; one inside is never reached, and the log will say so."""
    page.get_by_role("button", name="Add outgoing webhook").click()
    page.get_by_role("textbox", name="Address").fill("nowhere")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("An address is written as https://host/path")).to_be_visible()
    page.get_by_role("textbox", name="Address").fill("http://127.0.0.1:9/told")
    expect_no_violation(page)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("dialog", name="Keep this key").locator("code")).to_contain_text("whsec_")
    page.get_by_role("button", name="I have kept the key").click()


def told(page: Page) -> None:
    page.get_by_role("button", name="More for 127.0.0.1:9").click()
    page.get_by_role("menuitem", name="Messages").click()
    messages = page.get_by_role("dialog", name="Messages to “127.0.0.1:9”")
    expect(messages.locator("li")).to_have_count(2)
    expect(messages.locator("li").last).to_contain_text("was not sent")
    expect_no_violation(page)
    messages.get_by_role("button", name="Done").click()


def webhook(page: Page) -> None:
    """Set one up, call it as its sender does, and read what came of it."""
    add(page, "Webhook")
    page.get_by_label("Who may call").select_option("none")
    expect(page.get_by_text("Whoever learns the address can start runs.")).to_be_visible()
    expect_no_violation(page)
    page.get_by_label("Who may call").select_option("hmac")
    page.get_by_role("textbox", name="Name").fill("Orders")
    page.get_by_label("Answer").select_option("result")
    page.get_by_role("button", name="Create").click()
    keep = page.get_by_role("dialog", name="Keep this key")
    secret = keep.locator("code").first.inner_text()
    address = keep.locator("code").nth(1).inner_text()
    expect(keep.get_by_label("Commands", exact=True)).to_contain_text(secret)
    expect_no_violation(page)
    page.get_by_role("button", name="I have kept the key").click()

    body = json.dumps({"who": "Ada"}).encode()
    signed = sign(secret, "msg_1", int(time.time()), body).headers()
    answer = httpx.post(address, content=body, headers={**signed, "Content-Type": "application/json"}, timeout=40)
    assert (answer.status_code, answer.json()["output"]) == (200, {"result": "Hello Ada"})
    assert httpx.post(address, content=body, headers={"Content-Type": "application/json"}).status_code == 401
    page.get_by_role("button", name="More for Orders").click()
    page.get_by_role("menuitem", name="Log").click()
    log = page.get_by_role("dialog", name="Log of “Orders”")
    expect(log.locator("li")).to_have_count(2)
    expect(log.locator("li").first).to_contain_text("signature_missing")
    expect(log.locator("li").last.get_by_role("link", name="Open the run")).to_be_visible()
    expect_no_violation(page)
    log.get_by_role("button", name="Done").click()


def schedule(page: Page) -> None:
    """Write one, be told what is wrong with it, see its next times, and switch it off."""
    add(page, "Schedule")
    page.get_by_label("When", exact=True).select_option("cron")
    page.get_by_role("textbox", name="Expression").fill("0 25 * * *")
    expect(page.get_by_role("region", name="Next times")).to_contain_text("The hour is not right")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("textbox", name="Expression")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="Expression").fill("30 2 * * *")
    page.get_by_role("combobox", name="Time zone").fill("Europe/Berlin")
    expect(page.get_by_role("region", name="Next times").locator("li")).to_have_count(10)
    expect(page.get_by_role("region", name="Next times").locator("li").first).to_contain_text(re.compile(r"02:30.*UTC\+0[12]:00"))
    page.get_by_role("textbox", name="Input of each run").fill('{"who": "Night"}')
    expect_no_violation(page)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Every day at 02:30, Europe/Berlin")).to_be_visible()
    page.get_by_role("switch", name="Schedule is on").click()
    expect(page.get_by_role("listitem").filter(has_text="Europe/Berlin")).to_contain_text("Off")


def stranger(browser: Browser, form: str) -> None:
    """Fill the form in without an account, on a phone."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(form)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    expect(page.get_by_label("Your name")).to_be_focused()
    expect_no_violation(page)
    page.get_by_label("Your name").fill("Grace")
    page.get_by_label("Your name").press("Enter")
    expect(page.get_by_text("Hello Grace")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_text("Hello Grace")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Say hello")
    page.context.close()
