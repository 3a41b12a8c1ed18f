"""What a run that follows an earlier one would do, worked out before it is started."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from editor.graph.nodetype import Effect
from editor.graph.plan import MAX_CALLS, ROOT, CallSpec, Plan, PlanNode
from runs.engine.advance import advance
from runs.engine.commands import StartRun
from runs.engine.reuse import LEFT_OUT, Reuse
from runs.engine.state import NodeState, initial_state
from runs.engine.states import NODE_TERMINAL, NodeStatus

RUN = "run"
MAYBE = "maybe"
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will become of one node of the root scope.

    `what` is ``run``; ``maybe`` (it runs, unless what comes to it turns out as it was, or not at all); ``reused`` or
    ``pinned``; ``skipped`` (a dead path); or ``left_out``. `stale` marks a reused result of a node that has changed since.
    `effect` is the strongest one of the node and what is inside it. `cost_usd` is what its work cost in the base run, None
    where that is not known.
    """

    node: str
    what: str
    stale: bool = False
    effect: str = Effect.PURE
    cost_usd: float | None = None


def foresee(plan: Plan, reuse: Reuse, costs: Mapping[str, float]) -> tuple[Foreseen, ...]:
    """Say what a run would do with each node, as far as it can be known before it runs.

    Parameters
    ----------
    plan : Plan
        What would be run.
    reuse : Reuse
        What it could take over.
    costs : Mapping
        What work cost in the base run, in US dollars by the id of the node of the root scope.

    Returns
    -------
    tuple of Foreseen
        One for each node of the root scope, in topological order.
    """
    state = initial_state(plan, "preview", reuse)
    advance(plan, state, StartRun(0.0, reuse.input))
    return tuple(_foreseen(plan, reuse, ns, costs) for ns in sorted(state.root.nodes.values(), key=lambda ns: ns.rank))


def _foreseen(plan: Plan, reuse: Reuse, ns: NodeState, costs: Mapping[str, float]) -> Foreseen:
    effect = strongest(one.effect for one in inside(plan, ns.node))
    return Foreseen(ns.node.id, _what(reuse, ns), ns.origin.stale, effect, costs.get(ns.node.id))


def _what(reuse: Reuse, ns: NodeState) -> str:
    """Say what has become of a node run before any work was done."""
    if ns.origin.how:
        return ns.origin.how
    if reuse.leaves_out(ns):
        return LEFT_OUT
    if ns.status in NODE_TERMINAL:
        return SKIPPED
    return MAYBE if ns.status is NodeStatus.PENDING else RUN


def inside(plan: Plan, node: PlanNode) -> Iterator[PlanNode]:
    """List a node and all that stands in it, at any depth.

    Parameters
    ----------
    plan : Plan
        What is run.
    node : PlanNode
        Any node.

    Yields
    ------
    PlanNode
        The node itself first.
    """
    yield from _inside(plan, node, MAX_CALLS)


def _inside(plan: Plan, node: PlanNode, levels: int) -> Iterator[PlanNode]:
    yield node
    if isinstance(node.container, CallSpec):
        called = node.container.load() if levels else None
        for one in called.scopes[ROOT].nodes if called else ():
            yield from _inside(called or plan, one, levels - 1)
    elif node.id in plan.scopes:
        for one in plan.scopes[node.id].nodes:
            yield from _inside(plan, one, levels)


def strongest(effects: Iterator[str]) -> str:
    """Give the effect that matters most of several.

    Parameters
    ----------
    effects : iterator of str
        At least one.

    Returns
    -------
    str

    Examples
    --------
    >>> strongest(iter(["pure", "unsafe", "idempotent"]))
    'unsafe'
    """
    order = [str(effect) for effect in (Effect.PURE, Effect.IDEMPOTENT, Effect.UNSAFE)]
    return max(effects, key=order.index)
