"""Each rule finds what it is for, says where, and leaves what is right alone."""

import json
import time
from typing import Any

import pytest

from editor.graph.problems import CODES
from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from tests.unit.editor.graph.catalogue import CATALOGUE
from tests.unit.editor.graph.documents import codes, graph, node, problems

START = node("start", "start", fields=[{"name": "question"}])
OUT = node("out", "output")
ROUTER = node("route", "router", cases=[{"port": "yes", "when": "start.question == 'a'"}])


def test_a_plain_workflow_has_no_problems() -> None:
    drawn = [START, node("say", "template", text="Hi {{ start.question }}"), OUT]
    assert problems(drawn, "start>say, say>out") == []


def test_a_param_sees_the_names_that_its_work_gives_and_others_do_not() -> None:
    criteria = [{"name": "Short", "when": "len(value) < 9"}]
    seen = node("judge", "evaluate", criteria=criteria, value="{{ start.question }}")
    unseen = node("judge", "evaluate", criteria=criteria, value="{{ value }}")
    assert codes([START, seen, OUT], "start>judge, judge.pass>out") == set()
    assert codes([START, unseen, OUT], "start>judge, judge.pass>out") == {"reference.unknown"}


WRONG: list[tuple[str, list[dict[str, Any]], str]] = [
    ("graph.no_nodes", [], ""),
    ("graph.no_nodes", [node("n", "note", text="hello")], ""),
    ("graph.no_output", [START], ""),
    ("graph.several_starts", [START, node("again", "start"), OUT], "start>out, again>out"),
    ("node.bad_id", [node("Bad-Id"), OUT], "Bad-Id>out"),
    ("node.bad_id", [node("input"), OUT], "input>out"),
    ("node.duplicate_id", [node("a"), node("a"), OUT], "a>out"),
    ("node.unknown_type", [node("a", "telepathy"), OUT], "a>out"),
    ("node.unknown_version", [{**node("a"), "type_version": 9}, OUT], "a>out"),
    ("node.unreachable", [START, node("a"), OUT], "start>out"),
    ("param.missing", [node("a", "http_request"), OUT], "a>out"),
    ("param.unknown", [node("a", value=1, colour="red"), OUT], "a>out"),
    ("param.invalid", [node("a", "merge", mode="blend"), OUT], "a>out"),
    ("param.invalid", [node("a", "router", cases=[{"port": "else", "when": "1"}]), OUT], "a.else>out"),
    ("param.too_large", [node("a", "template", text="x" * (1024 * 1024 + 1)), OUT], "a>out"),
    ("edge.unknown_node", [node("a"), OUT], "a>out, ghost>out"),
    ("edge.unknown_port", [node("a"), OUT], "a.side>out"),
    ("edge.unknown_port", [node("a"), OUT], "a.error>out"),
    ("edge.duplicate", [node("a"), OUT], "a>out, a>out"),
    ("port.several_edges", [node("a"), node("b"), OUT], "a>out, b>out"),
    ("cycle.no_loop", [START, node("a"), node("b"), OUT], "start>a, a>b, b>a, b>out"),
    ("cycle.no_loop", [START, node("a"), OUT], "start>a, a>a, a>out"),
    ("cycle.two_entries", [START, node("a"), node("b"), OUT], "start>a, start>b, a>b, b>a, b>out"),
    ("cycle.unreachable", [START, node("a"), node("b"), OUT], "start>out, a>b, b>a"),
    ("parent.unknown", [node("a", parent="ghost"), OUT], ""),
    ("parent.not_container", [node("a"), node("b", parent="a"), OUT], "a>out"),
    ("expression.syntax", [node("a", value="{{ 1 + }}"), OUT], "a>out"),
    ("expression.syntax", [node("r", "router", cases=[{"port": "p", "when": "x ="}]), OUT], "r.p>out"),
    ("expression.too_long", [node("a", value="{{ '" + "x" * 5000 + "' + '' }}"), OUT], "a>out"),
    ("template.unclosed", [node("a", "template", text="Hi {{ start"), OUT], "a>out"),
    ("reference.unknown", [node("a", value="{{ nobody.there }}"), OUT], "a>out"),
    ("reference.not_upstream", [node("a", value="{{ b }}"), node("b"), OUT], "a>b, b>out"),
    ("reference.not_upstream", [node("a", value="{{ a }}"), OUT], "a>out"),
    ("reference.maybe_skipped", [START, ROUTER, node("a"), node("j", "merge"), node("z", value="{{ a }}"), OUT],
     "start>route, route.yes>a, a>j, route.else>j, j>z, z>out"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "nodes", "drawn"), WRONG, ids=[f"{case[0]}-{index}" for index, case in enumerate(WRONG)])
def test_what_is_wrong_is_found(code: str, nodes: list[dict[str, Any]], drawn: str) -> None:
    assert code in codes(nodes, drawn)


def test_every_problem_reads_as_a_sentence_and_is_documented() -> None:
    for _, nodes, drawn in WRONG:
        for problem in problems(nodes, drawn):
            assert problem.code in CODES
            assert problem.message.endswith(".")
            assert problem.hint
            assert problem.severity in {"error", "warning"}


def test_a_problem_names_its_place() -> None:
    found = problems([START, node("a", "template", text="{{ nobody }}"), OUT], "start>a, a>out")
    assert [(p.code, p.node_id, p.param) for p in found] == [("reference.unknown", "a", "text")]


def test_a_misspelt_reference_is_answered_with_the_nearest_name() -> None:
    found = problems([START, node("a", value="{{ strat.question }}"), OUT], "start>a, a>out")
    assert found[0].hint == "Did you mean start?"


def test_a_template_may_stand_where_a_number_is_wanted() -> None:
    assert codes([START, node("w", "wait", seconds="{{ start.question }}"), OUT], "start>w, w>out") == set()


def test_edges_from_different_choices_may_share_a_port() -> None:
    drawn = "start>route, route.yes>a, route.else>b, a>out, b>out"
    assert codes([START, ROUTER, node("a"), node("b"), OUT], drawn) == set()


def test_edges_from_out_and_error_may_share_a_port() -> None:
    call = node("a", policy={"on_error": "port"})
    assert codes([START, call, node("b"), node("h"), OUT], "start>a, a>b, a.error>h, b>out, h>out") == set()


def test_parallel_branches_are_certain_at_their_join() -> None:
    nodes = [START, node("a"), node("b"), node("j", "merge", mode="list"), node("z", value="{{ a }} and {{ b }}"), OUT]
    assert codes(nodes, "start>a, start>b, a>j, b>j, j>z, z>out") == set()


def test_parallel_branches_inside_a_choice_are_certain_there() -> None:
    nodes = [START, ROUTER, node("f"), node("a"), node("b"), node("j", "merge"), node("z", value="{{ a }} {{ b }}"), OUT]
    assert codes(nodes, "start>route, route.yes>f, f>a, f>b, a>j, b>j, j>z, z>out") == set()


def test_a_skipped_failure_is_uncertain_further_on() -> None:
    nodes = [START, node("a", policy={"on_error": "skip"}), node("b"), node("j", "merge"), node("z", value="{{ a }}"), OUT]
    assert "reference.maybe_skipped" in codes(nodes, "start>a, start>b, a>j, b>j, j>z, z>out")


def test_a_cycle_names_exactly_its_nodes() -> None:
    nodes = [START, node("g"), node("a"), node("c"), node("b"), OUT]
    found = problems(nodes, "start>g, g>a, a>c, c>a, c>b, b>out")
    cycle = next(problem for problem in found if problem.code == "cycle.no_loop")
    assert cycle.nodes == ("a", "c")


def test_names_bound_inside_an_expression_are_not_references() -> None:
    assert codes([START, node("a", value="{{ [w.upper() for w in start.question.split()] }}"), OUT], "start>a, a>out") == set()


def test_code_and_schemas_are_left_alone() -> None:
    source = "def main(input):\n    return '{{ not a template }}'"
    assert codes([START, node("c", "code", source=source), OUT], "start>c, c>out") == set()


def scoped(nodes: list[dict[str, Any]], drawn: str) -> set[str]:
    """Check with the tests' own node types as well."""
    return {problem.code for problem in validate(load_document(graph(nodes, drawn)), CATALOGUE)}


def test_edges_do_not_cross_containers() -> None:
    nodes = [START, node("box", "map"), node("a", parent="box"), OUT]
    assert "edge.crosses_scope" in scoped(nodes, "start>box, start>a, box>out")


def test_expressions_look_outward_and_never_inward() -> None:
    nodes = [START, {**node("box"), "type": "map", "params": {}}, node("a", parent="box", value="{{ start }} {{ item }}"), OUT]
    assert scoped(nodes, "start>box, box>out") == set()
    assert "reference.inward" in scoped([*nodes[:3], node("z", value="{{ a }}"), OUT], "start>box, box>z, z>out")


def test_containers_are_at_most_eight_deep() -> None:
    boxes: list[dict[str, Any]] = [
        {"id": f"b{n}", "type": "map", "parent": f"b{n - 1}" if n else None, "params": {}} for n in range(10)
    ]
    assert "parent.too_deep" in scoped(boxes, "")
    circle = [{"id": "a", "type": "map", "parent": "b", "params": {}}, {"id": "b", "type": "map", "parent": "a", "params": {}}]
    assert "parent.too_deep" in scoped(circle, "")


def test_types_that_do_not_fit_are_refused_with_the_node_that_helps() -> None:
    nodes = [node("a", "template", text="x"), node("n", "odd"), OUT]
    assert "edge.type_mismatch" in scoped(nodes, "a>n.number, n>out")
    assert "port.required" in scoped(nodes, "a>n, n>out")


def test_names_of_containers_are_known_only_inside_them() -> None:
    nodes = [START, node("box", "map"), node("a", parent="box", value="{{ item }} {{ index }}"), OUT]
    assert scoped(nodes, "start>box, box>out") == set()
    assert "reference.unknown" in scoped([START, node("a", value="{{ item }}"), OUT], "start>a, a>out")
    assert "reference.unknown" in scoped(
        [*nodes[:2], node("a", parent="box", value="{{ loop.index }}"), OUT], "start>box, box>out"
    )


def test_ids_of_containers_names_and_functions_may_be_used() -> None:
    nodes = [START, node("loop"), node("list"), node("error", value="{{ len(list) }} {{ loop }}"), OUT]
    assert codes(nodes, "start>loop, loop>list, list>error, error>out") == set()
    late = [START, node("list", value="{{ len(map) }}"), node("map"), OUT]
    assert "reference.not_upstream" in codes(late, "start>list, list>map, map>out")


HARD: list[tuple[str, list[dict[str, Any]], list[tuple[str, str, str]]]] = [
    ("else-if chain", [node(f"r{i}", "router", cases=[{"port": "yes", "when": "input"}]) for i in range(1500)],
     [(f"r{i}", "else", f"r{i + 1}") for i in range(1499)] + [(f"r{i}", "yes", "out") for i in range(1500)]),
    ("parallel edges", [node("a")], [("a", "out", "out")] * 20_000),
    ("everything with everything", [node(f"a{i}") for i in range(140)],
     [(f"a{i}", "out", f"a{j}") for i in range(140) for j in range(140)]),
    ("unknown names", [node(f"a{i}", value=f"{{{{ nobody{i} }}}}") for i in range(3000)], []),
    ("broken templates", [node("a", value=["{{"] * 200_000)], []),
    ("nested expressions", [node("a", value=["{{ " + "[" * 190 + "]" * 190 + " }}"] * 15_000)], []),
    ("a huge key", [node("a", fields={"k" * 2_000_000: ["{{ x"] * 200_000})], []),
    ("a huge name", [{**node("a"), "name": "n" * 2_000_000}], [("a", "bad", "out")] * 20_000),
    ("broken cases", [node("a", "router", cases=[{"port": "p"}] * 20_000)], []),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "ends"), [case[1:] for case in HARD], ids=[case[0] for case in HARD])
def test_no_drawing_holds_the_check_up(nodes: list[dict[str, Any]], ends: list[tuple[str, str, str]]) -> None:
    drawn = [
        {"id": f"e{index}", "source": a, "source_port": port, "target": b, "target_port": "in"}
        for index, (a, port, b) in enumerate(ends)
    ]
    document = load_document({"nodes": [*nodes, OUT], "edges": drawn})
    began = time.process_time()
    found = validate(document, CATALOGUE)
    assert time.process_time() - began < 15
    assert len(json.dumps([problem.to_json() for problem in found])) < 2_000_000


def test_too_many_expressions_are_a_problem_of_the_document() -> None:
    text = "".join(f"{{{{ start + {index} }}}}" for index in range(60_000))
    found = problems([START, node("a", "template", text=text), OUT], "start>a, a>out")
    assert "document.too_large" in {problem.code for problem in found}


def with_tool(*drawn: dict[str, Any], edges: str = "", **told: Any) -> set[str]:
    """The codes of a workflow of an agent with a tool called look."""
    policy = {"tool": {"description": "Looks it up.", **told}}
    look = node("look", "http_request", url="https://x.example.org/{{ args.q }}?who={{ start.question }}")
    nodes = [START, node("boss", "agent"), {**look, "policy": policy}, OUT, *drawn]
    return codes(nodes, f"start>boss, look.tool>boss.tools, boss>out{edges}")


def test_a_tool_stands_beside_the_flow_and_sees_what_its_agent_sees() -> None:
    assert with_tool() == set()


def test_a_tool_is_no_part_of_the_flow() -> None:
    assert with_tool(edges=", start>look") == {"tool.mixed"}
    assert with_tool(edges=", look>out") >= {"tool.mixed"}


def test_a_tool_says_what_it_is_good_for_and_takes() -> None:
    assert with_tool(description="") == {"tool.undescribed"}
    assert with_tool(parameters={"type": "array"}) == {"tool.bad_schema"}
    assert with_tool(parameters={"type": "object", "properties": {"other": {}}}) == {"tool.unknown_argument"}


def test_only_tools_have_arguments_and_only_tools_lead_to_agents() -> None:
    assert codes([START, node("say", "template", text="{{ args.q }}"), OUT], "start>say, say>out") == {"tool.args_outside"}
    assert "edge.unknown_port" in codes([START, node("boss", "agent"), OUT], "start>boss, start.tool>boss.tools, boss>out")
    assert "edge.type_mismatch" in with_tool(node("set", "set"), edges=", set>boss.tools")
