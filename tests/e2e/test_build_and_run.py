"""A person builds a graph with the mouse, runs it, watches it, changes it and runs it again."""

from playwright.sync_api import expect

from tests.e2e.documents import document, node
from tests.e2e.pages import Editor


def test_a_graph_is_built_with_the_mouse_and_runs(editor: Editor) -> None:
    editor.open()
    editor.drag_in("Start", 160, 200)
    editor.drag_in("Template", 480, 200)
    editor.drag_in("Output", 800, 200)
    expect(editor.nodes()).to_have_count(3)
    editor.connect("start", "template")
    editor.connect("template", "output")
    expect(editor.edges()).to_have_count(2)
    editor.node("template").click()
    editor.inspector.get_by_label("Text", exact=True).click()
    editor.page.keyboard.type("Hello from the canvas")
    editor.expect_saved()
    editor.page.keyboard.press("Escape")
    editor.run()
    editor.expect_status("output", "succeeded")
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert editor.stack.finished(run["id"])["output"] == {"result": "Hello from the canvas"}


def test_undo_and_redo_take_back_and_bring_back(editor: Editor) -> None:
    editor.open()
    editor.drag_in("Start", 200, 200)
    editor.drag_in("Output", 600, 200)
    editor.connect("start", "output")
    expect(editor.edges()).to_have_count(1)
    editor.canvas.focus()
    editor.page.keyboard.press("Control+z")
    expect(editor.edges()).to_have_count(0)
    editor.page.keyboard.press("Control+z")
    expect(editor.nodes()).to_have_count(1)
    editor.page.keyboard.press("Control+Shift+z")
    editor.page.keyboard.press("Control+Shift+z")
    expect(editor.edges()).to_have_count(1)
    editor.expect_saved()
    assert len(editor.draft()["edges"]) == 1


def test_a_drag_is_saved_and_is_one_step_of_undo(editor: Editor) -> None:
    editor.open(document([node("start", "start"), node("answer", "output", 400, 0)], "start>answer"))
    box = editor.node("answer").bounding_box()
    assert box is not None
    mouse = editor.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 15)
    mouse.down()
    mouse.move(box["x"] + 160, box["y"] + 115, steps=8)
    mouse.up()
    editor.expect_saved()
    moved = next(drawn for drawn in editor.draft()["nodes"] if drawn["id"] == "answer")["position"]
    assert moved["x"] > 420
    editor.canvas.focus()
    editor.page.keyboard.press("Control+z")
    editor.page.wait_for_function("() => !document.querySelector('[data-moving]')")
    editor.expect_saved()
    expect(editor.nodes()).to_have_count(2)


def test_the_graph_is_changed_and_runs_again(editor: Editor) -> None:
    nodes = [node("start", "start"), node("say", "template", 300, 0, text="one"), node("answer", "output", 600, 0)]
    editor.open(document(nodes, "start>say", "say>answer"))
    editor.run()
    editor.expect_status("answer", "succeeded")
    editor.node("say").click()
    field = editor.inspector.get_by_label("Text", exact=True)
    field.click()
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.type("two")
    editor.page.keyboard.press("Escape")
    editor.expect_saved()
    editor.run()
    editor.expect_status("answer", "succeeded")
    runs = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    outputs = {editor.stack.finished(run["id"])["output"]["result"] for run in runs}
    assert outputs == {"one", "two"}


def test_the_start_form_asks_for_what_is_missing(editor: Editor) -> None:
    fields = [{"name": "question", "label": "Question", "type": "text", "required": True}]
    nodes = [node("start", "start", fields=fields), node("answer", "output", 300, 0, value="{{ start.question }}")]
    editor.open(document(nodes, "start>answer"))
    editor.page.keyboard.press("Control+Enter")
    form = editor.page.locator("dialog[open]")
    form.get_by_label("Question").fill("Why?")
    editor.page.keyboard.press("Control+Enter")
    editor.expect_status("answer", "succeeded")
    expect(editor.run_panel.get_by_text("Why?").first).to_be_visible()


def test_a_node_shows_what_it_received_and_gave(editor: Editor) -> None:
    nodes = [node("start", "start"), node("say", "template", 300, 0, text="spoken words"), node("answer", "output", 600, 0)]
    editor.open(document(nodes, "start>say", "say>answer"))
    editor.run()
    editor.expect_status("answer", "succeeded")
    editor.run_panel.get_by_role("button", name="Say").first.click()
    expect(editor.run_panel.get_by_text("spoken words").first).to_be_visible()
