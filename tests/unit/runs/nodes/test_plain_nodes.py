"""What each plain node type makes of its params and inputs."""

from typing import Any

import pytest

from editor.graph.nodetype import Effect
from runs.nodes import BUILT_IN, builtin_catalogue
from runs.nodes.start import StartParams, read_input
from tests.unit.runs.nodes.world import Told, World, done, failed, node, outcome, suspended

TWO: dict[str, Any] = {"inputs": {"in": [{"k": {"x": 1}, "l": 1}, {"k": {"y": 2}, "l": 2}]}, "sources": {"in": ("p", "q")}}


async def test_start_gives_the_input_with_defaults() -> None:
    fields = [{"name": "q"}, {"name": "limit", "type": "number", "default": 3}]
    assert (await done("start", {"fields": fields})).value == {"q": "hi", "limit": 3}


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ({"type": "text"}, "a", False), ({"type": "text"}, 1, True), ({"type": "number"}, 1.5, False),
        ({"type": "number"}, True, True), ({"type": "boolean"}, True, False), ({"type": "boolean"}, 1, True),
        ({"type": "choice", "choices": ["a"]}, "a", False), ({"type": "choice", "choices": ["a"]}, "b", True),
        ({"type": "object"}, {}, False), ({"type": "object"}, [], True), ({"type": "list"}, [], False),
        ({"required": True}, None, True), ({"required": False}, None, False),
    ],
)  # fmt: skip
def test_the_input_is_checked_against_the_fields(field: dict[str, Any], value: Any, wrong: bool) -> None:
    params = StartParams.model_validate({"fields": [{"name": "f", **field}]})
    assert bool(read_input(params, {} if value is None else {"f": value})[1]) is wrong


def test_keys_that_no_field_names_are_refused_unless_allowed() -> None:
    assert read_input(StartParams(), {"x": 1})[1]
    assert read_input(StartParams(allow_extra=True), {"x": 1}) == ({"x": 1}, {})


async def test_output_gives_what_arrived_unless_told_otherwise() -> None:
    assert (await done("output", {})).value == "came"
    assert (await done("output", {"value": {"n": "{{ a.n }}"}})).value == {"n": 5}
    assert (await done("output", {})).ports == ()


async def test_set_builds_values_and_fields() -> None:
    assert (await done("set", {"value": [1, "{{ a.b[1].c }}", {"{{ a.n }}": None}]})).value == [1, "deep", {"5": None}]
    assert (await done("set", {"fields": {"x": "{{ a.n }}", "t": "n={{ a.n }}"}})).value == {"x": 5, "t": "n=5"}
    assert (await done("set", {"value": None})).value is None


async def test_template_gives_text_whatever_its_expressions_are() -> None:
    assert (await done("template", {"text": "{{ a.n }}"})).value == "5"
    assert (await done("template", {"text": "{{ a.b }} in {{ input }}"})).value == '[1, {"c": "deep"}] in came'


@pytest.mark.parametrize(
    ("mode", "value"),
    [
        ("list", TWO["inputs"]["in"]),
        ("first", {"k": {"x": 1}, "l": 1}),
        ("object", {"p": {"k": {"x": 1}, "l": 1}, "q": {"k": {"y": 2}, "l": 2}}),
        ("deep", {"k": {"x": 1, "y": 2}, "l": 2}),
    ],
)  # fmt: skip
async def test_merge_joins_in_edge_order(mode: str, value: Any) -> None:
    assert (await done("merge", {"mode": mode}, **TWO)).value == value


async def test_a_deep_merge_of_something_else_names_the_branch() -> None:
    fault = await failed("merge", {"mode": "deep"}, inputs={"in": [{}, 3]}, sources={"in": ("p", "q")})
    assert (fault.code, fault.data["branch"]) == ("bad_input", "q")


CASES = [{"port": "low", "when": "a.n < 3"}, {"port": "mid", "when": "a.n < 7"}, {"port": "any", "when": "a"}]


async def test_a_router_takes_the_first_case_that_holds_and_says_why() -> None:
    found = await done("router", {"cases": CASES}, World(value=lambda names: names["a"]["n"] < 3))
    assert (found.value, found.ports) == ("came", ("any",))
    assert [case["holds"] for case in found.details["cases"]] == [False, False, True]


async def test_a_router_takes_all_cases_that_hold_or_else() -> None:
    world = World(value=True)
    assert (await done("router", {"cases": CASES, "match": "all"}, world)).ports == ("low", "mid", "any")
    assert (await done("router", {"cases": CASES[:2]}, World(value=False))).ports == ("else",)
    assert world.sources == ["a.n < 3", "a.n < 7"]


async def test_a_router_names_the_case_whose_expression_fails() -> None:
    fault = await failed("router", {"cases": [{"port": "p", "when": "{{ nobody.x }}"}]})
    assert (fault.code, fault.data["param"]) == ("expression_error", "cases.0.when")


async def test_fail_fails_in_the_words_of_its_author() -> None:
    fault = await failed("fail", {"code": "no_stock", "message": "Only {{ a.n }} left."})
    assert (fault.code, fault.message, fault.retryable) == ("no_stock", "Only 5 left.", False)


async def test_wait_waits_for_seconds_or_a_moment() -> None:
    found = await suspended("wait", {"seconds": "{{ a.n }}"})
    assert (found.seconds, found.value) == (5.0, "came")
    assert (await suspended("wait", {"until": "1970-01-01T01:00:00+00:00"})).seconds == 2600.0
    assert (await done("wait", {"until": "1970-01-01"})).value == "came"
    assert (await failed("wait", {"until": "soon"})).code == "bad_input"


async def test_code_runs_with_its_prints_as_log_lines() -> None:
    told = Told()
    assert (await done("code", {"source": "def main(): return 1"}, World(value=1), told=told)).value == 1
    assert [message for _, message in told.logs] == ["one", "two"]


async def test_a_template_in_source_code_is_left_alone() -> None:
    world = World(value=1)
    await done("code", {"source": "def main(): return '{{ a.n }}'"}, world)
    assert world.sources == ["def main(): return '{{ a.n }}'"]


@pytest.mark.parametrize(
    ("type_name", "params", "param"),
    [
        ("set", {"value": 1, "fields": {}}, "value"),
        ("wait", {}, "seconds"),
        ("wait", {"seconds": 1, "until": "x"}, "seconds"),
        ("router", {"cases": [{"port": "else", "when": "1"}]}, "cases.0.port"),
        ("router", {"cases": [{"port": "p", "when": "1"}, {"port": "p", "when": "2"}]}, "cases.1.port"),
        ("start", {"fields": [{"name": "a"}, {"name": "a"}]}, "fields.1.name"),
        ("start", {"fields": [{"name": "a", "type": "choice"}]}, "fields.0.choices"),
        ("llm", {}, "prompt"),
        ("llm", {"prompt": "x", "output_schema": {"type": "nothing"}}, "output_schema"),
        ("http_request", {"url": "ftp://x"}, "url"),
        ("http_request", {"url": "http://x", "body": {"text": "x"}}, "body"),
    ],
)
def test_mistakes_that_a_schema_cannot_express_are_found(type_name: str, params: dict[str, Any], param: str) -> None:
    kind = builtin_catalogue().latest(type_name)
    assert kind is not None
    assert param in [path for path, _ in kind.check(params)]


def test_the_effect_of_a_request_follows_from_its_method() -> None:
    kind = builtin_catalogue().latest("http_request")
    assert kind is not None
    assert [kind.effect_for({"method": m}) for m in ("GET", "PUT", "POST")] == [
        Effect.IDEMPOTENT,
        Effect.IDEMPOTENT,
        Effect.UNSAFE,
    ]
    assert kind.effect_for({}) is Effect.IDEMPOTENT


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_every_type_declares_what_a_form_needs(kind: Any) -> None:
    schema = kind.params.model_json_schema()
    assert kind.help.endswith(".")
    assert len(kind.help) < 110
    for name, field in schema.get("properties", {}).items():
        assert field.get("title"), name
        assert field.get("x-ui", {}).get("kind"), name


async def test_a_param_of_the_wrong_type_names_the_param_and_not_the_value() -> None:
    found = await outcome("wait", {"seconds": "{{ input }}"})
    assert "came" not in str(found.fault.to_json() if hasattr(found, "fault") else found)
    fault = await failed("wait", {"seconds": "{{ input }}"})
    assert (fault.code, fault.data["param"]) == ("bad_params", "seconds")


@pytest.mark.parametrize("name", ["note", "frame"])
def test_notes_and_frames_are_not_run(name: str) -> None:
    assert not builtin_catalogue().latest(name).executable  # type: ignore[union-attr]  # it is in the catalogue
    assert node(name, {}).outputs == ()
