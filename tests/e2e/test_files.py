"""A workflow goes to a file from the list, and comes back from it with what needs attention."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor


def test_a_workflow_is_exported_and_imported_from_the_list(editor: Editor, tmp_path: Path) -> None:
    body = document(
        [node("start", "start", 0, 0, fields=[]), node("strange", "from_the_future", 300, 0, keep="this")], "start>strange"
    )
    editor.open(body, "Goes away")
    page = editor.page
    page.goto(f"{editor.stack.url}/")
    page.get_by_role("button", name="More about Goes away").click()
    with page.expect_download() as got:
        page.get_by_role("menuitem", name="Export to a file").click()
    assert got.value.suggested_filename == "goes-away.graphapp.json"
    kept = tmp_path / "kept.json"
    got.value.save_as(kept)

    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("menuitem", name="Import from a file").click()
    dialog = page.get_by_role("dialog", name="Import workflows")
    (tmp_path / "wrong.json").write_text("{}")
    dialog.get_by_label("Exported file").set_input_files(tmp_path / "wrong.json")
    expect(dialog.get_by_role("alert")).to_contain_text("This file is no export of workflows.")
    dialog.get_by_label("Exported file").set_input_files(kept)
    report = page.get_by_role("dialog", name="Imported")
    expect(report).to_contain_text("There is a workflow Goes away already. This one is called Goes away (2).")
    expect(report).to_contain_text("which is not known here. It is kept as it is.")
    expect_no_violation(page)
    report.get_by_role("link", name="Goes away (2)").click()
    expect(page.locator('.react-flow__node[data-id="strange"]')).to_be_visible()
