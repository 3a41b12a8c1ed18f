"""Accessibility, as axe sees it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[tuple[str, str, Any]]:
    """List what is wrong with the page as it is now: the rule, how grave it is, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], one["impact"], [place["target"] for place in one["nodes"]][:3]) for one in found]


def expect_no_violation(page: Page) -> None:
    """Find nothing, be it grave or small."""
    found = violations(page)
    assert found == [], found
