"""Real workers that are killed, frozen and stopped while they hold runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from runs import dispatch
from runs.answers import run_answer
from runs.models import NodeRun, Run
from tests.builders import Graph
from tests.real.forks import MakeFleet
from tests.real.processes import Worker
from tests.support.bench import Bench, error_of
from tests.support.invariants import all_events, assert_invariants
from tests.support.nodes import executions
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MakeWorker = Callable[..., Worker]
ENV = {"NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests", "RUN_EXECUTOR": "tests.support.executors.plain_executor"}


@pytest.fixture
def worker(make_worker: MakeWorker) -> Worker:
    """A worker that knows the test nodes."""
    return make_worker(**ENV)


def gated(gate: Path, kind: str = "gate") -> dict[str, Any]:
    """Build a workflow that waits at a gate between two cheap nodes."""
    g = Graph()
    before = g.node("start", "start", fields=[]).to(g.node("set", "before", value="b"))
    before.to(g.node(kind, "work", file=str(gate))).to(g.node("set", "after", value="{{ work }}!")).to(g.node("output", "result"))
    return g.document()


def work_of(run: Run) -> NodeRun:
    """Give the node run at the gate."""
    return NodeRun.objects.get(run=run, node_id="work")


def test_a_killed_worker_loses_nothing(worker: Worker, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.queue(gated(gate))
    wait_until(lambda: executions(gate) == 1)
    worker.kill9()
    worker.start()
    wait_until(lambda: executions(gate) == 2, what="the next owner runs the lost attempt again")
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    work = work_of(run)
    assert (work.attempt, work.failures, work.losses) == (2, 0, 1)
    assert_invariants(run, expected={"before": "b", "work": "b", "after": "b!"})


def test_a_map_goes_on_after_each_killed_worker(worker: Worker, bench: Bench) -> None:
    """What had ended is not done again, what was in flight is, and the results stand in the order of the items."""
    g, gate, items, at_once = Graph(), bench.gate(), 60, 10
    each = g.node("map", "each", items=list(range(items)), concurrency=at_once)
    g.node("gate", "work", parent=each, file=str(gate)).to(g.node("set", "done", parent=each, value={"item": "{{ work }}"}))
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    run = bench.queue(g.document())
    wait_until(lambda: executions(gate) == at_once)
    worker.kill9()
    worker.start()
    wait_until(lambda: executions(gate) == 2 * at_once, what="the next owner runs the lost items again")
    gate.touch()
    wait_until(lambda: executions(gate) > 3 * at_once)
    worker.kill9()
    worker.start()
    assert bench.ended(run, 40).status == "succeeded"
    assert run.output == {"result": [{"item": number} for number in range(items)]}
    assert items + at_once <= executions(gate) <= items + 2 * at_once
    assert_invariants(run)


def test_a_map_that_workers_share_survives_the_death_of_each(make_fleet: MakeFleet, bench: Bench) -> None:
    """Two workers share it; both are killed, one after the other, and each item's work counts once."""
    sharing = {"GRAPHAPP_SHARD_ABOVE": "20", "GRAPHAPP_SHARD_ITEMS": "20", "GRAPHAPP_SHARDS": "4"}
    workers = make_fleet([{}, {}], **ENV, **sharing)
    for worker in workers:
        worker.start()
    g, gate, items = Graph(), bench.gate(), 80
    each = g.node("map", "each", items=list(range(items)), concurrency=8)
    g.node("gate", "work", parent=each, file=str(gate)).to(g.node("set", "done", parent=each, value={"item": "{{ work }}"}))
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    run = bench.queue(g.document())
    wait_until(lambda: executions(gate) == 8)
    for worker in workers:
        worker.kill9()
        worker.start()
    wait_until(lambda: executions(gate) >= 16, what="the next owners run the lost items again")
    gate.touch()
    assert bench.ended(run, 60).status == "succeeded"
    assert run.output == {"result": [{"item": number} for number in range(items)]}
    assert set(Run.objects.filter(parent=run).values_list("status", flat=True)) == {"succeeded"}
    assert items + 8 <= executions(gate) <= items + 16
    assert_invariants(run)


def test_a_frozen_worker_is_fenced_when_it_comes_back(make_worker: MakeWorker, bench: Bench) -> None:
    gate = bench.gate()
    zombie = make_worker(**ENV)
    run = bench.queue(gated(gate))
    wait_until(lambda: executions(gate) == 1)
    zombie.sigstop()
    make_worker(**ENV)
    wait_until(lambda: executions(gate) == 2, what="another worker takes over")
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    seq = run.seq
    zombie.sigcont()
    wait_until(lambda: "lets go" in zombie.log, what="the zombie notices")
    run.refresh_from_db()
    assert run.seq == seq
    assert_invariants(run)


def test_a_worker_that_a_node_holds_up_loses_its_runs_and_ends_when_it_is_told_to(make_fleet: MakeFleet, bench: Bench) -> None:
    """Nothing answers in it any more, so it renews no lease; another worker goes on, and it is gone soon after SIGTERM."""
    held, other = make_fleet([{}] * 2, GRAPHAPP_DRAIN_SECONDS="1")
    held.start()
    gate = bench.gate()
    run = bench.queue(gated(gate, "block"))
    wait_until(lambda: executions(gate) == 1)
    beside = bench.queue(gated(gate))
    other.start()
    assert bench.until(run, lambda now: now.status == "succeeded").output == {"result": "done!"}
    assert work_of(run).losses == 1
    held.sigterm()
    held.wait(30)
    assert "loop is blocked" in held.log
    gate.touch()
    assert bench.ended(beside).status == "succeeded"
    for one in (run, beside):
        assert_invariants(one)


@pytest.mark.parametrize(
    ("button", "values", "status", "value", "times"),
    [
        ("again", {}, "succeeded", "b!", 2),
        ("done", {"result": {"id": 7}}, "succeeded", '{"id": 7}!', 1),
        ("fail", {}, "failed", None, 1),
    ],
)
def test_somebody_decides_about_lost_work_that_must_not_be_done_twice(
    worker: Worker, bench: Bench, button: str, values: dict[str, Any], status: str, value: Any, times: int
) -> None:
    gate = bench.gate()
    run = bench.queue(gated(gate, "unsafe_gate"))
    wait_until(lambda: executions(gate) == 1)
    worker.kill9()
    worker.start()
    wait_until(lambda: work_of(run).reason == "uncertain")
    assert bench.until(run, lambda now: now.status == "waiting").lease_owner is None
    gate.touch()
    run_answer(run=run, actor=bench.actor, key="work", button=button, values=values)
    assert bench.ended(run).status == status
    assert executions(gate) == times
    assert (run.output or {}).get("result") == value
    if button == "fail":
        assert error_of(run)["code"] == "uncertain"
    assert_invariants(run)


def test_a_node_that_kills_its_worker_is_poison_after_three_deaths(worker: Worker, bench: Bench) -> None:
    g, file = Graph(), bench.gate("die")
    g.node("start", "start", fields=[]).to(g.node("die", "work", file=str(file))).to(g.node("output", "result"))
    run = bench.queue(g.document())
    for deaths in (1, 2, 3):
        wait_until(lambda: not worker.is_alive, what=f"death {deaths}")
        assert executions(file) == deaths
        worker.start()
    assert bench.ended(run).status == "failed"
    assert error_of(run)["code"] == "poison"
    assert executions(file) == 3
    assert_invariants(run)


def test_a_worker_that_is_stopped_hands_its_runs_over(worker: Worker, bench: Bench) -> None:
    gate = bench.gate()
    worker.env["GRAPHAPP_DRAIN_SECONDS"] = "0.3"
    worker.restart()
    run = bench.queue(gated(gate))
    wait_until(lambda: executions(gate) == 1)
    worker.sigterm()
    worker.wait()
    run.refresh_from_db()
    assert (run.status, run.lease_owner) == ("queued", None)
    worker.start()
    wait_until(lambda: executions(gate) == 2)
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    assert (work_of(run).failures, work_of(run).losses) == (0, 0)
    assert_invariants(run)


def test_duplicate_hints_in_any_order_are_one_run(worker: Worker, bench: Bench) -> None:
    gate = bench.gate()
    runs = [bench.queue(gated(gate)) for _ in range(5)]
    for run in reversed(runs * 4):
        dispatch.hint(str(run.pk))
    wait_until(lambda: executions(gate) == 5)
    gate.touch()
    for run in runs:
        assert bench.ended(run).status == "succeeded"
        assert run.epoch == 1
        assert_invariants(run)
    assert executions(gate) == 5


def test_a_flushed_redis_loses_no_run(worker: Worker, bench: Bench, redis_store: redis.Redis) -> None:
    gate = bench.gate()
    held = bench.queue(gated(gate))
    wait_until(lambda: executions(gate) == 1)
    worker.sigstop()
    queued = bench.queue(gated(gate))
    redis_store.flushall()
    worker.sigcont()
    gate.touch()
    for run in (held, queued):
        assert bench.ended(run, 30).status == "succeeded"
        assert_invariants(run)


def test_a_version_that_no_longer_compiles_fails_its_run_with_a_reason(worker: Worker, bench: Bench) -> None:
    worker.sigstop()
    later = bench.queue(gated(bench.gate()))
    document = json.loads(json.dumps(later.version.document))
    document["nodes"][1]["type"] = "gone"
    type(later.version).objects.filter(pk=later.version_id).update(document=document)
    worker.sigcont()
    assert bench.ended(later).status == "failed"
    assert error_of(later)["code"] == "graph_invalid"
    assert [event["kind"] for event in all_events(later)] == ["run.failed"]
