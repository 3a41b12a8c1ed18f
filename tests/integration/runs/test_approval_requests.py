"""Who may answer, who is told, and to whom it is escalated."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.utils import timezone

from editor.graph.nodetype import APPROVAL
from graphapp.accounts.models import User
from runs.models import ApprovalRequest, NodeRun, Run
from runs.notices import announce, forget_answered
from runs.process import Process
from runs.wiring import make_executor
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import assert_invariants
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]
BASE = "https://app.test"


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    """Drive runs with all that a worker has."""
    return make_process(make_executor)


@pytest.fixture
def scripts(bench: Bench, people: Mapping[str, User]) -> dict[str, Script]:
    """Call as each of the four."""
    bench.actor = people["olga"]
    return {name: Script(user) for name, user in people.items()}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests say when notices go out, not the processes."""
    monkeypatch.setattr("runs.process.announce", lambda base_url: 0)


def waiting(scripts: Mapping[str, Script], process: Process, **params: Any) -> Run:
    """Run an approval of olga's until it waits."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    review = g.node("approval", "review", message="May it go out?", **params)
    start.to(review)
    review["approve"].to(g.node("output", "sent", name="by", value="{{ review.by }}"))
    review["reject"].to(g.node("output", "dropped", name="dropped"))
    status, started = scripts["olga"].post(f"/workflows/{workflow_id(scripts['olga'], g.document())}/runs", {})
    assert status == 201, started
    process.drive_here(started["id"])
    run = Run.objects.get(pk=started["id"])
    wait_until(lambda: NodeRun.objects.filter(run=run, reason=APPROVAL, status="waiting").exists())
    announce(BASE)
    return run


def answer(script: Script, run: Run, button: str = "approve") -> tuple[int, Any]:
    """Answer."""
    return script.post(f"/runs/{run.pk}/answers/{quote('review', safe='')}", {"button": button})


def asked(script: Script) -> list[Json]:
    """List what waits for somebody."""
    status, body = script.get("/approvals")
    assert status == 200, body
    found: list[Json] = body["items"]
    return found


def later(run: Run, seconds: float) -> None:
    """Let an approval have waited for so much longer."""
    ago = timedelta(seconds=seconds)
    for row in ApprovalRequest.objects.filter(run=run):
        row.opens_at -= ago
        row.notice_at = None if row.notice_at is None else row.notice_at - ago
        row.save()
    review = NodeRun.objects.get(run=run, node_id="review")
    NodeRun.objects.filter(pk=review.pk).update(started_at=(review.started_at or timezone.now()) - ago)


def told() -> list[tuple[str, str]]:
    """List who was sent what so far."""
    return [(message.to[0], message.subject.split(":")[0]) for message in mail.outbox]


def test_whoever_is_named_answers_and_sees_nothing_else(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="Ed@example.org, vic@example.org")
    item = asked(scripts["ed"])[0]
    assert (item["run_id"], item["key"], item["message"], item["may_open"]) == (str(run.pk), "review", "May it go out?", False)
    assert asked(scripts["sam"]) == asked(scripts["olga"]) == []
    assert answer(scripts["sam"], run)[0] == 404
    assert scripts["ed"].get(f"/runs/{run.pk}")[0] == 404
    assert scripts["ed"].get(f"/runs/{run.pk}/nodes/review")[0] == 404
    status, body = answer(scripts["ed"], run)
    assert (status, body["key"]) == (202, "review")
    assert answer(scripts["vic"], run)[0] in (404, 409)
    process.drive_here(str(run.pk))
    wait_until(lambda: scripts["olga"].get(f"/runs/{run.pk}")[1]["output"] == {"by": "ed@example.org"})
    assert asked(scripts["ed"]) == []
    assert forget_answered() == 2
    assert_invariants(run)


def test_whoever_edits_the_workflow_answers_where_nobody_is_named(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process)
    assert [item["may_open"] for item in asked(scripts["olga"])] == [True]
    assert asked(scripts["ed"]) == []
    assert answer(scripts["ed"], run)[0] == 404
    assert told() == []
    assert answer(scripts["olga"], run)[0] == 202


def test_the_owner_may_answer_what_others_are_asked(scripts: dict[str, Script], process: Process) -> None:
    """Somebody who is away must not hold a run up for ever."""
    run = waiting(scripts, process, who="ed@example.org")
    assert answer(scripts["olga"], run, "reject")[0] == 202


def test_people_are_told_once_and_reminded(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org, nobody@example.com", remind_after_seconds=3600)
    announce(BASE)
    assert told() == [("ed@example.org", "An answer is asked for")]
    assert "https://app.test/approvals" in mail.outbox[0].body
    later(run, 3601)
    announce(BASE)
    assert told()[1:] == [("ed@example.org", "Reminder")]
    assert answer(scripts["ed"], run)[0] == 202
    process.drive_here(str(run.pk))
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "succeeded")
    later(run, 3601)
    announce(BASE)
    assert len(mail.outbox) == 2


def test_the_owner_is_reminded_where_nobody_is_named(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, remind_after_seconds=60)
    later(run, 61)
    announce(BASE)
    assert [address for address, _ in told()] == ["olga@example.org"]


def test_after_a_while_it_is_escalated(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org", escalate_after_seconds=600, escalate_to="vic@example.org")
    assert asked(scripts["vic"]) == []
    assert answer(scripts["vic"], run)[0] == 404
    later(run, 601)
    announce(BASE)
    assert told() == [("ed@example.org", "An answer is asked for"), ("vic@example.org", "An answer is asked for")]
    assert [item["is_escalated"] for item in asked(scripts["vic"])] == [True]
    assert [item["is_escalated"] for item in asked(scripts["ed"])] == [True]
    assert answer(scripts["vic"], run)[0] == 202


@pytest.mark.parametrize(
    ("params", "problem"),
    [({"escalate_to": "vic@example.org"}, "escalate_after_seconds"), ({"escalate_after_seconds": 60}, "escalate_to")],
)
def test_half_an_escalation_is_a_problem(scripts: dict[str, Script], params: Json, problem: str) -> None:
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("approval", "review", message="?", **params))["approve"].to(
        g.node("output", "o")
    )
    status, body = scripts["olga"].post("/workflows", {"name": "x", "document": g.document()})
    assert status == 201
    draft = scripts["olga"].get(f"/workflows/{body['id']}/draft")[1]
    assert problem in [one.get("param") for one in draft["problems"]]


def test_what_is_no_address_fails_the_node(scripts: dict[str, Script], process: Process) -> None:
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("approval", "review", message="?", who="the boss"))
    run_id = scripts["olga"].post(f"/workflows/{workflow_id(scripts['olga'], g.document())}/runs", {})[1]["id"]
    process.drive_here(run_id)
    wait_until(lambda: Run.objects.get(pk=run_id).status == "failed")
    assert scripts["olga"].get(f"/runs/{run_id}")[1]["error"]["code"] == "param_invalid"
