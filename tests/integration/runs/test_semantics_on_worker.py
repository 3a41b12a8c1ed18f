"""The semantics corpus on a real worker: the same cases and the same expectations as on the pure core."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from editor.catalogue import get_catalogue
from editor.graph.compile import calling
from editor.graph.document import GraphDocument
from editor.graph.upgrade import dump_document, load_document
from editor.models import Workflow, WorkflowVersion
from editor.services import workflow_create
from runs import dispatch
from runs.engine.states import RUN_TERMINAL, Kind
from runs.journal import Follow, insert_run
from runs.models import Attempt, NodeRun, Run
from runs.selectors import node_detail
from runs.shards import bases_of
from tests.real.processes import Worker
from tests.semantics.corpus import Case, Seen, broken_invariants, disagreements
from tests.support.bench import Bench
from tests.support.commander import Commander, command_all
from tests.support.corpus_executor import cases, stretched, stretched_document
from tests.support.invariants import all_events, assert_invariants, is_told
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LEAST_WITH_MAPS = 10
COMMANDED_AT_ONCE = 12
"""What is to be interrupted lasts some seconds, and each command has to come within them."""
ENV = {
    "NODE_CATALOGUE": "tests.support.corpus_executor.corpus_catalogue",
    "RUN_EXECUTOR": "tests.support.corpus_executor.corpus_executor",
    "GRAPHAPP_WORKER_CONCURRENCY": "100",
    "GRAPHAPP_DB_POOL": "30",
}


@pytest.fixture
def corpus_nodes(settings: Any, test_nodes: None) -> None:
    """Know the corpus's node types in the test's own process too."""
    settings.NODE_CATALOGUE = ENV["NODE_CATALOGUE"]


def begin(case: Case, bench: Bench, base: Run | None = None) -> Run:
    """Queue the run of a case, which may go on from another."""
    told = case.reuse or {}
    follow = Follow(
        told.get("kind", Kind.NORMAL), base, told.get("node", ""), told.get("edits", {}), is_test=bool(told.get("test"))
    )
    document = load_document(stretched(case))
    workflow = workflow_create(actor=bench.actor, name=case.id, document=document)
    calls = callees_of(case, document, workflow, {})
    version = WorkflowVersion.objects.create(workflow=workflow, digest=case.id, document=dump_document(document), calls=calls)
    run = insert_run(version, bench.actor, case.input, trigger="test", idempotency_key=None, follow=follow)
    dispatch.hint(str(run.pk))
    return run


def callees_of(case: Case, document: GraphDocument, workflow: Workflow, known: dict[str, int]) -> dict[str, int]:
    """Make versions of the workflows that a document calls, and pin them; a callee that calls itself is pinned as itself."""
    calls = {}
    for node in calling(document, get_catalogue()):
        name = str(node.params["workflow"])
        if name not in known:
            callee = load_document(stretched_document(case.callee(name)))
            inner = callees_of(case, callee, workflow, {**known, name: 0})
            content = f"{case.id}/{name}"
            made = WorkflowVersion.objects.create(workflow=workflow, digest=content, document=dump_document(callee), calls=inner)
            known[name] = made.pk
        calls[node.id] = known[name]
    return calls


def seen_of(run: Run, bench: Bench) -> Seen:
    """Read what became of a run."""
    rows = {row.scope_path + row.node_id: row for row in NodeRun.objects.filter(run=run)}
    nodes = {
        key: {
            "status": row.status,
            "reason": row.reason,
            "attempts": row.attempt,
            "degraded": row.degraded,
            "error": row.error,
            "origin": row.origin,
            "stale": row.stale,
        }
        for key, row in rows.items()
    }
    inputs = {key: node_detail(actor=bench.actor, run_id=run.pk, key=key).inputs for key, row in rows.items() if row.attempt}
    ended, events = run.status != "cancelled", [*all_events(run)]
    steps = [event["data"] for event in events if event["kind"] == "step"]
    return Seen(run.status, run.output if ended else None, run.error, nodes, events, inputs, steps=steps)


def begun_elsewhere(run: Run) -> list[dict[str, Any]]:
    """Tell of the attempts that other runs made for this one: its own events only count them."""
    bases = bases_of(run.pk)
    rows = [row for row in Attempt.objects.filter(run=run) if not is_told(row.node_key, bases)] if bases else []
    return [{"kind": "node.started", "node": row.node_key, "at": row.started_at.timestamp(), "data": {}} for row in rows]


def shards_at_work() -> bool:
    """Say whether any shard has not ended: those of a map that was stopped end a moment after it."""
    return Run.objects.filter(kind=Kind.SHARD, finished_at=None).exists()


def wait_for_all(runs: dict[str, Run]) -> None:
    """Wait until every case has ended; name those that do not."""
    left = dict(runs)

    def look() -> bool:
        for name, run in list(left.items()):
            run.refresh_from_db()
            if run.status in RUN_TERMINAL:
                del left[name]
        return not left and not shards_at_work()

    try:
        wait_until(look, 60)
    except AssertionError:
        raise AssertionError({name: (run.status, all_events(run)[-3:]) for name, run in left.items()}) from None


def test_every_case_holds_on_a_real_worker(make_worker: Callable[..., Worker], bench: Bench, corpus_nodes: None) -> None:
    make_worker(**ENV)
    assert_all_hold(list(cases().values()), bench)


def test_every_case_holds_where_maps_are_shared_out(make_worker: Callable[..., Worker], bench: Bench, corpus_nodes: None) -> None:
    make_worker(**ENV, GRAPHAPP_SHARD_ABOVE="0", GRAPHAPP_SHARD_ITEMS="1")
    mapping = [case for case in cases().values() if has_map(case)]
    assert len(mapping) >= LEAST_WITH_MAPS
    assert_all_hold(mapping, bench, at_once=4)
    assert Run.objects.filter(kind=Kind.SHARD).count() >= LEAST_WITH_MAPS


def has_map(case: Case) -> bool:
    """Say whether a case has a map that is not inside another container."""
    return any(node["type"] == "map" and not node.get("parent") for node in case.document()["nodes"])


def in_groups(all_of_them: list[Case], size: int) -> Iterator[list[Case]]:
    """Give cases so many at a time."""
    return (all_of_them[first : first + size] for first in range(0, len(all_of_them), size))


def not_kept(group: list[Case], before: dict[str, Run], bench: Bench) -> dict[str, list[str]]:
    """Run cases together, and give by id the sentences that are not kept. The invariants hold in any case."""
    wrong: dict[str, list[str]] = {}
    runs = {case.id: begin(case, bench, before.get(case.id)) for case in group}
    command_all(Commander(cases()[name], run, bench) for name, run in runs.items())
    wait_for_all(runs)
    for name, run in runs.items():
        run.refresh_from_db()
        seen = seen_of(run, bench)
        all_of_it = replace(seen, events=[*seen.events, *begun_elsewhere(run)])
        if found := disagreements(cases()[name], all_of_it) + broken_invariants(seen):
            wrong[name] = found
        assert_invariants(run)
    return wrong


def assert_all_hold(wanted: list[Case], bench: Bench, at_once: int = 1000) -> None:
    """Run cases, those without commands all at once, and fail with every sentence that is not kept."""
    wrong: dict[str, list[str]] = {}
    before = {case.id: begin(base, bench) for case in wanted if (base := case.before())}
    wait_for_all(before)
    quiet = [case for case in wanted if not case.commands]
    commanded = [case for case in wanted if case.commands]
    for group in (*in_groups(quiet, at_once), *in_groups(commanded, COMMANDED_AT_ONCE)):
        wrong |= not_kept(group, before, bench)
    assert not wrong, "\n".join(f"{name}: {sentence}" for name, found in wrong.items() for sentence in found)
