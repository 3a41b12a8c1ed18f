"""From a failed run to a good one: edit, look at what will happen, resume."""

from urllib.parse import quote

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import broken, document, node
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
    expect_no_violation(editor.page)
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


def test_a_failed_node_is_tried_with_other_settings(editor: Editor) -> None:
    """For one run, without touching the workflow."""
    failed_run(editor)
    draft = editor.draft()
    editor.run_panel.get_by_role("button", name="Resume").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_label("What to run").select_option("same")
    dialog.get_by_role("button", name="Try other settings for Weak").click()
    field = dialog.get_by_label("Settings of Weak, for this run")
    field.fill('{"source": 1}')
    dialog.get_by_role("button", name="Resume").click()
    expect(dialog.get_by_role("alert")).to_contain_text("problems that keep it from running")
    field.fill('{"source": "def main(input):\\n    return input\\n"}')
    dialog.get_by_role("button", name="Resume").click()
    editor.expect_status("result", "succeeded")
    assert editor.draft() == draft


def test_one_item_is_run_again(editor: Editor) -> None:
    """An item is picked, run again, and the others are taken over."""
    inside = {"parent": "each"}
    editor.open(
        document(
            [
                node("start", "start", 0, 0, fields=[]),
                node("each", "map", 200, 0, items="{{ [1, 2, 3] }}"),
                {**node("work", "set", 240, 120, value="{{ item }}"), **inside},
                node("result", "output", 660, 0),
            ],
            "start>each", "each>result",
        )
    )  # fmt: skip
    editor.run()
    editor.expect_status("result", "succeeded")
    editor.node("each").get_by_role("button", name="Previous item").click()
    editor.node("work").click()
    editor.run_panel.get_by_role("button", name="Run a part of the workflow").click()
    editor.page.get_by_role("menuitem", name="Run #2 again").click()
    dialog = editor.page.get_by_role("dialog", name="Run #2 of “Each” again")
    expect(dialog.get_by_role("region", name="Runs", exact=True).get_by_role("listitem")).to_have_text(["Each"])
    dialog.get_by_role("button", name="Run").click()
    expect(editor.node("start").get_by_title("Taken over from an earlier run")).to_be_visible()
    editor.expect_status("result", "succeeded")
    rows = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    origins: dict[str, str] = {}
    for scope in ("each#0/", "each#1/"):
        found = editor.stack.api.get(f"/runs/{rows[0]['id']}/scopes/{quote(scope)}").json()
        origins |= {row["key"]: row["origin"] for row in found["node_runs"]}
    assert origins == {"each#0/work": "reused", "each#1/work": ""}
