"""The sample workflow runs on the real local model, from the browser, and its text is seen streaming."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import Editor


@pytest.mark.model
@pytest.mark.timeout(180)
def test_the_sample_runs_on_the_real_model(editor: Editor) -> None:
    items = editor.stack.api.get("/workflows", params={"search": "Support triage"}).json()["items"]
    editor.workflow = items[0]["id"]
    editor.page.goto(f"{editor.stack.url}/workflows/{editor.workflow}")
    expect(editor.canvas).to_be_visible()
    editor.run()
    editor.expect_status("classify", "running")
    expect(editor.run_panel.get_by_role("region", name="Sum it up")).to_contain_text(" ", timeout=90_000)
    expect(editor.row("Ticket")).to_have_attribute("data-status", "succeeded", timeout=120_000)
    run = editor.stack.api.get("/runs", params={"workflow": editor.workflow}).json()["items"][0]
    found = editor.stack.api.get(f"/runs/{run['id']}/nodes/classify").json()
    assert found["output"]["category"] in {"billing", "technical", "other"}
    assert found["usage"]["output_tokens"] > 0
