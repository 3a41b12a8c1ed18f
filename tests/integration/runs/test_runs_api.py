"""Runs over HTTP, for the four people."""

from collections.abc import Mapping
from typing import Any

import pytest

from graphapp.accounts.models import User
from runs.models import Run
from runs.process import Process
from tests.builders import Graph, hello
from tests.support.bench import Bench
from tests.support.invariants import all_events
from tests.support.nodes import executions
from tests.support.script import Script, finished, workflow_id
from tests.support.waiting import wait_until


@pytest.fixture
def bench(bench: Bench, people: Mapping[str, User]) -> Bench:
    """Start runs as olga."""
    bench.actor = people["olga"]
    return bench


@pytest.fixture
def olga_script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    return Script(people["olga"])


def test_a_run_starts_with_its_defaults_and_is_read_back(olga_script: Script, process: Process) -> None:
    workflow = workflow_id(olga_script, hello())
    status, started = olga_script.post(f"/workflows/{workflow}/runs", {})
    assert (status, started["status"], started["input"]) == (201, "queued", {"who": "you"})
    run = finished(olga_script, process, started["id"])
    assert (run["status"], run["output"], run["version"]) == ("succeeded", {"result": "Hello, you!"}, None)
    assert {row["key"]: row["status"] for row in run["node_runs"]} == dict.fromkeys(("start", "say", "result"), "succeeded")
    assert run["seq"] == len(all_events(Run.objects.get(pk=run["id"])))


def test_a_run_tells_the_attempts_of_what_was_tried_again(olga_script: Script, process: Process) -> None:
    """Of all else the node run's own times say it. An item is told alike."""
    g = Graph()
    retry = {"policy": {"retry": {"max_attempts": 2, "backoff_seconds": 0}}}
    each = g.node("map", "each", items=[1])
    g.node("fail_n_times", "inside", parent=each, times=1, keys=retry)
    g.node("start", "start", fields=[]).to(g.node("fail_n_times", "shaky", times=1, keys=retry)).to(each).to(
        g.node("output", "result")
    )
    workflow = workflow_id(olga_script, g.document())
    run = finished(olga_script, process, olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    rows = {row["key"]: row for row in run["node_runs"]}
    item = olga_script.get(f"/runs/{run['id']}/scopes/each%230%2F")[1]["node_runs"]
    assert [rows[key]["attempts"] for key in ("start", "each", "result")] == [[], [], []]
    for row in (rows["shaky"], rows["each#0/inside"], *item):
        first, last = row["attempts"]
        assert [(one["n"], one["status"]) for one in (first, last)] == [(1, "failed"), (2, "succeeded")]
        assert (first["started_at"], last["finished_at"]) == (row["started_at"], row["finished_at"])
        assert first.keys() == {"n", "status", "started_at", "finished_at", "waited_from"}
        assert (first["waited_from"], last["waited_from"]) == (None, None)


@pytest.mark.parametrize(
    ("given", "field"), [({"who": 7}, "who"), ({"whom": "x"}, "whom")], ids=["of the wrong type", "of an unknown name"]
)
def test_input_that_does_not_fit_is_refused_by_field(olga_script: Script, given: dict[str, Any], field: str) -> None:
    workflow = workflow_id(olga_script, hello())
    status, body = olga_script.post(f"/workflows/{workflow}/runs", {"input": given})
    assert (status, body["error"]["code"]) == (422, "input_invalid")
    assert field in body["error"]["data"]["fields"]
    assert not Run.objects.exists()


def test_a_graph_with_errors_is_refused_with_its_problems(olga_script: Script) -> None:
    document = hello()
    document["edges"][0]["source_port"] = "nowhere"
    workflow = workflow_id(olga_script, document)
    status, body = olga_script.post(f"/workflows/{workflow}/runs", {})
    assert (status, body["error"]["code"]) == (422, "graph_invalid")
    assert body["error"]["data"]["problems"]
    assert not Run.objects.exists()


def test_published_versions_are_run_by_number_or_as_the_latest(olga_script: Script) -> None:
    workflow = workflow_id(olga_script, hello())
    assert olga_script.post(f"/workflows/{workflow}/runs", {"version": "latest"})[0] == 409
    assert olga_script.post(f"/workflows/{workflow}/versions", {})[0] == 201
    for version in (1, "latest"):
        status, run = olga_script.post(f"/workflows/{workflow}/runs", {"version": version})
        assert (status, run["version"]) == (201, 1)
    assert olga_script.post(f"/workflows/{workflow}/runs", {"version": 2})[0] == 404


def test_the_same_key_gives_the_same_run(olga_script: Script) -> None:
    workflow = workflow_id(olga_script, hello())
    ids = {olga_script.post(f"/workflows/{workflow}/runs", {"idempotency_key": "once"})[1]["id"] for _ in range(3)}
    assert len(ids) == 1


def test_keys_that_are_not_known_are_refused(olga_script: Script) -> None:
    workflow = workflow_id(olga_script, hello())
    bodies: list[dict[str, Any]] = [{"inputs": {}}, {"version": True}, {"version": "newest"}, {"input": []}]
    for body in bodies:
        assert olga_script.post(f"/workflows/{workflow}/runs", body)[0] == 422


def test_a_node_tells_what_it_received_and_gave(olga_script: Script, process: Process) -> None:
    workflow = workflow_id(olga_script, hello("Hi"))
    run = finished(olga_script, process, olga_script.post(f"/workflows/{workflow}/runs", {"input": {"who": "Ada"}})[1]["id"])
    status, node = olga_script.get(f"/runs/{run['id']}/nodes/say")
    assert status == 200
    assert node["input"]["inputs"] == {"in": {"who": "Ada"}}
    assert node["input"]["params"]["text"] == "Hi, Ada!"
    assert (node["output"], node["preview"]) == ("Hi, Ada!", "Hi, Ada!")
    assert [attempt["status"] for attempt in node["attempts"]] == ["succeeded"]
    assert olga_script.get(f"/runs/{run['id']}/nodes/nowhere/at/all")[0] == 404


def test_a_huge_output_is_shown_by_its_beginning_and_size(olga_script: Script, process: Process) -> None:
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("set", "big", value="x" * 300_000)).to(g.node("output", "result"))
    workflow = workflow_id(olga_script, g.document())
    run = finished(olga_script, process, olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    node = olga_script.get(f"/runs/{run['id']}/nodes/big")[1]
    assert node["output"]["$truncated"] is True
    assert node["output"]["size"] == 300_002
    assert run["output"] == {"result": "x" * 300_000}


def test_events_are_read_by_number(olga_script: Script, process: Process) -> None:
    workflow = workflow_id(olga_script, hello())
    run = finished(olga_script, process, olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    page = olga_script.get(f"/runs/{run['id']}/events?after=2&limit=3")[1]
    assert [event["seq"] for event in page["events"]] == [3, 4, 5]
    assert page["last_seq"] == run["seq"]
    assert olga_script.get(f"/runs/{run['id']}/events?after=-1")[0] == 422


def test_a_run_shows_the_graph_it_runs(olga_script: Script) -> None:
    workflow = workflow_id(olga_script, hello("First"))
    run = olga_script.post(f"/workflows/{workflow}/runs", {})[1]
    document = olga_script.get(f"/runs/{run['id']}/document")[1]["document"]
    assert document["nodes"][1]["params"]["text"].startswith("First")


def test_runs_are_listed_newest_first_by_workflow_and_status(olga_script: Script) -> None:
    one, other = workflow_id(olga_script, hello()), workflow_id(olga_script, hello())
    ids = [olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"] for workflow in (one, other, one)]
    listed = olga_script.get("/runs")[1]
    assert [run["id"] for run in listed["items"]] == ids[::-1]
    assert olga_script.get(f"/runs?workflow={one}")[1]["total"] == 2
    assert olga_script.get("/runs?status=succeeded")[1] == {"items": [], "total": 0}
    assert olga_script.get("/runs?status=done")[0] == 422
    before = listed["items"][0]["created_at"].replace("+", "%2B")
    assert [run["id"] for run in olga_script.get(f"/runs?before={before}")[1]["items"]] == ids[1::-1]


def test_a_run_is_cancelled_over_http(olga_script: Script, process: Process, bench: Bench) -> None:
    gate, g = bench.gate(), Graph()
    g.node("start", "start", fields=[]).to(g.node("gate", "work", file=str(gate))).to(g.node("output", "result"))
    run = bench.start(process, g.document())
    wait_until(lambda: executions(gate))
    assert olga_script.post(f"/runs/{run.pk}/cancel")[0] == 202
    assert bench.ended(run, 5).status == "cancelled"
    assert olga_script.post(f"/runs/{run.pk}/cancel")[0] == 202


@pytest.mark.parametrize("name", ["ed", "vic", "sam", "nobody"])
def test_runs_of_others_are_not_there(olga_script: Script, people: Mapping[str, User], name: str) -> None:
    workflow = workflow_id(olga_script, hello())
    run = olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"]
    script, refused = Script(people.get(name)), 401 if name == "nobody" else 404
    for path in (f"/runs/{run}", f"/runs/{run}/document", f"/runs/{run}/nodes/say", f"/runs/{run}/events"):
        assert script.get(path)[0] == refused
    for path in (f"/runs/{run}/cancel", f"/workflows/{workflow}/runs"):
        assert script.post(path)[0] == refused
    listed = script.get("/runs")
    assert listed == (200, {"items": [], "total": 0}) if name != "nobody" else listed[0] == 401
    assert Run.objects.count() == 1
