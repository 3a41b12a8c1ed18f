"""The cycles of a drawing: their nodes, where they are entered, and the edges that lead back."""

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx

from editor.graph.limits import MAX_CONTAINER_LEVELS
from editor.graph.survey import Survey


@dataclass(frozen=True, slots=True)
class Cycle:
    """Nodes that all lead to each other.

    Parameters
    ----------
    nodes : tuple of str
        Exactly the nodes of the cycle, in document order.
    entries : tuple of str
        Those that are entered from outside. A loop can be made of a cycle with one entry.
    back_edges : tuple of str
        Ids of the edges that lead from the cycle into its only entry; empty with any other number of entries.
    depth : int
        0 for a cycle of the drawing, 1 for one that is left in it without its back edges, and so on.
    """

    nodes: tuple[str, ...]
    entries: tuple[str, ...]
    back_edges: tuple[str, ...]
    depth: int = 0


def find_cycles(survey: Survey) -> Iterator[Cycle]:
    """Find every cycle, and in each one with a single entry the cycles that are left without its back edges.

    Parameters
    ----------
    survey : Survey
        The document.

    Yields
    ------
    Cycle
        Outer ones before the ones inside them.

    References
    ----------
    Strongly connected components (Tarjan), by `networkx.strongly_connected_components`; nested as in the loop trees of
    Havlak. Loops nest at most as deep as containers do, so the search stops there.
    """
    place = {name: index for index, name in enumerate(survey.nodes)}
    left: list[tuple[frozenset[str], frozenset[str], int]] = [(part, frozenset(), 0) for part in reversed(survey.components)]
    while left:
        part, without, depth = left.pop()
        inner = [
            edge for name in part for edge in survey.into.get(name, ()) if edge.source in part and edge.target not in without
        ]
        if not inner:
            continue
        nodes = tuple(sorted(part, key=place.__getitem__))
        entries = tuple(name for name in nodes if _is_entered(survey, name, part))
        back = tuple(edge.id for edge in inner if (edge.target,) == entries)
        yield Cycle(nodes, entries, back, depth)
        if len(entries) == 1 and len(part) > 1 and depth < MAX_CONTAINER_LEVELS:
            graph: nx.DiGraph[str] = nx.DiGraph([(edge.source, edge.target) for edge in inner if edge.target != entries[0]])
            for smaller in nx.strongly_connected_components(graph):
                left.append((frozenset(smaller), without | set(entries), depth + 1))


def _is_entered(survey: Survey, name: str, part: frozenset[str]) -> bool:
    kind = survey.kinds.get(name)
    begins = kind is not None and kind.name == "start"
    return begins or any(edge.source not in part for edge in survey.into.get(name, ()))
