"""Loops and maps on real stores: what is kept of them, what is told, and what can be read."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from graphapp.accounts.models import User
from runs.models import NodeRun, Run
from runs.process import Process
from runs.wiring import make_executor
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import all_events, assert_invariants
from tests.support.script import Script, finished, workflow_id

Json = dict[str, Any]
MOST_TRANSACTIONS = 60
MOST_EVENTS = 250


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    """Drive runs with all that a worker has: expressions need the sandbox."""
    return make_process(make_executor)


def ran(script: Script, process: Process, document: Json, given: Json | None = None) -> Json:
    """Run a document to its end."""
    started = script.post(f"/workflows/{workflow_id(script, document)}/runs", {"input": given or {}})[1]
    assert "id" in started, started
    run: Json = finished(script, process, started["id"])
    assert_invariants(Run.objects.get(pk=run["id"]))
    return run


def scope(script: Script, run: Json, path: str) -> dict[str, Json]:
    """Read one turn or item."""
    status, body = script.get(f"/runs/{run['id']}/scopes/{quote(path, safe='')}")
    assert status == 200, body
    return {row["node_id"]: row for row in body["node_runs"]}


def big_map(**params: Any) -> Json:
    """Build a map over as many items as are asked for, of two cheap nodes."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "rows", "type": "list", "required": True}])
    each = g.node("map", "each", items="{{ start.rows }}", **params)
    half = g.node("set", "half", parent=each, value={"item": "{{ item }}", "index": "{{ index }}"})
    odd = g.node("router", "odd", parent=each, cases=[{"port": "bad", "when": "half.item.bad"}])
    half.to(odd)["bad"].to(g.node("fail", "stop", parent=each, code="odd", message="Odd."))
    odd["else"].to(g.node("set", "well", parent=each, value="{{ index }}"))
    start.to(each).to(g.node("output", "result"))
    return g.document()


def rows(count: int, bad: frozenset[int] = frozenset()) -> Json:
    """Give items, some of which fail."""
    return {"rows": [{"bad": number in bad} for number in range(count)]}


def test_a_map_of_a_thousand_is_a_few_dozen_transactions_and_events(script: Script, process: Process) -> None:
    run = ran(script, process, big_map(concurrency=50), rows(1000))
    assert (run["status"], run["output"]) == ("succeeded", {"result": list(range(1000))})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM runs_noderun WHERE run_id = %s", [run["id"]])
        assert cursor.fetchone()[0] <= MOST_TRANSACTIONS
    kinds = Counter(event["kind"] for event in all_events(Run.objects.get(pk=run["id"])))
    assert kinds["map.progress"] <= MOST_TRANSACTIONS
    assert sum(kinds.values()) <= MOST_EVENTS
    assert NodeRun.objects.filter(run_id=run["id"]).count() == 4003


def test_the_first_items_are_told_and_all_can_be_read(script: Script, process: Process) -> None:
    run = ran(script, process, big_map(concurrency=50), rows(100))
    told = {row["scope_path"] for row in run["node_runs"]}
    assert told == {"", *(f"each#{number}/" for number in range(20))}
    late = scope(script, run, "each#57/")
    assert {name: row["status"] for name, row in late.items()} == {
        "half": "succeeded", "odd": "succeeded", "stop": "skipped", "well": "succeeded",
    }  # fmt: skip
    status, detail = script.get(f"/runs/{run['id']}/nodes/{quote('each#57/half', safe='')}")
    assert (status, detail["input"]["inputs"], detail["output"]) == (
        200, {"in": {"bad": False}}, {"item": {"bad": False}, "index": 57},
    )  # fmt: skip


def test_failed_items_are_named_and_counted(script: Script, process: Process) -> None:
    bad = frozenset({3, 41, 77})
    run = ran(script, process, big_map(concurrency=7, on_item_error="skip"), rows(100, bad))
    each = next(row for row in run["node_runs"] if row["key"] == "each")
    assert each["progress"] == {
        "total": 100, "done": 97, "failed": 3, "running": 0, "failures": [3, 41, 77], "scores": {}, "parts": None,
    }  # fmt: skip
    errors = [event["data"]["item"] for event in all_events(Run.objects.get(pk=run["id"])) if "item" in event["data"]]
    assert [(item["index"], item["error"]["code"]) for item in errors] == [(index, "odd") for index in sorted(bad)]


def revising(**params: Any) -> Json:
    """Build a loop of a draft and its score."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    loop = g.node("loop", "revise", initial={"text": "", "score": 0}, **params)
    draft = g.node("set", "draft", parent=loop, value={"text": "{{ loop.state.text }}x", "score": "{{ (loop.index * 7) % 5 }}"})
    draft.to(g.node("output", "done", parent=loop))
    start.to(loop).to(g.node("output", "result"))
    return g.document()


def test_a_loop_ends_when_its_expression_holds(script: Script, process: Process) -> None:
    run = ran(script, process, revising(until="draft.score == 4", score="draft.score"))
    assert run["output"] == {"result": {"text": "xxx", "score": 4}}
    loop = next(row for row in run["node_runs"] if row["key"] == "revise")
    assert loop["progress"]["scores"] == {"0": 0.0, "1": 2.0, "2": 4.0}
    assert loop["progress"]["done"] == 3
    status, detail = script.get(f"/runs/{run['id']}/nodes/{quote('revise#2/draft', safe='')}")
    assert (status, detail["input"]["inputs"]) == (200, {"in": {"text": "xx", "score": 2}})


def test_a_loop_at_its_limit_gives_its_best_turn(script: Script, process: Process) -> None:
    run = ran(script, process, revising(max_iterations=30, on_limit="best", score="draft.score"))
    assert run["output"] == {"result": {"text": "xxx", "score": 4}}
    assert {row["scope_path"] for row in run["node_runs"]} == {"", *(f"revise#{turn}/" for turn in range(20))}
    assert scope(script, run, "revise#25/")["draft"]["status"] == "succeeded"


def test_an_expression_that_fails_fails_the_loop(script: Script, process: Process) -> None:
    run = ran(script, process, revising(until="draft.nothing > 1"))
    assert (run["status"], run["error"]["code"], run["error"]["data"]["node"]) == ("failed", "expression_error", "revise")


def test_a_scope_of_nobody_is_empty(script: Script, process: Process) -> None:
    run = ran(script, process, revising(max_iterations=1, on_limit="best", score="draft.score"))
    assert scope(script, run, "other#1/") == {}
