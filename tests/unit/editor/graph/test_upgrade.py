"""Whatever comes in is a document or a refusal with problems; what comes out goes in again."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.graph.compile import compile_plan
from editor.graph.limits import MAX_DOCUMENT_BYTES, MAX_EDGES, MAX_LEVELS, MAX_NODES, byte_size
from editor.graph.problems import CODES, has_errors
from editor.graph.upgrade import DocumentError, canonical_json, dump_document, load_document
from editor.graph.validate import validate
from runs.nodes import builtin_catalogue
from tests.unit.editor.graph.catalogue import CATALOGUE
from tests.unit.editor.graph.documents import node

FROZEN = sorted((Path(__file__).parents[3] / "frozen" / "documents").glob("v*/*.json"))


def refused(raw: object) -> str:
    """Give the code that a document is refused with."""
    with pytest.raises(DocumentError) as caught:
        load_document(raw)
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    "raw", [None, 1, "x", [], {"nodes": 1}, {"nodes": [{}]}, {"nodes": [{"id": 1, "type": "set"}]}, {"schema": "x"}]
)
def test_what_is_no_document_is_refused(raw: object) -> None:
    assert refused(raw) == "document.malformed"


def test_a_newer_schema_is_refused_by_name() -> None:
    assert refused({"schema": 99}) == "document.unknown_schema"


def test_sizes_are_limited() -> None:
    assert refused({"nodes": [node(f"n{index}") for index in range(MAX_NODES + 1)]}) == "document.too_large"
    assert refused({"edges": [{"id": "e", "source": "a", "target": "b"}] * (MAX_EDGES + 1)}) == "document.too_large"
    assert refused({"annotations": [{"text": "x" * (9 * 1024 * 1024)}]}) == "document.too_large"


def nested(levels: int) -> dict[str, Any]:
    """Nest lists in an annotation, `levels` deep counting the document itself."""
    value: Any = 1
    for _ in range(levels - 3):
        value = [value]
    return {"annotations": [{"deep": value}]}


def test_depth_is_limited_without_recursion() -> None:
    assert load_document(nested(MAX_LEVELS)).annotations
    assert refused(nested(MAX_LEVELS + 1)) == "document.too_large"
    assert refused(nested(100_000)) == "document.too_large"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
def test_text_that_no_store_takes_is_refused(text: str) -> None:
    assert refused({"nodes": [{"id": "a", "type": "set", "name": text}]}) == "text.not_allowed"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, {1: 2}, {"a", "b"}, b"x", object()])
def test_values_that_are_no_json_are_refused(value: Any) -> None:
    assert refused({"annotations": [{"value": value}]}) == "document.malformed"


def test_the_limit_of_bytes_is_exact() -> None:
    raw = {"annotations": [{"text": ""}]}
    room = MAX_DOCUMENT_BYTES - byte_size(raw)
    assert load_document({"annotations": [{"text": "x" * room}]}).annotations
    assert refused({"annotations": [{"text": "x" * (room + 1)}]}) == "document.too_large"
    assert refused({"annotations": [{"text": "é" * (room // 2 + 1)}]}) == "document.too_large"


def test_a_malformed_place_names_its_node() -> None:
    with pytest.raises(DocumentError) as caught:
        load_document({"nodes": [{**node("a"), "policy": {"join": {"any": "x"}}}]})
    assert [(problem.node_id, problem.message) for problem in caught.value.problems] == [
        ("a", "nodes.0.policy.join must be 'all' or 'always'."),
        ("a", "nodes.0.policy.join.any must be a whole number."),
    ]


def test_names_have_a_length() -> None:
    assert refused({"nodes": [node("a" * 1001)]}) == "document.malformed"


def test_unknown_keys_survive_a_round_trip() -> None:
    raw = {"schema": 1, "nodes": [{**node("a"), "colour": "red"}], "edges": [], "later": {"x": [1]}}
    dumped = dump_document(load_document(raw))
    assert dumped["later"] == {"x": [1]}
    assert dumped["nodes"][0]["colour"] == "red"
    assert dump_document(load_document(dumped)) == dumped


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_documents_of_the_past_still_load_and_run(path: Path) -> None:
    document = load_document(json.loads(path.read_text(encoding="utf-8")))
    assert [problem.code for problem in validate(document, builtin_catalogue()) if problem.severity == "error"] == []


def test_there_are_documents_of_the_past() -> None:
    assert FROZEN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
IDS = st.sampled_from(["a", "b", "c", "start", "Bad", "", "input"])
TEXTS = st.sampled_from(["{{ a }}", "{{ b.c }}", "{{", "{{ 1 + }}", "x", "{{ [a for a in b] }}", "{{ c.d[0] }}"])
KINDS = st.sampled_from(
    [
        "set",
        "start",
        "output",
        "router",
        "merge",
        "template",
        "code",
        "note",
        "wait",
        "nothing",
        "llm",
        "http_request",
        "fail",
        "map",
        "loop",
        "odd",
    ]
)
NODES = st.fixed_dictionaries(
    {
        "id": IDS,
        "type": KINDS,
        "params": st.dictionaries(
            st.sampled_from(
                [
                    "value",
                    "text",
                    "fields",
                    "cases",
                    "mode",
                    "prompt",
                    "url",
                    "body",
                    "seconds",
                    "rows",
                    "parts",
                    "items",
                    "output_schema",
                ]
            ),
            JSON | TEXTS,
        ),
    },
    optional={"parent": IDS | st.none(), "policy": st.sampled_from([{}, {"on_error": "port"}, {"join": {"any": 2}}])},
)
PORTS = st.sampled_from(["in", "out", "else", "error", "x"])
EDGES = st.fixed_dictionaries({"id": IDS, "source": IDS, "source_port": PORTS, "target": IDS, "target_port": PORTS})
NEAR = st.fixed_dictionaries({"nodes": st.lists(NODES, max_size=6), "edges": st.lists(EDGES, max_size=8)})


@given(NEAR)
def test_any_nearly_valid_document_is_checked_without_an_error_of_ours(raw: dict[str, Any]) -> None:
    try:
        document = load_document(raw)
    except DocumentError:
        return
    assert load_document(dump_document(document)) == document
    problems = validate(document, CATALOGUE)
    json.dumps([problem.to_json() for problem in problems])
    assert all(problem.code in CODES and problem.message.endswith(".") and problem.hint for problem in problems)
    if not has_errors(problems):
        assert set(compile_plan(document, CATALOGUE).nodes) <= {drawn.id for drawn in document.nodes}


@given(JSON)
def test_any_json_is_refused_in_words(raw: Any) -> None:
    try:
        accepted = load_document(raw)
    except DocumentError as error:
        accepted = None
        said = error.problems
    assert accepted is not None or said


@given(JSON)
def test_canonical_json_is_stable(value: Any) -> None:
    assert canonical_json(value) == canonical_json(json.loads(json.dumps(value)))
