"""A plan is a frozen, ordered form of its document, and only what changes results changes its hashes."""

import time
from typing import Any

import pytest

from editor.graph.compile import compile_plan, digest
from editor.graph.plan import LoopSpec, MapSpec, Plan
from editor.graph.upgrade import DocumentError, load_document
from runs.nodes import builtin_catalogue
from tests.unit.editor.graph.catalogue import CATALOGUE
from tests.unit.editor.graph.documents import graph, node

START = node("start", "start")
OUT = node("out", "output")


def plan(nodes: list[dict[str, Any]], drawn: str) -> Plan:
    """Compile with the shipped node types."""
    return compile_plan(load_document(graph(nodes, drawn)), builtin_catalogue())


def test_order_is_topological_and_then_as_drawn() -> None:
    compiled = plan([OUT, node("b"), node("a"), START, node("j", "merge")], "start>b, start>a, b>j, a>j, j>out")
    assert [found.id for found in compiled.scopes[""].nodes] == ["start", "b", "a", "j", "out"]


def test_edges_keep_the_order_of_the_document() -> None:
    compiled = plan([START, node("b"), node("a"), node("j", "merge"), OUT], "start>a, start>b, b>j, a>j, j>out")
    assert [edge.source for edge in compiled.nodes["j"].incoming] == ["b", "a"]
    assert compiled.outputs == ("out",)


def test_a_graph_with_errors_does_not_compile() -> None:
    with pytest.raises(DocumentError) as caught:
        plan([node("a", "nothing")], "")
    assert caught.value.problems[0].code == "node.unknown_type"


def test_only_plain_paths_are_inline() -> None:
    compiled = plan([START, node("a", value="{{ start }}"), node("b", value="{{ len(start) }}"), OUT], "start>a, a>b, b>out")
    assert (compiled.nodes["a"].inline, compiled.nodes["b"].inline) == (True, False)
    assert compiled.nodes["b"].references == {"start"}


def test_notes_are_left_out() -> None:
    assert "n" not in plan([START, node("n", "note", text="hello"), OUT], "start>out").nodes


def test_the_error_port_is_there_when_it_is_wired() -> None:
    assert plan([START, node("a", policy={"on_error": "port"}), OUT], "start>a, a>out").nodes["a"].outputs == ("out", "error")


def test_config_hash_ignores_looks_and_patience() -> None:
    plain = plan([START, node("a", value=1), OUT], "start>a, a>out").nodes["a"].config_hash
    looks = {**node("a", value=1, policy={"retry": {"max_attempts": 3}, "timeout_seconds": 5}), "name": "A", "position": {"x": 9}}
    assert plan([START, looks, OUT], "start>a, a>out").nodes["a"].config_hash == plain
    assert plan([START, node("a", value=2), OUT], "start>a, a>out").nodes["a"].config_hash != plain


def scoped(*, value: str = "{{ item }}", concurrency: int = 1) -> Plan:
    """Compile a map with two nodes, and a loop in a loop after it."""
    inside = [node("b", parent="box", value="{{ a }}"), node("a", parent="box", value=value)]
    loops = [node("inner", "loop", parent="outer"), node("outer", "loop", until="inner"), node("c", parent="inner")]
    ends = [node("bye", "exit", parent="outer", port="bye"), node("o", "output", parent="inner")]
    nodes = [START, node("box", "map", items="{{ start.rows }}", concurrency=concurrency), *inside, *loops, *ends, OUT]
    drawn = "start>box, a>b, box>outer, c>o, inner>bye, outer>out, outer.bye>out"
    return compile_plan(load_document(graph(nodes, drawn)), CATALOGUE)


def test_each_container_has_a_scope_with_an_order_of_its_own() -> None:
    scopes = {name: [(found.id, found.order) for found in scope.nodes] for name, scope in scoped().scopes.items()}
    assert scopes == {
        "": [("start", 0), ("box", 1), ("outer", 2), ("out", 3)],
        "box": [("a", 0), ("b", 1)],
        "inner": [("c", 0), ("o", 1)],
        "outer": [("inner", 0), ("bye", 1)],
    }


def test_containers_hold_their_graphs_and_know_their_results_and_exits() -> None:
    found = scoped()
    box, outer, inner = (found.nodes[name].container for name in ("box", "outer", "inner"))
    assert isinstance(box, MapSpec)
    assert isinstance(outer, LoopSpec)
    assert isinstance(inner, LoopSpec)
    assert (box.body, box.concurrency, box.body.results) == (found.scopes["box"], 1, ("b",))
    assert (inner.body.results, inner.is_judged, inner.exits) == (("o",), False, ())
    assert (outer.body.results, outer.is_judged, outer.exits) == (("inner",), True, (("bye", "bye"),))
    assert outer.body.nodes[0].container is inner
    assert found.nodes["outer"].outputs == ("out", "limit", "bye")


def test_the_hash_of_a_container_covers_its_body_and_not_its_width() -> None:
    plain = scoped().nodes["box"].config_hash
    assert scoped(concurrency=9).nodes["box"].config_hash == plain
    assert scoped(value="{{ index }}").nodes["box"].config_hash != plain


def test_another_fallback_value_is_another_result() -> None:
    def hashed(value: int) -> str:
        nodes = [START, node("a", policy={"on_error": {"value": value}}), OUT]
        return plan(nodes, "start>a, a>out").nodes["a"].config_hash

    assert hashed(1) == hashed(1) != hashed(2)


def test_digest_follows_the_content() -> None:
    one, same, other = (load_document(graph([node("a", value=value)])) for value in (1, 1, 2))
    assert digest(one) == digest(same) != digest(other)


def test_cost_per_node_stays_flat() -> None:
    def seconds(size: int) -> float:
        drawn = [START, *(node(f"n{i}", value="{{ start }}" if i == 0 else f"{{{{ n{i - 1} }}}}") for i in range(size)), OUT]
        text = "start>n0, " + ", ".join(f"n{i}>n{i + 1}" for i in range(size - 1)) + f", n{size - 1}>out"
        document = load_document(graph(drawn, text))
        began = time.process_time()
        compile_plan(document, builtin_catalogue())
        return time.process_time() - began

    seconds(200)
    small, large = min(seconds(200) for _ in range(3)) / 200, min(seconds(2000) for _ in range(2)) / 2000
    assert large < 8 * small
