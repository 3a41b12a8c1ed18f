"""Agents in real workers: what is recorded is not done again, a person is asked in between, and all of it is told."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from editor.graph.plan import MAX_CALLS
from graphapp.accounts.models import User
from runs.deadlines import answer_overdue
from runs.engine.fold import fold
from runs.models import NodeRun, Run, Step
from runs.process import Process
from tests.builders import Graph
from tests.real.processes import Worker
from tests.support.agents import COST, agent_executor
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import all_events, assert_invariants
from tests.support.nodes import executions
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]
ENV = {"NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests", "RUN_EXECUTOR": "tests.support.agents.agent_executor"}
EMPTY = {"type": "object", "properties": {"n": {"type": "integer"}}}


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    """Drive runs with models that do as they are told."""
    return make_process(agent_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def prompt(bench: Bench, turns: list[list[tuple[str, Json]]], says: str = "Done.", name: str = "asked") -> str:
    """Tell a model what to do."""
    return json.dumps({"turns": turns, "says": says, "tally": str(bench.folder / name)})


def asked(bench: Bench, name: str = "asked") -> int:
    """Count how often a model was asked."""
    tally = bench.folder / name
    return len(tally.read_text().splitlines()) if tally.exists() else 0


def agent(task: str, tools: Mapping[str, tuple[str, Json, Json]], **params: Any) -> Json:
    """Build a workflow of one agent with tools: by name the type, its params, and how it is told to the model."""
    g = Graph()
    boss = g.node("agent", "boss", model="a/b", prompt=task, **params)
    g.node("start", "start", fields=[]).to(boss).to(g.node("output", "result"))
    for name, (kind, own, told) in tools.items():
        policy = {"tool": {"description": f"Does {name}.", "parameters": EMPTY, **told}}
        g.node(kind, name, keys={"policy": policy}, **own)["tool"].to(boss, "tools")
    return g.document()


def gates(p: Path, q: Path) -> dict[str, tuple[str, Json, Json]]:
    """Two tools that wait."""
    return {"p": ("gate", {"file": str(p), "value": "p"}, {}), "q": ("gate", {"file": str(q), "value": "q"}, {})}


def steps_of(run: Run) -> list[tuple[str, int, str, str]]:
    """List what is recorded, in order."""
    rows = Step.objects.filter(run=run).order_by("node_key", "idx").values_list("node_key", "idx", "kind", "status")
    return [(key, idx, kind, status) for key, idx, kind, status in rows]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_killed_worker_costs_one_call_of_one_tool(make_worker: Callable[..., Worker], bench: Bench) -> None:
    """T19 (a): q's step is committed and p is under way; then the owner dies."""
    worker, p, q = make_worker(**ENV), bench.gate("p"), bench.gate("q")
    q.touch()
    run = bench.queue(agent(prompt(bench, [[("p", {}), ("q", {})]]), gates(p, q)))
    wait_until(lambda: executions(p) == 1 and Step.objects.filter(run=run, name="q", status="succeeded").exists())
    worker.kill9()
    worker.start()
    wait_until(lambda: executions(p) == 2, what="the next owner runs the call that was cut off")
    assert (asked(bench), executions(q)) == (1, 1)
    p.touch()
    assert bench.ended(run).status == "succeeded"
    assert run.output == {"result": "Done."}
    assert (asked(bench), executions(p), executions(q)) == (2, 2, 1)
    assert steps_of(run) == [
        ("boss", 0, "llm", "succeeded"), ("boss", 1, "tool", "succeeded"),
        ("boss", 2, "tool", "succeeded"), ("boss", 3, "llm", "succeeded"),
    ]  # fmt: skip
    assert run.usage["cost_usd"] == 2 * COST, "what was consumed before the death counts, and counts once"
    assert NodeRun.objects.get(run=run, node_id="boss").usage["cost_usd"] == 2 * COST  # type: ignore[index]
    assert_invariants(run)


def test_each_step_is_told_as_it_happens(process: Process, bench: Bench) -> None:
    p, q = bench.gate("p"), bench.gate("q")
    run = bench.start(process, agent(prompt(bench, [[("p", {}), ("q", {})]]), gates(p, q)))
    wait_until(lambda: executions(p) == 1 and executions(q) == 1, what="both calls are under way at once")
    told = [(event["data"]["idx"], event["data"]["status"]) for event in all_events(run) if event["kind"] == "step"]
    assert sorted(told) == [(0, "running"), (0, "succeeded"), (1, "running"), (2, "running")]
    p.touch()
    q.touch()
    bench.ended(run)
    told = [(event["data"]["idx"], event["data"]["status"]) for event in all_events(run) if event["kind"] == "step"]
    assert told[-2:] == [(3, "running"), (3, "succeeded")]
    folded = fold(all_events(run))["nodes"]["boss"]["usage"]
    assert folded == NodeRun.objects.get(run=run, node_id="boss").usage, "a viewer counts what the rows count"
    assert_invariants(run)


def test_a_person_allows_a_call_in_the_middle(process: Process, script: Script, bench: Bench) -> None:
    tools = {"pay": ("echo", {"value": "{{ args.n }}"}, {"approval": True})}
    run = bench.start(process, agent(prompt(bench, [[("pay", {"n": 500})]]), tools))
    wait_until(lambda: NodeRun.objects.filter(run=run, node_id="boss", status="waiting", reason="approval").exists())
    bench.until(run, lambda now: now.status == "waiting")
    detail = script.get(f"/runs/{run.pk}/nodes/boss")[1]["output"]["request"]
    assert [(field["name"], field.get("default")) for field in detail["fields"]] == [("n", 500), ("note", None)]
    wait_until(lambda: script.get("/approvals")[1]["items"], what="it stands among what waits for somebody")
    status, said = script.post(f"/runs/{run.pk}/answers/boss", {"button": "approve", "values": {"n": 5}})
    assert status == 202, said
    assert script.post(f"/runs/{run.pk}/answers/boss", {"button": "reject"})[0] == 409
    process.drive_here(str(run.pk))
    assert bench.ended(run).status == "succeeded"
    steps = script.get(f"/runs/{run.pk}/steps/boss")[1]["steps"]
    assert [step["name"] for step in steps] == ["a/b", "pay", "a/b"]
    assert {step["status"] for step in steps} == {"succeeded"}
    assert (steps[1]["input"], steps[1]["output"], steps[1]["answer"]["by"]) == ({"n": 5}, 5, bench.actor.get_username())
    assert asked(bench) == 2
    assert_invariants(run)


def test_a_refused_call_is_told_and_the_run_goes_on(process: Process, script: Script, bench: Bench) -> None:
    tools = {"pay": ("echo", {"value": "{{ args.n }}"}, {"approval": True})}
    run = bench.start(process, agent(prompt(bench, [[("pay", {"n": 500})]], "Not paid."), tools))
    bench.until(run, lambda now: now.status == "waiting")
    assert script.post(f"/runs/{run.pk}/answers/boss", {"button": "reject", "values": {"note": "Too much"}})[0] == 202
    process.drive_here(str(run.pk))
    assert bench.ended(run).output == {"result": "Not paid."}
    refused = Step.objects.get(run=run, name="pay")
    assert (refused.status, refused.data["error"]["code"]) == ("failed", "rejected")
    assert_invariants(run)


def test_an_agent_goes_on_when_nobody_answers_in_time(process: Process, bench: Bench) -> None:
    """The approval's own time limit holds where it is a tool, and the model hears that nobody was there."""
    tools: Mapping[str, tuple[str, Json, Json]] = {"ask": ("approval", {"message": "Well?", "timeout_seconds": 0.2}, {})}
    run = bench.start(process, agent(prompt(bench, [[("ask", {})]], "Nobody answered."), tools))
    wait_until(lambda: drive_all(process) and Run.objects.get(pk=run.pk).status == "succeeded")
    step = Step.objects.get(run=run, name="ask")
    assert step.data["output"] == {"answer": "timeout", "values": {}}
    assert bench.ended(run).output == {"result": "Nobody answered."}
    assert_invariants(run)


def test_nobody_is_waited_for_too_long_however_much_is_asked(process: Process, bench: Bench) -> None:
    """A question that is too large for its row has its time limit like any other."""
    much: Json = {"message": "Well? " * 2000, "timeout_seconds": 3600}
    run = bench.start(process, agent(prompt(bench, [[("ask", {})]], "Nobody answered."), {"ask": ("approval", much, {})}))
    bench.until(run, lambda now: now.status == "waiting")
    asks = NodeRun.objects.filter(run=run, node_id="boss", output__isnull=True, output_sha__isnull=False)
    assert (answer_overdue(), asks.update(answer_by=timezone.now())) == (0, 1)
    wait_until(lambda: answer_overdue() >= 0 and drive_all(process) and Run.objects.get(pk=run.pk).status == "succeeded")
    assert Step.objects.get(run=run, name="ask").data["output"] == {"answer": "timeout", "values": {}}
    assert NodeRun.objects.get(run=run, node_id="boss").answer_by is None
    assert_invariants(run)


def test_a_run_that_is_stopped_stops_its_agent(process: Process, script: Script, bench: Bench) -> None:
    p, q = bench.gate("p"), bench.gate("q")
    run = bench.start(process, agent(prompt(bench, [[("p", {}), ("q", {})]]), gates(p, q)))
    wait_until(lambda: executions(p) == 1 and executions(q) == 1)
    assert script.post(f"/runs/{run.pk}/cancel", {})[0] in (200, 202)
    assert bench.ended(run).status == "cancelled"
    assert asked(bench) == 1
    assert_invariants(run)


def test_the_steps_of_others_are_not_found(process: Process, script: Script, bench: Bench, people: Mapping[str, User]) -> None:
    run = bench.start(process, agent(prompt(bench, []), {}))
    bench.ended(run)
    assert Script(people["sam"]).get(f"/runs/{run.pk}/steps/boss")[0] == 404


def greeting(script: Script, **start: Any) -> str:
    """Publish a workflow that greets somebody by name."""
    g = Graph()
    form = g.node("start", "start", fields=[{"name": "name", "type": "text", "required": True}], **start)
    form.to(g.node("output", "out", value="Hello, {{ start.name }}"))
    return published(script, g.document())


def published(script: Script, document: Json) -> str:
    """Make a workflow and publish it."""
    made = workflow_id(script, document)
    assert script.post(f"/workflows/{made}/versions", {})[0] == 201
    return made


def greet(workflow: str, **params: Any) -> Mapping[str, tuple[str, Json, Json]]:
    """Give an agent a workflow as its tool."""
    named = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    given = {"workflow": workflow, "input": {"name": "{{ args.name }}"}, **params}
    return {"greet": ("run_workflow", given, {"parameters": named})}


def test_a_workflow_is_a_tool_and_its_output_is_told(process: Process, script: Script, bench: Bench) -> None:
    """Each call is a run of its own, below the agent's run, with the workflow that was published."""
    tools = greet(greeting(script))
    run = bench.start(process, agent(prompt(bench, [[("greet", {"name": "Ada"}), ("greet", {"name": "Bo"})]]), tools))
    wait_until(lambda: Run.objects.filter(parent=run).count() == 2)
    for child in Run.objects.filter(parent=run):
        process.drive_here(str(child.pk))
    assert bench.ended(run).status == "succeeded"
    told = [step.data["output"] for step in Step.objects.filter(run=run, name="greet").order_by("idx")]
    assert told == [{"result": "Hello, Ada"}, {"result": "Hello, Bo"}]
    assert {child.depth for child in Run.objects.filter(parent=run)} == {1}
    assert_invariants(run)


def test_a_workflow_that_fails_is_told_and_the_agent_goes_on(process: Process, script: Script, bench: Bench) -> None:
    g = Graph()
    g.node("start", "start", fields=[{"name": "name", "type": "text"}]).to(
        g.node("fail", "stop", code="no_stock", message="There is nothing left.")
    )
    tools = greet(published(script, g.document()))
    run = bench.start(process, agent(prompt(bench, [[("greet", {"name": "Ada"})]], "Sorry."), tools))
    wait_until(lambda: Run.objects.filter(parent=run).exists())
    process.drive_here(str(Run.objects.get(parent=run).pk))
    assert bench.ended(run).output == {"result": "Sorry."}
    error = Step.objects.get(run=run, name="greet").data["error"]
    assert (error["code"], error["data"]["run"]) == ("child_failed", str(Run.objects.get(parent=run).pk))
    assert "There is nothing left." in error["message"]


def test_arguments_that_a_workflow_does_not_take_start_nothing(process: Process, script: Script, bench: Bench) -> None:
    tools = greet(greeting(script), input={"who": "{{ args.name }}"})
    run = bench.start(process, agent(prompt(bench, [[("greet", {"name": "Ada"})]], "Sorry."), tools))
    assert bench.ended(run).output == {"result": "Sorry."}
    assert Step.objects.get(run=run, name="greet").data["error"]["code"] == "input_invalid"
    assert not Run.objects.filter(parent=run).exists()


def test_what_a_workflow_may_spend_is_carved_out_of_its_agent(process: Process, script: Script, bench: Bench) -> None:
    document = agent(prompt(bench, [[("greet", {"name": "Ada"})]]), greet(greeting(script), budget_usd=500.0), max_usd=1.0)
    run = bench.start(process, document)
    wait_until(lambda: Run.objects.filter(parent=run).exists())
    child = Run.objects.get(parent=run)
    assert 0 < child.budget["usd"] < 1.0, "no more than the agent has left, whatever the tool names"
    process.drive_here(str(child.pk))
    bench.ended(run)


def test_workflows_that_agents_call_are_not_nested_without_an_end(process: Process, script: Script, bench: Bench) -> None:
    """The workflow's agent calls the workflow itself: each run is one level deeper, and the deepest is told that it is enough."""
    made = workflow_id(script, agent(prompt(bench, [[("again", {})]], "Enough."), {}))
    document = agent(
        prompt(bench, [[("again", {})]], "Enough."), {"again": ("run_workflow", {"workflow": made, "input": {}}, {})}
    )
    revision = script.get(f"/workflows/{made}/draft")[1]["revision"]
    assert script.put(f"/workflows/{made}/draft", {"document": document, "revision": revision})[0] == 200
    run = script.post(f"/workflows/{made}/runs", {"input": {}, "version": "draft"})[1]["id"]
    wait_until(lambda: drive_all(process) and Run.objects.get(pk=run).status == "succeeded", seconds=60)
    deepest = Run.objects.order_by("-depth")[0]
    assert deepest.depth == MAX_CALLS
    assert Step.objects.get(run=deepest, name="again").data["error"]["code"] == "call_depth"


def drive_all(process: Process) -> bool:
    """Drive every run that nobody drives."""
    for child in Run.objects.filter(status__in=("queued", "waiting")):
        process.drive_here(str(child.pk))
    return True


def test_a_run_that_is_stopped_stops_the_workflows_of_its_agent(process: Process, script: Script, bench: Bench) -> None:
    gate = bench.gate("g")
    g = Graph()
    g.node("start", "start", fields=[{"name": "name", "type": "text"}]).to(g.node("gate", "slow", file=str(gate)))
    tools = greet(published(script, g.document()))
    run = bench.start(process, agent(prompt(bench, [[("greet", {"name": "Ada"})]]), tools))
    wait_until(lambda: Run.objects.filter(parent=run).exists())
    child = Run.objects.get(parent=run)
    process.drive_here(str(child.pk))
    wait_until(lambda: executions(gate) == 1)
    script.post(f"/runs/{run.pk}/cancel", {})
    assert bench.ended(run).status == "cancelled"
    assert bench.ended(child).status == "cancelled"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_killed_worker_finds_the_workflow_that_its_agent_waits_for(
    make_worker: Callable[..., Worker], script: Script, bench: Bench
) -> None:
    """The next owner neither asks the model again nor starts the workflow twice."""
    worker, gate = make_worker(**ENV), bench.gate("g")
    g = Graph()
    slow = g.node("start", "start", fields=[{"name": "name", "type": "text"}]).to(g.node("gate", "slow", file=str(gate)))
    slow.to(g.node("output", "out", value="late"))
    run = bench.queue(agent(prompt(bench, [[("greet", {"name": "Ada"})]]), greet(published(script, g.document()))))
    wait_until(lambda: executions(gate) >= 1, what="the workflow is under way")
    worker.kill9()
    worker.start()
    wait_until(lambda: executions(gate) >= 2)
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    assert asked(bench) == 2
    assert Step.objects.get(run=run, name="greet").data["output"] == {"result": "late"}
    assert Run.objects.filter(parent=run).count() == 1
