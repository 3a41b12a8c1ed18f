"""After a bad night: a failure arrives while somebody looks, is assigned, fixed, resumed as a group, resolved, and comes back."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import broken
from tests.e2e.pages import Editor

PATIENCE = 20_000
"""Milliseconds: workers see what has ended within seconds, and runs take their time."""


def repaired(document: dict[str, Any]) -> dict[str, Any]:
    """Draw the same without what fails."""
    document["nodes"][2]["params"]["source"] = "def main(input):\n    return {'n': input['n'] / 7}\n"
    return document


def save(editor: Editor, document: dict[str, Any]) -> None:
    """Save a draft, as the editor does."""
    path = f"/workflows/{editor.workflow}/draft"
    revision = editor.stack.api.get(path).json()["revision"]
    editor.stack.api.put(path, json={"document": document, "revision": revision}).raise_for_status()


def start(editor: Editor) -> None:
    """Start a run as a script does."""
    editor.stack.api.post(f"/workflows/{editor.workflow}/runs", json={}).raise_for_status()


def test_a_failure_arrives_is_assigned_fixed_resumed_as_a_group_resolved_and_comes_back(editor: Editor) -> None:
    page = editor.page
    editor.open(broken())
    page.goto(f"{editor.stack.url}/failures?workflow={editor.workflow}")
    expect(page.get_by_role("heading", name="No failure matches")).to_be_visible()
    for _ in range(3):
        start(editor)
    row = page.get_by_role("list", name="Failures by cause").get_by_role("listitem")
    expect(row).to_contain_text("3 runs", timeout=PATIENCE)
    expect(row).to_contain_text("The code failed")
    expect_no_violation(page)

    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(row).to_contain_text("Assigned")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The code failed")).to_be_visible()
    expect(page.get_by_role("region", name="Why")).to_contain_text("division by zero")
    expect(page.locator('[data-id="weak"] [data-status="failed"]').first).to_be_visible()
    expect(page.get_by_role("region", name="The run").get_by_role("tab", name="Attempts")).to_be_visible()

    save(editor, repaired(broken()))
    page.get_by_role("button", name="Resume all (3)").click()
    page.get_by_label("What to run").select_option("draft")
    page.get_by_role("button", name="Show what it will do").click()
    batch = page.get_by_role("region", name="Resuming the group")
    expect(batch).to_contain_text("6 results")
    expect_no_violation(page)
    batch.get_by_role("button", name="Start").click()
    expect(batch).to_contain_text("3 succeeded, 0 failed again", timeout=PATIENCE)
    expect(page.locator("header").filter(has=page.get_by_role("heading", name="The code failed"))).to_contain_text(
        "Resolved", timeout=PATIENCE
    )
    expect(page.get_by_role("region", name="Activity")).to_contain_text("every run was resumed")

    save(editor, broken())
    start(editor)
    expect(page.locator("header").filter(has=page.get_by_role("heading", name="The code failed"))).to_contain_text(
        "Regressed", timeout=PATIENCE
    )
    expect(page.get_by_role("region", name="Figures")).to_contain_text("4 runs, 1 open")
