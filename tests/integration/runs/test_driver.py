"""What the owner of a run does, on real PostgreSQL and Redis, in a process inside the test."""

import asyncio
from typing import Any

from django.db import connection

from runs.models import Attempt, Blob, NodeRun, Run
from runs.process import Process, Rhythm
from tests.builders import Graph, chain
from tests.support.bench import Bench, MakeProcess, error_of
from tests.support.executors import broken_executor
from tests.support.invariants import all_events, assert_invariants
from tests.support.nodes import executions
from tests.support.waiting import wait_until


def flushes(run: Run) -> int:
    """Count the transactions that wrote a run's events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM runs_event WHERE run_id = %s", [run.pk])
        return int(cursor.fetchone()[0])


def node_runs(run: Run) -> dict[str, NodeRun]:
    """Give a run's node runs by key."""
    return {row.scope_path + row.node_id: row for row in NodeRun.objects.filter(run=run)}


def one(kind: str, /, **params: Any) -> dict[str, Any]:
    """Build a start, one node called `work`, and an output."""
    g = Graph()
    g.node("start", "start", fields=[], allow_extra=True).to(g.node(kind, "work", **params)).to(g.node("output", "result"))
    return g.document()


def diamond(kind: str) -> dict[str, Any]:
    """Build two branches that a list joins."""
    g = Graph()
    start, merge = g.node("start", "start", fields=[]), g.node("merge", "merge", mode="list")
    for name in ("left", "right"):
        start.to(g.node(kind, name, value=name)).to(merge)
    merge.to(g.node("output", "result"))
    return g.document()


def test_a_chain_of_fifty_cheap_nodes_is_one_commit(process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, chain(50)))
    assert run.status == "succeeded"
    assert flushes(run) <= 2
    assert_invariants(run)


def test_branches_join_in_edge_order(process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, diamond("echo")))
    assert run.output == {"result": ["left", "right"]}
    assert_invariants(run, expected={"left": "left", "right": "right"})


def test_work_begins_only_after_its_attempt_is_committed(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, one("gate", file=str(gate)))
    wait_until(lambda: executions(gate))
    assert Attempt.objects.get(run=run, node_key="work").status == "running"
    gate.touch()
    assert_invariants(bench.ended(run))


def test_a_process_has_no_more_calls_under_way_than_its_slots(process: Process, bench: Bench) -> None:
    """Of all its runs together; who has to wait goes on when a place is free."""
    process.slots = asyncio.Semaphore(2)
    gate = bench.gate()
    runs = [bench.start(process, one("gate", file=str(gate))) for _ in range(3)]
    wait_until(lambda: Attempt.objects.filter(node_key="work", status="running").count() == 3)
    wait_until(process.slots.locked)
    assert executions(gate) == 2
    gate.touch()
    assert {bench.ended(run).status for run in runs} == {"succeeded"}
    assert executions(gate) == 3


def test_failed_attempts_are_rows_and_the_third_succeeds(process: Process, bench: Bench) -> None:
    document = one("fail_n_times", times=2)
    document["nodes"][1]["policy"] = {"retry": {"max_attempts": 3, "backoff_seconds": 0.05}}
    run = bench.ended(bench.start(process, document))
    assert run.status == "succeeded"
    statuses = list(Attempt.objects.filter(run=run, node_key="work").order_by("n").values_list("status", flat=True))
    assert statuses == ["failed", "failed", "succeeded"]
    assert_invariants(run, expected={"work": "ok"})


def test_a_long_wait_parks_the_run_and_a_sweeper_wakes_it(process: Process, bench: Bench) -> None:
    run = bench.start(process, one("wait", seconds=1.2))
    parked = bench.until(run, lambda now: now.status == "waiting")
    assert parked.lease_owner is None
    assert parked.wake_at is not None
    assert bench.ended(run).status == "succeeded"
    kinds = [event["kind"] for event in all_events(run)]
    assert kinds.index("run.waiting") < kinds.index("run.resumed")
    assert_invariants(run)


def test_a_run_stops_at_its_time_limit(process: Process, bench: Bench) -> None:
    document = one("gate", file=str(bench.gate()))
    document["settings"] = {"timeout_seconds": 0.4}
    run = bench.ended(bench.start(process, document))
    assert (run.status, error_of(run)["code"]) == ("failed", "run_timeout")
    assert_invariants(run)


def test_a_parked_run_stops_at_its_time_limit_too(process: Process, bench: Bench) -> None:
    document = one("wait", seconds=600)
    document["settings"] = {"timeout_seconds": 1.0}
    run = bench.ended(bench.start(process, document))
    assert (run.status, error_of(run)["code"]) == ("failed", "run_timeout")
    assert_invariants(run)


def test_values_that_a_database_refuses_never_break_a_commit(process: Process, bench: Bench) -> None:
    for kind in ("nul", "surrogate"):
        run = bench.ended(bench.start(process, one("odd", kind=kind)))
        assert run.status in ("succeeded", "failed")
        assert_invariants(run)


def test_a_large_value_is_stored_once_as_a_blob(process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, one("odd", kind="large")))
    rows = node_runs(run)
    assert rows["work"].output is None
    assert rows["work"].output_sha == rows["result"].output_sha
    assert Blob.objects.get(pk=rows["work"].output_sha).size == 100_002
    assert rows["work"].preview.startswith("xxx")
    assert_invariants(run)


def test_usage_is_summed_over_the_run(process: Process, bench: Bench) -> None:
    g = Graph()
    first = g.node("start", "start", fields=[]).to(g.node("echo", "a", value=1, cost_usd=0.5))
    first.to(g.node("echo", "b", value=2, cost_usd=0.25)).to(g.node("output", "result"))
    run = bench.ended(bench.start(process, g.document()))
    assert run.usage["cost_usd"] == 0.75
    assert run.usage["output_tokens"] == 4
    assert node_runs(run)["b"].usage == {"input_tokens": 1, "output_tokens": 2, "cost_usd": 0.25, "model": "echo"}


def test_log_lines_become_events_of_their_node(process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, one("stream", pieces=["a", "b"])))
    lines = [event["data"]["message"] for event in all_events(run) if event["kind"] == "log"]
    assert lines == ["piece 1", "piece 2"]
    assert_invariants(run, expected={"work": "ab"})


def test_of_much_that_comes_at_once_nothing_is_lost(process: Process, bench: Bench) -> None:
    pieces = [str(number) for number in range(5000)]
    run = bench.ended(bench.start(process, one("stream", pieces=pieces)))
    logs = [event["data"]["message"] for event in all_events(run) if event["kind"] == "log"]
    assert logs == [f"piece {number}" for number in range(1, 5001)]


def test_a_driver_that_always_breaks_fails_the_run_with_a_reference(make_process: MakeProcess, bench: Bench) -> None:
    process = make_process(broken_executor)
    run = bench.queue(chain(1))
    for _ in range(3):
        process.drive(str(run.pk))
    run.refresh_from_db()
    assert (run.status, error_of(run)["code"]) == ("failed", "bug")
    assert error_of(run)["data"]["reference"]
    assert_invariants(run)


def test_a_process_that_stops_hands_its_runs_over_without_burning_an_attempt(make_process: MakeProcess, bench: Bench) -> None:
    gate = bench.gate()
    first = make_process(rhythm=Rhythm(renew=0.5, sweep=0.2, drain=0.2))
    run = bench.start(first, one("gate", file=str(gate)))
    wait_until(lambda: executions(gate))
    first.stop()
    bench.until(run, lambda now: now.status == "queued" and now.lease_owner is None)
    second = make_process()
    second.drive_here(str(run.pk))
    wait_until(lambda: executions(gate) == 2)
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    work = node_runs(run)["work"]
    assert (work.failures, work.losses, run.crash_count) == (0, 0, 0)
    assert_invariants(run)


def test_a_retry_that_is_due_while_its_process_stops_is_the_next_owners(make_process: MakeProcess, bench: Bench) -> None:
    """The attempt that would have begun has neither event nor row, and is not taken for one that was lost."""
    g, gate = Graph(), bench.gate()
    retry = {"policy": {"retry": {"max_attempts": 2, "backoff_seconds": 0}}}
    g.node("start", "start", fields=[]).to(g.node("fail_n_times", "shaky", file=str(gate), keys=retry))
    first = make_process()
    run = bench.start(first, g.document())
    wait_until(lambda: executions(gate) == 1)
    first.drain()
    gate.touch()
    bench.until(run, lambda now: now.status == "queued")
    second = make_process()
    second.drive_here(str(run.pk))
    assert bench.ended(run).status == "succeeded"
    shaky = NodeRun.objects.get(run=run, node_id="shaky")
    assert (shaky.attempt, shaky.failures, shaky.losses, executions(gate)) == (2, 1, 0, 2)
    assert_invariants(run)


def test_connections_that_the_database_cuts_lose_nothing(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, one("gate", file=str(gate)))
    wait_until(lambda: executions(gate))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    gate.touch()
    assert bench.ended(run).status == "succeeded"
    assert_invariants(run)
