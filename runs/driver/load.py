"""What a new owner goes on from: the plan, and the state from the committed rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from runs.engine.restore import RunFact, restore
from runs.engine.state import RunState, initial_state
from runs.engine.states import RunStatus
from runs.facts import node_facts
from runs.journal import Claim
from runs.models import NodeRun
from runs.plans import plans
from runs.takeover import reuse_of


@dataclass(frozen=True, slots=True)
class Loaded:
    """A claimed run with all that its driver goes on from."""

    claim: Claim
    plan: Plan
    state: RunState
    usages: Mapping[str, Mapping[str, Any]]
    """What earlier attempts consumed, by node key."""


def load(claim: Claim) -> Loaded:
    """Give the plan and the state of a claimed run: a fresh one, or what the rows say."""
    plan = plans.get(claim.version_id)
    reuse = reuse_of(plan, claim, claim.input)
    if claim.seq == 0:
        fresh = initial_state(plan, claim.run_id, reuse)
        fresh.calls = claim.depth
        return Loaded(claim, plan, fresh, NOTHING)
    status = RunStatus.WAITING if claim.was == RunStatus.WAITING else RunStatus.RUNNING
    state = restore(plan, RunFact(claim.run_id, status, claim.started_at), node_facts(claim.run_id), reuse)
    state.calls = claim.depth
    used = NodeRun.objects.filter(run_id=claim.run_id, usage__isnull=False).values_list("scope_path", "node_id", "usage")
    return Loaded(claim, plan, state, {scope + node: usage or NOTHING for scope, node, usage in used})
