"""What a run may cost and take, before it is started: a plan multiplied with what its nodes took before."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from editor.graph.faults import NOTHING
from editor.graph.plan import ROOT, CallSpec, LoopSpec, MapSpec, Plan, PlanNode

USUAL_TURNS = 3
USUAL_ITEMS = 10
MOST_ITEMS = 100
MOST_DEPTH = 4
"""So many workflows inside one another are looked at."""


@dataclass(frozen=True, slots=True)
class Range:
    """Low, likely and high.

    >>> Range(1, 2, 3) + Range(1, 1, 1), Range(1, 2, 3) * Range(0, 0.5, 1)
    (Range(low=2, likely=3, high=4), Range(low=0, likely=1.0, high=3))
    """

    low: float = 0.0
    likely: float = 0.0
    high: float = 0.0

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def or_more(self, other: "Range") -> "Range":
        """Give the greater of both, each figure by itself."""
        return Range(max(self.low, other.low), max(self.likely, other.likely), max(self.high, other.high))


NONE = Range()
ONCE = Range(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Amount:
    """What some work takes: money in US dollars, tokens, and seconds."""

    usd: Range = NONE
    tokens: Range = NONE
    seconds: Range = NONE

    def times(self, count: Range, rounds: Range) -> "Amount":
        """Give the amount of so many repetitions, of which some happen at once: `rounds` follow one another."""
        return Amount(self.usd * count, self.tokens * count, self.seconds * rounds)


def spread(values: Sequence[float]) -> Range:
    """Give the tenth, the middle and the ninetieth of a hundred.

    >>> spread([5, 1, 2, 3, 4])
    Range(low=1, likely=3, high=5)
    """
    ordered = sorted(values)
    return Range(*(ordered[min(len(ordered) - 1, math.floor(share * len(ordered)))] for share in (0.1, 0.5, 0.9)))


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known before a run. Keys are those of node runs without the numbers of items and turns: ``each/work``.

    Parameters
    ----------
    amounts : Mapping
        What one execution of a node takes.
    counts : Mapping
        Items or turns of containers.
    shares : Mapping
        How often a node left by each of its ports, from 0 to 1.
    chances : Mapping
        Of nodes of the root scope, where it is settled how likely they run: 0 for a result that is taken over.
    """

    amounts: Mapping[str, Amount]
    counts: Mapping[str, Range] = field(default_factory=lambda: NOTHING)
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: NOTHING)
    chances: Mapping[str, Range] = field(default_factory=lambda: NOTHING)


def forecast(plan: Plan, basis: Basis) -> Amount:
    """Multiply a plan with what its nodes take. Branches count by how often they were taken; time is that of the longest way."""
    return _Walk(basis).scope(plan, ROOT, "", 0)


class _Walk:
    def __init__(self, basis: Basis) -> None:
        self._basis = basis

    def scope(self, plan: Plan, scope: str, prefix: str, depth: int) -> Amount:
        """Add up one graph, and what is inside it."""
        chances: dict[str, Range] = {}
        ends: dict[str, Range] = {}
        usd = tokens = seconds = NONE
        for node in plan.scopes[scope].nodes:
            key = prefix + node.id
            settled = self._basis.chances.get(node.id) if prefix == "" else None
            chance = chances[node.id] = self._chance(node, chances, plan, prefix)
            takes = NONE if node.disabled else chance if settled is None else settled
            amount = self._work(plan, node, key, depth)
            usd, tokens = usd + amount.usd * takes, tokens + amount.tokens * takes
            began = _latest(ends[edge.source] for edge in node.incoming if edge.source in ends)
            ends[node.id] = began + amount.seconds * takes
            seconds = seconds.or_more(ends[node.id])
        return Amount(usd, tokens, seconds)

    def _chance(self, node: PlanNode, chances: Mapping[str, Range], plan: Plan, prefix: str) -> Range:
        """Say how likely a node runs: certainly in the low figure, at all in the high one."""
        if not node.incoming:
            return ONCE
        ways = {(edge.source, edge.source_port) for edge in node.incoming if edge.source in chances}
        likely = sum(chances[source].likely * self._share(plan.nodes[source], prefix + source, port) for source, port in ways)
        likely = min(1.0, likely)
        return Range(1.0 if likely > 0.999 else 0.0, likely, 1.0 if likely > 0 else 0.0)

    def _share(self, node: PlanNode, key: str, port: str) -> float:
        known = self._basis.shares.get(key)
        if known:
            return known.get(port, 0.0)
        usual = [one for one in node.outputs if one != "error"]
        return 1.0 / len(usual) if port in usual else 0.0

    def _work(self, plan: Plan, node: PlanNode, key: str, depth: int) -> Amount:
        spec = node.container
        if spec is None:
            return self._basis.amounts.get(key) or Amount()
        if isinstance(spec, CallSpec):
            if spec.detached or depth >= MOST_DEPTH:
                return Amount()
            return self.scope(spec.load(), ROOT, key + "/", depth + 1)
        body = self.scope(plan, spec.body.id, key + "/", depth)
        count = self._basis.counts.get(key) or usual_count(spec)
        return body.times(count, count if isinstance(spec, LoopSpec) else _rounds(count, spec.concurrency))


def usual_count(spec: LoopSpec | MapSpec) -> Range:
    """Guess how often a container repeats that has not run yet: up to its limit."""
    if isinstance(spec, LoopSpec):
        return Range(1, min(USUAL_TURNS, spec.max_iterations), spec.max_iterations)
    return Range(1, USUAL_ITEMS, MOST_ITEMS)


def _rounds(count: Range, at_once: int) -> Range:
    return Range(*(math.ceil(one / max(1, at_once)) for one in (count.low, count.likely, count.high)))


def _latest(ends: Iterable[Range]) -> Range:
    latest = NONE
    for end in ends:
        latest = latest.or_more(end)
    return latest
