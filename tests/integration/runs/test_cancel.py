"""Cancelling a run in every state it can be in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runs.models import Attempt, NodeRun, Run
from runs.process import Process
from runs.services import run_cancel
from tests.builders import Graph, chain
from tests.support.bench import Bench
from tests.support.invariants import all_events, assert_invariants
from tests.support.nodes import executions
from tests.support.waiting import wait_until


def document(kind: str, policy: dict[str, Any] | None = None, /, **params: Any) -> dict[str, Any]:
    """Build a start, one node, one after it, and an output."""
    g = Graph()
    work = g.node(kind, "work", keys={"policy": policy or {}}, **params)
    g.node("start", "start", fields=[]).to(work).to(g.node("echo", "after")).to(g.node("output", "result"))
    return g.document()


def assert_cancelled(run: Run) -> None:
    """Nothing happened after the cancellation, and what had not ended is cancelled."""
    assert run.status == "cancelled"
    events = all_events(run)
    assert events[-1]["kind"] == "run.cancelled"
    assert "node.started" not in [event["kind"] for event in events if event["node"] == "after"]
    assert_invariants(run)


def test_a_queued_run_is_cancelled_without_starting(process: Process, bench: Bench) -> None:
    run = bench.queue(chain(2))
    run_cancel(run=run, actor=bench.actor)
    process.drive_here(str(run.pk))
    assert_cancelled(bench.ended(run))
    assert not NodeRun.objects.filter(run=run).exists()


def test_work_under_way_is_cancelled(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, document("gate", file=str(gate)))
    wait_until(lambda: executions(gate))
    run_cancel(run=run, actor=bench.actor)
    assert_cancelled(bench.ended(run, 5))
    gate.touch()
    assert Attempt.objects.get(run=run, node_key="work").status == "cancelled"


def test_a_run_in_a_long_backoff_is_cancelled(process: Process, bench: Bench) -> None:
    policy = {"retry": {"max_attempts": 3, "backoff_seconds": 60, "jitter": False}}
    run = bench.start(process, document("fail_n_times", policy, times=2))
    bench.until(run, lambda now: now.status == "waiting")
    run_cancel(run=run, actor=bench.actor)
    assert_cancelled(bench.ended(run, 5))


def test_a_parked_run_is_cancelled(process: Process, bench: Bench) -> None:
    run = bench.start(process, document("wait", seconds=600))
    bench.until(run, lambda now: now.status == "waiting")
    run_cancel(run=run, actor=bench.actor)
    assert_cancelled(bench.ended(run, 5))


def test_cancelling_twice_is_cancelling_once(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, document("gate", file=str(gate)))
    wait_until(lambda: executions(gate))
    for _ in range(2):
        run_cancel(run=run, actor=bench.actor)
    assert_cancelled(bench.ended(run, 5))
    assert run.inbox.count() == 1


@pytest.mark.parametrize("order", ["gate first", "cancel first"])
def test_a_cancellation_that_meets_the_end_gives_one_of_both(process: Process, bench: Bench, order: str) -> None:
    g, gate = Graph(), bench.gate()
    g.node("start", "start", fields=[]).to(g.node("gate", "work", file=str(gate))).to(g.node("output", "result"))
    run = bench.start(process, g.document())
    wait_until(lambda: executions(gate))
    steps: list[Callable[[], object]] = [gate.touch, lambda: run_cancel(run=run, actor=bench.actor)]
    for step in steps if order == "gate first" else reversed(steps):
        step()
    assert bench.ended(run, 5).status in ("succeeded", "cancelled")
    assert_invariants(run)


def test_cancelling_an_ended_run_changes_nothing(process: Process, bench: Bench, tmp_path: Path) -> None:
    run = bench.ended(bench.start(process, chain(1)))
    before = run.seq
    run_cancel(run=run, actor=bench.actor)
    run.refresh_from_db()
    assert (run.status, run.seq) == ("succeeded", before)
    assert not run.inbox.exists()
