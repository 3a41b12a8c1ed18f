"""What a new owner goes on from: the plan, and the state from the committed rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import Q

from editor.graph.context import Step
from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from runs.budget import Limits
from runs.engine.restore import RunFact, ShardFacts, restore, restore_shard
from runs.engine.shards import Sharding
from runs.engine.state import RunState, initial_state
from runs.engine.states import Kind, RunStatus
from runs.facts import node_facts, owned_facts
from runs.journal import Claim
from runs.models import NodeRun, Run
from runs.models import Step as StepRow
from runs.plans import plans
from runs.selectors import stored_value
from runs.shards import of_items, read_shard
from runs.steps import DELEGATION, Place, from_row
from runs.takeover import reuse_of


@dataclass(frozen=True, slots=True)
class Loaded:
    """A claimed run with all that its driver goes on from."""

    claim: Claim
    plan: Plan
    state: RunState
    usages: Mapping[str, Mapping[str, Any]]
    """What earlier attempts consumed, by node key."""
    home: str
    """The run to which the node runs belong: of a shard, that of its map."""
    started_at: float | None = None
    """When that began."""
    handed_on: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """By key of the node run that started it, the budget of each run that was started and not waited for."""


def load(claim: Claim, sharding: Sharding | None = None) -> Loaded:
    """Give the plan and the state of a claimed run: a fresh one, or what the rows say."""
    if claim.kind == Kind.SHARD:
        return _load_shard(claim)
    plan = plans.get(claim.version_id)
    reuse = reuse_of(plan, claim, claim.input)
    rules = sharding if Limits.from_json(claim.budget).is_open and not claim.shares_budget else None
    if claim.seq == 0:
        fresh = initial_state(plan, claim.run_id, reuse)
        fresh.calls, fresh.sharding = claim.depth, rules
        return Loaded(claim, plan, fresh, NOTHING, claim.run_id)
    status = RunStatus.WAITING if claim.was == RunStatus.WAITING else RunStatus.RUNNING
    state = restore(plan, RunFact(claim.run_id, status, claim.started_at), owned_facts(claim.run_id), reuse)
    state.calls, state.sharding = claim.depth, rules
    return Loaded(claim, plan, state, _used(claim.run_id), claim.run_id, claim.started_at, _handed_on(claim.run_id))


def _load_shard(claim: Claim) -> Loaded:
    """Give the state of the run of some items of a map: what is inside is its own, what is outside its parent's."""
    row = Run.objects.select_related("parent").get(pk=claim.run_id)
    shard, parent = read_shard(row), cast(Run, row.parent)
    home, plan = str(parent.pk), plans.get(claim.version_id)
    outside = list(node_facts(home, Q(scope_path="")))
    opened = next(fact.box for fact in outside if fact.key == shard.key)
    mine = of_items(home, row.parent_key, shard)
    status = RunStatus.QUEUED if claim.seq == 0 else RunStatus(claim.was) if claim.was == RunStatus.WAITING else RunStatus.RUNNING
    items = [] if opened is None else opened.value[shard.first : shard.last]
    fact = RunFact(claim.run_id, status, claim.started_at)
    facts = ShardFacts(outside, node_facts(home, mine) if claim.seq else (), items)
    state = restore_shard(plan, fact, shard, facts, reuse_of(plan, parent, parent.input))
    state.calls = claim.depth
    started_at = None if parent.started_at is None else parent.started_at.timestamp()
    return Loaded(replace(claim, input=parent.input), plan, state, _used(home, mine) if claim.seq else NOTHING, home, started_at)


def _handed_on(run_id: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Read what was carved out of a run's budget for runs of their own."""
    return tuple(Run.objects.filter(parent__pk=run_id).exclude(kind=Kind.SHARD).values_list("parent_key", "budget"))


def load_steps(run_id: str, key: str) -> dict[Place, Step]:
    """Read the steps of a node run, and of the agents that it asked."""
    mine = Q(node_key=key) | Q(node_key__startswith=key + DELEGATION)
    rows = StepRow.objects.filter(mine, run_id=run_id)
    return {(row.node_key, row.idx): from_row(row, stored_value(row.data, row.data_sha)) for row in rows}


def _used(run_id: str, only: Q | None = None) -> dict[str, Mapping[str, Any]]:
    """Read what node runs have consumed, by key."""
    used = NodeRun.objects.filter(only or Q(), run_id=run_id, usage__isnull=False).values_list("scope_path", "node_id", "usage")
    return {scope + node: usage or NOTHING for scope, node, usage in used}
