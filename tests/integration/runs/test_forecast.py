"""What a run would cost is told before it is started: from prompts first, from past runs then."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from editor.models import Workflow, WorkflowVersion
from editor.services import document_read, workflow_create
from graphapp.accounts.models import User
from runs.models import NodeRun, Run
from runs.past import PAST
from tests.builders import Graph
from tests.support.script import Script


@pytest.fixture
def script(people: Mapping[str, User]) -> Script:
    """Call as olga."""
    return Script(people["olga"])


def asking(model: str = "openai/gpt-4o-mini", prompt: str = "Answer: {{ start.question }}", tokens: int = 300) -> Any:
    """Draw a question to a model, and an approval of its answer."""
    g = Graph()
    last = g.node("start", "start", fields=[{"name": "question", "type": "text", "label": "", "required": True}])
    last = last.to(g.node("llm", "ask", model=model, prompt=prompt, max_tokens=tokens))
    last.to(g.node("approval", "check", message="Good?"))["approve"].to(g.node("output", "result"))
    return g.document(budget_usd=0.5)


def drawn(olga: User, document: Any) -> Workflow:
    """Make a workflow."""
    return workflow_create(actor=olga, name="Asks", document=document_read(document))


def told(script: Script, workflow: Workflow, **body: Any) -> Any:
    """Ask for a forecast."""
    status, answer = script.post(f"/workflows/{workflow.pk}/forecast", body)
    assert status == 200, answer
    return answer


def past(workflow: Workflow, seconds: float, usd: float, tokens: int) -> None:
    """Write a run of the draft as it is now."""
    version = WorkflowVersion.objects.filter(workflow=workflow).latest("pk")
    run = Run.objects.create(workflow=workflow, version=version, status="succeeded")
    at = datetime.now(UTC)
    usage = {"input_tokens": tokens, "output_tokens": 0, "cost_usd": usd, "model": "m"}
    done = {"status": "succeeded", "started_at": at, "finished_at": at + timedelta(seconds=seconds), "ports": ["out"]}
    NodeRun.objects.create(run=run, node_id="ask", usage=usage, **done)


def versioned(script: Script, workflow: Workflow) -> None:
    """Have the draft kept as a version."""
    assert script.post(f"/workflows/{workflow.pk}/versions", {})[0] == 201


def test_without_past_runs_it_is_told_from_prompt_sizes_and_the_longest_answer(script: Script, olga: User) -> None:
    workflow = drawn(olga, asking())
    before = (Run.objects.count(), WorkflowVersion.objects.count())
    short, long = told(script, workflow), told(script, workflow, input={"question": "Why? " * 2000})
    assert (Run.objects.count(), WorkflowVersion.objects.count()) == before
    assert (short["past_runs"], short["guessed"], short["unpriced"], short["waits"]) == (0, ["Ask"], [], True)
    assert 0 < short["usd"]["low"] < short["usd"]["likely"] < short["usd"]["high"]
    assert short["tokens"]["high"] >= 300
    assert long["usd"]["low"] > 2 * short["usd"]["low"]
    assert short["budget_usd"] == 0.5


def test_stronger_models_count_in_the_high_figure(script: Script, olga: User) -> None:
    alone = told(script, drawn(olga, asking()))
    document = asking()
    ask = next(node for node in document["nodes"] if node["id"] == "ask")
    ask["params"] |= {"escalate_models": ["openai/gpt-4o"], "check": "len(answer) > 5"}
    both = told(script, drawn(olga, document))
    for what in ("low", "likely"):
        assert both["usd"][what] == pytest.approx(alone["usd"][what], rel=0.2)
    assert both["usd"]["high"] > 5 * alone["usd"]["high"]


def test_what_nodes_took_in_past_runs_counts_and_a_changed_prompt_counts_as_alike(script: Script, olga: User) -> None:
    workflow = drawn(olga, asking())
    versioned(script, workflow)
    for usd in (0.01, 0.02, 0.09):
        past(workflow, 4.0, usd, 1000)
    answer = told(script, workflow)
    assert (answer["past_runs"], answer["guessed"]) == (3, [])
    assert answer["usd"] == {"low": 0.01, "likely": 0.02, "high": 0.09}
    assert answer["tokens"]["likely"] == 1000
    assert 4.0 <= answer["seconds"]["likely"] < 5.0
    for document, runs in ((asking(prompt="Changed."), 3), (asking(model="openai/gpt-4o"), 0)):
        changed = script.put(f"/workflows/{workflow.pk}/draft", {"document": document, "revision": _revision(script, workflow)})
        assert changed[0] == 200, changed
        assert told(script, workflow)["past_runs"] == runs


def _revision(script: Script, workflow: Workflow) -> int:
    return int(script.get(f"/workflows/{workflow.pk}/draft")[1]["workflow"]["revision"])


def test_a_local_model_is_free_and_one_without_a_price_is_named(script: Script, olga: User) -> None:
    free = told(script, drawn(olga, asking("local/smollm2")))
    assert (free["usd"]["high"], free["unpriced"], free["asks_models"]) == (0, [], True)
    assert free["tokens"]["likely"] > 0
    assert told(script, drawn(olga, asking("lab/llama")))["unpriced"] == ["lab/llama"]


def test_what_cannot_run_or_is_not_ones_own_has_no_forecast(script: Script, olga: User, people: Mapping[str, User]) -> None:
    workflow = drawn(olga, asking())
    assert Script(people["sam"]).post(f"/workflows/{workflow.pk}/forecast", {})[0] == 404
    broken = drawn(olga, asking(prompt=""))
    assert script.post(f"/workflows/{broken.pk}/forecast", {})[0] == 422


def test_past_runs_are_found_by_an_index(script: Script, olga: User) -> None:
    workflow = drawn(olga, asking())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {PAST}", {"workflow": str(workflow.pk), "runs": 30, "most": 300})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "run_recent" in plan, plan
    assert "node_run_once" in plan, plan
