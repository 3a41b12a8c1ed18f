"""Cycles become loops."""

import time
from typing import Any

import pytest

from editor.graph.compile import compile_plan
from editor.graph.document import GraphDocument
from editor.graph.survey import Survey
from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from editor.graph.wrap import is_acyclic, wrap_cycles
from runs.nodes import builtin_catalogue
from tests.unit.editor.graph.documents import graph, node


def gate(name: str, *ports: str) -> dict[str, Any]:
    """Write a router."""
    return node(name, "router", cases=[{"port": port, "when": "input"} for port in ports])


def wrapped(drawn: str, *gates: str) -> GraphDocument:
    """Draw nodes as the edges name them, and wrap their cycles."""
    names = sorted({end.split(".")[0].strip() for pair in drawn.split(",") for end in pair.split(">")})
    nodes = [
        node(name, "start") if name == "s" else gate(name, "again", "enough") if name in gates else node(name) for name in names
    ]
    return wrap_cycles(load_document(graph(nodes, drawn)), builtin_catalogue())


def shape(document: GraphDocument) -> tuple[dict[str, str | None], set[str]]:
    """Give who sits where, and the edges."""
    edges = {f"{edge.source}.{edge.source_port} > {edge.target}" for edge in document.edges}
    return {one.id: one.parent for one in document.nodes}, edges


def codes(document: GraphDocument) -> set[str]:
    """Give what is wrong."""
    return {problem.code for problem in validate(document, builtin_catalogue())}


def test_a_cycle_becomes_a_loop_with_an_exit() -> None:
    parents, edges = shape(wrapped("s>g, g.again>a, a>b, b>g, g.enough>e", "g"))
    assert parents == {
        "s": None, "e": None, "repeat": None, "g": "repeat", "a": "repeat", "b": "repeat", "leave_enough": "repeat",
    }  # fmt: skip
    assert edges == {
        "s.out > repeat", "g.again > a", "a.out > b", "g.enough > leave_enough", "repeat.enough > e",
    }  # fmt: skip


def test_what_led_back_is_the_result_of_a_turn() -> None:
    document = wrapped("s>a, a>g, g.again>a, g.enough>e", "g")
    parents, edges = shape(document)
    assert parents["turn_result"] == "repeat"
    assert "g.again > turn_result" in edges
    plan = compile_plan(document, builtin_catalogue())
    assert plan.scopes["repeat"].results == ("turn_result",)
    assert plan.nodes["repeat"].outputs == ("out", "limit", "enough")


def test_cycles_inside_cycles_become_loops_in_loops() -> None:
    document = wrapped("s>g1, g1.again>g2, g2.again>a, a>g2, g2.enough>b, b>g1, g1.enough>e", "g1", "g2")
    parents, _ = shape(document)
    assert (parents["g1"], parents["repeat_2"], parents["g2"], parents["a"]) == ("repeat", "repeat", "repeat_2", "repeat_2")
    assert codes(document) <= {"graph.no_output"}


def test_a_node_that_leads_to_itself_is_repeated_alone() -> None:
    parents, edges = shape(wrapped("s>g, g.again>g, g.enough>e", "g"))
    assert (parents["g"], parents["leave_enough"], parents["turn_result"]) == ("repeat", "repeat", "repeat")
    assert "repeat.enough > e" in edges


@pytest.mark.parametrize(
    ("drawn", "code"), [("s>g, g>a, a>b, b>g, s>b", "cycle.two_entries"), ("s>e, g>a, a>g", "cycle.unreachable")]
)
def test_cycles_that_no_loop_can_stand_for_stay(drawn: str, code: str) -> None:
    document = wrapped(drawn)
    assert not {one.id for one in document.nodes} & {"repeat"}
    assert code in codes(document)


@pytest.mark.parametrize(
    "drawn",
    [
        "s>g, g.again>a, a>b, b>g, g.enough>e",
        "s>g1, g1.again>g2, g2.again>a, a>g2, g2.enough>b, b>g1, g1.enough>e",
        "s>a, a>b, b>a, a>c, b>c, c>d, d>c",
        "s>a, a>a",
    ],
)
def test_wrapping_leaves_no_cycle_and_changes_nothing_the_second_time(drawn: str) -> None:
    document = wrapped(drawn, "g", "g1", "g2")
    assert is_acyclic(Survey(document, builtin_catalogue()))
    assert not [code for code in codes(document) if code.startswith("cycle.")]
    assert wrap_cycles(document, builtin_catalogue()) is document


def test_what_stands_behind_a_loop_makes_room_for_it() -> None:
    places = {"s": 0, "g": 300, "e": 700, "box": 700, "in_box": 740}
    nodes: list[dict[str, Any]] = [
        node("s", "start"), gate("g", "again", "enough"), node("e"), node("box", "map"), node("in_box", parent="box"),
    ]  # fmt: skip
    drawn = [{**one, "position": {"x": places[one["id"]], "y": 0}} for one in nodes]
    document = wrap_cycles(load_document(graph(drawn, "s>g, g.again>g, g.enough>e, e>box")), builtin_catalogue())
    after = {one.id: one.position.x for one in document.nodes}
    assert (after["s"], after["g"]) == (0, 300)
    assert {after[name] - places[name] for name in ("e", "box", "in_box")} == {464}


def test_a_document_without_cycles_is_not_touched() -> None:
    document = load_document(graph([node("s", "start"), node("a")], "s>a"))
    assert wrap_cycles(document, builtin_catalogue()) is document


def test_cycles_that_lead_to_each_other_are_wrapped_at_once() -> None:
    parents, edges = shape(wrapped("s>a, a.again>a, a.enough>b, b.again>b, b.enough>e", "a", "b"))
    assert (parents["a"], parents["b"]) == ("repeat", "repeat_2")
    assert {"repeat.enough > repeat_2", "repeat_2.enough > e"} <= edges


def test_thousands_of_cycles_take_no_longer_than_their_nodes() -> None:
    """One pass takes in all the cycles of a level."""

    def seconds(count: int) -> float:
        drawn = ", ".join(f"s>a{n}, a{n}>b{n}, b{n}>a{n}" for n in range(count))
        nodes = [node("s", "start"), *(node(f"{letter}{n}") for n in range(count) for letter in "ab")]
        document = load_document(graph(nodes, drawn))
        began = time.process_time()
        assert is_acyclic(Survey(wrap_cycles(document, builtin_catalogue()), builtin_catalogue()))
        return time.process_time() - began

    assert seconds(800) < 8 * seconds(200) + 0.5
