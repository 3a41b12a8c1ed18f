"""Writes: a run that goes on from an ended one. And what such a run would do, before anybody presses the button."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import FloatField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from editor.errors import Conflict, Invalid
from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from editor.models import WorkflowVersion
from editor.permissions import Action, Actor, require
from editor.variants import version_with_params
from runs import dispatch
from runs.engine.calls import plan_at
from runs.engine.foresee import Foreseen, foresee
from runs.engine.part import part_of
from runs.engine.reuse import Reuse
from runs.engine.states import RUN_TERMINAL, Kind, RunStatus
from runs.forecasts import Forecast, chances_of, forecast_of
from runs.journal import Follow, insert_run
from runs.models import NodeRun, Run
from runs.plans import plans
from runs.services import Version, choose_version, input_check, started_before
from runs.takeover import reuse_of

PARTS = (Kind.FROM_HERE, Kind.ONLY, Kind.TO_HERE)


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to go on.

    `version` ``same`` is what ran; a version itself is that one, whatever is drafted or published meanwhile. `node` is the id of
    a node, or inside a container the key of a node run or the path of an item or turn. `edits` are values by key of a node run
    and input port that take the place of those that arrive. `params` are params by id of a node that take the place of those in
    the version, for this run.
    """

    kind: Kind = Kind.RESUME
    version: Version | Literal["same"] | WorkflowVersion = "same"
    node: str = ""
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """A wish that can be fulfilled."""

    version: WorkflowVersion
    plan: Plan
    input: Mapping[str, Any]
    follow: Follow


def run_resume(*, run: Run, actor: Actor, wish: Wish, trigger: str = "manual", idempotency_key: str | None = None) -> Run:
    """Start a run that takes over what it can from an ended one, or give the run that was started with this key before."""
    require(actor, Action.RUN_START, run.workflow)
    if idempotency_key and (before := started_before(run.workflow, idempotency_key)):
        return before
    try:
        with transaction.atomic():
            ready = _prepare(run, actor, wish)
            made = insert_run(
                ready.version,
                actor,
                ready.input,
                trigger=trigger,
                idempotency_key=idempotency_key or None,
                follow=ready.follow,
                budget=_decided(run) if wish.version == "same" else NOTHING,
            )
            dispatch.hint_on_commit(str(made.pk))
    except IntegrityError:
        earlier = started_before(run.workflow, idempotency_key) if idempotency_key else None
        if earlier is None:
            raise
        return earlier
    made.workflow = run.workflow
    return made


def run_foresee(*, run: Run, actor: Actor, wish: Wish) -> tuple[tuple[Foreseen, ...], Forecast]:
    """Say what `run_resume` would do with each node, what that cost before, and what is likely now. Starts nothing."""
    require(actor, Action.RUN_START, run.workflow)
    with transaction.atomic():
        ready = _prepare(run, actor, wish)
        follower = Run(**ready.follow.columns())
        reuse = reuse_of(ready.plan, follower, ready.input) or Reuse(input=ready.input)
        told = foresee(ready.plan, reuse, _costs(run))
        likely = forecast_of(run.workflow, ready.plan, ready.input, is_test=ready.follow.is_test, chances=chances_of(told))
        transaction.set_rollback(True)
    return told, likely


def _prepare(run: Run, actor: Actor, wish: Wish) -> Ready:
    """Check a wish against the run and the version."""
    if run.status not in RUN_TERMINAL:
        raise Conflict("run_not_ended", "This run is still under way. Cancel it first, or wait for its end.")
    if wish.kind is Kind.RESUME and run.status == RunStatus.SUCCEEDED:
        raise Conflict("nothing_to_resume", "This run succeeded: nothing is left to do. Run a part of it instead.")
    version = _version(run, actor, wish)
    if wish.params:
        version = version_with_params(version, actor, wish.params)
    plan = plans.get(version.pk)
    _check_node(run, plan, wish)
    _check_edits(plan, wish.edits)
    is_settled = wish.version == "same" or isinstance(wish.version, WorkflowVersion)
    is_test = run.is_test if is_settled else wish.version == "draft"
    follow = Follow(wish.kind, run, wish.node, wish.edits, is_test=is_test)
    return Ready(version, plan, input_check(version, run.input), follow)


def _version(run: Run, actor: Actor, wish: Wish) -> WorkflowVersion:
    if isinstance(wish.version, WorkflowVersion):
        return wish.version
    return run.version if wish.version == "same" else choose_version(run.workflow, actor, wish.version)


def _decided(run: Run) -> Mapping[str, Any]:
    """Give the limits that hold for a run which goes on from this one: what was decided for it, but not that it should end."""
    return {**run.budget, "is_final": False} if run.budget else NOTHING


def _check_node(run: Run, plan: Plan, wish: Wish) -> None:
    """Refuse a node that the version does not have, an item or turn that the run does not have, and a part that names none."""
    if wish.kind not in PARTS:
        if wish.node:
            raise Invalid("node_unknown", "Resuming is about the whole graph: leave the node out.", data={"node": wish.node})
        return
    try:
        part_of(plan, wish.kind, wish.node)
    except KeyError as error:
        raise Invalid("node_unknown", f"There is no node {wish.node!r} in this version.", data={"node": wish.node}) from error
    if "~" in wish.node:
        message = f"{wish.node!r} is of a later attempt of its container. Run from the container instead."
        raise Invalid("node_unknown", message, data={"node": wish.node})
    scope, slash, node = wish.node.rpartition("/")
    if slash and not NodeRun.objects.filter(run=run, scope_path=scope + slash, **({"node_id": node} if node else {})).exists():
        raise Invalid("node_unknown", f"Nothing ran at {wish.node!r} in this run.", data={"node": wish.node})


def _check_edits(plan: Plan, edits: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse values for ports that are not there."""
    wrong = [f"{key}.{port}" for key, ports in edits.items() for port in ports if port not in _ports(plan, key)]
    if wrong:
        raise Invalid("edits_invalid", f"There is no such input: {', '.join(wrong)}.", data={"inputs": wrong})


def _ports(plan: Plan, key: str) -> Iterable[str]:
    """Name the input ports of a node run."""
    scope, slash, node = key.rpartition("/")
    try:
        return plan_at(plan, scope + slash).nodes[node].inputs
    except KeyError:
        return ()


def _costs(run: Run) -> dict[str, float]:
    """Add up what each node of the root scope cost, with all that ran inside it."""
    cost = Cast(KT("usage__cost_usd"), FloatField())
    rows = NodeRun.objects.filter(run=run, usage__isnull=False).values_list("scope_path", "node_id").annotate(cost=Sum(cost))
    found: dict[str, float] = {}
    for scope, node, spent in rows:
        root = (scope or node).split("#", 1)[0].split("/", 1)[0]
        found[root] = found.get(root, 0.0) + (spent or 0.0)
    return found
