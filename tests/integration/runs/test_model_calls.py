"""Each call of a model is kept with its node run: what was asked and why, what came, what it took. Nothing secret."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from editor.graph.faults import Fault
from editor.secrecy import remember
from graphapp.accounts.models import User
from runs.engine.fold import fold
from runs.models import NodeRun, Run, Step
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import all_events, assert_invariants
from tests.support.script import Script
from tests.unit.runs.nodes.world import World, executor

SECRET = "pr0vider/Key+with=odd&signs"
RETRY = {"policy": {"retry": {"max_attempts": 2, "backoff_seconds": 0.01}}}


def document(**params: Any) -> dict[str, Any]:
    """One model between start and output."""
    g = Graph()
    ask = g.node("llm", "ask", keys=RETRY, **params)
    g.node("start", "start", fields=[]).to(ask).to(g.node("output", "result"))
    return g.document()


def calls_of(people: Mapping[str, User], run: Run) -> list[dict[str, Any]]:
    """What the API says of the calls of the node, as olga."""
    script = Script(people["olga"])
    status, detail = script.get(f"/runs/{run.pk}/nodes/ask")
    assert (status, detail["steps"]) == (200, 0)
    status, answer = script.get(f"/runs/{run.pk}/steps/ask")
    assert (status, len(answer["steps"])) == (200, detail["calls"])
    found: list[dict[str, Any]] = answer["steps"]
    return found


def test_calls_hops_and_what_they_took_are_kept_over_all_attempts(
    make_process: MakeProcess, bench: Bench, people: Mapping[str, User]
) -> None:
    bench.actor = people["olga"]
    busy = Fault("rate_limit", "Busy.", retryable=True)
    world = World(answers=[busy, busy, "a", "abc"], value=lambda names: len(names["answer"]) > 2)
    process = make_process(lambda: executor(world))
    params = {"model": "a/cheap", "fallback_models": ["b/other"], "escalate_models": ["a/good"], "check": "len(answer) > 2"}
    run = bench.ended(bench.start(process, document(prompt="Hi", **params)))
    assert (run.status, run.output) == ("succeeded", {"result": "abc"})
    calls = calls_of(people, run)
    assert [(call["name"], call["status"], call["idx"] // 1000) for call in calls] == [
        ("a/cheap", "failed", 1), ("a/cheap", "failed", 2), ("b/other", "succeeded", 2), ("a/good", "succeeded", 2),
    ]  # fmt: skip
    assert [call["input"].get("reason", "") for call in calls] == [
        "", "", "a/cheap did not answer: Busy.",
        "The answer of b/other was not good enough: The check len(answer) > 2 does not hold.",
    ]  # fmt: skip
    assert [call["usage"] and call["usage"]["cost_usd"] for call in calls] == [None, None, 0.25, 0.25]
    assert calls[3]["output"]["text"] == "abc"
    assert run.usage["cost_usd"] == 0.5, "a call is counted once, with its node run"
    node = NodeRun.objects.get(run=run, node_id="ask")
    assert node.usage is not None
    assert node.usage["cost_usd"] == 0.5
    assert [hop["model"] for hop in node.details["fallbacks"]] == ["a/cheap"]
    assert_invariants(run)
    assert fold(all_events(run))["status"] == "succeeded"


def test_records_of_calls_hold_no_secret_and_long_ones_lie_beside(
    make_process: MakeProcess, bench: Bench, people: Mapping[str, User]
) -> None:
    bench.actor = people["olga"]
    remember([SECRET])
    process = make_process(lambda: executor(World(answers=[f"You said {SECRET}."])))
    prompt = f"My key is {SECRET}. " + "x" * 200_000
    run = bench.ended(bench.start(process, document(prompt=prompt, model="a/b")))
    step = Step.objects.get(run=run)
    assert (step.data, bool(step.data_sha), step.usage) == (None, True, None)
    (call,) = calls_of(people, run)
    assert SECRET not in json.dumps(call)
    assert "[hidden]" in json.dumps(call)
    assert call["output"]["text"] == "You said [hidden]."


@pytest.mark.parametrize("who", ["sam", "nobody"])
def test_calls_are_shown_to_those_who_see_the_run(
    who: str, make_process: MakeProcess, bench: Bench, people: Mapping[str, User]
) -> None:
    bench.actor = people["olga"]
    run = bench.ended(bench.start(make_process(lambda: executor(World())), document(prompt="Hi", model="a/b")))
    status, _ = Script(people.get(who)).get(f"/runs/{run.pk}/steps/ask")
    assert status == (404 if who in people else 401)
