"""What each person is told of in the app, and nobody else: approvals that wait, runs that failed, and what was shared."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from editor.notices import tell_shared
from editor.permissions import Role
from editor.services import document_read, workflow_create
from graphapp.accounts.models import Membership, Team, User
from graphapp.accounts.sharing import grant_to_person, grant_to_team
from runs.models import ApprovalRequest, Delegation, Notification, Run
from runs.notices import announce, forget_answered
from runs.notifications import forget_notifications, notify
from runs.process import Process
from runs.services import run_cancel
from tests.builders import Graph, hello
from tests.integration.runs.test_approval_requests import BASE, answer, asked, later, process, quiet, scripts, waiting
from tests.support.bench import Bench
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

__all__ = ["process", "quiet", "scripts"]

Json = dict[str, Any]


def told(script: Script) -> list[tuple[str, str, bool]]:
    """List what somebody was told of: its kind, its title, and whether it is unread."""
    status, body = script.get("/notifications")
    assert status == 200, body
    assert body["unread"] == sum(one["read_at"] is None for one in body["items"])
    return [(one["kind"], one["title"], one["read_at"] is None) for one in body["items"]]


def failing(script: Script, version: str = "latest") -> str:
    """Start a run that fails at once."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("fail", "stop", code="no_stock", message="Nothing is left."))
    made = workflow_id(script, g.document())
    assert script.post(f"/workflows/{made}/versions", {})[0] == 201
    status, run = script.post(f"/workflows/{made}/runs", {"version": version})
    assert status == 201, run
    return str(run["id"])


def test_who_is_asked_is_told_and_once_it_is_answered_nobody_has_it_unread(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org, vic@example.org")
    announce(BASE)
    assert told(scripts["ed"]) == told(scripts["vic"]) == [("approval", "Waits for you: Hello", True)]
    assert told(scripts["olga"]) == told(scripts["sam"]) == []
    (one,) = scripts["ed"].get("/notifications")[1]["items"]
    assert (one["text"], one["path"]) == ("May it go out?", f"/approvals?run={run.pk}&key=review")
    assert f"{BASE}{one['path']}" in mail.outbox[0].body, "the mail leads to the same form"
    assert answer(scripts["ed"], run)[0] == 202
    assert told(scripts["vic"]) == [("approval", "Waits for you: Hello", False)]


def test_the_link_of_a_mail_opens_nothing_by_itself_and_leads_on_after_signing_in(
    scripts: dict[str, Script], process: Process
) -> None:
    run = waiting(scripts, process, who="ed@example.org")
    path = f"/approvals?run={run.pk}&key=review"
    assert f"{BASE}{path}" in mail.outbox[0].body
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/login/?next={quote(path)}")


def test_the_owner_is_told_where_nobody_is_named(scripts: dict[str, Script], process: Process) -> None:
    waiting(scripts, process)
    assert [kind for kind, *_ in told(scripts["olga"])] == ["approval"]


def test_those_to_whom_it_is_escalated_are_told_when_it_is(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org", escalate_after_seconds=600, escalate_to="vic@example.org")
    assert told(scripts["vic"]) == []
    later(run, 601)
    announce(BASE)
    assert [kind for kind, *_ in told(scripts["vic"])] == ["approval"]


def test_what_is_over_without_an_answer_is_not_unread(scripts: dict[str, Script], process: Process, people: Any) -> None:
    run = waiting(scripts, process, who="ed@example.org")
    run_cancel(run=run, actor=people["olga"])
    process.drive_here(str(run.pk))
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "cancelled")
    forget_answered()
    assert [unread for *_, unread in told(scripts["ed"])] == [False]


def test_whoever_started_a_run_is_told_that_it_failed(scripts: dict[str, Script], process: Process) -> None:
    run_id = failing(scripts["olga"])
    process.drive_here(run_id)
    wait_until(lambda: Run.objects.get(pk=run_id).status == "failed")
    (one,) = scripts["olga"].get("/notifications")[1]["items"]
    assert (one["kind"], one["title"], one["path"]) == ("run_failed", "Failed: Hello", f"/runs/{run_id}")
    assert "Nothing is left." in one["text"]
    assert told(scripts["sam"]) == []


def test_a_run_that_is_tried_out_is_watched_at_first_and_told_of_later(bench: Bench, process: Process, people: Any) -> None:
    bench.actor = people["olga"]
    for began, expected in ((0.0, 0), (120.0, 1)):
        run = Run.objects.get(pk=failing(Script(people["olga"]), "draft"))
        assert run.is_test
        Run.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(seconds=began))
        process.drive_here(str(run.pk))
        bench.ended(run)
        assert Notification.objects.filter(about=f"run {run.pk}").count() == expected


def test_whom_something_is_shared_with_is_told(scripts: dict[str, Script], people: Mapping[str, User]) -> None:
    """The authors' half says so by a signal: it knows nothing of notifications."""
    about: Json = {"by": people["olga"], "what": "workflow", "name": "Refunds", "path": "/workflows/1"}
    tell_shared(person=people["ed"], role="viewer", **about)
    tell_shared(person=people["ed"], role="viewer", **about)
    assert told(scripts["ed"]) == [("shared", "Shared with you: Refunds", True)]
    tell_shared(person=people["ed"], role="editor", **about)
    assert len(told(scripts["ed"])) == 2
    assert "olga@example.org made you editor" in scripts["ed"].get("/notifications")[1]["items"][0]["text"]


def test_sharing_tells_a_person_and_the_members_of_a_team(scripts: dict[str, Script], people: Mapping[str, User]) -> None:
    olga, team = people["olga"], Team.objects.create(name="Support")
    for name in ("olga", "vic", "sam"):
        Membership.objects.create(team=team, user=people[name], role=Role.EDITOR)
    workflow = workflow_create(actor=olga, name="Refunds", document=document_read(hello()))
    grant_to_person(thing=workflow, actor=olga, email="ed@example.org", role=Role.VIEWER)
    grant_to_person(thing=workflow, actor=olga, email="nobody@example.com", role=Role.VIEWER)
    grant_to_team(thing=workflow, actor=olga, team=team, role=Role.RUNNER)
    for name in ("ed", "vic", "sam"):
        assert told(scripts[name]) == [("shared", "Shared with you: Refunds", True)]
    (one,) = scripts["ed"].get("/notifications")[1]["items"]
    assert one["path"] == f"/workflows/{workflow.pk}"
    assert scripts["ed"].get(one["path"])[0] == 200, "what it leads to may be opened"
    assert told(scripts["olga"]) == []


def test_each_person_reads_their_own(scripts: dict[str, Script], people: Mapping[str, User]) -> None:
    for name in ("ed", "vic"):
        for number in range(3):
            notify([people[name].pk], kind="run_failed", about=f"run {number}", title=str(number), text="", path="/runs")
    foreign = list(Notification.objects.filter(person=people["vic"]).values_list("pk", flat=True))
    assert scripts["ed"].post("/notifications/read", {"ids": foreign}) == (200, {"unread": 3})
    assert Notification.objects.filter(person=people["vic"], read_at=None).count() == 3
    mine = scripts["ed"].get("/notifications?limit=2")[1]["items"]
    assert [one["title"] for one in mine] == ["2", "1"]
    assert scripts["ed"].post("/notifications/read", {"ids": [mine[0]["id"]]}) == (200, {"unread": 2})
    assert scripts["ed"].post("/notifications/read", {}) == (200, {"unread": 0})
    assert len(told(scripts["vic"])) == 3
    before = mine[1]["created_at"].replace("+", "%2B")
    assert [one["title"] for one in scripts["ed"].get(f"/notifications?before={before}")[1]["items"]] == ["0"]


def test_what_is_old_is_forgotten(people: Mapping[str, User]) -> None:
    for number in range(3):
        notify([people["ed"].pk], kind="run_failed", about=f"run {number}", title="x", text="", path="/")
    Notification.objects.filter(about__in=["run 0", "run 1"]).update(created_at=timezone.now() - timedelta(days=91))
    assert (forget_notifications(0), forget_notifications(90)) == (0, 2)
    assert Notification.objects.count() == 1


def pass_on(script: Script, run: Run, to: str, note: str = "") -> tuple[int, Any]:
    """Pass an approval on."""
    return script.post(f"/runs/{run.pk}/delegations/review", {"to": to, "note": note})


def test_an_approval_is_passed_on_to_somebody_who_is_told_and_answers(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org", remind_after_seconds=60)
    assert pass_on(scripts["sam"], run, "vic@example.org")[0] == 404
    assert answer(scripts["vic"], run)[0] == 404
    status, made = pass_on(scripts["ed"], run, " Vic@Example.org ", "You know the customer.")
    assert (status, made["by"], made["to"], made["note"]) == (201, "ed@example.org", "vic@example.org", "You know the customer.")
    announce(BASE)
    assert asked(scripts["ed"]) == [], "whoever passed it on is asked no more"
    (item,) = asked(scripts["vic"])
    assert (item["may_open"], [one["to"] for one in item["passed_on"]]) == (False, ["vic@example.org"])
    assert scripts["vic"].get(f"/runs/{run.pk}")[0] == 404, "the form alone"
    assert [unread for *_, unread in told(scripts["vic"])] == [True]
    assert mail.outbox[-1].to == ["vic@example.org"]
    assert "ed@example.org passed this on to you. They write: You know the customer." in mail.outbox[-1].body
    sent = len(mail.outbox)
    later(run, 61)
    announce(BASE)
    assert len(mail.outbox) == sent, "nor reminded"
    assert pass_on(scripts["vic"], run, "sam@example.org")[0] == 201
    assert [one["by"] for one in asked(scripts["sam"])[0]["passed_on"]] == ["ed@example.org", "vic@example.org"]
    assert answer(scripts["sam"], run)[0] == 202
    process.drive_here(str(run.pk))
    wait_until(lambda: scripts["olga"].get(f"/runs/{run.pk}")[1]["output"] == {"by": "sam@example.org"})
    assert Delegation.objects.filter(run=run).count() == 2, "who passed it on stays known with the run"
    assert pass_on(scripts["olga"], run, "vic@example.org")[0] == 409


def test_who_is_asked_is_worked_out_anew_with_those_to_whom_it_was_passed_on(
    scripts: dict[str, Script], process: Process
) -> None:
    run = waiting(scripts, process, who="ed@example.org")
    assert pass_on(scripts["ed"], run, "vic@example.org")[0] == 201
    ApprovalRequest.objects.all().delete()
    announce(BASE)
    assert (len(asked(scripts["vic"])), asked(scripts["ed"])) == (1, [])


def test_those_who_were_asked_before_may_still_answer(scripts: dict[str, Script], process: Process) -> None:
    run = waiting(scripts, process, who="ed@example.org")
    assert pass_on(scripts["ed"], run, "vic@example.org")[0] == 201
    assert answer(scripts["ed"], run)[0] == 202


@pytest.mark.parametrize(
    ("to", "says"),
    [("ed@example.org", "This is you"), ("nobody@example.com", "Nobody here"), ("not an address", "Nobody here")],
)
def test_an_approval_is_passed_on_to_nobody_who_cannot_be_asked(
    scripts: dict[str, Script], process: Process, to: str, says: str
) -> None:
    run = waiting(scripts, process, who="ed@example.org")
    status, body = pass_on(scripts["ed"], run, to)
    assert (status, body["error"]["code"]) == (422, "delegate_invalid")
    assert says in body["error"]["data"]["fields"]["to"]
    assert not Delegation.objects.exists()


def test_only_approvals_are_passed_on(scripts: dict[str, Script], process: Process) -> None:
    run_id = failing(scripts["olga"])
    assert scripts["olga"].post(f"/runs/{run_id}/delegations/stop", {"to": "ed@example.org"})[0] == 409
