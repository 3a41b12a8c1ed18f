"""Every page in both themes and at both widths: no accessibility violation, nothing that overflows, nothing foreign."""

import re
from pathlib import Path
from typing import Any, Final, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import asking, document, node
from tests.e2e.stack import Stack

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
NODES = [
    node("start", "start", 0, 100, fields=[{"name": "question", "type": "text", "default": "Why?"}]),
    node("route", "router", 300, 100, cases=[{"port": "yes", "when": "start.question == 'Why?'"}]),
    node("say", "template", 620, 0, text="Because."),
    node("answer", "output", 940, 0),
]
SETTLED = {
    "home": "main a[href^='/workflows/']",
    "editor": ".react-flow__node",
    "runs": "main a[href^='/runs/']",
    "run": ".react-flow__node",
    "approvals": "main form",
    "spending": "main section",
    "history": "section[aria-label='What differs'] li",
    "triggers": "main li h2",
    "form": "main form button",
    "result": "main section",
    "knowledge": "main li a",
    "base": "main li[data-status='ready']",
    "passage": "main li[aria-current]",
}
FOR_EVERYBODY = {"form", "result"}
"""Pages that ask for nobody: whoever has their address may see them."""
PICTURES = Path(__file__).parents[2] / "screenshots"


@pytest.fixture(scope="module")
def places(stack: Stack) -> dict[str, str]:
    """Give one address of every page, with something on it."""
    workflow = stack.workflow("Pages", document(NODES, "start>route", "route.yes>say", "say>answer"))
    run = stack.finished(stack.run(workflow, {"question": "Why?"})["id"])
    form, result = triggers(stack, workflow)
    changed = [*NODES[:2], node("say", "template", 620, 0, text="Because it is."), NODES[3]]
    draft = document(changed, "start>route", "route.yes>say", "say>answer")
    assert stack.api.put(f"/workflows/{workflow}/draft", json={"document": draft, "revision": 1}).status_code == 200
    assert run["status"] == "succeeded"
    stack.run(stack.workflow("Asks", asking()))
    base, passage = knowledge(stack)
    return {
        "home": "/",
        "editor": f"/workflows/{workflow}",
        "runs": "/runs",
        "run": f"/runs/{run['id']}",
        "approvals": "/approvals",
        "spending": "/spending",
        "history": f"/workflows/{workflow}/history",
        "triggers": f"/workflows/{workflow}/triggers",
        "form": form,
        "result": result,
        "knowledge": "/knowledge",
        "base": base,
        "passage": passage,
        "missing": "/workflows/none",
    }


def triggers(stack: Stack, workflow: str) -> tuple[str, str]:
    """Give a workflow a trigger of each kind; give a form page with a field of each kind, and the result of another."""
    kinds = ("text", "long_text", "number", "boolean", "choice", "object", "file")
    fields = [
        {
            "name": kind,
            "label": f"Some {kind}",
            "type": kind,
            "required": kind == "text",
            "help": "As you like.",
            "choices": ["a"],
        }
        for kind in kinds
    ]
    wide = stack.workflow("All fields", document([node("start", "start", 0, 0, fields=fields), NODES[3]], "start>answer"))
    for one in (workflow, wide):
        assert stack.api.post(f"/workflows/{one}/versions", json={}).status_code == 201
    path = f"/workflows/{workflow}/triggers"
    for kind, config in (("webhook", {}), ("webhook", {"auth": "none"}), ("schedule", {"cron": "0 9 * * 1-5"}), ("form", {})):
        made = stack.api.post(path, json={"kind": kind, "name": f"A {kind}", "config": config}).json()
    form = stack.api.post(
        f"/workflows/{wide}/triggers", json={"kind": "form", "name": "All", "config": {"description": "Tell us."}}
    )
    with httpx.Client(follow_redirects=True) as client:
        page = client.get(made["address"])
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        sent = client.post(made["address"], data={**hidden, "field_0": "Why?"}, headers={"Referer": made["address"]})
    assert sent.status_code == 200, sent.text
    return str(form.json()["address"]).removeprefix(stack.url), str(sent.url).removeprefix(stack.url)


def knowledge(stack: Stack) -> tuple[str, str]:
    """Fill a knowledge base with documents of both ends, and give its address and that of a passage."""
    base = stack.api.post("/knowledge", json={"name": "Handbook", "description": "What we promise."}).json()["id"]
    ready = stack.document(base, "refunds.md", b"# Refunds\n\nThey take ten days.\n\n# Shipping\n\nIt takes three days.")
    failed = stack.document(base, "cut-off.pdf", b"%PDF-1.7\nThis is no whole file.")
    assert (ready["status"], failed["status"]) == ("ready", "failed")
    return f"/knowledge/{base}", f"/knowledge/{base}/documents/{ready['id']}?passage=1"


def open_page(browser: Browser, state: dict[str, Any] | None, size: str, theme: Any) -> Page:
    """Open a window of a size and a theme."""
    context = browser.new_context(storage_state=state, viewport=SIZES[size], color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    return context.new_page()


def check(page: Page, name: str) -> None:
    """Take a picture and look for violations and for what is wider than the window."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    expect_no_violation(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("place", list(SETTLED))
def test_pages_are_sound(browser: Browser, stack: Stack, signed_in: dict[str, Any], places: dict[str, str], place: str) -> None:
    """Look at one page, loaded once at each width: the theme follows the system while it is open."""
    for size in SIZES:
        page = open_page(browser, signed_in, size, "light")
        page.goto(stack.url + places[place])
        expect(page.locator(SETTLED[place]).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            check(page, f"{place}-{size}-{theme}")
        page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_page_is_sound(browser: Browser, stack: Stack, theme: str) -> None:
    page = open_page(browser, None, "wide", theme)
    page.goto(stack.url + "/")
    expect(page.get_by_role("button").first).to_be_visible()
    check(page, f"sign-in-{theme}")
    page.context.close()


def test_pages_before_and_beside_the_editor_are_sound(browser: Browser, stack: Stack, signed_in: dict[str, Any]) -> None:
    """Look at those that the server draws, at both themes."""
    outside = {
        "reset": "/accounts/password/reset/", "sent": "/accounts/password/reset/done/",
        "used-up": "/accounts/password/reset/key/1-set-password/", "closed": "/accounts/inactive/",
        "locked-out": "/accounts/login/",
    }  # fmt: skip
    inside = {
        "nowhere": "/nowhere/at/all", "gone": "/workflows/none", "email": "/accounts/email/", "mfa": "/accounts/2fa/",
        "app": "/accounts/2fa/totp/activate/", "password": "/accounts/password/set/", "leave": "/accounts/logout/",
    }  # fmt: skip
    for state, pages in ((None, outside), (signed_in, inside)):
        page = open_page(browser, state, "phone", "light")
        for name, path in pages.items():
            page.goto(stack.url + path)
            expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                check(page, f"{name}-{theme}")
        page.context.close()


def test_pages_say_what_could_not_be_had_and_try_again(
    browser: Browser, stack: Stack, signed_in: dict[str, Any], places: dict[str, str]
) -> None:
    """Let the server fail, look at what each page says, and let it answer again."""
    fault = {"error": {"code": "internal", "message": "Something went wrong.", "data": {}}}
    page = open_page(browser, signed_in, "phone", "light")
    for name, path in {"home": "/", "runs": "/runs", "spending": "/spending", "editor": places["editor"]}.items():
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.route("**/api/v1/**", lambda route: route.fulfill(status=500, json=fault))
        page.goto(stack.url + path)
        told = page.get_by_role("heading", name=re.compile("could not be"))
        expect(told).to_be_visible()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            check(page, f"{name}-broken-{theme}")
        page.unroute("**/api/v1/**")
        page.get_by_role("button", name="Try again").first.click()
        expect(told).to_have_count(0)
    page.context.close()


def test_on_a_phone_every_page_and_the_account_are_reached(browser: Browser, stack: Stack, signed_in: dict[str, Any]) -> None:
    page = open_page(browser, signed_in, "phone", "light")
    page.goto(stack.url + "/")
    for name in ("Runs", "Knowledge", "Approvals", "Spending", "Models"):
        page.get_by_role("button", name=re.compile("^Pages, ")).click()
        page.get_by_role("menuitem", name=name).click()
        expect(page.get_by_role("button", name=f"Pages, {name} is open")).to_be_visible()
        expect(page.get_by_role("menu")).to_have_count(0)
    page.get_by_role("button", name="Account").press("Enter")
    expect(page.get_by_role("menu")).to_contain_text("owner@")
    page.get_by_role("menuitem", name="Sign-in in two steps").click()
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up the authenticator app")
    page.get_by_role("link", name="Back to your workflows").click()
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    page.context.close()


def test_a_stranger_is_asked_to_sign_in(browser: Browser, stack: Stack, places: dict[str, str]) -> None:
    page = open_page(browser, None, "wide", "light")
    for name, place in places.items():
        answer = page.goto(stack.url + place)
        assert answer is not None
        assert ("/accounts/login/" in page.url or answer.status == 404) != (name in FOR_EVERYBODY), name
    page.context.close()


def test_the_sign_in_link_works_once(browser: Browser, stack: Stack, signed_in: dict[str, Any]) -> None:
    page = open_page(browser, None, "wide", "light")
    page.goto(stack.sign_in_link)
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    page.goto(stack.url + "/")
    assert "/accounts/login/" in page.url
    page.context.close()
