"""Results that are kept: what they answer for, how long, and what is never kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.nodetype import Usage
from runs.cache import forget_expired
from runs.engine.states import Kind
from runs.executor import Executor
from runs.models import CacheEntry, NodeRun, Run
from runs.nodes import builtin_catalogue
from runs.process import Process
from runs.resume import Wish, run_resume
from runs.services import run_start
from runs.wiring import make_services
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import assert_invariants

ASKED: list[str] = []


class Counting:
    """A model that notes what it is asked, and answers differently each time."""

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Cost nothing."""
        return request, Usage()

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Answer with a number."""
        ASKED.append(str(request.messages[-1]["content"]))
        return LlmReply(f"answer {len(ASKED)}", "stop", Usage(1, 1, 0.5, request.model), request.model)


def counting_executor() -> Executor:
    """Give an executor of the shipped nodes with the counting model."""
    return Executor(builtin_catalogue(), replace(make_services(), llm=Counting()))


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    ASKED.clear()
    return make_process(counting_executor)


def asking(seconds: float | None = 60, prompt: str = "{{ run.input.q }}", **policy: Any) -> dict[str, Any]:
    """Build a workflow that asks a model, and keeps its answers."""
    g = Graph()
    kept = {"policy": {"cache_seconds": seconds, **policy}}
    g.node("start", "start", fields=[], allow_extra=True).to(
        g.node("llm", "ask", model="lab/m", prompt=prompt, temperature=0, keys=kept)
    ).to(g.node("output", "out", value="{{ ask }}"))
    return g.document()


def again(bench: Bench, process: Process, before: Run, input: Mapping[str, Any]) -> Run:
    """Run the same workflow once more."""
    run = run_start(workflow=before.workflow, actor=bench.actor, input=input)
    process.drive_here(str(run.pk))
    bench.ended(run)
    assert_invariants(run)
    return run


def origin_of(run: Run) -> tuple[str, str | None]:
    """Say where the answer of a run is from."""
    row = NodeRun.objects.get(run=run, node_id="ask")
    return row.origin, None if row.reused_from is None else str(row.reused_from)


def test_equal_work_in_a_later_run_takes_the_kept_result(process: Process, bench: Bench) -> None:
    first = bench.ended(bench.start(process, asking(), {"q": "a"}))
    second = again(bench, process, first, {"q": "a"})
    other = again(bench, process, first, {"q": "b"})
    assert (first.output, second.output, other.output) == ({"result": "answer 1"}, {"result": "answer 1"}, {"result": "answer 2"})
    assert ASKED == ["a", "b"]
    assert (origin_of(first), origin_of(second)) == (("", None), ("cached", str(first.pk)))
    assert second.usage.get("cost_usd", 0) == 0
    assert_invariants(first)


def test_another_workflow_does_not_take_it(process: Process, bench: Bench) -> None:
    bench.ended(bench.start(process, asking(), {"q": "a"}))
    bench.ended(bench.start(process, asking(), {"q": "a"}))
    assert ASKED == ["a", "a"]


def test_a_result_expires_and_is_forgotten(process: Process, bench: Bench) -> None:
    first = bench.ended(bench.start(process, asking(), {"q": "a"}))
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert origin_of(again(bench, process, first, {"q": "a"})) == ("", None)
    assert CacheEntry.objects.count() == 1
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert forget_expired() == 1
    assert CacheEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("params", "policy", "kept"),
    [({}, {}, True), ({"temperature": 0.7}, {}, False), ({"temperature": 0.7}, {"cache_varying": True}, True)],
)
def test_answers_that_vary_are_kept_only_when_asked_for(
    process: Process, bench: Bench, params: dict[str, Any], policy: dict[str, Any], kept: bool
) -> None:
    document = asking(**policy)
    document["nodes"][1]["params"].update(params)
    first = bench.ended(bench.start(process, document, {"q": "a"}))
    again(bench, process, first, {"q": "a"})
    assert len(ASKED) == (1 if kept else 2)


def test_equal_items_of_a_map_share_one_entry(process: Process, bench: Bench) -> None:
    g = Graph()
    each = g.node("map", "each", items=["a", "a", "b", "a"], concurrency=4)
    g.node("llm", "ask", parent=each, model="lab/m", prompt="{{ item }}", temperature=0, keys={"policy": {"cache_seconds": 60}})
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "out"))
    first = bench.ended(bench.start(process, g.document()))
    assert first.status == "succeeded"
    assert CacheEntry.objects.count() == 2
    asked = len(ASKED)
    again(bench, process, first, {})
    assert len(ASKED) == asked
    assert_invariants(first)


def test_nothing_is_kept_unless_the_policy_says_so(process: Process, bench: Bench) -> None:
    bench.ended(bench.start(process, asking(seconds=None), {"q": "a"}))
    assert CacheEntry.objects.count() == 0


def test_what_somebody_asks_for_is_done_anew(process: Process, bench: Bench) -> None:
    """Run from here means: do it, whatever is kept."""
    first = bench.ended(bench.start(process, asking(), {"q": "a"}))
    run = run_resume(run=first, actor=bench.actor, wish=Wish(Kind.FROM_HERE, node="ask"))
    process.drive_here(str(run.pk))
    bench.ended(run)
    assert (origin_of(run)[0], ASKED) == ("", ["a", "a"])
