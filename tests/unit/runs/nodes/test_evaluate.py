"""A value is scored against criteria: by a judge, by expressions, or by both, with a reason for each."""

import json
from typing import Any

import pytest

from runs.nodes.evaluate import Evaluate
from tests.unit.runs.nodes.world import World, done, failed

POLITE = {"name": "polite", "description": "It is polite."}
SHORT = {"name": "short", "when": "len(value) < 100"}


def verdict(*scores: int) -> str:
    return json.dumps({f"c{index + 1}": {"reason": f"Reason {index + 1}.", "score": score} for index, score in enumerate(scores)})


async def test_a_judge_and_expressions_are_weighed_together() -> None:
    criteria = [{**POLITE, "weight": 3}, SHORT]
    world = World(answers=[verdict(6)], value=True)
    found = await done("evaluate", {"criteria": criteria, "threshold": 0.7}, world)
    assert found.ports == ("pass",)
    assert found.value == {
        "score": 0.7,
        "passed": True,
        "criteria": [
            {"name": "polite", "score": 0.6, "reason": "Reason 1."},
            {"name": "short", "score": 1.0, "reason": "The expression gave true."},
        ],
        "feedback": "polite: Reason 1.",
        "value": "came",
    }
    assert (found.details["score"], found.details["chosen"]) == (0.7, ["pass"])


async def test_a_score_below_the_threshold_fails_with_what_to_do_better() -> None:
    found = await done("evaluate", {"criteria": [POLITE], "threshold": 0.7}, World(answers=[verdict(5)]))
    assert found.ports == ("fail",)
    assert (found.value["passed"], found.value["feedback"]) == (False, "polite: Reason 1.")


async def test_expressions_alone_call_no_model() -> None:
    world = World(value=lambda names: 0.5 if names["value"] == "came" else 0)
    found = await done("evaluate", {"criteria": [SHORT], "threshold": 0.5}, world)
    assert (found.ports, found.value["score"], world.llm) == (("pass",), 0.5, [])


@pytest.mark.parametrize("got", [2, -0.1, "high", None])
async def test_what_is_no_score_is_a_fault_with_its_place(got: Any) -> None:
    fault = await failed("evaluate", {"criteria": [SHORT]}, World(value=got))
    assert (fault.code, fault.data["param"]) == ("bad_params", "criteria.0.when")


async def test_the_judge_is_asked_once_for_all_and_repaired_once() -> None:
    criteria = [POLITE, {"name": "true", "description": "It is true."}]
    world = World(answers=['{"c1": {"reason": "x", "score": 11}}', verdict(10, 4)])
    found = await done("evaluate", {"criteria": criteria, "context": "The policy."}, world)
    assert [row["score"] for row in found.value["criteria"]] == [1.0, 0.4]
    assert len(world.llm) == 2
    assert "The policy." in world.llm[0].messages[0]["content"]


def test_a_criterion_says_what_it_looks_for_in_one_way() -> None:
    rows = [{"name": "a"}, {"name": "a", "description": "x"}, {"name": "b", "description": "x", "when": "True"}]
    assert set(dict(Evaluate().check({"criteria": rows}))) == {"criteria.0.description", "criteria.1.name", "criteria.2.when"}
    assert set(dict(Evaluate().check({}))) == {"criteria"}
