"""Cycles become loops: what leads back is repeated by a container around it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

import networkx as nx

from editor.graph.catalogue import Catalogue
from editor.graph.cycles import Cycle, find_cycles
from editor.graph.document import EdgeDoc, GraphDocument, NodeDoc, Position
from editor.graph.limits import MAX_CONTAINER_LEVELS
from editor.graph.survey import Survey

LOOP, EXIT, OUTPUT = "loop", "exit", "output"
TAKEN_PORTS = frozenset({"out", "limit", "error"})
ASIDE, BELOW, INNER_X, INNER_Y, FRAME = 320, 120, 32, 88, 144
"""Where new nodes are drawn, in pixels: beside what leads to them, and how much room the frame takes before and behind."""


def wrap_cycles(document: GraphDocument, catalogue: Catalogue) -> GraphDocument:
    """Put a loop around every cycle that is entered at one node; cycles inside cycles become loops in loops.

    What led into the cycle leads into the loop, and what led back is gone: each turn begins with what the one before led
    back with. Edges that leave the cycle become exits with ports of their own. Cycles that nothing leads into, or that are
    entered at several nodes, stay as they are: `validate` says what to change.

    Parameters
    ----------
    document : GraphDocument
        Any parsed document.
    catalogue : Catalogue
        The node types that are available.

    Returns
    -------
    GraphDocument
        The same object if there is nothing to wrap. The work of each turn and the order of edges stay as they were.

    References
    ----------
    Strongly connected components (Tarjan), by `networkx.strongly_connected_components`.

    Examples
    --------
    >>> wrap_cycles(GraphDocument(), Catalogue([])) == GraphDocument()
    True
    """
    for _ in range(MAX_CONTAINER_LEVELS + 1):
        survey = Survey(document, catalogue)
        cycles = [cycle for cycle in find_cycles(survey) if _may_wrap(survey, cycle)]
        if not cycles:
            break
        document = document.model_copy(update=_Level(survey, cycles).made())
    return document


def is_acyclic(survey: Survey) -> bool:
    """Say whether every scope of a document is a directed acyclic graph.

    Parameters
    ----------
    survey : Survey
        The document.

    Returns
    -------
    bool
    """
    return nx.is_directed_acyclic_graph(survey.graph)


def _may_wrap(survey: Survey, cycle: Cycle) -> bool:
    depth = len(survey.scope_chain(cycle.nodes[0]))
    known = all(survey.catalogue.latest(name) is not None for name in (LOOP, EXIT, OUTPUT))
    return cycle.depth == 0 and len(cycle.entries) == 1 and known and depth <= MAX_CONTAINER_LEVELS


class _Level:
    """The cycles of one level on their way into loops: they have no node in common."""

    def __init__(self, survey: Survey, cycles: list[Cycle]) -> None:
        self._survey = survey
        self._names = Names(survey.nodes)
        self._edge_names = Names(edge.id for edge in survey.document.edges)
        self._loops = [_Loop(survey, cycle, self._names) for cycle in cycles]
        self._by_node = {name: loop for loop in self._loops for name in loop.inside}
        self._rooms: dict[str | None, Room] = {}

    def made(self) -> dict[str, Any]:
        """Give all nodes and edges as they are with the loops."""
        edges = [drawn for edge in self._survey.document.edges for drawn in self._redrawn(edge)]
        for loop in self._loops:
            self._rooms.setdefault(loop.node.parent, Room()).add(loop.right, loop.width)
        for loop in self._loops:
            edges += [self._edge(source, port, loop.result.id) for source, port in loop.ends if loop.result is not None]
        added = [node for loop in self._loops for node in (*loop.exits.values(), loop.result) if node is not None]
        return {"nodes": (*self._nodes(), *added), "edges": tuple(edges)}

    def _nodes(self) -> Iterator[NodeDoc]:
        """Give the document's nodes, each loop before the first of those that it takes in."""
        drawn: set[str] = set()
        for node in self._survey.document.nodes:
            loop = self._by_node.get(node.id)
            if loop is None:
                yield self._pushed(node)
                continue
            if loop.node.id not in drawn:
                drawn.add(loop.node.id)
                yield loop.node
            yield self._pushed(node).model_copy(update={"parent": loop.node.id})

    def _pushed(self, node: NodeDoc) -> NodeDoc:
        """Make room: what stands behind a loop in the same scope moves on, with all that is in it."""
        chain = [self._survey.nodes[name] for name in self._survey.scope_chain(node.id)]
        far = sum(self._rooms[one.parent].before(one.position.x) for one in chain if one.parent in self._rooms)
        return node.model_copy(update={"position": Position(x=node.position.x + far, y=node.position.y)}) if far else node

    def _redrawn(self, edge: EdgeDoc) -> Iterator[EdgeDoc]:
        """Draw an edge again: into a loop, out of one by an exit, or not at all."""
        left, entered = self._by_node.get(edge.source), self._by_node.get(edge.target)
        if left is entered:
            if left is None or edge.id not in left.back:
                yield edge
            return
        if entered is not None:
            edge = edge.model_copy(update={"target": entered.node.id, "target_port": "in"})
        if left is not None:
            if (edge.source, edge.source_port) not in left.exits:
                yield self._edge(edge.source, edge.source_port, left.exit_for(edge).id)
            port = left.exit_for(edge).params["port"]
            edge = edge.model_copy(update={"source": left.node.id, "source_port": port})
        yield edge

    def _edge(self, source: str, port: str, target: str) -> EdgeDoc:
        return EdgeDoc(id=self._edge_names.free(f"{source}_{target}"), source=source, source_port=port, target=target)


class _Loop:
    """One cycle and the loop around it."""

    def __init__(self, survey: Survey, cycle: Cycle, names: "Names") -> None:
        self._survey = survey
        self._names = names
        self._ports = Names(TAKEN_PORTS)
        self.inside = frozenset(cycle.nodes)
        self.back = frozenset(cycle.back_edges)
        self.exits: dict[tuple[str, str], NodeDoc] = {}
        places = [survey.nodes[name].position for name in cycle.nodes]
        self.right = max(place.x for place in places)
        at = Position(x=min(place.x for place in places) - INNER_X, y=min(place.y for place in places) - INNER_Y)
        parent = survey.nodes[cycle.entries[0]].parent
        self.node = _new(survey, LOOP, names.free("repeat"), parent, at)
        within = [edge for name in cycle.nodes for edge in survey.into.get(name, ()) if edge.source in self.inside]
        self.ends = list(dict.fromkeys((edge.source, edge.source_port) for edge in within if edge.id in self.back))
        self.result = self._result({edge.source for edge in within if edge.id not in self.back})

    @property
    def width(self) -> int:
        """How much further everything behind this loop stands."""
        return FRAME + (ASIDE if self.result is not None or self.exits else 0)

    def exit_for(self, edge: EdgeDoc) -> NodeDoc:
        """Give the exit for the port that an edge leaves by."""
        key = (edge.source, edge.source_port)
        if key not in self.exits:
            port = self._ports.free(edge.source_port if edge.source_port not in TAKEN_PORTS else edge.source)
            at = self._beside(edge.source, len(self.exits) + 1)
            self.exits[key] = _new(self._survey, EXIT, self._names.free(f"leave_{port}"), self.node.id, at, port=port)
        return self.exits[key]

    def _result(self, leading: set[str]) -> NodeDoc | None:
        """Say what a turn comes to: what led back. Where that is not the only end of the graph, an output node says so."""
        sources = {source for source, _ in self.ends}
        if len(self.ends) == 1 and self.ends[0][1] == "out" and self.inside - leading == sources:
            return None
        return _new(self._survey, OUTPUT, self._names.free("turn_result"), self.node.id, self._beside(self.ends[0][0], 0))

    def _beside(self, name: str, row: int) -> Position:
        place = self._survey.nodes[name].position
        return Position(x=place.x + ASIDE, y=place.y + row * BELOW)


def _new(survey: Survey, kind: str, name: str, parent: str | None, at: Position, **params: Any) -> NodeDoc:
    known = survey.catalogue.latest(kind)
    version, title = (1, "") if known is None else (known.version, known.title)
    return NodeDoc(id=name, type=kind, type_version=version, name=title, parent=parent, position=at, params=params)


class Room:
    """How much room the new loops of one scope take, from the left to the right."""

    def __init__(self) -> None:
        self._added: list[tuple[float, int]] = []
        self._sums: list[int] = []

    def add(self, right: float, width: int) -> None:
        """Note that what stands further right than this moves on by so much."""
        self._added.append((right, width))

    def before(self, x: float) -> int:
        """Say by how much a place moves on. All loops are known by then."""
        if len(self._sums) != len(self._added):
            self._added.sort()
            self._sums = list(accumulate(width for _, width in self._added))
        count = bisect_left(self._added, (x, 0))
        return self._sums[count - 1] if count else 0


class Names:
    """Names that are taken, and new ones as near to a wish as may be."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, wish: str) -> str:
        """Take a name that nothing has."""
        base = re.sub(r"[^a-z0-9_]", "_", wish.lower())[:56]
        base = base if re.match(r"[a-z]", base) else f"n_{base}"[:56]
        name, number = base, self._next.get(base, 2)
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._next[base] = number
        self._taken.add(name)
        return name
