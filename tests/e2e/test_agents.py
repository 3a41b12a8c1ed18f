"""An agent at work in the browser: its tools beside the flow, its trace while it works, a person in the middle of it."""

import json

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import node
from tests.e2e.pages import Editor

PAY = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}


def paying() -> dict[str, object]:
    """Draw an agent that looks something up, asks a specialist, and pays after somebody allowed it."""
    turns = [[["look", {"input": "prices"}], ["clerk", {"input": clerk()}]], [["pay", {"amount": 500}]]]
    boss = {"turns": turns, "says": "Paid."}
    edges = [
        ("start", "out", "boss", "in"), ("boss", "out", "result", "in"), ("look", "tool", "boss", "tools"),
        ("clerk", "tool", "boss", "tools"), ("pay", "tool", "boss", "tools"), ("sum", "tool", "clerk", "tools"),
    ]  # fmt: skip
    told = {"approval": True, "description": "Pays an amount.", "parameters": PAY}
    return {
        "schema": 1,
        "nodes": [
            node("start", "start", 0, 0, fields=[]),
            node("boss", "agent", 320, 0, model="robot/m", prompt=json.dumps(boss)),
            node("result", "output", 640, 0),
            {**node("look", "code", 0, 260, source="def main(input):\n    return {'found': input}\n"), **described("Looks up.")},
            {**node("clerk", "agent", 300, 260, model="robot/m", prompt="{{ input }}"), **described("Counts.")},
            {**node("sum", "code", 300, 500, source="def main(input):\n    return 42\n"), **described("Sums.")},
            {**node("pay", "code", 600, 260, source="def main(input):\n    return input\n"), "policy": {"tool": told}},
        ],
        "edges": [
            {"id": f"e{n}", "source": a, "source_port": p, "target": b, "target_port": q} for n, (a, p, b, q) in enumerate(edges)
        ],
    }


def clerk() -> str:
    """Tell the specialist what to do."""
    return json.dumps({"turns": [[["sum", {"input": "all"}]]], "says": "It is 42."})


def described(text: str) -> dict[str, object]:
    """Describe a tool."""
    return {"policy": {"tool": {"description": text}}}


def test_an_agent_is_followed_turn_by_turn_and_asks_a_person_in_the_middle(editor: Editor) -> None:
    editor.open(paying())
    page = editor.page
    expect(page.locator("[data-tool]")).to_have_count(4)
    editor.run()
    # The first call of a hosted model in a worker loads the library for it, which takes long on a busy machine.
    expect(editor.node("boss").locator("[data-category]").first).to_have_attribute("data-status", "waiting", timeout=60_000)
    editor.run_panel.get_by_role("button", name="Answer").click()
    card = editor.run_panel.get_by_role("form", name="Approval")
    expect(card.get_by_text("wants to call pay: Pays an amount.")).to_be_visible()
    expect(card.get_by_label("amount")).to_have_value("500")
    turns = editor.run_panel.get_by_role("list", name="Turns of boss", exact=True)
    expect(turns.get_by_text("Turn 2.")).to_be_visible()
    nested = turns.get_by_role("list", name="Turns of boss!2/clerk")
    expect(nested.get_by_text("It is 42.")).to_be_visible()
    expect(turns.get_by_role("button", name="pay")).to_contain_text("500")
    expect_no_violation(page)
    card.get_by_label("amount").fill("5")
    card.get_by_role("button", name="Allow the call").click()
    editor.expect_status("result", "succeeded")
    expect(turns.get_by_text("Paid.")).to_be_visible()
    pay = turns.get_by_role("button", name="pay")
    pay.click()
    expect(turns.get_by_role("group", name="Result").or_(turns.get_by_text("Result")).first).to_be_visible()
    expect(turns.get_by_text("answered “approve”.")).to_be_visible()
    page.reload()
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    assert editor.stack.finished(run)["output"] == {"result": "Paid."}
    steps = editor.stack.api.get(f"/runs/{run}/steps/boss").json()["steps"]
    assert [(step["name"], step["input"]) for step in steps if step["name"] == "pay"] == [("pay", {"amount": 5})]
