"""Cycles are named exactly: their nodes, where they are entered, and the edges that lead back."""

import pytest

from editor.graph.cycles import find_cycles
from editor.graph.survey import Survey
from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from tests.unit.editor.graph.catalogue import CATALOGUE
from tests.unit.editor.graph.documents import graph, node

CASES = [
    ("one loop", "s>g, g>a, a>b, b>g, b>e", [("cycle.no_loop", ("g", "a", "b"))]),
    ("two nodes", "s>a, a>b, b>a", [("cycle.no_loop", ("a", "b"))]),
    ("two doors", "s>g, g>a, a>b, b>g, s>b", [("cycle.two_entries", ("g", "b"))]),
    ("a loop in a loop", "s>g, g>h, h>a, a>h, a>b, b>g", [("cycle.no_loop", ("g", "a", "b", "h"))]),
    ("itself", "s>a, a>a", [("cycle.no_loop", ("a",))]),
    ("no door", "g>a, a>g", [("cycle.unreachable", ("g", "a"))]),
    ("two doors further in", "s>g, g>a, g>b, a>b, b>a, a>g",
     [("cycle.no_loop", ("g", "a", "b")), ("cycle.two_entries", ("a", "b"))]),
    ("two cycles", "s>a, a>a, s>g, g>h, h>g", [("cycle.no_loop", ("g", "h")), ("cycle.no_loop", ("a",))]),
    ("none", "s>a, s>b, a>g, b>g", []),
]  # fmt: skip


def survey(drawn: str) -> Survey:
    """Draw a start and plain nodes."""
    nodes = [node("s", "start"), *(node(name) for name in "gabhe")]
    return Survey(load_document(graph(nodes, drawn)), CATALOGUE)


@pytest.mark.parametrize(("drawn", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cycles_are_found_with_exactly_their_nodes(drawn: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found = [problem for problem in validate(survey(drawn).document, CATALOGUE) if problem.code.startswith("cycle.")]
    assert sorted((problem.code, problem.nodes) for problem in found) == sorted(expected)


def test_a_cycle_names_the_edges_that_lead_back() -> None:
    cycles = {cycle.nodes: cycle for cycle in find_cycles(survey("s>g, g>h, h>a, a>h, a>b, b>g"))}
    assert cycles["g", "a", "b", "h"].back_edges == ("e5",)
    assert (cycles["a", "h"].back_edges, cycles["a", "h"].depth) == (("e3",), 1)
