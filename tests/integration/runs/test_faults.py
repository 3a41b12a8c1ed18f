"""Workers that are killed, stopped, frozen, told things twice, and whose clocks are wrong, while all kinds of work go on.

`FAULTS` multiplies how often; `make soak` asks for ten times as many.
"""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F, Q
from django.db.models.functions import Now

from runs import dispatch
from runs.models import Attempt, NodeRun, Run
from runs.process import Process
from tests.builders import Graph, chain
from tests.real.forks import LEASE_SECONDS, MakeFleet
from tests.real.processes import Worker
from tests.support.bench import Bench, error_of
from tests.support.invariants import assert_invariants
from tests.support.mixed import Traffic
from tests.support.nodes import DEATHS
from tests.support.waiting import wait_until

FAULTS = int(os.environ.get("FAULTS", "1"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 * FAULTS)]


HURRY = {"GRAPHAPP_LEASE_SECONDS": "0.8", "GRAPHAPP_RENEW_SECONDS": "0.2", "GRAPHAPP_SWEEP_SECONDS": "0.1"}


def started(fleet: list[Worker]) -> list[Worker]:
    """Start all, side by side."""
    with ThreadPoolExecutor(len(fleet)) as pool:
        list(pool.map(lambda worker: worker.start(), fleet))
    return fleet


def pause(seconds: float = 0.3) -> None:
    """Let the work go on between two faults."""
    threading.Event().wait(seconds)


def test_all_workers_die_at_once_again_and_again(make_fleet: MakeFleet, bench: Bench) -> None:
    """F2: the whole tree is killed."""
    fleet, traffic = started(make_fleet([{}] * 2, **HURRY)), Traffic(bench)
    for _ in range(30 * FAULTS):
        traffic.advance(10)
        pause(random.uniform(0, 0.3))
        for worker in fleet:
            worker.kill9()
        started(fleet)
    assert traffic.settle() <= len(list(traffic.runs)) / 2


def test_a_deployment_costs_no_attempt(make_fleet: MakeFleet, bench: Bench) -> None:
    """F3: each worker is asked to stop in the middle of work, ends soon, and nothing was tried in vain."""
    fleet, traffic = started(make_fleet([{}] * 2, GRAPHAPP_DRAIN_SECONDS="1")), Traffic(bench)
    for _ in range(10 * FAULTS):
        traffic.advance()
        for worker in fleet:
            worker.sigterm()
        for worker in fleet:
            worker.wait(30)
        started(fleet)
    assert traffic.settle() == 0
    burnt = NodeRun.objects.filter(run__in=[run.pk for run in traffic.runs]).filter(Q(losses__gt=0) | Q(failures__gt=0))
    assert {row.node_id for row in burnt} <= {"shaky"}
    assert {(row.losses, row.failures) for row in burnt} <= {(0, 1)}


LATE = 2 if FAULTS == 1 else 5
"""Messages about each run after its end."""


def test_messages_that_come_five_times_in_any_order_and_late_are_one_run_each(make_fleet: MakeFleet, bench: Bench) -> None:
    """F11: more than a thousand messages, and twenty times as many in `make soak`."""
    started(make_fleet([{}] * 2))
    first = bench.queue(chain(3))
    runs = [first, *(bench.repeat(first) for _ in range(250 * FAULTS - 1))]
    messages = [run for run in runs for _ in range(random.randint(1, 4))]
    random.shuffle(messages)
    for run in messages:
        dispatch.hint(str(run.pk))
    for run in runs:
        assert bench.ended(run, 60).status == "succeeded"
    for run in random.sample(runs * LATE, len(runs) * LATE):
        dispatch.hint(str(run.pk))
    assert bench.ended(bench.queue(chain(3)), 60).status == "succeeded"
    for run in runs:
        run.refresh_from_db()
        assert run.epoch == 1
        assert_invariants(run)


def test_a_worker_that_comes_back_from_beyond_its_lease_writes_nothing(make_fleet: MakeFleet, bench: Bench) -> None:
    """F12: frozen past the lease, then let go on."""
    fleet, traffic = started(make_fleet([{}] * 4, **HURRY)), Traffic(bench)
    for number in range(10 * FAULTS):
        traffic.advance()
        frozen = fleet[number % 2 :: 2]
        for worker in frozen:
            worker.sigstop()
        pause(float(HURRY["GRAPHAPP_LEASE_SECONDS"]) + 0.4)
        for worker in frozen:
            worker.sigcont()
    assert traffic.settle() <= len(list(traffic.runs)) / 2
    assert any("lets go" in worker.log for worker in fleet)


WAITS = (1.0, 2.5)
CLOCKS: list[dict[str, str]] = [{"SKEW": "600"}, {"SKEW": "-600"}, {"STEP": "-3600"}, {"STEP": "3600"}]


def waiting() -> dict[str, Any]:
    """Build a workflow that waits, for shorter and for longer than a run keeps its worker."""
    g = Graph()
    before = g.node("start", "start", fields=[])
    for number, seconds in enumerate(WAITS):
        before = before.to(g.node("wait", f"wait{number}", seconds=seconds))
    before.to(g.node("output", "result", value="done"))
    return g.document()


def test_a_worker_whose_clock_is_wrong_is_neither_early_nor_late(make_fleet: MakeFleet, bench: Bench) -> None:
    """F13: clocks that are ten minutes off or are set by an hour; each worker goes on with what another one began."""
    fleet = make_fleet(
        [CLOCKS[number % len(CLOCKS)] for number in range(10)], RUN_EXECUTOR="tests.support.skewed.skewed_executor"
    )
    runs: list[Run] = []
    for worker in fleet * FAULTS:
        worker.start()
        runs += [bench.queue(waiting()) for _ in range(2)]
        pause(1.2)
        far = Run.objects.filter(lease_expires_at__gt=Now() + timedelta(seconds=LEASE_SECONDS + 0.5))
        assert not far.exists()
        worker.kill9()
    fleet[0].start()
    for run in runs:
        assert bench.ended(run, 60).status == "succeeded"
        assert_invariants(run)
        for number, seconds in enumerate(WAITS):
            row = NodeRun.objects.annotate(took=F("finished_at") - F("started_at")).get(run=run, node_id=f"wait{number}")
            assert timedelta(seconds=seconds) <= row.took < timedelta(seconds=seconds + 30)


def deadly(gate: Path, how: str) -> dict[str, Any]:
    """Build a workflow that kills its workers."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("die", "work", file=str(gate), how=how)).to(g.node("output", "result"))
    return g.document()


def test_a_node_that_kills_its_workers_is_stopped_after_three(make_fleet: MakeFleet, bench: Bench) -> None:
    """F14: however it does it; others are not held up."""
    worker = started(make_fleet([{}], **HURRY))[0]
    for how in DEATHS:
        for number in range(3 * FAULTS):
            run = bench.queue(deadly(bench.gate(f"{how}{number}"), how))
            for _ in range(3):
                wait_until(lambda: not worker.is_alive, what=f"a death by {how}")
                worker.start()
            assert bench.ended(run).status == "failed"
            assert error_of(run)["code"] == "poison"
            assert Attempt.objects.filter(run=run, node_key="work").count() == 3
            assert_invariants(run)
        assert bench.ended(bench.queue(chain(3))).status == "succeeded"


@pytest.mark.parametrize(("size", "is_kept"), [(3_900_000, True), (4_300_000, False), (100_000_000, False)])
def test_an_output_that_is_too_large_fails_its_node_and_shows_how_it_begins(
    process: Process, bench: Bench, size: int, *, is_kept: bool
) -> None:
    """F16: the limit is 4 MiB."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("odd", "large", kind="large", size=size)).to(g.node("output", "result"))
    run = bench.ended(bench.start(process, g.document()))
    row = NodeRun.objects.get(run=run, node_id="large")
    if is_kept:
        assert (run.status, row.output_sha is not None) == ("succeeded", True)
    else:
        assert error_of(run)["code"] == "output_too_large"
        assert error_of(run)["data"]["begins"] == "x" * 65536
    assert_invariants(run)
