"""Workers that die at random places, one after another, while all kinds of work go on.

``KILLS`` says how many deaths; `make soak` asks for a thousand.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from editor.services import document_read, version_publish, workflow_create
from runs.engine.conclude import MAX_LOSSES
from runs.engine.states import RUN_TERMINAL
from runs.models import Attempt, NodeRun, Run
from tests.builders import Graph
from tests.real.forks import ForkedWorker, Nursery
from tests.real.processes import Worker
from tests.support.bench import Bench
from tests.support.invariants import assert_invariants

KILLS = int(os.environ.get("KILLS", "100"))
WORKERS = 4
RUNS_AT_ONCE = 12
ITEMS = 6
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 10 * KILLS)]
CATALOGUE = {"NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests"}
HASTE = {"GRAPHAPP_LEASE_SECONDS": "1.2", "GRAPHAPP_RENEW_SECONDS": "0.4", "GRAPHAPP_SWEEP_SECONDS": "0.2"}
DEADLY = {**CATALOGUE, **HASTE, "RUN_EXECUTOR": "tests.support.deadly.deadly_executor"}
SOUND = {**CATALOGUE, "RUN_EXECUTOR": "tests.support.executors.plain_executor"}
EXPECTED = {
    "chained": 3,
    "mapped": [{"item": number} for number in range(ITEMS)],
    "looped": 1,
    "called": {"result": 1},
    "retried": "ok",
}


def mixed(gate: Path, called: str) -> dict[str, Any]:
    """Build a workflow with all that a run can be made of; each piece of work leaves a line in a file."""
    g = Graph()
    start, file = g.node("start", "start", fields=[]), str(gate)

    def work(name: str, value: Any, **more: Any) -> Any:
        return g.node(more.pop("kind", "gate"), name, file=file, value=value, **more)

    start.to(work("one", 1)).to(work("two", 2)).to(work("three", 3)).to(g.node("output", "chained", name="chained"))
    each = g.node("map", "each", items=list(range(ITEMS)), concurrency=3)
    work("piece", None, parent=each).to(g.node("set", "shaped", parent=each, value={"item": "{{ piece }}"}))
    start.to(each).to(g.node("output", "mapped", name="mapped"))
    repeat = g.node("loop", "repeat", initial=0, until="next")
    work("turn", None, parent=repeat).to(g.node("set", "next", parent=repeat, value="{{ loop.index }}"))
    start.to(repeat).to(g.node("output", "looped", name="looped"))
    call = g.node("run_workflow", "call", workflow=called, input={})
    start.to(call).to(g.node("output", "called", name="called"))
    start.to(g.node("wait", "pause", seconds=0.3)).to(g.node("fail_n_times", "shaky", times=1, keys=RETRIED)).to(
        g.node("output", "retried", name="retried")
    )
    start.to(work("once", 1, kind="unsafe_gate", keys={"policy": {"on_uncertain": "fail", "on_error": "skip"}}))
    return g.document()


RETRIED = {"policy": {"retry": {"max_attempts": 5, "backoff_seconds": 0.05}}}


def inner(gate: Path) -> dict[str, Any]:
    """Build the workflow that is called."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("gate", "inside", file=str(gate), value=1)).to(g.node("output", "out"))
    return g.document()


class Fleet:
    """Workers that are started again as often as they die."""

    def __init__(self, workers: list[Worker]) -> None:
        self.deaths = 0
        self._workers = workers
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(worker,)) for worker in workers]

    @contextmanager
    def sailing(self) -> Iterator[None]:
        """Keep the workers going."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join()
            for worker in self._workers:
                worker.stop()

    def _keep(self, worker: Worker) -> None:
        worker.start()
        while not self._is_over.wait(0.02):
            if not worker.is_alive:
                self.deaths += 1
                worker.start()


def test_a_hundred_deaths_lose_nothing_double_nothing_and_leave_nothing_stuck(
    make_worker: Callable[..., Worker], process_env: Mapping[str, str], tmp_path: Path, bench: Bench
) -> None:
    open_gate = bench.gate("open")
    open_gate.touch()
    callee = workflow_create(actor=bench.actor, name="Called", document=document_read(inner(open_gate)))
    version_publish(workflow=callee, actor=bench.actor)
    gates: dict[Run, Path] = {}

    def top_up() -> None:
        under_way = [run for run in gates if Run.objects.filter(pk=run.pk).exclude(status__in=RUN_TERMINAL).exists()]
        for _ in range(RUNS_AT_ONCE - len(under_way)):
            gate = bench.gate(f"gate{len(gates)}")
            gate.touch()
            gates[bench.queue(mixed(gate, callee.slug))] = gate

    began = time.monotonic()
    nursery = Nursery({**process_env, **DEADLY}, tmp_path / "nursery.log")
    nursery.open()
    fleet = Fleet([ForkedWorker(nursery, tmp_path / f"deadly{number}.log") for number in range(WORKERS)])
    with fleet.sailing():
        while fleet.deaths < KILLS:
            top_up()
            threading.Event().wait(0.2)
    print(f"{fleet.deaths} deaths in {time.monotonic() - began:.0f} s")
    nursery.close()
    make_worker(**SOUND)
    for run in gates:
        bench.ended(run, 60)
    poisoned = [run for run in gates if not is_as_expected(run)]
    assert all(map(is_poisoned, poisoned)), [(run.pk, run.error, run.output) for run in poisoned if not is_poisoned(run)]
    assert len(poisoned) <= len(gates) / 2
    for run, gate in gates.items():
        assert_invariants(run)
        assert_accounted_for(run, gate)
    print(f"{len(gates)} runs, {len(poisoned)} poisoned, {time.monotonic() - began:.0f} s")


def is_as_expected(run: Run) -> bool:
    """Say whether a run gave what it gives without any fault."""
    return run.status == "succeeded" and run.output == EXPECTED


def is_poisoned(run: Run) -> bool:
    """Say whether a run failed because one of its nodes, or it itself, was there at three deaths, as the rules say."""
    at_work = NodeRun.objects.filter(run=run, losses__gte=MAX_LOSSES - 1).exists()
    return run.status == "failed" and (run.error or {}).get("code") == "poison" and (at_work or run.crash_count >= MAX_LOSSES)


def assert_accounted_for(run: Run, gate: Path) -> None:
    """Each piece of work that began has its attempt's row, and none that must not be done twice began twice."""
    lines = Path(f"{gate}.tally")
    begun = Counter(line.rsplit(" ", 1)[0] for line in lines.read_text().splitlines()) if lines.exists() else Counter[str]()
    rows = {f"{row.node_key} {row.n}" for row in Attempt.objects.filter(run=run)}
    assert begun.keys() <= rows
    assert {name: times for name, times in begun.items() if times > 1} == {}
    assert sum(times for name, times in begun.items() if name.startswith("once ")) <= 1
