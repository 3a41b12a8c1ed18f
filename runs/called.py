"""How another workflow is called: its input is checked as that of any run, and it begins as a scope or as a run of its own."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from editor.graph.faults import Fault, NodeFailure
from editor.graph.plan import MAX_CALLS, ROOT, CallSpec, Plan, PlanNode
from editor.graph.upgrade import DocumentError
from runs.budget import limits_of_call
from runs.context import Children, Work
from runs.engine.calls import call_depth
from runs.journal.connection import release
from runs.nodes.start import Start, StartParams, read_input
from runs.outcomes import Done, Launch, Opened

RUNS = uuid.UUID("6b1d8f0e-6f0b-4c0e-9f43-5f6f2a6b7c11")
"""Names the runs that are started once for each idempotency key."""


def call(work: Work, spec: CallSpec, given: Mapping[str, Any], idempotency_key: str) -> Done | Opened:
    """Begin a called workflow with its input, or fail with what is wrong with it."""
    if work.called is None:
        raise NodeFailure(not_runnable())
    values = checked_input(work.called, given)
    if not spec.detached:
        return Opened(values)
    launch = _launch(work, work.called, spec, values, idempotency_key)
    return Done({"run_id": launch.run_id}, details={"run": launch.run_id}, launch=launch)


async def call_by_agent(work: Work, spec: CallSpec, given: Mapping[str, Any], idempotency_key: str, children: Children) -> Done:
    """Run a workflow for an agent, as a run of its own; its agent waits for it unless the node says not to.

    A crash finds the same run again, by the number of the agent's step in its id.
    """
    called = await asyncio.to_thread(_loaded, work.node)
    if called is None:
        raise NodeFailure(not_runnable())
    values, run_id = checked_input(called, given), str(uuid.uuid5(RUNS, idempotency_key))
    await children.begin(work.run.id, work.key, run_id, lambda: _launch(work, called, spec, values, idempotency_key))
    output = {"run_id": run_id} if spec.detached else dict(await children.end(work.run.id, run_id))
    return Done(output, details={"run": run_id})


def _loaded(node: PlanNode) -> Plan | None:
    try:
        return plan_called(node)
    finally:
        release()


def _launch(work: Work, called: Plan, spec: CallSpec, values: Mapping[str, Any], idempotency_key: str) -> Launch:
    """Say how a run of its own begins: not too deep, and with a part of what is left to spend."""
    if work.run.depth >= MAX_CALLS:
        raise NodeFailure(call_depth())
    return Launch(str(uuid.uuid5(RUNS, idempotency_key)), spec.version, values, _carved(work, called, spec))


def not_runnable() -> Fault:
    """Say that a called workflow is broken."""
    message = "The called workflow cannot be run by this installation."
    return Fault("graph_invalid", message, "Open it, and repair what its problems say.")


def _carved(work: Work, called: Plan, spec: CallSpec) -> dict[str, Any]:
    """Say what a run of its own may spend: what is named for it, within what is left of the caller's budget."""
    named = limits_of_call(called, spec.budget_usd)
    limits = named if work.budget is None else work.budget.hand_on(named)
    amounts = {"usd": limits.usd, "tokens": limits.tokens}
    return {name: amount for name, amount in amounts.items() if amount is not None}


def plan_called(node: PlanNode) -> Plan | None:
    """Give the plan of the workflow that a node runs; it may be read from the database. None where there is none to run."""
    if not isinstance(node.container, CallSpec):
        return None
    try:
        return node.container.load()
    except DocumentError:
        return None


def checked_input(plan: Plan, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the input of a workflow against the fields of its start nodes, and fill in defaults."""
    forms = [StartParams.model_validate(one.params) for one in plan.scopes[ROOT].nodes if one.type == Start.name]
    if not forms:
        return dict(given)
    form = StartParams(
        fields=tuple(field for one in forms for field in one.fields), allow_extra=any(one.allow_extra for one in forms)
    )
    values, wrong = read_input(form, given)
    if wrong:
        first, sentence = next(iter(wrong.items()))
        data = {"param": "input", "fields": wrong}
        raise NodeFailure(Fault("input_invalid", f"The called workflow does not take this input: {first}: {sentence}", data=data))
    return values
