"""Webhooks: what a call becomes, and what is told of it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from editor.services import document_read, draft_save, version_publish
from editor.triggers.config import LONGEST_WAIT
from editor.triggers.models import Trigger
from graphapp.accounts.models import User
from runs.journal.insert import insert_child
from runs.models import Run
from runs.process import Process
from runs.triggers import webhook
from runs.triggers.log import MOST_KEPT, forget_calls
from runs.triggers.models import TriggerCall, TriggerNonce
from runs.wiring import make_executor
from tests.conftest import person
from tests.support.bench import MakeProcess
from tests.support.script import Script
from tests.support.triggers import WHO, asking, call, hook, published
from tests.support.waiting import wait_until

AGE = {"name": "age", "type": "number"}


def input_of(answer: tuple[int, Any]) -> Any:
    assert answer[0] == 202, answer
    return Run.objects.get(pk=answer[1]["run"]).input


def test_fields_are_filled_by_name_and_other_keys_are_left_out(olga: User) -> None:
    theirs = hook(olga, published(olga, WHO, AGE), auth="none")
    assert input_of(call(theirs.path, {"who": "Ada", "age": 36, "more": True})) == {"who": "Ada", "age": 36}
    assert input_of(call(f"{theirs.path}?who=Bob&age=5", {"age": 7})) == {"age": 7, "who": "Bob"}


def test_a_workflow_that_takes_any_key_takes_all_of_the_body(olga: User) -> None:
    theirs = hook(olga, published(olga, WHO, allow_extra=True), auth="none")
    assert input_of(call(theirs.path, {"who": "Ada", "more": [1]})) == {"who": "Ada", "more": [1]}


def test_fields_of_the_request_take_body_headers_and_query(olga: User) -> None:
    fields = [{"name": "body", "type": "object"}, {"name": "headers", "type": "object"}, {"name": "query", "type": "object"}]
    theirs = hook(olga, published(olga, *fields), auth="bearer")
    headers = {"authorization": f"Bearer {theirs.secret}", "x-kind": "order"}
    given = input_of(call(f"{theirs.path}?page=2", {"id": 5}, headers))
    assert given["body"] == {"id": 5}
    assert given["query"] == {"page": "2"}
    assert given["headers"]["x-kind"] == "order"
    assert "authorization" not in given["headers"]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/x-www-form-urlencoded", b"who=Ada+L.&files=%2Fetc%2Fpasswd", {"who": "Ada L."}),
        ("application/vnd.shop+json; charset=utf-8", b'{"who": "Ada"}', {"who": "Ada"}),
        ("text/plain", b"hello", {}),
    ],
)
def test_forms_and_text_are_plain_data(content_type: str, body: bytes, expected: Any, olga: User) -> None:
    theirs = hook(olga, auth="none")
    assert input_of(call(theirs.path, body, content_type=content_type)) == expected


def test_an_input_that_does_not_fit_is_refused_by_field(olga: User) -> None:
    theirs = hook(olga, published(olga, {**AGE, "required": True}), auth="none")
    status, answer = call(theirs.path, {"age": "old"})
    assert (status, answer["error"]["data"]["fields"]) == (422, {"age": "This must be a number."})
    assert call(theirs.path, b"{", content_type="application/json")[0] == 422
    deep = b"[" * 200 + b"]" * 200
    assert call(theirs.path, b'{"age": 1, "more": ' + deep + b"}")[0] == 422
    assert "age: This must be a number." in TriggerCall.objects.earliest("pk").message
    assert not Run.objects.exists()


def test_a_pinned_trigger_runs_its_version_another_the_latest_and_the_test_address_the_draft(olga: User) -> None:
    workflow = published(olga)
    follows, pinned = hook(olga, workflow, auth="none"), hook(olga, workflow, auth="none", version=1)
    for revision, publish in ((1, True), (2, False)):
        document = document_read(asking(WHO, {"name": f"new{revision}", "type": "text"}))
        draft_save(workflow=workflow, actor=olga, document=document, revision=revision)
        if publish:
            version_publish(workflow=workflow, actor=olga)
    answers = [call(path, {"who": "A"}) for path in (follows.path, pinned.path, f"{pinned.path}/test")]
    runs = [Run.objects.select_related("version").get(pk=answer[1]["run"]) for answer in answers]
    assert [(run.version.number, run.is_test) for run in runs] == [(2, False), (1, False), (None, True)]
    assert {(run.trigger, run.started_by_id) for run in runs} == {("webhook", olga.pk)}


def test_a_workflow_that_is_not_published_says_so_and_can_be_tested(olga: User) -> None:
    script = Script(olga)
    workflow_id = script.post("/workflows", {"name": "New", "document": asking(WHO)})[1]["id"]
    made = script.post(f"/workflows/{workflow_id}/triggers", {"kind": "webhook", "name": "A", "config": {"auth": "none"}})[1]
    path = "/hooks/" + made["address"].rpartition("/")[2]
    assert "publish" in made["trouble"]
    assert call(path, {})[1]["error"]["code"] == "not_published"
    assert call(f"{path}/test", {})[0] == 202


def test_a_trigger_that_is_off_is_not_there_and_can_be_tested(olga: User) -> None:
    theirs = hook(olga, auth="none", enabled=False)
    assert call(theirs.path, {})[0] == 404
    assert call(f"{theirs.path}/test", {})[0] == 202


def test_a_trigger_has_as_many_runs_at_once_as_it_says(olga: User) -> None:
    theirs = hook(olga, auth="none", most_active=2)
    answers = [call(theirs.path, {}) for _ in range(3)]
    assert [status for status, _ in answers] == [202, 202, 429]
    assert answers[2][1]["error"]["code"] == "too_many_active"
    Run.objects.filter(pk=answers[0][1]["run"]).update(status="succeeded")
    assert call(theirs.path, {})[0] == 202


def test_the_log_says_what_came_of_each_call(olga: User) -> None:
    theirs = hook(olga, auth="bearer")
    call(theirs.path, {"who": "no"})
    run = call(theirs.path, {"who": "Ada", "key": theirs.secret}, {"authorization": f"Bearer {theirs.secret}"})[1]["run"]
    trigger = theirs.trigger
    calls = Script(olga).get(f"/workflows/{trigger.workflow_id}/triggers/{trigger.pk}/calls")[1]["items"]
    assert [(one["status"], one["code"], one["run_id"]) for one in calls] == [(202, "started", run), (401, "key_missing", None)]
    assert calls[0]["request"]["type"] == "application/json"
    assert "Ada" in calls[0]["request"]["begins"]
    assert theirs.secret not in calls[0]["request"]["begins"]
    assert calls[1]["request"] == {}
    summary = Script(olga).get("/runs")[1]["items"][0]
    assert (summary["trigger"], summary["fired_by"]) == ("webhook", {"id": str(trigger.pk), "name": "Orders"})


def test_whoever_changes_what_a_trigger_does_has_its_runs(olga: User, sam: User) -> None:
    trigger = hook(olga, auth="none").trigger
    Trigger.objects.filter(pk=trigger.pk).update(made_by=sam)
    script, path = Script(olga), f"/workflows/{trigger.workflow_id}/triggers/{trigger.pk}"
    answer = script._client.patch(f"/api/v1{path}", '{"enabled": true}', content_type="application/json")
    assert answer.json()["runs_as"]["id"] == sam.pk
    assert "may not start" in answer.json()["trouble"]
    answer = script._client.patch(f"/api/v1{path}", '{"rate_per_minute": 5}', content_type="application/json")
    assert answer.json()["runs_as"]["id"] == olga.pk


def test_deleting_a_trigger_keeps_its_runs(olga: User) -> None:
    theirs = hook(olga, auth="none")
    run = call(theirs.path, {})[1]["run"]
    theirs.trigger.delete()
    kept = Run.objects.get(pk=run)
    assert (kept.trigger, kept.fired_by) == ("webhook", None)


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(make_executor)


def test_an_answer_with_the_result_waits_for_the_end(process: Process) -> None:
    theirs = hook(person("olga"), auth="none", answer="result", wait_seconds=30)
    status, body = call(theirs.path, {"who": "Ada"})
    assert (status, body["status"], body["output"]) == (200, "succeeded", {"result": {"who": "Ada"}})


def test_an_answer_with_the_result_is_about_the_run_alone_when_that_takes_longer(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "FIRST_LOOK_SECONDS", 2.0)
    theirs = hook(person("olga"), auth="none", answer="result", wait_seconds=1)
    status, body = call(theirs.path, {"who": "Ada"})
    assert (status, body["status"]) == (202, "queued")


def test_runs_of_a_run_without_credentials_have_none_either(process: Process) -> None:
    """A run that a node starts belongs to the same person, and may use what that run may use."""

    olga = person("olga")
    theirs = hook(olga, auth="none")
    run = Run.objects.get(pk=call(theirs.path, {})[1]["run"])
    child = "0b0e8f2c-6f5e-4ec4-9f9e-000000000001"
    insert_child(str(run.pk), "n", run_id=child, version=run.version_id, input={}, budget={})
    assert Run.objects.get(pk=child).uses_credentials is False
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "succeeded")


def test_logs_and_signatures_are_kept_for_their_time(olga: User) -> None:
    theirs = hook(olga, rate_per_minute=1000)
    for _ in range(3):
        call(theirs.path, b"{}", theirs.signed(b"{}"))
    old = TriggerCall.objects.earliest("pk")
    TriggerCall.objects.filter(pk=old.pk).update(at=datetime.now(UTC) - timedelta(days=15))
    nonce = TriggerNonce.objects.earliest("pk")
    TriggerNonce.objects.filter(pk=nonce.pk).update(at=datetime.now(UTC) - timedelta(minutes=11))
    forget_calls(14)
    assert (TriggerCall.objects.count(), TriggerNonce.objects.count()) == (2, 2)
    TriggerCall.objects.bulk_create([TriggerCall(trigger=theirs.trigger, code="started") for _ in range(MOST_KEPT)])
    forget_calls(0)
    assert TriggerCall.objects.count() == MOST_KEPT
    assert not TriggerCall.objects.filter(status__isnull=False).exists()


def test_a_wait_for_a_result_ends_before_the_server_gives_up() -> None:
    """The web process answers for itself after so many seconds (`--http-timeout`)."""
    procfile = (Path(__file__).parents[3] / "Procfile").read_text(encoding="utf-8")
    found = re.search(r"--http-timeout (\d+)", procfile)
    assert found is not None
    assert int(found[1]) - 10 >= LONGEST_WAIT
