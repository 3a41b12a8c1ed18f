"""A signed-in page in headless Chromium, for the benches that look at the product from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, QUIET
from tests.e2e.stack import Stack


@contextmanager
def signed_in_page(stack: Stack, width: int = 1440, height: int = 900) -> Iterator[Page]:
    """Open a browser as the owner; close it at the end."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM) if CHROMIUM.exists() else None, args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(stack.sign_in_link)
        page.get_by_role("button").first.click()
        page.wait_for_url(stack.url + "/")
        yield page
        browser.close()
