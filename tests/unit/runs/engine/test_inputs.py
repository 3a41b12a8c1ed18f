"""What a node receives and what its expressions see."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from editor.graph.plan import Plan
from runs.context import RunInfo
from runs.engine.advance import advance
from runs.engine.commands import FinishNode, StartRun
from runs.engine.inputs import node_inputs, node_sources, run_names, visible_names
from runs.engine.state import RunState, initial_state
from tests.unit.runs.engine.plans import build_plan


@dataclass
class Info:
    """Facts of a run."""

    id: str = "r1"
    workflow: dict[str, Any] = field(default_factory=lambda: {"id": "w1", "name": "W"})
    input: dict[str, Any] = field(default_factory=lambda: {"q": "?"})
    started_at: str = "2026-01-01T00:00:00+00:00"
    base_url: str = "http://here"
    wait_urls: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def joined() -> tuple[Plan, RunState]:
    """A run in which a and b have finished and the join j is running."""
    plan = build_plan({"a": {}, "b": {}, "c": {"join": "always"}, "j": {}}, ["a > j", "b > j.other", "b > j", "j > c"])
    state = initial_state(plan)
    advance(plan, state, StartRun(0.0, {}))
    advance(plan, state, FinishNode(1.0, "b", 1, {"n": 2}))
    advance(plan, state, FinishNode(2.0, "a", 1, "A"))
    return plan, state


def test_values_come_by_port_in_edge_order(joined: tuple[Plan, RunState]) -> None:
    """Two edges into one port give a list, one edge gives its value; the sources are named alike."""
    plan, state = joined
    assert node_inputs(plan, state, "j") == {"in": ["A", {"n": 2}], "other": {"n": 2}}
    assert node_sources(plan, state, "j") == {"in": ("a", "b"), "other": ("b",)}


def test_names_are_run_inputs_and_what_succeeded(joined: tuple[Plan, RunState]) -> None:
    """What has not run is missing, not empty."""
    plan, state = joined
    names = visible_names(plan, state, "j", Info())
    assert names["a"] == "A"
    assert names["input"] == ["A", {"n": 2}]
    assert names["inputs"]["other"] == {"n": 2}
    assert names["run"] == {
        "id": "r1",
        "input": {"q": "?"},
        "started_at": "2026-01-01T00:00:00+00:00",
        "workflow": {"id": "w1", "name": "W"},
        "base_url": "http://here",
        "wait_urls": {},
    }
    assert set(names) == {"run", "inputs", "input", "a", "b"}
    assert len(names) == 5
    for missing in ("c", "j", "nobody"):
        with pytest.raises(KeyError):
            names[missing]


def test_first_nodes_have_no_input(joined: tuple[Plan, RunState]) -> None:
    """A node without edges receives nothing."""
    plan, state = joined
    assert node_inputs(plan, state, "a") == {}
    assert "input" not in visible_names(plan, state, "a", Info())


def test_what_a_node_knows_of_its_run_is_plain_json() -> None:
    """It goes into the sandbox whole: a code node that named ``run`` failed on a run without addresses to wait at."""
    info = RunInfo(id="r1", workflow={"name": "W"}, input={"q": "?"}, started_at="2026-01-01T00:00:00+00:00")
    assert json.loads(json.dumps(run_names(info)))["wait_urls"] == {}
