"""What surely has an output when a node runs, and what may have been skipped."""

from typing import Any

import pytest

from editor.graph.certainty import Certainty
from editor.graph.guards import Guards
from editor.graph.survey import Survey
from editor.graph.upgrade import load_document
from tests.unit.editor.graph.catalogue import CATALOGUE
from tests.unit.editor.graph.documents import graph, node

FORK = "start>a, start>b, a>j, b>j"
CHOICE = "start>r, r.yes>a, r.else>b, a>j, b>j"


def survey(drawn: str, **changes: dict[str, Any]) -> Survey:
    """Draw a start, two routers, four plain nodes and a merge; `changes` are policies by node."""
    cases = [{"port": "yes", "when": "True"}]
    nodes = [node("start", "start"), node("r", "router", cases=cases), node("q", "router", cases=cases, match="all")]
    nodes += [node(name, policy=changes.get(name)) for name in "abcd"]
    nodes.append(node("j", "merge", policy=changes.get("j")))
    return Survey(load_document(graph(nodes, drawn)), CATALOGUE)


@pytest.mark.parametrize(
    ("drawn", "changes", "expected"),
    [
        (FORK, {}, True),
        (CHOICE, {}, False),
        ("start>r, r.yes>a, a>j, b>j", {}, False),
        (FORK, {"j": {"join": {"any": 1}}}, False),
        (FORK, {"j": {"join": {"any": 2}}}, True),
        (FORK, {"a": {"on_error": "skip"}}, False),
        (FORK, {"a": {"on_error": "port"}}, False),
        ("start>a, a>j", {"a": {"on_error": "port"}}, True),
        ("start>a, a.error>j", {"a": {"on_error": "port"}}, False),
        ("start>a, a>b, a.error>c, b>j, c>j", {"a": {"on_error": "port"}}, False),
        ("start>r, r.yes>d, d>a, d>b, a>j, b>j", {}, True),
    ],
)
def test_the_first_arm_has_an_output_at_the_join(drawn: str, changes: dict[str, Any], expected: bool) -> None:
    assert Certainty(survey(drawn, **changes)).holds("a", "j") is expected


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (FORK, False),
        (CHOICE, True),
        ("start>q, q.yes>a, q.else>b, a>j, b>j", False),
        ("start>r, r.yes>a, r.else>q, q.yes>b, a>j, b>j", True),
        ("start>r, r.yes>a, r.yes>b, a>j, b>j", False),
    ],
)
def test_edges_exclude_each_other_only_behind_one_choice(drawn: str, expected: bool) -> None:
    drawing = survey(drawn)
    assert Guards(drawing).exclusive(drawing.into["j"]) is expected
