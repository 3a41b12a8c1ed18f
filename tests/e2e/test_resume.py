"""From a failed run to a good one: edit, look at what will happen, resume."""

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_serious
from tests.e2e.documents import broken
from tests.e2e.pages import Editor


def failed_run(editor: Editor) -> str:
    """Run the broken workflow and give the run's id."""
    editor.open(broken())
    editor.run()
    editor.expect_status("weak", "failed")
    expect(editor.run_panel.get_by_role("button", name="Resume")).to_be_visible()
    run: str = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    return run


def test_a_failed_run_is_edited_and_resumed(editor: Editor) -> None:
    failed = failed_run(editor)
    editor.node("weak").click()
    editor.page.keyboard.press("d")
    editor.run_panel.get_by_role("button", name="Resume").click()
    dialog = editor.page.get_by_role("dialog", name="Resume this run")
    expect(dialog.get_by_role("region", name="Taken over, not done again").get_by_role("listitem")).to_have_text(
        ["Start", "Work"]
    )
    expect(dialog.get_by_role("region", name="Runs", exact=True)).to_be_visible()
    expect_no_serious(editor.page)
    dialog.get_by_role("button", name="Resume").click()
    editor.expect_status("result", "succeeded")
    expect(editor.run_panel.get_by_text("7 done")).to_be_visible()
    rows = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    assert [(row["kind"], row["base_run"], row["status"]) for row in rows] == [
        ("resume", failed, "succeeded"), ("normal", None, "failed"),
    ]  # fmt: skip


def test_what_was_taken_over_says_so_and_leads_to_where_it_was_done(editor: Editor) -> None:
    failed = failed_run(editor)
    editor.node("weak").click()
    editor.page.keyboard.press("d")
    editor.run_panel.get_by_role("button", name="Resume").click()
    editor.page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    editor.expect_status("result", "succeeded")
    expect(editor.node("work").get_by_title("Taken over from an earlier run")).to_be_visible()
    editor.row("Work").click()
    editor.run_panel.get_by_role("link", name="taken over").click()
    expect(editor.page).to_have_url(f"{editor.stack.url}/runs/{failed}")
    editor.expect_status("weak", "failed")


def test_the_input_of_the_failed_node_is_edited(editor: Editor) -> None:
    """The data are repaired, and JSON that cannot be read is said so before anything starts."""
    failed_run(editor)
    editor.node("weak").click()
    editor.page.keyboard.press("d")
    editor.run_panel.get_by_role("button", name="Resume").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Edit what Weak receives").click()
    field = dialog.get_by_label("What Weak receives")
    expect(field).to_have_value('{\n  "in": {\n    "n": 7\n  }\n}')
    field.fill("{in: 8}")
    expect(dialog.get_by_text("This is not JSON")).to_be_visible()
    expect(dialog.get_by_role("button", name="Resume")).to_be_disabled()
    field.fill('{"in": {"n": 8}}')
    dialog.get_by_role("button", name="Resume").click()
    editor.expect_status("result", "succeeded")
    expect(editor.run_panel.get_by_text("8 done")).to_be_visible()


def test_one_node_is_run_alone(editor: Editor) -> None:
    failed_run(editor)
    editor.row("Work").click()
    expect(editor.inspector.get_by_role("tab", name="Settings")).to_have_attribute("aria-selected", "true")
    editor.run_panel.get_by_role("button", name="Run a part of the workflow").click()
    editor.page.get_by_role("menuitem", name="Run only this node").click()
    dialog = editor.page.get_by_role("dialog", name="Run only “Work”")
    expect(dialog.get_by_role("region", name="Runs", exact=True).get_by_role("listitem")).to_have_text(["Work"])
    dialog.get_by_role("button", name="Run").click()
    expect(editor.run_panel.get_by_text("Succeeded").first).to_be_visible()
    editor.expect_status("weak", "skipped")
