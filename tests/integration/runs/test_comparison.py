"""Two runs side by side: what each node did in both, and whether it gave the same."""

from collections.abc import Mapping
from typing import Any

import pytest

from graphapp.accounts.models import User
from runs.process import Process
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.script import Script, finished, workflow_id

Json = dict[str, Any]


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def drawing(more: str = "") -> Json:
    """Draw a chain in which one node gives what is asked for, with one more node on request."""
    g = Graph()
    last = g.node("start", "start", fields=[{"name": "n", "type": "number", "label": "", "required": True}])
    for name, value in (("fixed", "always"), ("echo", "{{ start.n }}")):
        last = last.to(g.node("set", name, value=value))
    if more:
        last = last.to(g.node("set", more, value="new"))
    last.to(g.node("output", "result"))
    return g.document()


def run(script: Script, process: Process, workflow: str, n: int) -> str:
    """Run with a number, to the end."""
    started: str = script.post(f"/workflows/{workflow}/runs", {"input": {"n": n}})[1]["id"]
    finished(script, process, started)
    return started


def test_what_is_the_same_and_what_differs_is_told_by_node(script: Script, process: Process) -> None:
    workflow = workflow_id(script, drawing())
    before, after = run(script, process, workflow, 1), run(script, process, workflow, 2)
    status, answer = script.get(f"/runs/{after}/comparison/{before}")
    assert status == 200
    assert (answer["before"]["id"], answer["after"]["id"]) == (before, after)
    same = {pair["key"]: pair["is_same"] for pair in answer["nodes"]}
    assert same == {"start": False, "fixed": True, "echo": False, "result": False}
    echo = next(pair for pair in answer["nodes"] if pair["key"] == "echo")
    assert (echo["before"]["preview"], echo["after"]["preview"]) == ("1", "2")
    assert echo["before"]["status"] == echo["after"]["status"] == "succeeded"
    assert echo["after"]["started_at"] <= echo["after"]["finished_at"]


def test_a_node_that_only_one_run_has_stands_alone(script: Script, process: Process) -> None:
    old, new = workflow_id(script, drawing()), workflow_id(script, drawing("extra"))
    before, after = run(script, process, old, 1), run(script, process, new, 1)
    pairs = {pair["key"]: pair for pair in script.get(f"/runs/{after}/comparison/{before}")[1]["nodes"]}
    assert pairs["extra"]["before"] is None
    assert pairs["extra"]["is_same"] is False
    assert pairs["echo"]["is_same"] is True


def test_a_run_of_somebody_else_is_not_found(script: Script, process: Process, people: Mapping[str, User]) -> None:
    mine = run(script, process, workflow_id(script, drawing()), 1)
    stranger = Script(people["sam"])
    theirs = run(stranger, process, workflow_id(stranger, drawing()), 1)
    assert script.get(f"/runs/{mine}/comparison/{theirs}")[0] == 404
    assert script.get(f"/runs/{theirs}/comparison/{mine}")[0] == 404
