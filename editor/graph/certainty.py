"""Whether a node has surely an output by the time another one runs."""

from collections.abc import Callable

from editor.graph.document import AnyOf, EdgeDoc
from editor.graph.survey import Survey

START = 1
"""The bit of a scope's beginning, in sets of nodes."""


class Certainty:
    """For each node the nodes that surely have an output when it runs, as bit sets.

    A node has one if it dominates the other: every way leads through it. It has one as well if it was bound to run once
    something that surely ran did, and the other waited for it: both arms of a fork have run at their join. Failures are
    left aside unless the node's policy sends them on: they stop what comes after.

    References
    ----------
    Dominators as a data flow problem (Allen and Cocke), solved in one pass because the order is topological.
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._bit = {name: 2 << number for number, name in enumerate(survey.nodes)}
        self._forces: dict[str, int] = {}
        self._sure: dict[str, int] = {}
        for name in survey.order or ():
            self._forces[name] = self._forces_of(name)
            self._sure[name] = self._sure_at(name)

    def holds(self, name: str, user: str) -> bool:
        """Say whether `name` has an output whenever `user` runs. While there is a cycle the answer is yes."""
        return self._survey.order is None or bool(self._sure[user] & self._bit[name])

    def _forces_of(self, name: str) -> int:
        """Collect the nodes after which this one runs for sure, itself included."""
        own = self._bit[name]
        edges = self._survey.into.get(name, [])
        if not edges:
            return own | START
        if isinstance(self._survey.nodes[name].policy.join, AnyOf):
            return own
        required = {port.name for port in self._survey.inputs.get(name, {}).values() if port.required}
        if not required:
            return own | self._forced_by(edges)
        found = self._forced_by([edge for edge in edges if edge.target_port in required])
        for port in required:
            found &= self._forced_by([edge for edge in edges if edge.target_port == port])
        return own | found

    def _forced_by(self, edges: list[EdgeDoc]) -> int:
        found = 0
        for edge in edges:
            if self._always_taken(edge):
                found |= self._forces[edge.source]
        return found

    def _sure_at(self, name: str) -> int:
        """Collect the nodes that have an output when this one runs."""
        edges = self._survey.into.get(name, [])
        if not edges:
            return 0
        ways = [self._sure_along(edge) for edge in edges]
        join = self._survey.nodes[name].policy.join
        if isinstance(join, AnyOf):
            return _reduce(int.__or__, ways) if join.any >= len(ways) else _reduce(int.__and__, ways)
        sure = _reduce(int.__and__, ways)
        return self._with_bound(edges, ways, sure)

    def _with_bound(self, edges: list[EdgeDoc], ways: list[int], sure: int) -> int:
        """Add what is sure along the edges whose sources were bound to run: the node waited for all of them."""
        waiting = list(range(len(edges)))
        bound = waiting
        while bound:
            reached = sure | START
            bound = [number for number in waiting if self._forces[edges[number].source] & reached]
            waiting = [number for number in waiting if not self._forces[edges[number].source] & reached]
            for number in bound:
                sure |= ways[number] if self._always_taken(edges[number]) else self._sure[edges[number].source]
        return sure

    def _sure_along(self, edge: EdgeDoc) -> int:
        sure = self._sure[edge.source]
        return sure if edge.source_port == "error" else sure | self._bit[edge.source]

    def _always_taken(self, edge: EdgeDoc) -> bool:
        """Say whether this edge is taken whenever its source runs and the run goes on."""
        return len(self._survey.outputs.get(edge.source, ())) == 1 and not self._passes_failures(edge.source)

    def _passes_failures(self, name: str) -> bool:
        return self._survey.nodes[name].policy.on_error in ("port", "skip")


def _reduce(join: Callable[[int, int], int], ways: list[int]) -> int:
    found = ways[0]
    for way in ways[1:]:
        found = join(found, way)
    return found
