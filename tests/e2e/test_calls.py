"""A workflow runs another one: chosen in the inspector, followed inside, and not confused with its own nodes."""

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

CALLED = document(
    [
        node("start", "start", 0, 0, fields=[{"name": "name", "type": "text", "required": True}]),
        node("hello", "template", 0, 160, text="Hello, {{ start.name }}!"),
        {**node("out", "output", 320, 160), "params": {"name": "text"}},
    ],
    "start>hello", "hello>out",
)  # fmt: skip
CALLER = document(
    [
        node("start", "start", 0, 0, fields=[]),
        node("greet", "run_workflow", 0, 160, workflow="", input={"name": "Ada"}),
        node("out", "output", 320, 160),
    ],
    "start>greet", "greet>out",
)  # fmt: skip


def test_another_workflow_is_chosen_run_and_followed(editor: Editor) -> None:
    api = editor.stack.api
    called = api.post("/workflows", json={"name": "Greeting", "document": CALLED}).json()
    assert api.post(f"/workflows/{called['id']}/versions", json={}).status_code == 201
    editor.open(CALLER)
    editor.node("greet").click()
    editor.inspector.get_by_label("Workflow", exact=True).select_option(called["slug"])
    expect(editor.inspector.get_by_text("Version 1 takes name.")).to_be_visible()
    expect(editor.node("greet").get_by_text(called["slug"])).to_be_visible()
    expect_no_violation(editor.page)
    editor.expect_saved()
    editor.run()
    editor.expect_status("out", "succeeded")
    run = api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert editor.stack.finished(run["id"])["output"] == {"result": {"text": "Hello, Ada!"}}
    rows = editor.run_panel.get_by_role("list", name="Node runs by time")
    rows.get_by_role("button").filter(has_text="hello").click()
    expect(editor.run_panel.get_by_text("Hello, Ada!").first).to_be_visible()
    expect(editor.node("greet").locator("[data-category]").first).to_have_attribute("data-status", "succeeded")


def test_the_called_workflow_is_gone_to_and_back(editor: Editor) -> None:
    called = editor.stack.api.post("/workflows", json={"name": "Hello there", "document": CALLED}).json()
    greet = node("greet", "run_workflow", 0, 160, workflow=called["slug"], input={"name": "Ada"})
    editor.open({**CALLER, "nodes": [CALLER["nodes"][0], greet, CALLER["nodes"][2]]})
    here = editor.page.url
    editor.node("greet").click()
    editor.page.keyboard.press("Alt+Enter")
    expect(editor.node("hello")).to_be_visible()
    assert editor.page.url.endswith(f"/workflows/{called['id']}?via={editor.workflow}")
    editor.page.go_back()
    expect(editor.node("greet")).to_be_visible()
    assert editor.page.url == here


def test_a_workflow_that_is_not_published_is_refused_at_its_field(editor: Editor) -> None:
    made = editor.stack.api.post("/workflows", json={"name": "Unfinished", "document": CALLED}).json()
    editor.open(CALLER)
    editor.node("greet").click()
    editor.inspector.get_by_label("Workflow", exact=True).select_option(made["slug"])
    expect(editor.inspector.get_by_text("It has to be published before it can be run.")).to_be_visible()
    editor.expect_saved()
    editor.page.get_by_role("banner").get_by_role("button", name="Run", exact=True).click()
    expect(editor.inspector.get_by_text("Unfinished has no published version yet.")).to_be_visible()
