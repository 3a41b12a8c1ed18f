"""Between the engine and the executor: what a node receives, and what its outcome asks of the engine."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from editor.graph.plan import CallSpec, Plan
from editor.secrecy import hide
from runs.addresses import Addresses
from runs.budget import CALLED, Limits, RunBudget, limits_of_call, models_of, used_within
from runs.called import plan_called
from runs.driver.flights import Keeper, Line, Noted, Recorder, broken
from runs.driver.host import Host
from runs.driver.load import Loaded, load_steps
from runs.engine.calls import scope_of_call
from runs.engine.events import NodeStarted, TurnAsked
from runs.engine.inputs import VisibleNames, node_inputs, node_sources, turn_names, turn_of
from runs.engine.state import NodeState, ScopeState
from runs.executor import RunInfo, Work
from runs.outcomes import Outcome
from runs.payloads import clean
from runs.shared_budgets import sharing_workflow
from runs.spending import SharedPurse
from runs.steps import Records

MOST_LINES = 10_000
"""Log lines kept of one attempt."""
LONGEST_LINE = 4000


class Workshop:
    """Makes the work orders of one run."""

    def __init__(self, loaded: Loaded, host: Host, put: Callable[[Line | Noted], None]) -> None:
        plan, claim = loaded.plan, loaded.claim
        self._plan = plan
        self._state = loaded.state
        self._host = host
        self._claim = claim
        self._home, self._started_at = loaded.home, loaded.started_at
        self._put = put
        self._info: RunInfo | None = None
        self._budgets: dict[str, RunBudget] = {}
        self._usages = loaded.usages
        self._addresses = Addresses()
        self._handed_on = loaded.handed_on
        nodes = (*plan.nodes.values(), *(tool.node for tool in plan.tools.values()))
        self.budget = RunBudget(Limits.from_json(claim.budget), claim.usage, models_of([one.params for one in nodes]))
        self._take_off(self.budget, "")
        if claim.shares_budget:
            self.share_budget()

    def share_budget(self) -> None:
        """Spend from what all runs of the workflow or of its team may spend together, from now on."""
        claim = self._claim
        self.budget.purse = self.budget.purse or SharedPurse(claim.workflow_id, claim.run_id, claim.epoch)

    @property
    def worked(self) -> Callable[[], float] | None:
        """How long the run was at work, where that is limited."""
        return None if self.budget.limits.seconds is None else lambda: self.budget.seconds

    def order(self, event: NodeStarted | TurnAsked) -> Work:
        """Gather what an attempt needs, or the judging of a turn."""
        ns = self._state.nodes[event.key]
        inputs = node_inputs(self._plan, self._state, event.key)
        info = self._addresses.told(self._run_info(event.at), ns)
        asked = isinstance(event, TurnAsked)
        return Work(
            node=ns.node,
            key=event.key,
            attempt=event.attempt,
            inputs=inputs,
            names=turn_names(self._state, ns, inputs, info) if asked else VisibleNames(ns, inputs, info),
            run=info,
            at=event.at,
            emit=partial(self._host.publisher.delta, info.id, event.key, event.attempt),
            log=_Log(event.key, event.attempt, self._put),
            sources=node_sources(self._plan, self._state, event.key),
            turn=turn_of(ns) if asked else None,
            budget=self._budget_of(ns, event.at),
            called=None if asked else plan_called(ns.node),
            **({} if asked else self._journal(event, ns)),
        )

    def _journal(self, event: NodeStarted | TurnAsked, ns: NodeState) -> dict[str, Any]:
        """Gather what an agent goes on from, and what it may call; of all others, where their calls of models are recorded."""
        if not ns.node.journals:
            return {} if ns.node.inline else {"record": Recorder(event.key, event.attempt, self._put)}
        records = Records(load_steps(self._home, event.key), Keeper(event.key, event.attempt, self._put))
        scope = scope_of_call(ns)
        plan = self._plan if scope is None or scope.called is None else scope.called
        return {"records": records, "toolbox": plan.tools}

    def _budget_of(self, ns: NodeState, at: float) -> RunBudget:
        """Give what a node run may spend from: the run's budget, or that of the called workflow that it stands in."""
        scope = scope_of_call(ns)
        if scope is None or scope.owner is None or scope.called is None or not isinstance(scope.owner.node.container, CallSpec):
            return self.budget
        if scope.path not in self._budgets:
            self._budgets[scope.path] = self._budget_within(scope, scope.owner, scope.called, at)
        return self._budgets[scope.path]

    def _budget_within(self, scope: ScopeState, caller: NodeState, called: Plan, at: float) -> RunBudget:
        """Give the budget of a called workflow, which lies within that of its caller."""
        spec = cast(CallSpec, caller.node.container)
        around, limits = self._budget_of(caller, at), limits_of_call(called, spec.budget_usd)
        workflow_id = sharing_workflow(spec.version)
        if limits.is_open and workflow_id is None:
            return around
        opened_at = at if caller.box is None else caller.box.opened_at
        inner = RunBudget(limits, {**used_within(self._usages, scope.path), "seconds": max(0.0, at - opened_at)})
        self._take_off(inner, scope.path)
        inner.whose, inner.around = CALLED, around
        if workflow_id is not None and not around.counts_for(workflow_id):
            inner.purse = SharedPurse(workflow_id, self._claim.run_id, self._claim.epoch)
        return inner

    def _take_off(self, budget: RunBudget, scope: str) -> None:
        """Count what earlier owners handed on to runs that were started in a scope, or inside it."""
        for key, limits in self._handed_on:
            if key.startswith(scope):
                budget.take_off(limits.get("usd") or 0.0, limits.get("tokens") or 0)

    def run_inline(self, event: NodeStarted | TurnAsked) -> Outcome:
        """Do a cheap node's work here and now."""
        work = self.order(event)
        try:
            return self._host.executor.run_inline(work)
        except Exception as error:
            return broken(error, work)

    def _run_info(self, at: float) -> RunInfo:
        """What nodes may know of the run; fixed once it has started."""
        if self._info is None:
            claim = self._claim
            began = self._state.started_at if self._started_at is None else self._started_at
            started_at = at if began is None else began
            self._info = RunInfo(
                id=self._home,
                workflow={"id": claim.workflow_id, "name": claim.workflow_name},
                input=claim.input,
                started_at=datetime.fromtimestamp(started_at, UTC).isoformat(),
                base_url=self._host.base_url,
                lineage_id=claim.lineage_id,
                depth=claim.depth,
                started_by=claim.started_by,
                team=claim.team,
            )
        return self._info


class _Log:
    """Takes an attempt's log lines from any thread, up to a limit."""

    __slots__ = ("_attempt", "_key", "_left", "_put")

    def __init__(self, key: str, attempt: int, put: Callable[[Line], None]) -> None:
        self._key = key
        self._attempt = attempt
        self._put = put
        self._left = MOST_LINES

    def __call__(self, level: str, message: str) -> None:
        self._left -= 1
        if self._left > 0:
            self._put(Line(self._key, self._attempt, level, clean(hide(message)[:LONGEST_LINE])))
        elif self._left == 0:
            self._put(Line(self._key, self._attempt, "warning", f"More than {MOST_LINES:,} lines: the rest is not kept."))
