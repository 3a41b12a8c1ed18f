"""Runs are seen as they are: in parallel, after a reload, cancelled, and in another tab."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.e2e.documents import slow
from tests.e2e.pages import Editor


def test_parallel_branches_are_seen_running_at_once(editor: Editor) -> None:
    editor.open(slow(3))
    editor.run()
    editor.expect_status("left", "waiting")
    editor.expect_status("right", "waiting")
    editor.expect_status("answer", "succeeded")


def test_a_reload_shows_the_same_live_run(editor: Editor) -> None:
    editor.open(slow(4))
    editor.run()
    editor.expect_status("left", "waiting")
    editor.page.reload()
    editor.expect_status("left", "waiting")
    editor.expect_status("answer", "succeeded")
    runs = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"]
    assert len(runs) == 1


def test_a_reload_shows_the_same_run_also_when_it_is_over(editor: Editor) -> None:
    editor.open(slow(0.1))
    editor.run()
    editor.expect_status("answer", "succeeded")
    editor.page.reload()
    editor.expect_status("answer", "succeeded")
    editor.run_panel.get_by_role("button", name="Close").click()
    expect(editor.page).not_to_have_url(re.compile("run="))
    editor.page.reload()
    expect(editor.canvas).to_be_visible()
    assert "run=" not in editor.page.url


def test_cancel_stops_the_run_and_the_nodes_say_so(editor: Editor) -> None:
    editor.open(slow(600))
    editor.run()
    editor.expect_status("left", "waiting")
    editor.page.get_by_role("banner").get_by_role("button", name="Cancel").click()
    editor.expect_status("left", "cancelled")
    editor.expect_status("right", "cancelled")
    expect(editor.page.get_by_role("banner").get_by_role("button", name="Run", exact=True)).to_be_visible()
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    assert run["status"] == "cancelled"


def test_a_run_is_watched_on_its_own_page_too(editor: Editor, context: BrowserContext) -> None:
    editor.open(slow(3))
    run = editor.stack.run(editor.workflow)
    second = context.new_page()
    second.goto(f"{editor.stack.url}/runs/{run['id']}")
    viewer = Editor(second, editor.stack)
    viewer.expect_status("left", "waiting")
    viewer.expect_status("answer", "succeeded")


def test_a_run_survives_the_loss_of_the_connection(editor: Editor, context: BrowserContext) -> None:
    editor.open(slow(4))
    editor.run()
    editor.expect_status("left", "waiting")
    context.set_offline(True)
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    editor.stack.finished(run["id"])
    context.set_offline(False)
    editor.expect_status("answer", "succeeded", seconds=30)
