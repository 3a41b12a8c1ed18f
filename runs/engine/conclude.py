"""How an attempt that failed or was lost ends, and how a run ends."""

from dataclasses import replace
from typing import Any

from editor.graph.document import FallbackValue
from editor.graph.faults import Fault
from editor.graph.nodetype import Effect, Usage
from editor.graph.plan import Plan, PlanNode
from runs.engine.commands import FailNode
from runs.engine.events import NodeFailed, NodeRetryScheduled, NodeSucceeded, NodeWaiting, RunFailed, RunSucceeded
from runs.engine.inputs import run_output
from runs.engine.readiness import ERROR_PORT, TAKEN, edge_outcome
from runs.engine.retry import next_delay
from runs.engine.state import UNCERTAIN, NodeState, RunState

MAX_LOSSES = 3
"""A node run that was in flight at so many owner deaths is taken for their cause."""


def conclude_attempt(state: RunState, ns: NodeState, command: FailNode) -> NodeRetryScheduled | NodeSucceeded | NodeFailed:
    """Decide between another attempt and the end of the node run.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The node run whose attempt failed.
    command : FailNode
        The failure.

    Returns
    -------
    NodeRetryScheduled, NodeSucceeded or NodeFailed
        Another attempt if the fault is retryable, attempts are left and it would not come too late, else what the node's
        error policy makes of it.
    """
    policy = ns.node.retry
    failures = ns.failures + 1
    fault = command.fault
    if not fault.retryable or failures >= policy.max_attempts:
        return conclude_failure(ns, command.at, fault, command.usage)
    seed = f"{state.run_id}:{ns.key}:{ns.attempt}"
    delay = next_delay(policy, failures, retry_after=fault.retry_after_seconds, seed=seed)
    began = command.at if ns.started_at is None else ns.started_at
    if policy.max_seconds is not None and command.at + delay > began + policy.max_seconds:
        return conclude_failure(ns, command.at, fault, command.usage)
    return NodeRetryScheduled(command.at, ns.key, ns.attempt, fault, command.at + delay, usage=command.usage)


def conclude_loss(ns: NodeState, at: float, losses: int) -> NodeRetryScheduled | NodeWaiting | NodeSucceeded | NodeFailed:
    """Decide what becomes of an attempt that died with its owner.

    Parameters
    ----------
    ns : NodeState
        The node run that was in flight.
    at : float
        When the new owner took over.
    losses : int
        Owners that died while it was in flight, this one included.

    Returns
    -------
    NodeRetryScheduled, NodeWaiting, NodeSucceeded or NodeFailed
        Work that may be done twice is done again at once, and this does not count as a failure. About work that may not,
        somebody is asked, or it fails or is done again, as its policy says. What was in flight at `MAX_LOSSES` deaths fails.
    """
    if losses >= MAX_LOSSES:
        message = f"The worker was lost {losses} times while this node was running."
        hint = "The node may exhaust the worker's memory. Look at its input, then run again."
        return conclude_failure(ns, at, Fault("poison", message, hint), None)
    if ns.node.effect == Effect.UNSAFE and ns.node.on_uncertain == "ask":
        return NodeWaiting(at, ns.key, ns.attempt, None, UNCERTAIN, uncertain_request(ns.node.name), ())
    if ns.node.effect == Effect.UNSAFE and ns.node.on_uncertain == "fail":
        message = "The worker was lost while this node was running, so its effect may or may not have happened."
        hint = "Check the other side before running it again."
        return conclude_failure(ns, at, Fault("uncertain", message, hint), None)
    fault = Fault("lost", "The worker was lost while this node was running.", retryable=True)
    return NodeRetryScheduled(at, ns.key, ns.attempt, fault, at, lost=True, losses=losses)


def uncertain_request(node_name: str) -> dict[str, Any]:
    """Say what a person is asked about work whose effect may or may not have happened.

    Parameters
    ----------
    node_name : str
        The node, as drawn.

    Returns
    -------
    dict
        ``request`` with a message, a field for what the work gave, and the ways to answer.
    """
    message = (
        f"The worker was lost while “{node_name}” was at work: it may or may not have happened. "
        "Look at the other side before you decide."
    )
    result = {
        "name": "result",
        "label": "What it gave",
        "type": "object",
        "help": "Only for “It has happened”: what the next nodes receive. Empty: nothing.",
    }
    buttons = [
        {"port": "again", "label": "Run it again"},
        {"port": "done", "label": "It has happened"},
        {"port": "fail", "label": "Let it fail"},
    ]
    return {"request": {"message": message, "fields": [result], "buttons": buttons}}


def conclude_failure(ns: NodeState, at: float, fault: Fault, usage: Usage | None) -> NodeSucceeded | NodeFailed:
    """End a node run that failed for good: fallback value, then error port, then skip, else unhandled.

    Parameters
    ----------
    ns : NodeState
        The node run.
    at : float
        When.
    fault : Fault
        Why.
    usage : Usage or None
        What its last attempt consumed.

    Returns
    -------
    NodeSucceeded or NodeFailed
    """
    node = ns.node
    if isinstance(node.on_error, FallbackValue):
        value, ports = node.on_error.value, _fallback_ports(node)
        return NodeSucceeded(
            at, ns.key, ns.attempt, value, ports, usage=usage, degraded=True, fault=fault, started_at=ns.started_at
        )
    return NodeFailed(at, ns.key, ns.attempt, _with_cause(ns, fault), _handled(node), usage, ns.started_at)


def _fallback_ports(node: PlanNode) -> tuple[str, ...]:
    """Choose where a fallback value goes: the usual port, a router's ``else``, or the first there is."""
    for port in ("out", "else", *node.outputs):
        if port in node.outputs:
            return (port,)
    return ()


def _handled(node: PlanNode) -> str:
    """Say who handles a failure. An error port without an edge handles nothing."""
    if node.on_error == "skip":
        return "skip"
    wired = any(edge.source_port == ERROR_PORT for edge in node.outgoing)
    return "port" if node.on_error == "port" and wired else ""


def _with_cause(ns: NodeState, fault: Fault) -> Fault:
    """Name the failure that this node was handling when it failed itself."""
    sources = ns.scope.nodes
    for edge in ns.node.incoming:
        source = sources[edge.source]
        if edge.source_port == ERROR_PORT and source.fault and edge_outcome(source, ERROR_PORT) is TAKEN:
            return replace(fault, data={**fault.data, "cause": source.fault.to_json()})
    return fault


def conclude_run(plan: Plan, state: RunState, at: float) -> RunSucceeded | RunFailed:
    """End a run whose node runs have all ended.

    Parameters
    ----------
    plan : Plan
        What was run.
    state : RunState
        The run.
    at : float
        When.

    Returns
    -------
    RunSucceeded or RunFailed
        Failed with the first unhandled failure in time, which names its node in ``data``; outputs are given either way.
    """
    output = run_output(plan, state)
    if state.root.failure is None:
        return RunSucceeded(at, output)
    fault = state.nodes[state.root.failure].fault or Fault("bug", "A node failed without saying why.")
    return RunFailed(at, replace(fault, data={**fault.data, "node": state.root.failure}), output)
