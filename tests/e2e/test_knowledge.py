"""A knowledge base from nothing: documents are dropped in and followed, a search is tried out, a citation opens, a node asks."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor
from tests.support.knowledge import locked_pdf, pdf

DROPPED = """(text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "plans.md", { type: "text/markdown" }));
    for (const kind of ["dragover", "drop"]) {
        const how = { dataTransfer: files, bubbles: true, cancelable: true };
        document.querySelector("[data-drop]").dispatchEvent(new DragEvent(kind, how));
    }
}"""
PLANS = "# Plans\n\n## Team\n\nThe team plan costs twenty dollars a month.\n\n## Solo\n\nThe solo plan is free.\n"


def test_documents_are_added_searched_cited_and_asked_for(editor: Editor, tmp_path: Path) -> None:
    base = make_base(editor)
    add_documents(editor, tmp_path)
    try_a_search(editor)
    ask_from_a_workflow(editor, base)
    page = editor.page
    page.goto(f"{editor.stack.url}/knowledge/{base}")
    page.get_by_role("button", name="More about secret.pdf").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem").filter(has_text="secret.pdf")).to_have_count(0)


def make_base(editor: Editor) -> str:
    """Make an empty knowledge base by keys, and give its id."""
    page = editor.page
    page.goto(f"{editor.stack.url}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Knowledge").click()
    page.get_by_role("button", name="New knowledge base").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_text("Give it a name")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Shop rules")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Shop rules")).to_be_visible()
    expect(page.get_by_text("Drop your first documents here")).to_be_visible()
    expect_no_violation(page)
    return page.url.rpartition("/")[2]


def add_documents(editor: Editor, folder: Path) -> None:
    """Choose files, of which one cannot be read and one is refused at the door; drop one; and name a closed address."""
    page = editor.page
    files = {"refunds.pdf": pdf("Welcome to the shop.", "Customers are reimbursed within ten days."), "secret.pdf": locked_pdf()}
    files["photo.png"] = b"\x89PNG\r\n\x1a\n\x00\x00"
    for name, body in files.items():
        (folder / name).write_bytes(body)
    page.get_by_label("Files", exact=True).set_input_files([folder / name for name in files])
    expect(page.get_by_text("photo.png is a PNG image, which cannot be read.")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="refunds.pdf")
    expect(row.get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    expect(row.get_by_text("2 pages · 2 passages")).to_be_visible()
    locked = page.get_by_role("listitem").filter(has_text="secret.pdf")
    expect(locked.get_by_text("This PDF is protected by a password.")).to_be_visible(timeout=60_000)
    page.evaluate(DROPPED, PLANS)
    expect(page.get_by_role("listitem").filter(has_text="plans.md").get_by_text("Ready", exact=True)).to_be_visible(
        timeout=60_000
    )
    page.get_by_label("Address").fill("http://127.0.0.1:1/private.html")
    page.get_by_role("button", name="Add address").click()
    closed = page.get_by_role("listitem").filter(has_text="127.0.0.1:1/private.html")
    expect(closed.get_by_text("GRAPHAPP_HTTP_ALLOW")).to_be_visible(timeout=60_000)


def try_a_search(editor: Editor) -> None:
    """Ask in other words than the document's, with the local model, and open what is cited."""
    page = editor.page
    box = page.get_by_role("region", name="Try a search")
    box.get_by_label("Question").fill("How long until I get my money back?")
    page.keyboard.press("Enter")
    first = box.get_by_role("list", name="Passages").get_by_role("listitem").first
    expect(first.get_by_text("Customers are reimbursed within ten days.")).to_be_visible(timeout=60_000)
    expect(first.get_by_text(re.compile(r"meaning #1 \(0\.\d{3}\)"))).to_be_visible()
    expect_no_violation(page)
    first.get_by_role("link", name="refunds.pdf, page 2").click()
    expect(page.get_by_role("heading", name="refunds.pdf")).to_be_visible()
    expect(page.locator("li[aria-current]")).to_contain_text("Customers are reimbursed within ten days.")


def ask_from_a_workflow(editor: Editor, base: str) -> None:
    """Choose the base by its name in a node, and run it."""
    find = node("find", "search_knowledge", query="What does the team plan cost?")
    editor.open(document([find, node("out", "output", 360)], "find>out"))
    editor.node("find").click()
    editor.inspector.get_by_label("Knowledge base", exact=True).select_option("Shop rules")
    expect(editor.inspector.get_by_text("2 of 4 documents can be searched.")).to_be_visible()
    editor.expect_saved()
    editor.run()
    editor.expect_status("find", "succeeded", seconds=60)
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    found = editor.stack.finished(run)["output"]["result"]["passages"][0]
    assert found["citation"] == "plans.md, Plans > Team"
    assert found["url"].startswith(f"{editor.stack.url}/knowledge/{base}/documents/")
