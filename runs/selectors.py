"""Reads: every one starts from what the actor may see."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Field, FloatField, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from editor.errors import NotFound
from editor.graph.ids import NodeKey, split_key
from editor.permissions import Action, Actor, require
from runs.blobs import read_blob
from runs.engine.inputs import node_inputs
from runs.engine.restore import RunFact, restore
from runs.engine.reuse import Reuse
from runs.facts import node_facts
from runs.insides import leading_to, told
from runs.journal.connection import execute
from runs.models import Attempt, Event, NodeRun, Run, Step
from runs.plans import plans
from runs.shards import bases_of, inside, parts_of, shards_of
from runs.steps import CALL, DELEGATION

Json = Mapping[str, Any]

EVENTS_AFTER = """
SELECT seq, extract(epoch FROM at)::float8, kind, node_key, data FROM runs_event
WHERE run_id = %(run)s::uuid AND seq > %(after)s::bigint ORDER BY seq LIMIT %(limit)s::int
"""
STEPS = 2000
SHOWN_COLUMNS = ("params", "output", "details", "opened")


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of runs, and how many there are in all."""

    items: Sequence[Run]
    total: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run at one moment: its node runs belong to its `seq`."""

    run: Run
    output: Any
    node_runs: Sequence[NodeRun]


@dataclass(frozen=True, slots=True)
class NodeDetail:
    """All that is kept of one node run."""

    node_run: NodeRun
    inputs: Json
    output: Any
    attempts: Sequence[Attempt]
    log_lines: int
    steps: int = 0
    calls: int = 0


def run_get(*, actor: Actor, run_id: object) -> Run:
    """Find one run by id. An id of the wrong form is as unknown as any other."""
    found = (
        Run.objects.visible_to(actor)
        .with_shards()
        .select_related("workflow", "version", "fired_by")
        .defer("version__document", "workflow__draft", "workflow__draft_problems")
    )
    run = found.filter(pk=as_uuid(run_id)).first()
    if run is None:
        raise NotFound
    require(actor, Action.RUN_VIEW, run.workflow)
    return run


def run_list(
    *, actor: Actor, workflow_id: object = None, status: str | None = None, before: datetime | None = None, limit: int = 50
) -> RunPage:
    """List runs, the newest first; values are not loaded."""
    found = Run.objects.visible_to(actor).with_shards()
    if workflow_id is not None:
        found = found.filter(workflow_id=as_uuid(workflow_id))
    if status is not None:
        found = found.shown_as(status)
    total = found.count()
    if before is not None:
        found = found.filter(created_at__lt=before)
    found = found.select_related("workflow", "version", "fired_by").defer(
        "version__document", "workflow__draft", "workflow__draft_problems", "input", "output"
    )
    return RunPage(items=list(found.order_by("-created_at", "-id")[:limit]), total=total)


def run_snapshot(*, actor: Actor, run_id: object) -> Snapshot:
    """Read a run with the node runs that a viewer is told of, all of one moment."""
    with one_moment():
        run = run_get(actor=actor, run_id=run_id)
        bases = bases_of(run.pk)
        rows = NodeRun.objects.filter((told() & ~inside(bases)) if bases else told(), run=run)
        node_runs = list(with_decisions(rows).defer(*SHOWN_COLUMNS).order_by("id"))
        for node_run in node_runs:
            if node_run.progress is not None and "split" in node_run.progress:
                node_run.progress["parts"] = parts_of(node_run)
        tell_attempts(run, node_runs)
        return Snapshot(run, stored_value(run.output, run.output_sha), node_runs)


def scope_list(*, actor: Actor, run_id: object, scope: str) -> Sequence[NodeRun]:
    """List the node runs of one turn or item, by the path of its scope."""
    run = run_get(actor=actor, run_id=run_id)
    inside_of = NodeRun.objects.filter(run=run, scope_path=scope)
    node_runs = list(with_decisions(inside_of).defer(*SHOWN_COLUMNS).order_by("id"))
    tell_attempts(run, node_runs)
    return node_runs


def tell_attempts(run: Run, node_runs: Iterable[NodeRun]) -> None:
    """Add the attempts of node runs that were tried more than once or waited: of others the node run's own times say all."""
    waits = {(key, data["attempt"]): at for key, data, at in waits_of(run)}
    waited = {key for key, _ in waits}
    by_key = {node_run.scope_path + node_run.node_id: node_run for node_run in node_runs}
    several = {key: node_run for key, node_run in by_key.items() if node_run.attempt > 1 or key in waited}
    if not several:
        return
    told: dict[str, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(run=run, node_key__in=several).defer("error", "usage").order_by("node_key", "n"):
        attempt.waited_from = waits.get((attempt.node_key, attempt.n))  # type: ignore[attr-defined]  # for the schema
        told.setdefault(attempt.node_key, []).append(attempt)
    for key, node_run in several.items():
        node_run.told_attempts = told.get(key, [])  # type: ignore[attr-defined]  # for the schema


def waits_of(run: Run) -> Iterable[tuple[str | None, Any, datetime]]:
    """List when attempts began to wait for something, which their rows do not say; nothing once the events are folded."""
    return Event.objects.filter(run=run, kind="node.waiting").values_list("node_key", "data", "at")


def with_decisions(rows: QuerySet[NodeRun]) -> QuerySet[NodeRun]:
    """Add what a model decided in each, without the rest of its details."""

    def told(name: str, kind: Field[Any, Any]) -> Cast:
        text = Func(F("details"), Value(name), function="json_extract_path_text", output_field=TextField())
        return Cast(Case(When(status="succeeded", then=text)), kind)

    decided = {"told_confidence": told("confidence", FloatField()), "told_score": told("score", FloatField())}
    return rows.annotate(told_reason=told("reason", TextField()), **decided)


def run_document(*, actor: Actor, run_id: object) -> dict[str, Any]:
    """Read the graph that a run runs."""
    run = run_get(actor=actor, run_id=run_id)
    document: dict[str, Any] = run.version.document
    return document


def node_detail(*, actor: Actor, run_id: object, key: str) -> NodeDetail:
    """Read one node run with everything that is kept of it. Its inputs follow from the node runs that lead to it."""
    run = run_get(actor=actor, run_id=run_id)
    scope, node_id = split_key(NodeKey(key))
    node_run = NodeRun.objects.filter(run=run, scope_path=scope, node_id=node_id).first()
    if node_run is None:
        raise NotFound
    _show_origin(node_run)
    return NodeDetail(
        node_run=node_run,
        inputs=_inputs(run, node_run),
        output=stored_value(node_run.output, node_run.output_sha),
        attempts=list(Attempt.objects.filter(run=run, node_key=key).order_by("n")),
        log_lines=_log_lines(run, key),
        steps=Step.objects.filter(run=run, node_key=key).exclude(kind=CALL).count(),
        calls=Step.objects.filter(run=run, node_key=key, kind=CALL).count(),
    )


def _log_lines(run: Run, key: str) -> int:
    """Count the lines of a node run, whichever run's owner wrote them."""
    owners = [run.pk, *shards_of(run.pk).values_list("pk", flat=True)] if "#" in key else [run.pk]
    return Event.objects.filter(run_id__in=owners, kind="log", node_key=key).count()


def events_after(run_id: object, after: int, limit: int = 500) -> list[dict[str, Any]]:
    """Read numbered events in the form that is sent. The caller has checked who asks."""
    rows = execute(EVENTS_AFTER, {"run": str(run_id), "after": after, "limit": limit})
    return [{"seq": seq, "at": at, "kind": kind, "node": node, "data": data} for seq, at, kind, node, data in rows]


def step_list(*, actor: Actor, run_id: object, key: str) -> Sequence[Step]:
    """List the steps of a node run, and of the agents that it asked, with their data."""
    run = run_get(actor=actor, run_id=run_id)
    mine = Q(node_key=key) | Q(node_key__startswith=key + DELEGATION)
    steps = list(Step.objects.filter(mine, run=run).order_by("node_key", "idx")[:STEPS])
    for step in steps:
        step.data = stored_value(step.data, step.data_sha)
    return steps


def running_attempts(run_id: str) -> list[tuple[str, int]]:
    """List the attempts under way, by node key: those whose text so far is worth sending."""
    rows = NodeRun.objects.filter(run_id=run_id, status="running").values_list("scope_path", "node_id", "attempt")
    return [(scope + node, attempt) for scope, node, attempt in rows]


def stored_value(inline: Any, sha: str | None) -> Any:
    """Give a value wherever it is kept."""
    return read_blob(sha) if sha else inline


def as_uuid(value: object) -> uuid.UUID:
    """Read an id; one of the wrong form is unknown."""
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise NotFound from None


@contextmanager
def one_moment() -> Iterator[None]:
    """Make several queries see the same rows."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _show_origin(node_run: NodeRun) -> None:
    """Show params and details of the work where it was done: a result that is taken over comes without them."""
    if node_run.reused_from is None:
        return
    work = NodeRun.objects.filter(run_id=node_run.reused_from, node_id=node_run.node_id, origin="")
    same = work.filter(scope_path=node_run.scope_path).only("params", "details").first()
    if same is not None:
        node_run.params, node_run.details = node_run.params or same.params, node_run.details or same.details


def _inputs(run: Run, node_run: NodeRun) -> Json:
    plan = plans.get(run.version_id)
    key = node_run.scope_path + node_run.node_id
    try:
        near = leading_to(plan, node_run.scope_path, node_run.node_id)
    except KeyError:
        return {}
    state = restore(plan, RunFact(str(run.pk), run.status), node_facts(str(run.pk), near), Reuse(edits=run.edits))
    return node_inputs(plan, state, key) if key in state.nodes else {}
