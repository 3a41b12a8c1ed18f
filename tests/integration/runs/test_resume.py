"""Going on from a run that ended, over HTTP: what was done is taken over, what failed is done again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from editor.models import WorkflowVersion
from graphapp.accounts.models import User
from runs.models import Run
from runs.process import Process
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.invariants import assert_invariants
from tests.support.nodes import executions
from tests.support.script import Script, finished, workflow_id

Json = dict[str, Any]


@pytest.fixture
def olga_script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def repairable(gate: Path, times: int = 9) -> Json:
    """Build work that is counted, a node that fails as often as said, and what follows."""
    gate.touch()
    g = Graph()
    start = g.node("start", "start", fields=[])
    work = g.node("gate", "work", file=str(gate), value={"n": 7})
    weak = g.node("fail_n_times", "weak", times=times, code="auth")
    paid = g.node("echo", "paid", cost_usd=0.25)
    start.to(work).to(paid).to(weak).to(g.node("set", "after", value="{{ weak }} {{ work.n }}")).to(g.node("output", "result"))
    return g.document()


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Name the gate that counts the work."""
    return tmp_path / "work"


@pytest.fixture
def failed(olga_script: Script, process: Process, gate: Path) -> Json:
    """Run it until it has failed."""
    workflow = workflow_id(olga_script, repairable(gate))
    started = olga_script.post(f"/workflows/{workflow}/runs", {})[1]
    run: Json = finished(olga_script, process, started["id"])
    assert run["status"] == "failed"
    return run


def repair(script: Script, run: Json, gate: Path) -> None:
    """Save a draft in which nothing fails."""
    workflow = run["workflow"]["id"]
    revision = script.get(f"/workflows/{workflow}/draft")[1]["revision"]
    status, body = script.put(f"/workflows/{workflow}/draft", {"document": repairable(gate, times=0), "revision": revision})
    assert status == 200, body


def rows_of(run: Json) -> dict[str, Json]:
    """Give the node runs by key."""
    return {row["key"]: row for row in run["node_runs"]}


def test_a_failed_run_is_repaired_and_goes_on(olga_script: Script, process: Process, failed: Json, gate: Path) -> None:
    """Edit the failed node, resume: what succeeded is not done again, and says where it was done."""
    repair(olga_script, failed, gate)
    status, started = olga_script.post(f"/runs/{failed['id']}/resume", {"version": "draft"})
    assert (status, started["kind"], started["base_run"]) == (201, "resume", failed["id"])
    run = finished(olga_script, process, started["id"])
    assert (run["status"], run["output"]) == ("succeeded", {"result": "ok 7"})
    rows = rows_of(run)
    assert {key: row["origin"] for key, row in rows.items()} == {
        "start": "reused", "work": "reused", "paid": "reused", "weak": "", "after": "", "result": "",
    }  # fmt: skip
    assert rows["work"]["reused_from"] == failed["id"]
    assert executions(gate) == 1
    assert not run["usage"].get("cost_usd")
    resumed = Run.objects.get(pk=run["id"])
    assert resumed.lineage_id == Run.objects.get(pk=failed["id"]).lineage_id, "the other side knows what it has done already"
    assert_invariants(resumed)


def test_a_result_that_was_taken_over_is_shown_with_what_led_to_it(
    olga_script: Script, process: Process, failed: Json, gate: Path
) -> None:
    """Its value, its input and its params are those of the work, wherever it was done."""
    repair(olga_script, failed, gate)
    made = olga_script.post(f"/runs/{failed['id']}/resume", {"version": "draft"})[1]
    finished(olga_script, process, made["id"])
    shown = olga_script.get(f"/runs/{made['id']}/nodes/work")[1]
    then = olga_script.get(f"/runs/{failed['id']}/nodes/work")[1]
    assert (shown["input"], shown["output"]) == (then["input"], then["output"])
    assert shown["input"]["params"]["value"] == {"n": 7}


def test_an_edited_input_takes_the_place_of_what_arrives(olga_script: Script, process: Process, failed: Json, gate: Path) -> None:
    """The data are repaired instead of the graph."""
    repair(olga_script, failed, gate)
    body = {"version": "draft", "edits": {"after": {"in": "by hand"}}}
    made = olga_script.post(f"/runs/{failed['id']}/resume", body)[1]
    run = finished(olga_script, process, made["id"])
    assert run["output"] == {"result": "by hand 7"}
    assert olga_script.get(f"/runs/{made['id']}/nodes/after")[1]["input"]["inputs"] == {"in": "by hand"}


def test_edited_params_hold_for_that_run_alone(olga_script: Script, process: Process, failed: Json, gate: Path) -> None:
    """The failed node is tried with other settings; the draft is nobody's playground."""
    draft = olga_script.get(f"/workflows/{failed['workflow']['id']}/draft")[1]
    versions = WorkflowVersion.objects.count()
    body = {"params": {"weak": {"times": 0}}}
    told = olga_script.post(f"/runs/{failed['id']}/resume/preview", body)[1]["nodes"]
    assert {one["node"]: one["what"] for one in told}["weak"] == "run"
    assert WorkflowVersion.objects.count() == versions
    made = olga_script.post(f"/runs/{failed['id']}/resume", body)[1]
    run = finished(olga_script, process, made["id"])
    assert (run["status"], run["output"]) == ("succeeded", {"result": "ok 7"})
    assert {key: row["origin"] for key, row in rows_of(run).items()}["work"] == "reused"
    assert olga_script.get(f"/workflows/{failed['workflow']['id']}/draft")[1] == draft
    shown = olga_script.get(f"/runs/{made['id']}/document")[1]["document"]["nodes"]
    assert {node["id"]: node["params"] for node in shown}["weak"] == {"times": 0}


def mapped(gate: Path) -> Json:
    """Build a map whose items are counted, in which one item fails at first."""
    gate.touch()
    g = Graph()
    start = g.node("start", "start", fields=[])
    each = g.node("map", "each", items=[1, 2, 3], concurrency=1, on_item_error="collect")
    g.node("gate", "work", parent=each, file=str(gate), value={"n": 7}).to(
        g.node("set", "shaped", parent=each, value="{{ item }}")
    )
    start.to(each).to(g.node("output", "result"))
    return g.document()


@pytest.mark.parametrize("node", ["each#1/work", "each#1/"])
def test_one_item_is_done_again(olga_script: Script, process: Process, gate: Path, node: str) -> None:
    """The other items are taken over, so the work is done once more, not three times."""
    workflow = workflow_id(olga_script, mapped(gate))
    first = finished(olga_script, process, olga_script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    before = executions(gate)
    made = olga_script.post(f"/runs/{first['id']}/resume", {"kind": "from_here", "node": node})[1]
    run = finished(olga_script, process, made["id"])
    assert run["output"] == {"result": [1, 2, 3]}
    assert executions(gate) - before == 1
    status, answer = olga_script.post(f"/runs/{first['id']}/resume", {"kind": "from_here", "node": "each#7/work"})
    assert (status, answer["error"]["code"]) == (422, "node_unknown")
    assert_invariants(Run.objects.get(pk=made["id"]))


def test_a_preview_says_what_will_run_and_starts_nothing(olga_script: Script, failed: Json, gate: Path) -> None:
    """Before the button is pressed: what is taken over, what runs, what cannot be known yet, and what it cost."""
    repair(olga_script, failed, gate)
    status, body = olga_script.post(f"/runs/{failed['id']}/resume/preview", {"version": "draft"})
    assert status == 200
    found = {one["node"]: (one["what"], one["cost_usd"]) for one in body["nodes"]}
    assert found == {
        "start": ("reused", None), "work": ("reused", None), "paid": ("reused", 0.25), "weak": ("run", None),
        "after": ("maybe", None), "result": ("maybe", None),
    }  # fmt: skip
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "node", "origins"),
    [
        ("only", "paid", {"start": "reused", "work": "reused", "paid": ""}),
        ("from_here", "work", {"start": "reused", "work": "", "paid": "", "weak": "", "after": "", "result": ""}),
        ("to_here", "paid", {"start": "reused", "work": "reused", "paid": ""}),
    ],
)
def test_a_part_of_the_graph_is_run(
    olga_script: Script, process: Process, failed: Json, gate: Path, kind: str, node: str, origins: dict[str, str]
) -> None:
    """One node, a node and what follows, or what leads to a node; the rest is left out."""
    repair(olga_script, failed, gate)
    body = {"kind": kind, "node": node, "version": "draft"}
    made = olga_script.post(f"/runs/{failed['id']}/resume", body)[1]
    rows = rows_of(finished(olga_script, process, made["id"]))
    assert {key: row["origin"] for key, row in rows.items() if row["status"] == "succeeded"} == origins
    assert {row["reason"] for row in rows.values() if row["status"] == "skipped"} <= {"left_out"}
    lineages = Run.objects.filter(pk__in=(made["id"], failed["id"])).values_list("lineage_id", flat=True)
    assert len(set(lineages)) == 2, "what was asked for again is to happen again"


def test_the_same_key_gives_the_same_run(olga_script: Script, failed: Json) -> None:
    """A double click, or a request that is sent again, is one run."""
    body = {"idempotency_key": "once"}
    first, second = (olga_script.post(f"/runs/{failed['id']}/resume", body) for _ in range(2))
    assert (first[0], first[1]["id"]) == (201, second[1]["id"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "only", "node": "nobody"}, 422, "node_unknown"),
        ({"kind": "only"}, 422, "node_unknown"),
        ({"node": "work"}, 422, "node_unknown"),
        ({"edits": {"work": {"nowhere": 1}}}, 422, "edits_invalid"),
        ({"edits": {"nobody": {"in": 1}}}, 422, "edits_invalid"),
        ({"edits": {"work#0/inside": {"in": 1}}}, 422, "edits_invalid"),
        ({"params": {"nobody": {}}}, 422, "node_unknown"),
        ({"params": {"after": {"value": 1, "nonsense": 2}}}, 422, "graph_invalid"),
        ({"kind": "only", "node": "work#0/inside"}, 422, "node_unknown"),
        ({"kind": "only", "node": "work~2"}, 422, "node_unknown"),
        ({"version": "latest"}, 409, "not_published"),
        ({"version": 3}, 404, "not_found"),
    ],
)
def test_what_cannot_be_done_is_refused(olga_script: Script, failed: Json, body: Json, status: int, code: str) -> None:
    """With a code, and with nothing started; the preview refuses alike."""
    for path in ("resume", "resume/preview"):
        found, answer = olga_script.post(f"/runs/{failed['id']}/{path}", body)
        assert (found, answer["error"]["code"]) == (status, code)
    assert Run.objects.count() == 1


def test_only_what_has_ended_and_not_succeeded_is_resumed(olga_script: Script, process: Process, gate: Path) -> None:
    """Two owners of one lineage would do its work twice; and of a success nothing is left to do."""
    workflow = workflow_id(olga_script, repairable(gate, times=0))
    started = olga_script.post(f"/workflows/{workflow}/runs", {})[1]
    status, answer = olga_script.post(f"/runs/{started['id']}/resume", {})
    assert (status, answer["error"]["code"]) == (409, "run_not_ended")
    finished(olga_script, process, started["id"])
    status, answer = olga_script.post(f"/runs/{started['id']}/resume", {})
    assert (status, answer["error"]["code"]) == (409, "nothing_to_resume")
    assert olga_script.post(f"/runs/{started['id']}/resume", {"kind": "from_here", "node": "after"})[0] == 201
