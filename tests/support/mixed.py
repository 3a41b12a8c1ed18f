"""A workflow with all that a run can be made of, and what its runs must have come to whatever happened to their workers."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from editor.services import document_read, version_publish, workflow_create
from runs.engine.conclude import MAX_LOSSES
from runs.engine.states import RUN_TERMINAL, Kind
from runs.models import Attempt, NodeRun, Run
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.invariants import assert_invariants
from tests.support.waiting import wait_until

RUNS_AT_ONCE = 12
ITEMS = 6
SHARING = {"GRAPHAPP_SHARD_ABOVE": str(ITEMS - 1), "GRAPHAPP_SHARD_ITEMS": "2", "GRAPHAPP_SHARDS": "2"}
"""Lets workers share the map."""
EXPECTED = {
    "chained": 3,
    "mapped": [{"item": number} for number in range(ITEMS)],
    "looped": 1,
    "called": {"result": 1},
    "retried": "ok",
}
RETRIED = {"policy": {"retry": {"max_attempts": 5, "backoff_seconds": 0.05}}}


def mixed(gate: Path, called: str) -> dict[str, Any]:
    """Build it; each piece of work leaves a line in a file."""
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


def inner(gate: Path) -> dict[str, Any]:
    """Build the workflow that is called."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("gate", "inside", file=str(gate), value=1)).to(g.node("output", "out"))
    return g.document()


class Traffic:
    """Keeps runs under way while something happens to their workers, and settles the accounts afterwards."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._gates: dict[Run, Path] = {}
        gate = bench.gate("open")
        gate.touch()
        callee = workflow_create(actor=bench.actor, name="Called", document=document_read(inner(gate)))
        version_publish(workflow=callee, actor=bench.actor)
        self._called = callee.slug

    @property
    def runs(self) -> Iterable[Run]:
        """All that were started."""
        return self._gates

    def top_up(self, at_once: int = RUNS_AT_ONCE) -> None:
        """Start runs until so many are under way."""
        for _ in range(at_once - self.under_way()):
            gate = self._bench.gate(f"gate{len(self._gates)}")
            gate.touch()
            self._gates[self._bench.queue(mixed(gate, self._called))] = gate

    def advance(self, attempts: int = 20) -> None:
        """Start what is missing, and wait until so much more is done: a fault costs a slow machine no more than a fast one."""
        self.top_up()
        before = self._done()
        wait_until(lambda: self._done() >= before + attempts or not self.under_way(), 60, "the runs go on")

    def _done(self) -> int:
        return Attempt.objects.filter(run__in=[run.pk for run in self._gates], status="succeeded").count()

    def under_way(self) -> int:
        """Count the runs that have not ended."""
        return Run.objects.filter(pk__in=[run.pk for run in self._gates]).exclude(status__in=RUN_TERMINAL).count()

    def settle(self, *, seconds: float = 60) -> int:
        """Wait for the end of all and fail with what is wrong; give the number of those that are poisoned by the rules."""
        for run in self._gates:
            self._bench.ended(run, seconds)
        shards = Run.objects.filter(parent__in=[run.pk for run in self._gates], kind=Kind.SHARD)
        wait_until(lambda: not shards.filter(finished_at=None).exists(), seconds, "the shards end after their maps")
        poisoned = [run for run in self._gates if not is_as_expected(run)]
        wrong = [(run.pk, run.error, run.output) for run in poisoned if not is_poisoned(run)]
        assert not wrong, wrong
        for run, gate in self._gates.items():
            assert_invariants(run)
            assert_accounted_for(run, gate)
        return len(poisoned)


def is_as_expected(run: Run) -> bool:
    """Say whether a run gave what it gives without any fault."""
    return run.status == "succeeded" and run.output == EXPECTED


def is_poisoned(run: Run) -> bool:
    """Say whether a run failed because one of its nodes, or it itself, was there at three deaths, as the rules say."""
    at_work = NodeRun.objects.filter(run=run, losses__gte=MAX_LOSSES - 1).exists()
    died = run.crash_count >= MAX_LOSSES or Run.objects.filter(parent=run, crash_count__gte=MAX_LOSSES).exists()
    return run.status == "failed" and (run.error or {}).get("code") == "poison" and (at_work or died)


def assert_accounted_for(run: Run, gate: Path) -> None:
    """Each piece of work that began has its attempt's row, and none that must not be done twice began twice."""
    lines = Path(f"{gate}.tally")
    begun = Counter(line.rsplit(" ", 1)[0] for line in lines.read_text().splitlines()) if lines.exists() else Counter[str]()
    rows = {f"{row.node_key} {row.n}" for row in Attempt.objects.filter(run=run)}
    assert begun.keys() <= rows
    assert {name: times for name, times in begun.items() if times > 1} == {}
    assert sum(times for name, times in begun.items() if name.startswith("once ")) <= 1
