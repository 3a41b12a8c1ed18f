"""Keys are set up, tried out, named and forgotten in the browser, and never shown."""

from typing import Any

from playwright.sync_api import Browser, expect

from tests.e2e.stack import Stack
from tests.e2e.test_pages import check, open_page

KEY = "sk-canary-0123456789-wxyz"


def test_a_provider_is_added_tried_changed_and_forgotten(browser: Browser, stack: Stack, signed_in: dict[str, Any]) -> None:
    page = open_page(browser, signed_in, "wide", "light")
    page.goto(f"{stack.url}/settings/models")
    page.get_by_role("button", name="Add provider").click()
    page.get_by_label("Provider", exact=True).select_option("vllm")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("vLLM asks for this.")).to_be_visible()
    page.get_by_label("Address").fill("http://127.0.0.1:9/v1")
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("ends in wxyz")).to_be_visible()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("GRAPHAPP_HTTP_ALLOW")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Add credential").click()
    page.get_by_label("Name", exact=True).fill("shop")
    page.get_by_label("Hosts").fill("api.example.com")
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("goes to api.example.com")).to_be_visible()
    page.get_by_label("Cheap").fill("vllm/llama")
    page.get_by_role("button", name="Save defaults").click()
    expect(page.get_by_text("Your default models are saved.")).to_be_visible()
    for size in ("wide", "phone"):
        for theme in ("light", "dark"):
            other = open_page(browser, signed_in, size, theme)
            other.goto(f"{stack.url}/settings/models")
            expect(other.get_by_label("Cheap")).to_have_value("vllm/llama")
            expect(other.get_by_text("goes to api.example.com")).to_be_visible()
            check(other, f"models-{size}-{theme}")
            assert KEY not in other.content()
            other.context.close()
    for name in ("vllm", "shop"):
        page.get_by_role("button", name=f"Delete {name}").click()
        expect(page.get_by_text("No workflow of yours names it.")).to_be_visible()
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(page.get_by_role("button", name=f"Delete {name}")).to_have_count(0)
    page.context.close()
