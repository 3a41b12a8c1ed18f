"""Failures by cause, over HTTP: what has failed is there within moments, once, and people can work on it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from graphapp.accounts.models import User
from runs.engine.states import RunStatus
from runs.failures import collect
from runs.failures.collect import collect_failures
from runs.failures.models import FailureCursor, FailureEntry, FailureGroup
from runs.models import Run
from runs.process import Process
from runs.services import run_start
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.script import Script, finished, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def failing(code: str = "auth", **policy: Any) -> Json:
    """Build work that fails by a code."""
    g = Graph()
    weak = g.node("fail_n_times", "weak", times=9, code=code, keys={"policy": policy} if policy else None)
    g.node("start", "start", fields=[]).to(weak).to(g.node("output", "result"))
    return g.document()


def mapped(code: str, **policy: Any) -> Json:
    """Build a map over five items, all of which fail."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    each = g.node("map", "each", items=[1, 2, 3, 4, 5], keys={"policy": policy} if policy else None, on_item_error="collect")
    g.node("fail_n_times", "work", parent=each, times=9, code=code)
    start.to(each).to(g.node("output", "result"))
    return g.document()


def ran(script: Script, process: Process, document: Json, times: int = 1) -> tuple[str, list[str]]:
    """Run a document so often; the ids of the workflow and the runs."""
    workflow = workflow_id(script, document)
    return workflow, [again(script, process, workflow) for _ in range(times)]


def again(script: Script, process: Process, workflow: str, version: str | int = "draft") -> str:
    """Run a workflow to its end."""
    started = script.post(f"/workflows/{workflow}/runs", {"version": version})[1]
    return str(finished(script, process, started["id"])["id"])


def groups(script: Script, query: str = "") -> list[Json]:
    """List the groups as the inbox does."""
    status, page = script.get(f"/failures{query}")
    assert status == 200, page
    return list(page["items"])


def test_failures_appear_by_themselves_grouped_by_cause_and_once(script: Script, process: Process) -> None:
    """A worker finds them; looking again, or from the beginning, changes nothing."""
    workflow, runs = ran(script, process, failing(), times=3)
    ran(script, process, failing("bad_input"))
    wait_until(lambda: sum(group["count"] for group in groups(script)) == 4)
    found = {group["code"]: group for group in groups(script)}
    assert (found["auth"]["count"], found["auth"]["open_count"], found["auth"]["state"]) == (3, 3, "new")
    assert (found["auth"]["workflow"]["id"], found["auth"]["node_key"]) == (workflow, "weak")
    assert found["auth"]["title"] == "The key was not accepted"
    assert found["auth"]["node_name"] == "Weak"
    assert (sum(found["auth"]["spark"]), len(found["auth"]["spark"]), found["auth"]["people"]) == (3, 24, 1)
    before = groups(script)
    FailureCursor.objects.update(at=timezone.now() - timedelta(days=1))
    assert collect_failures(most=2) == 0
    assert groups(script) == before
    listed = script.get(f"/failures/{found['auth']['id']}/runs?limit=2")[1]
    rest = script.get(f"/failures/{found['auth']['id']}/runs?limit=2&after={listed['next'].replace('+', '%2B')}")[1]
    assert [one["run"]["id"] for one in (*listed["items"], *rest["items"])] == runs[::-1]
    assert rest["next"] is None


def test_a_run_counts_where_its_failure_began_once_however_many_items_failed(script: Script, process: Process) -> None:
    """Items that were collected leave the run degraded; unhandled they fail it; either way the run is one of one group."""
    ran(script, process, mapped("auth"))
    wait_until(lambda: len(groups(script)) == 1)
    group = groups(script)[0]
    assert (group["kind"], group["node_key"], group["count"]) == ("degraded", "each/work", 1)
    entry = script.get(f"/failures/{group['id']}/runs")[1]["items"][0]
    assert (entry["times"], entry["node_key"], entry["run"]["status"]) == (5, "each#0/work", "succeeded")


def test_a_fallback_value_is_degraded_and_a_drawn_error_path_is_no_failure(script: Script, process: Process) -> None:
    """What the author drew a way for is part of the workflow."""
    ran(script, process, failing(on_error={"value": 1}))
    g = Graph()
    weak = g.node("fail_n_times", "weak", times=9, code="auth", keys={"policy": {"on_error": "port"}})
    g.node("start", "start", fields=[]).to(weak)
    weak["error"].to(g.node("output", "result"))
    ran(script, process, g.document())
    collect_failures()
    assert [(group["kind"], group["code"]) for group in groups(script)] == [("degraded", "auth")]


def test_what_is_resolved_and_comes_back_has_regressed(script: Script, process: Process) -> None:
    """Only by a run that began after it was resolved."""
    workflow, _ = ran(script, process, failing())
    wait_until(lambda: len(groups(script)) == 1)
    group = groups(script)[0]
    early = run_start(workflow=Run.objects.get().workflow, actor=Run.objects.get().started_by, input={})  # type: ignore[arg-type]
    status, body = script.post(f"/failures/{group['id']}/state", {"state": "resolved", "text": "New key."})
    assert (status, body["state"]) == (200, "resolved")
    finished(script, process, str(early.pk))
    wait_until(lambda: groups(script, "?state=all")[0]["count"] == 2)
    assert groups(script, "?state=all")[0]["state"] == "resolved"
    again(script, process, workflow)
    wait_until(lambda: groups(script, "?state=all")[0]["count"] == 3)
    assert groups(script)[0]["state"] == "regressed"
    notes = script.get(f"/failures/{group['id']}")[1]["notes"]
    assert [(note["data"]["to"], note["person"] is None, note["text"]) for note in notes] == [
        ("resolved", False, "New key."),
        ("regressed", True, ""),
    ]


def test_an_ignored_group_comes_back_by_its_rule(script: Script, process: Process) -> None:
    """After so many more runs, or at a moment, or never."""
    workflow, _ = ran(script, process, failing())
    wait_until(lambda: len(groups(script)) == 1)
    group = groups(script)[0]["id"]
    script.post(f"/failures/{group}/state", {"state": "ignored", "more": 1})
    assert groups(script) == []
    again(script, process, workflow)
    wait_until(lambda: groups(script, "?state=all")[0]["count"] == 2)
    assert groups(script) == []
    again(script, process, workflow)
    wait_until(lambda: [one["state"] for one in groups(script)] == ["new"])
    script.post(f"/failures/{group}/state", {"state": "ignored"})
    again(script, process, workflow)
    wait_until(lambda: groups(script, "?state=all")[0]["count"] == 4)
    assert groups(script) == []
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    script.post(f"/failures/{group}/state", {"state": "ignored", "until": until})
    collect_failures()
    assert groups(script) == []
    FailureGroup.objects.update(ignore_until=timezone.now())
    wait_until(lambda: [one["state"] for one in groups(script)] == ["new"])
    status, refused = script.post(f"/failures/{group}/state", {"state": "ignored", "until": "2020-01-01T00:00:00Z"})
    assert (status, refused["error"]["code"]) == (422, "ignore_invalid")


def test_groups_are_merged_and_split_by_hand_for_good(script: Script, process: Process) -> None:
    """New failures go where people have put their causes, and old links lead there."""
    workflow = workflow_id(script, failing("auth"))
    again(script, process, workflow)
    draft = script.get(f"/workflows/{workflow}/draft")[1]
    script.put(f"/workflows/{workflow}/draft", {"document": failing("bad_input"), "revision": draft["revision"]})
    again(script, process, workflow)
    wait_until(lambda: len(groups(script)) == 2)
    second, first = groups(script)
    status, body = script.post(f"/failures/{first['id']}/merge", {"groups": [second["id"]]})
    assert (status, body["count"], len(body["causes"])) == (200, 2, 2)
    again(script, process, workflow)
    wait_until(lambda: [one["count"] for one in groups(script)] == [3])
    assert sum(groups(script)[0]["spark"]) == 3
    assert script.get(f"/failures/{second['id']}")[1]["id"] == first["id"]
    taken = next(cause for cause in body["causes"] if cause["code"] == "bad_input")
    status, made = script.post(f"/failures/{first['id']}/split", {"causes": [taken["id"]]})
    assert (status, made["count"], made["code"]) == (201, 2, "bad_input")
    assert script.get(f"/failures/{first['id']}")[1]["count"] == 1
    again(script, process, workflow)
    wait_until(lambda: script.get(f"/failures/{made['id']}")[1]["count"] == 3)
    status, refused = script.post(f"/failures/{made['id']}/split", {"causes": [taken["id"]]})
    assert (status, refused["error"]["code"]) == (422, "split_invalid")


def test_a_run_that_is_resumed_leaves_its_group_or_is_replaced_in_it(script: Script, process: Process) -> None:
    """What succeeds leaves, and the last one resolves the group; what fails again stays once."""
    _, runs = ran(script, process, failing())
    wait_until(lambda: len(groups(script)) == 1)
    group = groups(script)[0]["id"]
    failed_again = script.post(f"/runs/{runs[0]}/resume", {})[1]["id"]
    finished(script, process, failed_again)
    wait_until(lambda: script.get(f"/failures/{group}")[1]["count"] == 2)
    assert script.get(f"/failures/{group}")[1]["open_count"] == 1
    states = {entry["run"]["id"]: entry["state"] for entry in script.get(f"/failures/{group}/runs")[1]["items"]}
    assert states == {runs[0]: "replaced", failed_again: "open"}
    body = {"params": {"weak": {"times": 0}}}
    good = script.post(f"/runs/{failed_again}/resume", body)[1]["id"]
    assert finished(script, process, good)["status"] == RunStatus.SUCCEEDED
    wait_until(lambda: script.get(f"/failures/{group}")[1]["state"] == "resolved")
    entry = script.get(f"/failures/{group}/runs")[1]["items"][0]
    assert (entry["state"], entry["follower"]) == ("recovered", good)


def test_people_work_on_a_group(script: Script, process: Process, people: Mapping[str, User]) -> None:
    """Assign, say, mark as handled; strangers neither see it nor can be given it."""
    _, runs = ran(script, process, failing(), times=2)
    wait_until(lambda: [group["count"] for group in groups(script)] == [2])
    group = groups(script)[0]["id"]
    assert script.post(f"/failures/{group}/assignee", {"email": "olga@example.org"})[1]["state"] == "assigned"
    assert [one["id"] for one in groups(script, "?assignee=me&state=assigned&q=attempt%20weak&kind=failed")] == [group]
    assert groups(script, "?assignee=nobody") == []
    assert script.post(f"/failures/{group}/assignee", {"email": "sam@example.org"})[0] == 422
    assert script.post(f"/failures/{group}/comments", {"text": "I look at it."})[0] == 201
    assert script.post(f"/failures/{group}/handle", {"runs": [runs[0]], "reason": "Sent by hand."})[1] == {"count": 1}
    assert script.get(f"/failures/{group}")[1]["open_count"] == 1
    assert script.post(f"/failures/{group}/handle", {"reason": "The rest too."})[1] == {"count": 1}
    assert script.get(f"/failures/{group}")[1]["state"] == "resolved"
    sam = Script(people["sam"])
    assert groups(sam, "?state=all") == []
    assert sam.get(f"/failures/{group}")[0] == 404


def test_a_failure_is_set_beside_the_last_run_that_worked(script: Script, process: Process) -> None:
    """What differs is said: input, graph, and what the node received."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "who", "label": "Who", "type": "text"}])
    start.to(g.node("fail_n_times", "weak", times=0, code="auth")).to(g.node("output", "result"))
    workflow = workflow_id(script, g.document())
    good = script.post(f"/workflows/{workflow}/runs", {"input": {"who": "ann"}})[1]["id"]
    assert finished(script, process, good)["status"] == "succeeded"
    draft = script.get(f"/workflows/{workflow}/draft")[1]
    draft["document"]["nodes"][1]["params"]["times"] = 9
    script.put(f"/workflows/{workflow}/draft", {"document": draft["document"], "revision": draft["revision"]})
    bad = script.post(f"/workflows/{workflow}/runs", {"input": {"who": "ben"}})[1]["id"]
    finished(script, process, bad)
    wait_until(lambda: len(groups(script)) == 1)
    status, review = script.get(f"/failures/{groups(script)[0]['id']}/review")
    assert (status, review["entry"]["run"]["id"], review["last_success"]["id"]) == (200, bad, good)
    assert [(one["path"], one["before"], one["after"]) for one in review["input"]] == [("who", "ann", "ben")]
    [node] = review["nodes"]
    assert (node["node"], [(one["path"], one["before"], one["after"]) for one in node["changes"]]) == ("weak", [("times", 0, 9)])
    assert [(one["path"], one["before"], one["after"]) for one in review["received"]] == [("times", 0, 9)]


def test_filters_can_be_named(script: Script) -> None:
    """For each person alone."""
    assert script.put("/failures/views/Mine", {"query": "assignee=me"})[0] == 200
    assert script.put("/failures/views/Mine", {"query": "assignee=me&state=all"})[0] == 200
    assert script.get("/failures/views")[1]["items"] == [{"name": "Mine", "query": "assignee=me&state=all"}]


def test_a_collector_that_dies_in_between_has_done_nothing(
    script: Script, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its work is one transaction; the next one finds the same."""
    process.stop()
    workflow = workflow_id(script, failing())
    run = Run.objects.get(pk=script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    Run.objects.filter(pk=run.pk).update(
        status="failed", finished_at=timezone.now(), error={"code": "auth", "message": "No.", "data": {"node": "weak"}}
    )

    def dies(*args: object) -> None:
        raise RuntimeError("the worker is gone")

    with monkeypatch.context() as patched:
        patched.setattr(collect, "follow_up", dies)
        with pytest.raises(RuntimeError):
            collect_failures()
    assert FailureEntry.objects.count() == FailureGroup.objects.count() == 0
    assert collect_failures() == 1
    assert collect_failures() == 0
    assert FailureEntry.objects.count() == 1
