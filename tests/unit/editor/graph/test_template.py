"""Templates are taken apart, rewritten and filled in, and a missing value is never an empty text."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.graph.expressions import ExpressionError, root_names
from editor.graph.faults import NodeFailure
from editor.graph.paths import is_plain_path, resolve_path
from editor.graph.template import (
    Expr,
    NeedsSandbox,
    TemplateError,
    parse,
    references,
    rename,
    resolve,
    resolve_plain,
    without_braces,
)

NAMES = {"a": {"b": [{"c-d": 1}], "t": "x", "none": None, "flag": True}}


def test_a_lone_expression_keeps_its_type() -> None:
    assert resolve_plain("{{ a.b }}", NAMES) is NAMES["a"]["b"]
    assert resolve_plain('{{ a.b[0]["c-d"] }}', NAMES) == 1


def test_mixed_text_joins_values_as_json() -> None:
    assert resolve_plain("{{ a.t }}:{{ a.b }}:{{ a.flag }}:{{ a.none }}", NAMES) == 'x:[{"c-d": 1}]:true:null'


@pytest.mark.parametrize("source", ["a.missing", "a.t.field", "nobody", "a.b[7]", "a.b.field", "a.none.x"])
def test_a_missing_value_is_a_fault_with_its_expression(source: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        resolve_plain(f"value: {{{{ {source} }}}}", NAMES)
    assert caught.value.fault.code == "expression_error"
    assert caught.value.fault.data["expression"] == source


def test_python_attributes_are_out_of_reach() -> None:
    for source in ("a.__class__", "a.t.__class__.__mro__", "a.b.append", "a.keys"):
        assert resolve_path(source, NAMES) == (False, None)


def test_what_is_no_plain_path_needs_the_sandbox() -> None:
    for source in ("len(a)", "a.b[0:1]", "a or b", "True", "a['b'", "1", "a.b[x]", "not a"):
        assert not is_plain_path(source)
    with pytest.raises(NeedsSandbox):
        resolve_plain("{{ len(a) }}", NAMES)


def test_the_sandbox_gets_source_and_names() -> None:
    async def evaluate(source: str, names: Mapping[str, Any]) -> Any:
        return f"<{source} of {sorted(names)}>"

    assert asyncio.run(resolve({"k": ["{{ len(a) }}!", "{{ a.t }}"]}, NAMES, evaluate)) == {"k": ["<len(a) of ['a']>!", "x"]}


def test_braces_inside_an_expression_do_not_end_it() -> None:
    assert parse("{{ {'a': {'b': 1}} }}!") == (Expr("{'a': {'b': 1}}"), "!")
    assert parse("{{ '}}' }}") == (Expr("'}}'"),)


def test_braces_of_the_text_around_stay_text() -> None:
    assert parse('{"x": {{ a }}}') == ('{"x": ', Expr("a"), "}")


@pytest.mark.parametrize("text", ["{{ 'a }}", "{{'" * 100_001, "{{ {" * 100_000])
def test_what_is_never_closed_is_refused_at_once(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)


def test_open_braces_are_an_error() -> None:
    with pytest.raises(TemplateError):
        parse("Hi {{ name")


def test_rename_touches_names_only() -> None:
    text = "{{ ask.ask['ask'] + f(ask) + 'ask' }} ask {{ [ask for ask in x] }} {{ broken( }}"
    assert rename(text, "ask", "q") == "{{ q.ask['ask'] + f(q) + 'ask' }} ask {{ [ask for ask in x] }} {{ broken( }}"
    assert rename("{{ 'é' + ask }}", "ask", "q") == "{{ 'é' + q }}"


def test_references_leave_out_what_is_bound_and_built_in() -> None:
    assert references("{{ sum(x.n for x in rows if x.id in known) }} {{ (lambda y: y + z)(1) }}") == {"rows", "known", "z"}


def test_what_a_comprehension_goes_through_is_a_reference() -> None:
    assert root_names("[x for x in x]") == {"x"}
    assert root_names("[[y for y in x] for x in z]") == {"z"}


def test_a_node_may_have_the_name_of_a_function() -> None:
    assert root_names("len(list) + list(a)", frozenset({"list"})) == {"list", "a"}
    assert root_names("len(list)") == frozenset()
    assert rename("{{ list(list) }}", "list", "rows") == "{{ list(rows) }}"


def test_rename_counts_lines_and_letters_as_the_parser_does() -> None:
    assert rename("{{ (a\r\n + a\r + 'é' + a) }}", "a", "bb") == "{{ (bb\r\n + bb\r + 'é' + bb) }}"
    assert rename("{{ \uff41 + 1 }}", "a", "b") == "{{ b + 1 }}"


@pytest.mark.parametrize(
    "source", ["-" * 4000 + "1", "(" * 4000, "(yield)", "{{a}}", "'\ud800'", "a\x00", "lambda: " * 500 + "1 +", ""]
)
def test_what_is_no_expression_is_refused_in_words(source: str) -> None:
    with pytest.raises(ExpressionError):
        root_names(source)


def test_expressions_have_a_size() -> None:
    with pytest.raises(ExpressionError):
        root_names("'" + "x" * 5000 + "' + ''")
    with pytest.raises(ExpressionError):
        root_names("(" * 3000)


def test_braces_come_off_only_a_whole_expression() -> None:
    assert without_braces(" {{ a }} ") == "a"
    assert without_braces("{{ a }} and {{ b }}") == "{{ a }} and {{ b }}"


@given(st.text(alphabet="{}ab.[]'\"0 +é", max_size=60))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    try:
        parts = parse(text)
    except TemplateError:
        return
    rest = text
    for part in parts:
        whole = part if isinstance(part, str) else part.source
        assert whole in rest
        rest = rest[rest.index(whole) + len(whole) :]
        assert not (isinstance(part, str) and "{{" in part)
