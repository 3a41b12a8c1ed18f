"""Turns one attempt of one node into an outcome. Never raises: every failure is a fault, except cancellation."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from editor.graph.catalogue import Catalogue
from editor.graph.context import LlmRequest
from editor.graph.faults import NOTHING, Fault, NodeFailure
from editor.graph.nodetype import APPROVAL, NodeOpen, NodeResult, NodeWait, Turn, Usage
from editor.graph.plan import CallSpec, PlanNode
from runs.accounts import Payer, Wallet, hidden
from runs.budget import OverBudget
from runs.budget_questions import question
from runs.called import call, call_by_agent
from runs.consent import Question
from runs.context import Context, RunInfo, Services, Work
from runs.engine.state import BUDGET
from runs.outcomes import Done, Failed, Held, Judged, Opened, Outcome, Suspended
from runs.prepare import LargeValue, Prepared, checked, json_fault, prepare
from runs.scripted import Script, ScriptedAttempt
from runs.standing import fits_shared
from runs.steps import DELEGATION
from runs.toolbox import Parked

__all__ = ["Done", "Executor", "Failed", "Held", "Judged", "Opened", "Outcome", "RunInfo", "Services", "Suspended", "Work"]

logger = logging.getLogger(__name__)
KEPT_NODES = 20_000
PARTS_AT_ONCE = 20_000


class Executor:
    """Runs the work of nodes with one catalogue and one set of services."""

    def __init__(self, catalogue: Catalogue, services: Services, script: Script | None = None) -> None:
        self._catalogue = catalogue
        self._services = services
        self._script = script
        self._prepared: dict[int, tuple[PlanNode, Prepared]] = {}

    @property
    def services(self) -> Services:
        """The world outside, for the work that belongs to no run."""
        return self._services

    def is_inline(self, node: PlanNode) -> bool:
        """Whether `run_inline` may be used: cheap work, and no script that takes its time."""
        return node.inline and (self._script is None or not self._script.mentions(node.id))

    def run_inline(self, work: Work) -> Outcome:
        """Do cheap work at once, in the calling thread: one step of its coroutine, which must not wait."""
        work_of_node = self._run(work, Progress(is_inline=True))
        try:
            work_of_node.send(None)
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome
        work_of_node.close()
        fault = Fault("bug", f"The work of node type {work.node.type} had to wait, which inline work must not.")
        return Failed(fault)

    async def run(self, work: Work) -> Outcome:
        """Do one attempt within its time limit. Cancellation passes through; everything else is an outcome."""
        progress = Progress()
        try:
            async with asyncio.timeout(work.node.timeout_seconds) as limit:
                return await self._run(work, progress)
        except TimeoutError:
            if not limit.expired():
                raise
            return Failed(timed_out(work.node), progress.usage, progress.params)

    async def close(self) -> None:
        """Give back what the services hold."""
        await self._services.close()

    async def _run(self, work: Work, progress: "Progress") -> Outcome:
        try:
            return await self._work(work, progress)
        except OverBudget as over:
            return await self._over(work, over, progress)
        except Question as asked:
            return Held(APPROVAL, asked.value, progress.usage, progress.params)
        except Parked as parked:
            return replace(parked.held, params=progress.params)
        except NodeFailure as failure:
            return Failed(hidden(failure.fault), progress.usage, progress.params)
        except Exception as error:
            return Failed(bug(work, error), progress.usage, progress.params)

    async def _work(self, work: Work, progress: "Progress") -> Outcome:
        node = work.node
        if node.disabled:
            return Done(work.inputs.get("in"), pass_through(node))
        if work.turn is not None:
            return await self._judge(work, work.turn, progress)
        if work.budget is not None and not progress.is_inline:
            work.budget.begin()
        scripted = None if self._script is None else self._script.attempt(work.key, work.attempt)
        if scripted is not None and self._script is not None:
            if scripted.sleep_seconds:
                await self._script.sleep(scripted.sleep_seconds)
            return play(scripted, node)
        prepared = self._prepare(node)
        context = Context(work, self._services, self.run)
        progress.context = context
        params = prepared.ready
        progress.params = prepared.shown
        if params is None:
            progress.params = await prepared.resolve(context)
            params = checked(prepared.node_type, progress.params)
        result = await prepared.node_type.run(context, params, work.inputs)
        if isinstance(result, NodeOpen) and isinstance(node.container, CallSpec):
            called = (work, node.container, result.value, context.idempotency_key)
            begun = await call_by_agent(*called, self._services.children) if DELEGATION in work.key else call(*called)
            return replace(begun, params=progress.params)
        if isinstance(result, NodeOpen):
            return Opened(result.value, result.go_on, progress.params)
        return await self._outcome(work, result, progress)

    async def _over(self, work: Work, over: OverBudget, progress: "Progress") -> Outcome:
        """Ask how to go on with a call that does not fit into the budget, or fail, as the workflow says."""
        if not over.asks:
            return Failed(over.fault, progress.usage, progress.params)
        requests = [] if over.call is None else [replace(over.call.request, model=model) for model in over.budget.models]
        cheaper = [one.model for one in requests if await self._would_fit(over, one, work.run.payer)]
        return Held(BUDGET, question(over, cheaper), progress.usage, progress.params)

    async def _would_fit(self, over: OverBudget, request: LlmRequest, payer: Payer) -> bool:
        """Say whether another model could be called instead."""
        if over.call is None or request.model == over.call.request.model:
            return False
        try:
            asked = await Wallet(self._services.accounts, payer).for_model(replace(request, account=None))
            _, need = await self._services.llm.estimate(asked)
        except NodeFailure:
            return False
        return over.budget.fits(need) and (over.shared is None or fits_shared(over.shared, need))

    async def _judge(self, work: Work, turn: Turn, progress: "Progress") -> Outcome:
        """Ask a loop about a turn."""
        prepared = self._prepare(work.node)
        progress.context = Context(work, self._services)
        return Judged(turn.index, await prepared.node_type.judge(progress.context, prepared.shown, turn))

    async def _outcome(self, work: Work, result: NodeResult | NodeWait, progress: "Progress") -> Outcome:
        done = result.then if isinstance(result, NodeWait) else result
        if not any(done.value is taken for taken in work.inputs.values()):
            fault = await self._fault_of(done.value, is_inline=progress.is_inline)
            if fault is not None:
                return Failed(fault, progress.usage, progress.params)
        if isinstance(result, NodeWait):
            seconds = None if result.seconds is None else max(0.0, result.seconds)
            return Suspended(seconds, result.reason, done.value, done.ports, progress.params)
        return Done(done.value, done.ports, done.usage or progress.usage, done.details, progress.params)

    async def _fault_of(self, value: Any, *, is_inline: bool) -> Fault | None:
        """What is wrong with a value. A large one is looked at in a thread: the loop has other runs to serve."""
        limit = self._services.max_value_bytes
        try:
            return json_fault(value, limit, most_parts=None if is_inline else PARTS_AT_ONCE)
        except LargeValue:
            return await asyncio.to_thread(json_fault, value, limit)

    def _prepare(self, node: PlanNode) -> Prepared:
        """What follows from the node alone, worked out once: the entry keeps the node, so its number stays its own."""
        known = self._prepared.get(id(node))
        if known is not None:
            return known[1]
        node_type = self._catalogue.get(node.type, node.type_version)
        if node_type is None:
            raise NodeFailure(Fault("bug", f"There is no node type {node.type} version {node.type_version}."))
        if len(self._prepared) >= KEPT_NODES:
            self._prepared.clear()
        self._prepared[id(node)] = (node, prepare(node, node_type))
        return self._prepared[id(node)][1]


class Progress:
    """How far an attempt came, for the outcome of one that failed on the way."""

    __slots__ = ("context", "is_inline", "params")

    def __init__(self, *, is_inline: bool = False) -> None:
        self.is_inline = is_inline
        self.context: Context | None = None
        self.params: Mapping[str, Any] = NOTHING

    @property
    def usage(self) -> Usage | None:
        """What its model calls consumed so far."""
        return None if self.context is None else self.context.meter.total


def play(scripted: ScriptedAttempt, node: PlanNode) -> Outcome:
    """Give the outcome that a script wants."""
    if scripted.error is not None:
        return Failed(scripted.error.fault())
    return Done(scripted.returns, pass_through(node) if scripted.ports is None else scripted.ports)


def pass_through(node: PlanNode) -> tuple[str, ...]:
    """The port that fires when the node's own work does not choose: ``out``, else its last one (a router's ``else``)."""
    ports = [port for port in node.outputs if port != "error"]
    if "out" in ports or not ports:
        return ("out",) if ports else ()
    return (ports[-1],)


def timed_out(node: PlanNode) -> Fault:
    """Say that an attempt took too long."""
    return Fault(
        "timeout",
        f"The node did not finish within {node.timeout_seconds:g} s.",
        hint="Raise the time limit in the node's policy, or make its work smaller.",
        retryable=True,
    )


def bug(work: Work, error: Exception) -> Fault:
    """Log an unforeseen error in full and show only a reference to it: its text may hold inputs or keys."""
    reference = uuid.uuid4().hex[:12]
    logger.error("node %s of run %s failed, reference %s", work.key, work.run.id, reference, exc_info=error)
    return Fault(
        "bug",
        f"The node's work failed unexpectedly ({type(error).__name__}, reference {reference}).",
        hint="The worker's log has the details under this reference.",
        data={"reference": reference},
    )
