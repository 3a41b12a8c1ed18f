"""Budgets: never more is spent than is allowed, and a run that would asks how to go on."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.nodetype import Usage
from graphapp.accounts.models import User
from runs.executor import Executor
from runs.models import NodeRun, Run
from runs.nodes import builtin_catalogue
from runs.process import Process
from runs.wiring import make_services
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import all_events, assert_invariants
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]
PRICES = {"lab/large": 1.0, "lab/small": 0.1}


class PricedModel:
    """A model that costs what its name says. `estimates` times as much is what a call may take."""

    estimates = 1.0

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most."""
        return request, Usage(100, 100, PRICES[request.model] * self.estimates, request.model)

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Answer with the model's name."""
        return LlmReply(request.model, "stop", Usage(50, 50, PRICES[request.model], request.model), request.model)


def priced_executor() -> Executor:
    """Give an executor of the shipped nodes with priced models."""
    return Executor(builtin_catalogue(), replace(make_services(), llm=PricedModel()))


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(priced_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    bench.actor = people["olga"]
    return Script(people["olga"])


def ten_calls(width: int, **settings: Any) -> Json:
    """Build a map of ten calls that cost a dollar each."""
    g = Graph()
    each = g.node("start", "start", fields=[]).to(
        g.node("map", "each", items=list(range(10)), concurrency=width, on_item_error="collect")
    )
    g.node("llm", "ask", model="lab/large", prompt="{{ item }}", parent=each)
    each.to(g.node("output", "out", value="{{ each }}"))
    return {**g.document(), "settings": settings}


def two_calls(**settings: Any) -> Json:
    """Build two calls of a large model, and name a small one."""
    g = Graph()
    first = g.node("start", "start", fields=[]).to(g.node("llm", "first", model="lab/large", prompt="one"))
    second = g.node("llm", "second", model="lab/large", fallback_models=["lab/small"], prompt="two")
    first.to(second).to(g.node("output", "out", value="{{ second }}"))
    return {**g.document(), "settings": settings}


def started(script: Script, process: Process, document: Json, **more: Any) -> Run:
    status, body = script.post(f"/workflows/{workflow_id(script, document)}/runs", more)
    assert status == 201, body
    process.drive_here(body["id"])
    return Run.objects.get(pk=body["id"])


def asking(script: Script, process: Process, document: Json, **more: Any) -> Run:
    """Run a document until it asks about its budget."""
    run = started(script, process, document, **more)
    wait_until(lambda: NodeRun.objects.filter(run=run, status="waiting", reason="budget").exists())
    return run


def ended(script: Script, process: Process, run: Run) -> Json:
    process.drive_here(str(run.pk))
    wait_until(lambda: script.get(f"/runs/{run.pk}")[1]["finished_at"])
    assert_invariants(run)
    found: Json = script.get(f"/runs/{run.pk}")[1]
    return found


def spent_at_each_event(run: Run) -> list[float]:
    """Add up what the events tell, one after another."""
    total, seen = 0.0, []
    for event in all_events(run):
        total += (event["data"].get("usage") or {}).get("cost_usd", 0.0)
        seen.append(total)
    return seen


@pytest.mark.parametrize("width", [1, 3])
def test_a_map_spends_its_budget_and_no_more(script: Script, process: Process, width: int) -> None:
    """T22a: the first five succeed, the rest fail with `budget`, and at no event was more spent."""
    done = ended(script, process, started(script, process, ten_calls(width, budget_usd=5.0, on_budget="fail")))
    values = done["output"]["result"]
    assert values[:5] == ["lab/large"] * 5
    assert [value["error"]["code"] for value in values[5:]] == ["budget"] * 5
    assert done["usage"]["cost_usd"] == 5.0
    assert max(spent_at_each_event(Run.objects.get(pk=done["id"]))) <= 5.0


def test_what_was_set_aside_and_not_used_comes_back(script: Script, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """T22b: calls may take two and take one. At every moment there is room for what a call may take, and none is lost."""
    monkeypatch.setattr(PricedModel, "estimates", 2.0)
    done = ended(script, process, started(script, process, ten_calls(3, budget_usd=6.0, on_budget="fail")))
    assert [value == "lab/large" for value in done["output"]["result"]].count(True) == 5
    assert done["usage"]["cost_usd"] == 5.0


def test_tokens_have_a_budget_too(script: Script, process: Process) -> None:
    done = ended(script, process, started(script, process, two_calls(budget_tokens=250, on_budget="fail")))
    assert (done["status"], done["error"]["code"], done["error"]["data"]["node"]) == ("failed", "budget", "second")
    assert "100 of 250 tokens" in done["error"]["message"]


def test_the_limit_is_raised_and_the_run_goes_on(script: Script, process: Process) -> None:
    run = asking(script, process, two_calls(budget_usd=1.5))
    request = script.get(f"/runs/{run.pk}/nodes/second")[1]["output"]["request"]
    assert "$1.00 of $1.50" in request["message"]
    too_low = script.post(f"/runs/{run.pk}/answers/second", {"button": "raise", "values": {"limit_usd": 1}})
    assert (too_low[0], too_low[1]["error"]["data"]["fields"].keys()) == (422, {"limit_usd"})
    assert script.post(f"/runs/{run.pk}/answers/second", {"button": "raise", "values": {"limit_usd": 3}})[0] == 202
    done = ended(script, process, run)
    assert (done["status"], done["output"], done["usage"]["cost_usd"]) == ("succeeded", {"result": "lab/large"}, 2.0)
    assert done["budget"]["usd"] == 3
    assert [one["attempt"] for one in done["node_runs"] if one["key"] == "second"] == [2]
    told = [event["data"] for event in all_events(run) if event["kind"] == "budget"]
    assert [(one["usd"], one["by"]) for one in told] == [(3, "olga@example.org")]


def test_a_cheaper_model_takes_over(script: Script, process: Process) -> None:
    run = asking(script, process, two_calls(budget_usd=1.5))
    assert script.post(f"/runs/{run.pk}/answers/second", {"button": "cheaper"})[0] == 202
    done = ended(script, process, run)
    assert (done["output"], round(done["usage"]["cost_usd"], 6)) == ({"result": "lab/small"}, 1.1)
    assert done["budget"]["model"] == "lab/small"


def test_stopping_fails_what_does_not_fit(script: Script, process: Process) -> None:
    run = asking(script, process, two_calls(budget_usd=1.5))
    assert script.post(f"/runs/{run.pk}/answers/second", {"button": "stop"})[0] == 202
    done = ended(script, process, run)
    assert (done["status"], done["error"]["code"], done["usage"]["cost_usd"]) == ("failed", "budget", 1.0)


def test_one_decision_answers_for_all_that_waits(script: Script, process: Process) -> None:
    run = started(script, process, ten_calls(10, budget_usd=4.0))
    wait_until(lambda: NodeRun.objects.filter(run=run, status="waiting", reason="budget").count() == 6)
    key = NodeRun.objects.filter(run=run, reason="budget").earliest("id")
    path = f"/runs/{run.pk}/answers/{key.scope_path.replace('#', '%23').replace('/', '%2F')}{key.node_id}"
    assert script.post(path, {"button": "raise", "values": {"limit_usd": 10}})[0] == 202
    done = ended(script, process, run)
    assert (done["output"]["result"], done["usage"]["cost_usd"]) == (["lab/large"] * 10, 10.0)


def detaching(called: str, **of_call: Any) -> Json:
    """Build a workflow that starts another one, and then calls a model itself."""
    g = Graph()
    first = g.node("start", "start", fields=[]).to(
        g.node("run_workflow", "aside", workflow=called, input={}, detached=True, **of_call)
    )
    first.to(g.node("llm", "own", model="lab/large", prompt="one")).to(g.node("output", "out"))
    return g.document()


@pytest.mark.parametrize(("named", "carved", "code"), [(2.0, 2.0, None), (3.5, 3.5, "budget"), (None, 4.0, "budget")])
def test_a_detached_run_has_its_budget_from_its_caller(
    script: Script, process: Process, named: float | None, carved: float, code: str | None
) -> None:
    """Both together never spend more than the caller may."""
    called = workflow_id(script, ten_calls(1, on_budget="fail"))
    assert script.post(f"/workflows/{called}/versions", {})[0] == 201
    document = {**detaching(called, **({} if named is None else {"budget_usd": named})), "settings": {"budget_usd": 4.0}}
    document["settings"]["on_budget"] = "fail"
    done = ended(script, process, started(script, process, document))
    assert (done["error"] or {}).get("code") == code
    other = Run.objects.get(parent_id=done["id"])
    assert other.budget["usd"] == carved
    spent = ended(script, process, other)["usage"]["cost_usd"]
    assert (spent, spent + done["usage"].get("cost_usd", 0.0) <= 4.0) == (int(carved), True)


def test_a_later_owner_knows_what_was_handed_on(script: Script, process: Process) -> None:
    called = workflow_id(script, ten_calls(1))
    assert script.post(f"/workflows/{called}/versions", {})[0] == 201
    document = {**detaching(called, budget_usd=3.5), "settings": {"budget_usd": 4.0}}
    run = asking(script, process, document)
    assert script.post(f"/runs/{run.pk}/answers/own", {"button": "raise", "values": {"limit_usd": 4.2}})[0] == 202
    process.drive_here(str(run.pk))
    wait_until(lambda: NodeRun.objects.filter(run=run, node_id="own", status="waiting", attempt=2).exists())
    assert (
        "$3.50 of $4.20 ($3.50 of it handed to runs" in script.get(f"/runs/{run.pk}/nodes/own")[1]["output"]["request"]["message"]
    )


def test_a_parked_run_keeps_what_it_spent(script: Script, process: Process, make_process: MakeProcess) -> None:
    """T22c: the next owner begins with what was spent, and with nothing set aside."""
    run = asking(script, process, two_calls(budget_usd=1.5))
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "waiting", 20)
    process.stop()
    assert script.post(f"/runs/{run.pk}/answers/second", {"button": "raise", "values": {"limit_usd": 1.9}})[0] == 202
    other = make_process(priced_executor)
    other.drive_here(str(run.pk))
    wait_until(lambda: NodeRun.objects.get(run=run, node_id="second").attempt == 2)
    wait_until(lambda: NodeRun.objects.get(run=run, node_id="second").status == "waiting")
    asked = json.dumps(script.get(f"/runs/{run.pk}/nodes/second")[1]["output"])
    assert "$1.00 of $1.90" in asked


def test_who_starts_a_run_may_limit_it(script: Script, process: Process) -> None:
    run = started(script, process, two_calls(), budget={"usd": 1.0, "on": "fail"})
    done = ended(script, process, run)
    limits = {"usd": 1.0, "tokens": None, "seconds": None, "on": "fail", "model": ""}
    assert (done["error"]["code"], done["budget"]) == ("budget", limits)


@pytest.mark.parametrize(
    ("own", "node", "around", "spent"), [(2.5, None, None, 2.0), (None, 1.5, 9.0, 1.0), (9.0, None, 3.5, 3.0)]
)
def test_a_called_workflow_spends_within_its_own_budget_and_its_callers(
    script: Script, process: Process, own: float | None, node: float | None, around: float | None, spent: float
) -> None:
    """The narrowest one counts: the called workflow's settings, the node that calls it, or the caller's."""
    called = workflow_id(script, ten_calls(1, budget_usd=own))
    assert script.post(f"/workflows/{called}/versions", {})[0] == 201
    g = Graph()
    more: Json = {} if node is None else {"budget_usd": node}
    g.node("start", "start", fields=[]).to(g.node("run_workflow", "call", workflow=called, input={}, **more)).to(
        g.node("output", "out")
    )
    document = {**g.document(), "settings": {"budget_usd": around, "on_budget": "fail"}}
    done = ended(script, process, started(script, process, document))
    assert done["usage"]["cost_usd"] == spent
    values = done["output"]["result"]["result"]
    assert [value == "lab/large" for value in values].count(True) == spent
    assert values[-1]["error"]["code"] == "budget"
