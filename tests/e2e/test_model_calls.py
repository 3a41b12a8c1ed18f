"""What a model node did is seen in the browser: each call, why it was made, what it took, what came of it."""

import json

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor


def cascade(**params: object) -> dict[str, object]:
    """Draw a model that is down, one that is too weak, and one that is good enough."""
    said = json.dumps({"by_model": {"weak": "no", "good": "A long answer."}})
    told = {"model": "robot/down", "fallback_models": ["robot/weak"], "check": "len(answer) > 5", "prompt": said, **params}
    ask = {**node("ask", "llm", 320, 0, **told), "policy": {"retry": {"max_attempts": 1}}}
    return document([node("start", "start", fields=[]), ask, node("result", "output", 640, 0)], "start>ask", "ask>result")


def test_the_calls_of_a_model_node_show_each_hop_and_why(editor: Editor) -> None:
    editor.open(cascade(escalate_models=["robot/good"]))
    page = editor.page
    editor.run()
    # The first call of a hosted model in a worker loads the library for it, which takes long on a busy machine.
    editor.expect_status("result", "succeeded", seconds=60)
    editor.row("Ask").click()
    editor.run_panel.get_by_role("tab", name="Calls 3").click()
    calls = editor.run_panel.get_by_role("list", name="Calls of models")
    expect(calls.get_by_role("listitem")).to_have_count(3)
    expect(calls.get_by_text("robot/down did not answer")).to_be_visible()
    expect(calls.get_by_text("The check len(answer) > 5 does not hold.")).to_be_visible()
    good = calls.get_by_role("button", name="robot/good")
    expect(good).to_contain_text("150")
    good.press("Enter")
    expect(calls.get_by_role("group", name="Answer")).to_contain_text("A long answer.")
    expect(calls.get_by_role("group", name="Prompt")).to_be_visible()
    expect_no_violation(page)
    page.reload()
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    steps = editor.stack.api.get(f"/runs/{run}/steps/ask").json()["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("robot/down", "failed"), ("robot/weak", "succeeded"), ("robot/good", "succeeded"),
    ]  # fmt: skip
