"""The product as a person meets it: started by its own command, seen in a real browser, signed in by the printed link."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.e2e.pages import Editor
from tests.e2e.robot import robot
from tests.e2e.stack import Stack

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SHARED = {"GRAPHAPP_LEASE_SECONDS": "5", "GRAPHAPP_RENEW_SECONDS": "1", "GRAPHAPP_SWEEP_SECONDS": "0.5"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium; Playwright's own is not downloaded."""
    found = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
    return {**browser_type_launch_args, **found, "args": QUIET}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run the whole product once for all browser tests."""
    with robot() as models, Stack(tmp_path_factory.mktemp("product"), {**SHARED, **models}) as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(stack: Stack, browser: Browser) -> dict[str, Any]:
    """Sign the owner in by the printed link, once, and keep the session; they have seen the tour."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(stack.sign_in_link)
    page.get_by_role("button").first.click()
    page.wait_for_url(stack.url + "/")
    page.evaluate("() => localStorage.setItem('graphapp.tour', '\"done\"')")
    state: dict[str, Any] = dict(context.storage_state())
    context.close()
    return state


@pytest.fixture
def context(browser: Browser, signed_in: dict[str, Any]) -> Iterator[BrowserContext]:
    """Open a window of the signed-in owner."""
    opened = browser.new_context(storage_state=signed_in, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]  # as given
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open a page that fails its test when its own scripts fail or break the content policy."""
    opened = context.new_page()
    broken: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text and "WebSocket" not in message.text:
            broken.append(message.text)

    opened.on("console", listen)
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    assert broken == []


@pytest.fixture
def editor(page: Page, stack: Stack) -> Editor:
    """Give the editor's page object."""
    return Editor(page, stack)
