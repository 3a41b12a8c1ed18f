"""Accessibility, as axe sees it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def expect_no_serious(page: Page) -> None:
    """Find nothing serious on the page as it is now."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [
        (one["id"], [place["target"] for place in one["nodes"]][:3]) for one in found if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []
