"""Which edges can never be taken together, because a choice lies before them."""

from editor.graph.document import EdgeDoc
from editor.graph.survey import Survey

FEW = 40
"""Up to so many edges are compared pair by pair where no single choice separates them all."""
PATIENCE = 1_000_000
"""Comparisons for one document. Beyond it edges count as exclusive: a drawing is not blamed for what was not looked at."""

Choice = tuple[str, str]


class Guards:
    """For each edge the choices that every way to it includes, as bit sets: one bit for each output port of a choosing node.

    Two edges with different choices of one node are never both taken.
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._numbers: dict[Choice, int] = {}
        self._nodes: list[str] = []
        self._masks: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._left = PATIENCE
        for name in survey.order or ():
            ways = [self._along(edge) for edge in survey.into.get(name, ())]
            meet = ways[0] if ways else 0
            for way in ways[1:]:
                meet &= way
            self._known[name] = meet

    def exclusive(self, edges: list[EdgeDoc]) -> bool:
        """Say whether at most one of these edges can be taken. While there is a cycle the answer is yes."""
        if self._survey.order is None:
            return True
        left = [[self._along(edge) for edge in edges]]
        while left and self._left > 0:
            ways = left.pop()
            parts = self._split(ways)
            if not parts and (len(ways) > FEW or not self._differ_pairwise(ways)):
                return False
            left += [part for part in parts if len(part) > 1]
        return True

    def _along(self, edge: EdgeDoc) -> int:
        """Collect the choices on every way that ends with this edge."""
        known = self._known[edge.source]
        port = self._choice(edge)
        if port is None:
            return known
        number = self._numbers.setdefault((edge.source, port), len(self._numbers))
        if number == len(self._nodes):
            self._nodes.append(edge.source)
            self._masks[edge.source] = self._masks.get(edge.source, 0) | 1 << number
        return known | 1 << number

    def _choice(self, edge: EdgeDoc) -> str | None:
        """Name what the source chose when this edge is taken, or None where it has no choice."""
        if len(self._survey.outputs.get(edge.source, ())) < 2:
            return None
        takes_several = self._survey.nodes[edge.source].params.get("match", "first") != "first"
        return "" if takes_several and edge.source_port != "error" else edge.source_port

    def _split(self, ways: list[int]) -> list[list[int]]:
        """Sort the ways by what they chose at a node where all of them chose, and not all the same; empty if there is none."""
        for mask in self._masks_of(min(ways, key=int.bit_count)):
            self._left -= len(ways)
            parts: dict[int, list[int]] = {}
            for way in ways:
                parts.setdefault(way & mask, []).append(way & ~mask)
            if len(parts) > 1 and 0 not in parts:
                return list(parts.values())
        return []

    def _masks_of(self, way: int) -> list[int]:
        """List the bits of each node that made one of a way's choices."""
        masks = []
        while way:
            masks.append(self._masks[self._nodes[way.bit_length() - 1]])
            way &= ~masks[-1]
        return masks

    def _differ_pairwise(self, ways: list[int]) -> bool:
        return all(self._differ(a, b) for index, a in enumerate(ways) for b in ways[index + 1 :])

    def _differ(self, a: int, b: int) -> bool:
        masks = self._masks_of(a)
        self._left -= len(masks)
        return any(b & mask and a & mask != b & mask for mask in masks)
