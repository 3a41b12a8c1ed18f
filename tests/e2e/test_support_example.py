"""The support example from the gallery to the sent message: parallel lookups, a quality loop, stored reasons, cost, a person."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.pages import Editor
from tests.e2e.robot import DESK, DRAFTS


def test_a_customer_is_answered_with_lookups_in_parallel_a_quality_loop_and_a_person(editor: Editor) -> None:
    """The models are scripted; the account, the handbook and the message are real."""
    open_template(editor)
    ask_larger_models(editor)
    editor.run()
    # The first call of a hosted model in a worker loads the library for it, which takes long on a busy machine.
    expect(editor.row("A person decides")).to_have_attribute("data-status", "waiting", timeout=60_000)
    see_lookups_side_by_side(editor)
    see_the_decision_on_its_edge(editor)
    see_the_scores(editor)
    answer_as_a_person(editor)
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]["id"]
    see_what_is_stored(editor.stack.finished(run), editor)


def open_template(editor: Editor) -> None:
    """Choose it in the gallery; it opens once its handbook can be searched."""
    page = editor.page
    page.goto(f"{editor.stack.url}/")
    page.get_by_role("button", name=re.compile("^Answer a customer")).click()
    page.locator("dialog[open]").get_by_role("button", name="Create and open").click()
    expect(editor.canvas).to_be_visible(timeout=60_000)
    editor.workflow = page.url.rpartition("/")[2]


def ask_larger_models(editor: Editor) -> None:
    """Let every node ask the scripted model instead of the tiny one."""
    draft = editor.stack.api.get(f"/workflows/{editor.workflow}/draft").json()
    document = json.loads(json.dumps(draft["document"]).replace("local/smollm2", DESK))
    saved = editor.stack.api.put(
        f"/workflows/{editor.workflow}/draft", json={"document": document, "revision": draft["revision"]}
    )
    assert saved.json()["problems"] == []
    editor.page.reload()
    expect(editor.node("route")).to_be_visible()


def see_lookups_side_by_side(editor: Editor) -> None:
    """The bars of the two lookups lie over one another in time, and what a call took stands beside its bar."""
    expect(editor.row(r"Who may answer\?")).to_contain_text("150 tok")
    account, handbook = bar_of(editor.row("Fetch the account")), bar_of(editor.row("Search the handbook"))
    assert account["x"] < handbook["x"] + handbook["width"]
    assert handbook["x"] < account["x"] + account["width"]


def bar_of(row: Locator) -> Any:
    """Give where the bar of a node run lies in the waterfall."""
    row.scroll_into_view_if_needed()
    return row.locator("[data-what=attempt]").first.bounding_box()


def see_the_decision_on_its_edge(editor: Editor) -> None:
    """How sure the model was and why stands on each edge that it took, as far as these are in view."""
    notes = editor.canvas.get_by_role("note").filter(has_text="92 %")
    expect(notes.first).to_have_attribute("title", "It asks for money back, and threatens nobody.")


def see_the_scores(editor: Editor) -> None:
    """Each turn stands there with its score, the best one is named, and a press shows what happened in it."""
    scores = editor.run_panel.get_by_role("region", name="Scores of Write until it is good").get_by_role("button")
    expect(scores).to_have_text([re.compile("Turn 1 ?0.52"), re.compile("Turn 2 ?0.58"), re.compile("Turn 3 ?0.46")])
    expect(scores.filter(has_text="best so far")).to_have_text(re.compile("Turn 2"))
    expect_no_violation(editor.page)


def answer_as_a_person(editor: Editor) -> None:
    editor.run_panel.get_by_role("button", name="Answer", exact=True).click()
    card = editor.run_panel.get_by_role("form", name="Approval")
    expect(card.get_by_text("acme wrote (billing, high)")).to_be_visible()
    expect(card.get_by_label("Answer")).to_have_value(DRAFTS[1])
    card.get_by_label("Answer").fill("Dear acme, you get it back within 3 working days.")
    card.get_by_role("button", name="Send it").click()
    expect(editor.page.get_by_text(re.compile("^Run succeeded in"))).to_be_attached()
    expect(editor.run_panel.get_by_text("1,350 tokens")).to_be_visible()


def see_what_is_stored(run: dict[str, Any], editor: Editor) -> None:
    """The message that a person wrote was sent, and every decision has its reason in the database."""
    sent = run["output"]["sent"]
    assert (sent["text"], sent["approved"], sent["priority"]) == (
        "Dear acme, you get it back within 3 working days.",
        True,
        "high",
    )
    assert run["usage"]["output_tokens"] == 9 * 30
    route = editor.stack.api.get(f"/runs/{run['id']}/nodes/route").json()["details"]
    assert (route["case"], route["confidence"]) == ("draft", 0.92)
    judged = editor.stack.api.get(f"/runs/{run['id']}/nodes/answer%231%2Fjudge").json()["details"]
    assert [one["reason"] for one in judged["criteria"]] == [
        "The expression gave true.", "The expression gave false.", "It is about the payment.",
    ]  # fmt: skip
