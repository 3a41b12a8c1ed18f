"""Saving what is not a document, or hardly one: refused with a code, or saved exactly; never a crash."""

import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.models import Workflow
from tests.builders import Graph, chain
from tests.integration.editor.conftest import Answer, Api

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


def save(api: Api, workflow: Workflow, document: Any, revision: int = 1) -> Answer:
    body = f'{{"document": {document if isinstance(document, str) else json.dumps(document)}, "revision": {revision}}}'
    return api("PUT", f"/workflows/{workflow.pk}/draft", body)


def stored(workflow: Workflow) -> dict[str, Any]:
    workflow.refresh_from_db()
    draft: dict[str, Any] = workflow.draft
    return draft


def refused(api: Api, workflow: Workflow, document: Any) -> Answer:
    """Save, expect a refusal that says why, and nothing saved."""
    before = stored(workflow)
    answer = save(api, workflow, document)
    assert answer.status == 422, answer.body[:500]
    assert answer.json["error"]["message"]
    assert (stored(workflow), workflow.revision) == (before, 1)
    return answer


def with_text(text: str) -> dict[str, Any]:
    g = Graph()
    g.node("template", "say", text=text)
    return g.document()


STRINGS = [
    "",
    " ",
    "\t",
    "\r\n",
    "a\r\nb",
    "\u202eright to left\u202c",
    "\u200b\u200b",
    "\ufeff",
    "e" + "\u0301" * 10_000,
    "\u05e9\u05dc\u05d5\u05dd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\uffff",
    "\U0010ffff",
    "\u0001\u001f\u007f",
    "{{",
    "}}",
    "{{ }}",
    "{% %}",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "%s %(a)s",
    "\\u0000",
    "${jndi:x}",
    "x" * MIB,
]


@pytest.mark.parametrize("text", STRINGS, ids=[ascii(text[:12]) for text in STRINGS])
def test_any_text_is_kept_exactly(text: str, api: Api, workflow: Workflow) -> None:
    assert save(api, workflow, with_text(text)).status == 200
    assert stored(workflow)["nodes"][0]["params"]["text"] == text


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "\\udfff", "\\ud800x", "\\udc00\\ud800"])
@pytest.mark.parametrize(
    "place",
    [
        '{"schema": 1, "nodes": [{"id": "a", "type": "set", "params": {"value": "@"}}]}',
        '{"schema": 1, "nodes": [{"id": "a", "type": "set", "params": {"@": 1}}]}',
        '{"schema": 1, "nodes": [{"id": "@", "type": "set"}]}',
        '{"schema": 1, "nodes": [{"id": "a", "type": "set", "name": "@"}]}',
        '{"schema": 1, "edges": [{"id": "@", "source": "a", "target": "b"}]}',
        '{"schema": 1, "annotations": [{"text": "@"}]}',
        '{"schema": 1, "@": 1}',
    ],
)
def test_what_postgresql_cannot_store_is_refused(place: str, escape: str, api: Api, workflow: Workflow) -> None:
    refused(api, workflow, place.replace("@", escape))


@pytest.mark.parametrize(
    "body", [b'{"document": {"schema": 1, "x": "\xff"}, "revision": 1}', "{}".encode("utf-16"), b"\xed\xa0\x80"]
)
def test_what_is_not_utf8_is_refused(body: bytes, api: Api, workflow: Workflow) -> None:
    assert api("PUT", f"/workflows/{workflow.pk}/draft", body).status == 422


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e309", "-1e400", str(10**400)])
def test_what_is_no_number_is_refused(number: str, api: Api, workflow: Workflow) -> None:
    refused(api, workflow, f'{{"schema": 1, "nodes": [{{"id": "a", "type": "set", "params": {{"value": {number}}}}}]}}')


@pytest.mark.parametrize("number", ["-0.0", "0", "1e-400", "1e308", "-1", "0.1", "true", "123456789012345678901"])
def test_any_number_is_kept_exactly(number: str, api: Api, workflow: Workflow) -> None:
    answer = save(api, workflow, f'{{"schema": 1, "nodes": [{{"id": "a", "type": "set", "params": {{"value": {number}}}}}]}}')
    assert answer.status == 200
    assert repr(stored(workflow)["nodes"][0]["params"]["value"]) == repr(json.loads(number))


def test_a_number_of_too_many_digits_is_refused(api: Api, workflow: Workflow) -> None:
    refused(api, workflow, f'{{"schema": 1, "x": {"9" * 5_000}}}')


@pytest.mark.parametrize("field", ["x", "y"])
@pytest.mark.parametrize("value", ["true", '"1"', "null", "[]", "1e309"])
def test_a_position_that_is_none_is_refused(field: str, value: str, api: Api, workflow: Workflow) -> None:
    refused(api, workflow, f'{{"schema": 1, "nodes": [{{"id": "a", "type": "set", "position": {{"{field}": {value}}}}}]}}')


def nested(levels: int) -> str:
    """Build a document that is `levels` deep as a whole, counting itself, by lists in a param."""
    within = levels - 4
    value = "[" * within + "]" * within
    return f'{{"schema": 1, "nodes": [{{"id": "a", "type": "set", "params": {{"value": {value}}}}}]}}'


@pytest.mark.parametrize("levels", [63, 64])
def test_a_document_of_64_levels_is_saved(levels: int, api: Api, workflow: Workflow) -> None:
    assert save(api, workflow, nested(levels)).status == 200


@pytest.mark.parametrize("levels", [65, 80, 1_000, 100_000, 1_000_000])
def test_a_deeper_document_is_refused_at_once(levels: int, api: Api, workflow: Workflow) -> None:
    started = time.perf_counter()
    refused(api, workflow, nested(levels))
    assert time.perf_counter() - started < 1


def test_repeated_keys_are_refused(api: Api, workflow: Workflow) -> None:
    refused(api, workflow, '{"schema": 1, "nodes": [], "nodes": [{"id": "a", "type": "set"}]}')


@pytest.mark.parametrize("size", [8 * MIB + 1, 9 * MIB, 20 * MIB])
def test_a_document_over_8_mib_is_refused_by_its_size(size: int, api: Api, workflow: Workflow) -> None:
    answer = refused(
        api, workflow, json.dumps({"schema": 1, "padding": ["x" * 1_000_000] * (size // 1_000_000), "rest": "x" * 500_000})
    )
    assert [problem["code"] for problem in answer.json["error"]["data"]["problems"]] == ["document.too_large"]


def test_a_document_of_just_under_8_mib_is_saved(api: Api, workflow: Workflow) -> None:
    assert save(api, workflow, {"schema": 1, "padding": ["x" * 1_000_000] * 8}).status == 200


@pytest.mark.parametrize(
    "document",
    [
        "null",
        "[]",
        "1",
        '"text"',
        "true",
        '{"nodes": {}}',
        '{"nodes": [1]}',
        '{"nodes": [{}]}',
        '{"nodes": [{"id": 1, "type": "set"}]}',
        '{"edges": [{"id": "e"}]}',
        '{"schema": "1"}',
        '{"schema": 0}',
        '{"schema": -1}',
        '{"schema": 10000}',
        '{"schema": 1.5}',
        '{"schema": null}',
        '{"settings": []}',
        '{"settings": {"max_parallel": 0}}',
        '{"nodes": [{"id": "a", "type": "set", "params": []}]}',
        '{"nodes": [{"id": "a", "type": "set", "policy": {"join": {"any": 0}}}]}',
        '{"annotations": [1]}',
    ],
)
def test_a_document_of_the_wrong_shape_is_refused_with_coded_problems(document: str, api: Api, workflow: Workflow) -> None:
    answer = refused(api, workflow, document)
    if answer.code != "invalid":
        assert answer.code == "document_malformed"
        assert all(problem["code"].startswith("document.") for problem in answer.json["error"]["data"]["problems"])


def cycle(length: int) -> dict[str, Any]:
    g = Graph()
    nodes = [g.node("set", f"n{number}", value=1) for number in range(length)]
    for number, node in enumerate(nodes):
        node.to(nodes[(number + 1) % length])
    return g.document()


def parents(*pairs: tuple[str, str]) -> dict[str, Any]:
    g = Graph()
    for own, parent in pairs:
        g.node("loop", own, keys={"parent": parent})
    return g.document()


def twice(kind: str) -> dict[str, Any]:
    g = Graph()
    g.node(kind, "same").to(g.node(kind, "same"))
    return g.document()


def to_nowhere() -> dict[str, Any]:
    g = Graph()
    start = g.node("start", "start", fields=[])
    start["no_such_port"].to(g.node("set", "a", value=1), "no_such_port")
    g.edges.append({"id": "e1", "source": "start", "target": "nobody"})
    return g.document()


@pytest.mark.parametrize(
    "document",
    [
        cycle(1),
        cycle(2),
        cycle(5_000),
        parents(("a", "a")),
        parents(("a", "b"), ("b", "a")),
        parents(("a", "nobody")),
        twice("set"),
        twice("start"),
        to_nowhere(),
        Graph().document(),
        {"schema": 1, "nodes": [{"id": name, "type": "set"} for name in ("", "A", "9", "a b", "x" * 100, "a.b", "\u00e9")]},
    ],
    ids=[
        "self",
        "two",
        "5000",
        "own parent",
        "parents in a ring",
        "no parent",
        "same ids",
        "two starts",
        "nowhere",
        "empty",
        "bad ids",
    ],
)
def test_a_wrong_graph_is_saved_and_its_problems_are_named(document: dict[str, Any], api: Api, workflow: Workflow) -> None:
    answer = save(api, workflow, document)
    assert answer.status == 200, answer.body[:500]
    assert [found for found in answer.json["problems"] if found["severity"] == "error"]
    assert api("POST", f"/workflows/{workflow.pk}/versions", {}).code == "graph_invalid"


def test_a_graph_at_the_limit_of_nodes_is_saved(api: Api, workflow: Workflow) -> None:
    assert save(api, workflow, chain(4_998)).json["problems"] == []


def test_a_graph_over_the_limit_of_nodes_is_refused_or_named(api: Api, workflow: Workflow) -> None:
    answer = save(api, workflow, chain(5_000))
    found = answer.json["problems"] if answer.status == 200 else answer.json["error"]["data"]["problems"]
    assert "document.too_large" in {problem["code"] for problem in found}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3))
IDS = st.sampled_from(["a", "b", "c", "start", "", "A", "a b", "loop1"]) | st.text(max_size=4)
KINDS = st.sampled_from(
    ["start", "output", "set", "llm", "router", "merge", "loop", "map", "code", "http_request", "nothing", ""]
)
PARAMS = st.dictionaries(
    st.sampled_from(
        ["fields", "cases", "value", "source", "prompt", "model", "items", "until", "text", "url", "output_schema", "mode"]
    ),
    JSON | st.sampled_from(["{{ a }}", "{{ a.b[0] }}", "{{", "{{ 1 + }}", "{{ input }} and {{ b }}"]),
    max_size=3,
)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "join": st.sampled_from(["all", "always", {"any": 1}, {"any": 9}]) | JSON,
        "on_error": st.sampled_from(["fail", "port", "skip", {"value": 1}]) | JSON,
        "retry": JSON,
        "timeout_seconds": JSON,
    },
)
NODES = st.fixed_dictionaries(
    {"id": IDS, "type": KINDS, "params": PARAMS},
    optional={
        "parent": IDS | st.none(),
        "policy": POLICIES,
        "position": JSON,
        "type_version": st.integers(-1, 3),
        "pinned": JSON,
    },
)
PORTS = st.sampled_from(["out", "in", "error", "else", "", "billing"])
EDGES = st.fixed_dictionaries({"id": IDS, "source": IDS, "target": IDS}, optional={"source_port": PORTS, "target_port": PORTS})
NEARLY_DOCUMENTS = st.fixed_dictionaries(
    {"schema": st.just(1)},
    optional={
        "nodes": st.lists(NODES, max_size=6) | JSON,
        "edges": st.lists(EDGES, max_size=6) | JSON,
        "settings": JSON,
        "annotations": JSON,
        "more": JSON,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(document=NEARLY_DOCUMENTS)
def test_nearly_documents_are_saved_or_refused_but_never_crash(document: dict[str, Any], api: Api, workflow: Workflow) -> None:
    cache.clear()  # the rate limit has tests of its own
    Workflow.objects.filter(pk=workflow.pk).update(revision=1)
    answer = save(api, workflow, document)
    assert answer.status in (200, 422), answer.body[:500]
    if answer.status == 200:
        read = api("GET", f"/workflows/{workflow.pk}/draft")
        assert read.json["problems"] == answer.json["problems"]
        assert save(api, workflow, read.json["document"], revision=2).status == 200
        assert stored(workflow) == read.json["document"]
        assert api("POST", f"/workflows/{workflow.pk}/versions", {}).status in (201, 422)
