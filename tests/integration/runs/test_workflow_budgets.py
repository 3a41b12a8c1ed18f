"""The budget that all runs of a workflow share: together they never spend more, and what one owner set aside dies with it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from editor.graph.context import LlmReply, LlmRequest, TextSink
from graphapp.accounts.models import User
from runs.executor import Executor
from runs.models import NodeRun, Reservation, Run, WorkflowBudget
from runs.nodes import builtin_catalogue
from runs.process import Process
from runs.spending import forget_reservations
from runs.wiring import make_services
from tests.builders import Graph
from tests.integration.runs.test_budgets import PricedModel, asking, ended, priced_executor, started, ten_calls, two_calls
from tests.support.bench import Bench, MakeProcess
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(priced_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    bench.actor = people["olga"]
    return Script(people["olga"])


def workflow_with(script: Script, document: Json, **budget: Any) -> str:
    """Make a workflow whose runs share a budget."""
    workflow = workflow_id(script, document)
    if budget:
        assert script.put(f"/workflows/{workflow}/budget", budget)[0] == 200
    return workflow


def begun(script: Script, process: Process, workflow: str) -> Run:
    status, body = script.post(f"/workflows/{workflow}/runs", {})
    assert status == 201, body
    process.drive_here(body["id"])
    return Run.objects.get(pk=body["id"])


def standing(script: Script, workflow: str) -> Json:
    found: Json = script.get(f"/workflows/{workflow}/budget")[1]
    return found


def is_settled(script: Script, workflow: str) -> bool:
    """Say whether nothing is set aside any more; what a call has used is counted after its end."""
    now = standing(script, workflow)
    return not now["held_usd"] and not now["held_tokens"]


def waits_for_room(run: Run) -> bool:
    return NodeRun.objects.filter(run=run, status="waiting", reason="budget").exists()


def test_two_runs_at_once_spend_no_more_than_both_may(script: Script, process: Process, make_process: MakeProcess) -> None:
    """T22 with two owners: of twenty calls exactly seven are made."""
    workflow = workflow_with(script, ten_calls(3), usd=7.0, on="fail", per="day")
    other = make_process(priced_executor)
    runs = [begun(script, process, workflow), begun(script, other, workflow)]
    values = [value for run in runs for value in ended(script, process, run)["output"]["result"]]
    refused = [value["error"] for value in values if value != "lab/large"]
    assert (len(values) - len(refused), {one["code"] for one in refused}) == (7, {"budget"})
    assert "have spent $7.00 of $7.00 today" in refused[-1]["message"]
    wait_until(lambda: is_settled(script, workflow))
    now = standing(script, workflow)
    assert (now["spent_usd"], now["spent_tokens"], now["per"]) == (7.0, 700, "day")
    assert not Reservation.objects.exists()


def test_raising_the_limit_lets_all_runs_go_on(script: Script, process: Process) -> None:
    """Two runs ask. One answer raises the limit of both, and neither asks again."""
    workflow = workflow_with(script, two_calls(), usd=0.5)
    runs = [begun(script, process, workflow), begun(script, process, workflow)]
    wait_until(lambda: all(waits_for_room(run) for run in runs))
    held = NodeRun.objects.filter(run=runs[0], reason="budget").get()
    asked = script.get(f"/runs/{runs[0].pk}/nodes/{held.node_id}")[1]["output"]["request"]
    assert "The runs of this workflow have spent $0.00 of $0.50 this month" in asked["message"]
    assert [field["name"] for field in asked["fields"]] == ["workflow_usd", "model"]
    path = f"/runs/{runs[0].pk}/answers/{held.node_id}"
    too_low = script.post(path, {"button": "raise", "values": {"workflow_usd": 0.1}})
    assert (too_low[0], too_low[1]["error"]["data"]["fields"].keys()) == (422, {"workflow_usd"})
    assert script.post(path, {"button": "raise", "values": {"workflow_usd": 5}})[0] == 202
    done = [ended(script, process, run) for run in runs]
    assert [(one["status"], one["usage"]["cost_usd"]) for one in done] == [("succeeded", 2.0)] * 2
    wait_until(lambda: standing(script, workflow)["spent_usd"] == 4.0)
    assert standing(script, workflow)["usd"] == 5.0


def test_one_run_goes_on_with_a_cheaper_model(script: Script, process: Process) -> None:
    run = begun(script, process, workflow_with(script, two_calls(), usd=1.5))
    wait_until(lambda: waits_for_room(run))
    assert script.post(f"/runs/{run.pk}/answers/second", {"button": "cheaper"})[0] == 202
    assert ended(script, process, run)["output"] == {"result": "lab/small"}


def test_taking_the_budget_away_lets_what_waits_go_on(script: Script, process: Process) -> None:
    workflow = workflow_with(script, two_calls(), tokens=150)
    run = begun(script, process, workflow)
    wait_until(lambda: waits_for_room(run))
    assert script.put(f"/workflows/{workflow}/budget", {}) == (200, standing(script, workflow))
    assert ended(script, process, run)["status"] == "succeeded"
    assert standing(script, workflow)["tokens"] is None


def test_what_was_spent_before_counts_and_a_new_day_begins_with_nothing(script: Script, process: Process) -> None:
    workflow = workflow_with(script, two_calls())
    ended(script, process, begun(script, process, workflow))
    assert script.put(f"/workflows/{workflow}/budget", {"usd": 2.0, "per": "day", "on": "fail"})[1]["spent_usd"] == 2.0
    assert ended(script, process, begun(script, process, workflow))["error"]["code"] == "budget"
    row = WorkflowBudget.objects.get()
    WorkflowBudget.objects.update(since=row.since - timedelta(days=1))
    assert standing(script, workflow)["spent_usd"] == 0.0
    assert ended(script, process, begun(script, process, workflow))["status"] == "succeeded"


class DyingModel(PricedModel):
    """Never answers, as for a worker that is dead before the answer comes."""

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError


def dying_executor() -> Executor:
    """Give an executor whose model calls have no end."""
    return Executor(builtin_catalogue(), replace(make_services(), llm=DyingModel()))


def test_a_crash_after_a_reservation_leaks_nothing(script: Script, make_process: MakeProcess) -> None:
    """T22c: the run has reserved all there is when its owner is lost. The next one has it all again."""
    workflow = workflow_with(script, ten_calls(1), usd=10.0, on="fail")
    lost, next_one = make_process(dying_executor), make_process(priced_executor)
    PricedModel.estimates, before = 10.0, PricedModel.estimates
    try:
        run = begun(script, lost, workflow)
        wait_until(lambda: standing(script, workflow)["held_usd"] == 10.0)
    finally:
        PricedModel.estimates = before
    lost.draining.set()  # its sweeper gives the run to nobody here
    Run.objects.filter(pk=run.pk).update(lease_expires_at=run.created_at)
    done = ended(script, next_one, run)
    assert (done["status"], done["output"]["result"]) == ("succeeded", ["lab/large"] * 10)
    wait_until(lambda: is_settled(script, workflow))
    assert standing(script, workflow)["spent_usd"] == 10.0
    Reservation.objects.update(created_at=run.created_at - timedelta(days=3))
    forget_reservations()
    assert not Reservation.objects.exists()


def test_a_called_workflow_spends_from_its_own_shared_budget_too(script: Script, process: Process) -> None:
    called = workflow_with(script, ten_calls(1), usd=3.0)
    assert script.post(f"/workflows/{called}/versions", {})[0] == 201
    g = Graph()
    first = g.node("start", "start", fields=[]).to(g.node("run_workflow", "call", workflow=called, input={}))
    first.to(g.node("output", "out"))
    caller = workflow_with(script, g.document(), usd=20.0)
    done = ended(script, process, begun(script, process, caller))
    values = done["output"]["result"]["result"]
    assert [value == "lab/large" for value in values].count(True) == 3
    assert values[-1]["error"]["code"] == "budget"
    wait_until(lambda: (standing(script, called)["spent_usd"], standing(script, caller)["spent_usd"]) == (3.0, 3.0))


def test_a_run_asks_for_more_time(script: Script, process: Process) -> None:
    run = asking(script, process, two_calls(budget_seconds=0.000001))
    request = script.get(f"/runs/{run.pk}/nodes/first")[1]["output"]["request"]
    assert "seconds, and there is more to do" in request["message"]
    assert [field["name"] for field in request["fields"]] == ["limit_seconds"]
    assert script.post(f"/runs/{run.pk}/answers/first", {"button": "raise", "values": {"limit_seconds": 0}})[0] == 422
    assert script.post(f"/runs/{run.pk}/answers/first", {"button": "raise", "values": {"limit_seconds": 600}})[0] == 202
    done = ended(script, process, run)
    assert (done["status"], done["budget"]["seconds"]) == ("succeeded", 600)
    assert 0 < done["usage"]["seconds"] < 600


def test_a_run_whose_time_is_over_fails_where_it_is_to(script: Script, process: Process) -> None:
    done = ended(script, process, started(script, process, two_calls(), budget={"seconds": 0.000001, "on": "fail"}))
    assert (done["status"], done["error"]["code"], done["error"]["data"]["node"]) == ("failed", "budget", "first")


@pytest.mark.parametrize(("worked", "status"), [(599.0, "succeeded"), (600.0, "failed")])
def test_time_at_work_is_kept_over_owners(script: Script, process: Process, worked: float, status: str) -> None:
    """A later owner begins with what the earlier ones have worked; the time between them is nobody's."""
    document = two_calls(budget_seconds=600.0, on_budget="fail")
    workflow = workflow_with(script, document)
    run_id = script.post(f"/workflows/{workflow}/runs", {})[1]["id"]
    Run.objects.filter(pk=run_id).update(usage={"seconds": worked, "cost_usd": 0.0, "input_tokens": 0, "output_tokens": 0})
    process.drive_here(run_id)
    done = ended(script, process, Run.objects.get(pk=run_id))
    assert (done["status"], done["usage"]["seconds"] >= worked) == (status, True)
