"""Looking into what ran: what it waited for, how many items went where, and what two runs did differently."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import expect_no_violation
from tests.e2e.documents import document, node
from tests.e2e.pages import Editor

FORKED = document(
    [
        node("start", "start", 0, 60, fields=[{"name": "n", "type": "number", "label": "", "required": False, "default": 3}]),
        node("slow", "wait", 280, 0, seconds=1),
        node("rows", "set", 280, 160, value="{{ list(range(start.n)) }}"),
        node("fixed", "set", 280, 280, value="always"),
        node("join", "merge", 560, 60, mode="list"),
        node("end", "output", 0, 300),
    ],
    "start>slow", "start>rows", "start>fixed", "slow>join", "rows>join", "fixed>join", "join>end",
)  # fmt: skip


def test_what_a_run_waited_for_is_said_and_painted(editor: Editor) -> None:
    editor.open(FORKED)
    editor.run()
    editor.expect_status("end", "succeeded")
    editor.run_panel.get_by_role("button", name="Show what the run waited for").click()
    expect(editor.run_panel.get_by_text("The run waited for")).to_contain_text(re.compile(r"Slow 1\.\d+ s"))
    faster = editor.run_panel.get_by_role("list", name="What would make it faster")
    expect(faster).to_contain_text(re.compile(r"\d+ % was waiting at Slow, in which nothing could be done"))
    for name, critical in (("slow", "true"), ("rows", "false"), ("join", "true")):
        expect(editor.node(name).locator("[data-category]").first).to_have_attribute("data-critical", critical)
    editor.run_panel.get_by_role("button", name="Show all alike").click()
    expect(editor.canvas.locator("[data-critical]")).to_have_count(0)


def test_edges_tell_how_many_items_went_along(editor: Editor) -> None:
    editor.open(FORKED)
    editor.run()
    editor.expect_status("end", "succeeded")
    expect(editor.canvas.get_by_text("3 items", exact=True).first).to_be_visible()


def test_two_runs_are_compared_node_by_node_down_to_the_fields(editor: Editor) -> None:
    editor.open(FORKED)
    for n in (3, 5):
        editor.stack.finished(editor.stack.run(editor.workflow, {"n": n})["id"])
    runs = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    editor.page.goto(f"{editor.stack.url}/runs/{runs[0]['id']}/compare?with={runs[1]['id']}")
    side = editor.page.get_by_role("region", name="What differs")
    expect(side.get_by_role("heading", level=2)).to_contain_text("of 6 node runs differ")
    expect(side.get_by_role("button", name="Fixed")).to_have_count(0)
    expect(editor.node("rows")).to_have_class(re.compile("mark-differs"))
    side.get_by_role("button", name="Rows").click()
    expect(side.get_by_text("[3]", exact=True).first).to_be_visible()
    expect(side.locator("ins").filter(has_text="4").first).to_be_visible()
    expect_no_violation(editor.page)
    side.get_by_text("Show all").click()
    expect(side.get_by_role("button", name="Fixed")).to_be_visible()
    editor.page.get_by_role("button", name="Swap the two").click()
    expect(side.locator("del").first).to_have_count(0)
    expect(editor.page).to_have_url(re.compile(f"/runs/{runs[1]['id']}/compare"))


def test_the_open_run_is_compared_with_another_from_the_list(editor: Editor) -> None:
    editor.open(FORKED)
    editor.stack.finished(editor.stack.run(editor.workflow, {"n": 1})["id"])
    editor.run()
    editor.expect_status("end", "succeeded")
    editor.run_panel.get_by_role("button", name="Recent runs").click()
    editor.page.get_by_role("link", name=re.compile("Compare the open run")).click()
    expect(editor.page.get_by_role("heading", name="Two runs of Test workflow")).to_be_visible()


PRINTING = document(
    [
        node("start", "start", fields=[]),
        node("say", "code", 280, source="def main(input):\n    for n in range(3000):\n        print('row', n)\n"),
        node("slow", "wait", 560, seconds=3),
        node("more", "code", 840, source="def main(input):\n    print('the last of all')\n"),
    ],
    "start>say", "say>slow", "slow>more",
)  # fmt: skip


def test_the_log_of_a_run_follows_it_and_is_scrolled_and_searched(editor: Editor) -> None:
    editor.open(PRINTING)
    editor.run()
    panel = editor.run_panel
    panel.get_by_role("button", name="Logs", exact=True).click()
    log = panel.get_by_role("region", name="Log")
    expect(log.get_by_text("row 2999")).to_be_visible()
    expect(panel.get_by_text("3,000 lines")).to_be_visible()
    editor.expect_status("more", "succeeded")
    expect(log.get_by_text("the last of all")).to_be_visible()
    panel.get_by_role("button", name="To the first line").click()
    expect(log.get_by_text("row 3", exact=True)).to_be_visible()
    assert log.locator("time").count() < 200
    panel.get_by_label("Search in the log").fill("ROW 1234")
    expect(panel.get_by_text("1 matching line")).to_be_visible()
    with editor.page.expect_download() as download:
        panel.get_by_role("link", name="Download these lines").click()
    assert download.value.path().read_text().endswith(" info say: row 1234\n")
    log.get_by_text("row 1234").click()
    panel.get_by_role("region", name="The chosen line").get_by_role("button", name="Say").click()
    expect(editor.node("say")).to_have_class(re.compile("selected"))
    panel.get_by_role("tab", name="Logs 3,000").click()
    expect(log.get_by_text("row 0", exact=True)).to_be_visible()
