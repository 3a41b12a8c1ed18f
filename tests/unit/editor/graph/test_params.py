"""A param's kind decides whether its texts are filled in, evaluated, or left alone."""

from typing import Any

import pytest

from editor.graph.params import places
from editor.graph.problems import Problem
from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from tests.unit.editor.graph.catalogue import CATALOGUE, Odd
from tests.unit.editor.graph.documents import graph, node

LEFT_ALONE: dict[str, Any] = {"source": "{{ x }}", "mode": "{{ x }}", "plan": {"a": ["{{ x }}"]}}


def found(**params: Any) -> list[Problem]:
    """Check one node with these params."""
    nodes = [node("start", "start"), {"id": "odd", "type": "odd", "params": params}]
    return [problem for problem in validate(load_document(graph(nodes, "start>odd")), CATALOGUE) if problem.param]


def test_code_schemas_and_raw_texts_are_left_alone() -> None:
    assert list(places(Odd(), LEFT_ALONE)) == []


def test_texts_are_found_at_any_depth_in_order() -> None:
    params = {"parts": [{"text": "{{ a }}"}, {"text": "{{ b }}", "when": "c"}], "rows": [{"when": "d", "text": "{{ e }}"}]}
    expected = [
        ("parts.0.text", "template"),
        ("parts.1.text", "template"),
        ("parts.1.when", "expression"),
        ("rows.0.when", "expression"),
    ]
    assert [(place.path, place.kind) for place in places(Odd(), params)] == expected


@pytest.mark.parametrize(("value", "expected"), [("{{ start.n }}", []), ("many", ["param.invalid"]), (13, ["param.invalid"])])
def test_a_template_may_stand_for_any_type(value: Any, expected: list[str]) -> None:
    assert [problem.code for problem in found(count=value)] == expected


def test_a_template_does_not_excuse_what_is_left_alone() -> None:
    assert [(problem.code, problem.param) for problem in found(mode="{{ start.mode }}")] == [("param.invalid", "mode")]


def test_braces_around_an_expression_are_optional() -> None:
    assert found(rows=[{"when": "{{ start.n > 1 }}", "note": "p"}, {"when": "start.n > 1", "note": "q"}]) == []
    assert [problem.code for problem in found(rows=[{"when": "{{ start }} > {{ start }} and", "note": "p"}])] == [
        "expression.syntax"
    ]
