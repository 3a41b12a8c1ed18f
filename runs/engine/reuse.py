"""What a run takes over from an earlier one, instead of doing the work again; and the values that are pinned.

Whether a node run is taken over is decided when it is ready, when all that it depends on is known. A changed node changes
what follows it only if its output changed. What is taken over is told like any other result, by `NodeSucceeded` and
`NodeFailed`, with its `origin`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from runs.engine.calls import scope_of_call
from runs.engine.events import Event, NodeFailed, NodeSucceeded, Origin
from runs.engine.keys import run_key, value_hash
from runs.engine.part import WHOLE, Part, Stance
from runs.engine.state import NodeState, Rank, RunState
from runs.engine.states import NodeStatus

LEFT_OUT = "left_out"
REUSED = "reused"
CACHED = "cached"
PINNED = "pinned"
PIN_KEY = "pinned:"
"""Begins the key of a pinned value, which no work has: pinned values are not taken for results."""

Moment = tuple[float, Rank]


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The ended run that a run goes on from: its plan, its final state and its input."""

    run_id: str
    plan: Plan
    state: RunState
    input: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(slots=True, eq=False)
class Reuse:
    """What a run may take over.

    Parameters
    ----------
    input : Mapping
        The run's own input.
    base : Base or None
        The run that it goes on from.
    part : Part
        What of the graph it is about.
    pins : Mapping
        Pinned values by node id; empty unless it is a test run.
    edits : Mapping
        By key of a node run, values by input port that somebody set in place of those that arrive.
    """

    input: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    base: Base | None = None
    part: Part = WHOLE
    pins: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NOTHING)
    _known: dict[str, "Offer | None"] = field(default_factory=dict)
    """What was found for node runs that are ready: nothing that it depends on changes any more."""

    def leaves_out(self, ns: NodeState) -> bool:
        """Say whether nobody asked for this node run.

        Parameters
        ----------
        ns : NodeState
            Any node run.

        Returns
        -------
        bool
        """
        return self.part.wanted is not None and not ns.scope.path and ns.node.id not in self.part.wanted

    def forces(self, key: str) -> bool:
        """Say whether somebody asked for this node run to be done anew, whatever is kept of it.

        Parameters
        ----------
        key : str
            A node run.

        Returns
        -------
        bool
        """
        return self.part.stance(key) is Stance.FORCED

    def next_event(self, plan: Plan, state: RunState, at: float) -> Event | None:
        """Take over the ready node run whose result came about first.

        In the order of then, so that a race between branches ends as it did.

        Parameters
        ----------
        plan : Plan
            What is run.
        state : RunState
            The run.
        at : float
            When.

        Returns
        -------
        Event or None
            How the node run ended; None when no ready one can be taken over.
        """
        found: list[tuple[Moment, NodeState, Offer]] = []
        for *_, key in state.ready:
            ns = state.nodes[key]
            if ns.status is NodeStatus.READY and (offer := self._offer(plan, state, ns)) is not None:
                found.append(((offer.moment, ns.rank), ns, offer))
        if not found:
            return None
        _, ns, offer = min(found, key=lambda one: one[0])
        return offer.event(ns, at)

    def moment_of(self, key: str, origin: Origin) -> float:
        """Say when something that was taken over came about.

        Parameters
        ----------
        key : str
            The node run that took it over.
        origin : Origin
            Where it is from.

        Returns
        -------
        float
            The time in the base run; pinned values have always been there.
        """
        if self.base is None or origin.how != REUSED or key not in self.base.state.nodes:
            return 0.0
        return self.base.state.nodes[key].finished_at or 0.0

    def _offer(self, plan: Plan, state: RunState, ns: NodeState) -> "Offer | None":
        if ns.key not in self._known:
            self._known[ns.key] = self._look(plan, state, ns)
        return self._known[ns.key]

    def _look(self, plan: Plan, state: RunState, ns: NodeState) -> "Offer | None":
        """Find what stands for the work of a node run."""
        if ns.node.id in self.pins and not self.part.leads_to(ns.key) and scope_of_call(ns) is None:
            value = self.pins[ns.node.id]
            return Offer(value, _usual_ports(ns.node.outputs), Origin(PINNED, key=PIN_KEY + value_hash(value)[:-7]))
        base = self.base
        if base is None or ns.key not in base.state.nodes or (stance := self.part.stance(ns.key)) is Stance.FORCED:
            return None
        before = base.state.nodes[ns.key]
        handled = before.status is NodeStatus.FAILED and before.reason != ""
        if before.status is not NodeStatus.SUCCEEDED and not handled:
            return None
        then = before.origin.key or run_key(base.plan, base.state, ns.key, base.input)
        same = then == run_key(plan, state, ns.key, self.input)
        if stance is not Stance.TRUSTED and (handled or not same):
            return None
        return Offer.of(before, Origin(REUSED, before.origin.run_id or base.run_id, then, stale=not same))


@dataclass(frozen=True, slots=True)
class Offer:
    """A result that stands for a node run's own work."""

    value: Any
    ports: tuple[str, ...]
    origin: Origin
    before: NodeState | None = None

    @classmethod
    def of(cls, before: NodeState, origin: Origin) -> "Offer":
        """Offer what a node run of the base run came to.

        Parameters
        ----------
        before : NodeState
            The node run of then.
        origin : Origin
            Where its result comes from.

        Returns
        -------
        Offer
        """
        return cls(before.value, before.ports, origin, before)

    @property
    def moment(self) -> float:
        """When the result came about; pinned values have always been there."""
        return 0.0 if self.before is None else self.before.finished_at or 0.0

    def event(self, ns: NodeState, at: float) -> Event:
        """Tell that a node run takes this over.

        Parameters
        ----------
        ns : NodeState
            The node run.
        at : float
            When.

        Returns
        -------
        Event
            Attempt 0: nothing was tried.
        """
        before = self.before
        if before is None:
            return NodeSucceeded(at, ns.key, 0, self.value, self.ports, origin=self.origin)
        if before.status is NodeStatus.FAILED and before.fault is not None:
            return NodeFailed(at, ns.key, 0, before.fault, before.reason, origin=self.origin)
        return NodeSucceeded(
            at, ns.key, 0, self.value, self.ports, degraded=before.degraded, fault=before.fault, origin=self.origin
        )


def _usual_ports(outputs: Iterable[str]) -> tuple[str, ...]:
    """Choose where a pinned value goes: the usual port, a router's ``else``, or the first there is."""
    ports = tuple(outputs)
    return next(((port,) for port in ("out", "else", *ports) if port in ports), ())
