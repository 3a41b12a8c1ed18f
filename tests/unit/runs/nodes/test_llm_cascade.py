"""A stronger model is asked while an answer is not good enough, and each hop says why."""

import asyncio
import base64
from typing import Any

import pytest

from editor.graph.context import HttpReply, LlmReply, Step
from editor.graph.document import RetryPolicy
from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from runs.budget import Limits, RunBudget
from runs.executor import Failed
from runs.nodes import builtin_catalogue
from tests.unit.runs.nodes.world import World, done, failed, outcome

SURE = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "confidence": {"type": "number"}},
    "required": ["kind"],
}  # fmt: skip
CASCADE = {"prompt": "x", "model": "a/cheap", "escalate_models": ["a/good", "a/best"]}
NO_KEY = Fault("auth", "No key.")
PNG = b"\x89PNG\r\n\x1a\n rest"


def models(world: World) -> list[str]:
    return [request.model for request in world.llm]


async def test_an_answer_that_passes_its_check_is_not_escalated() -> None:
    world = World(answers=["long enough"], value=lambda names: len(names["answer"]) > 5)
    found = await done("llm", CASCADE | {"check": "len(answer) > 5"}, world)
    assert (found.value, models(world), "escalations" in found.details) == ("long enough", ["a/cheap"], False)


async def test_an_answer_that_fails_its_check_goes_to_the_stronger_ones_in_turn() -> None:
    world = World(answers=["a", "ab", "abc"], value=lambda names: len(names["answer"]) > 2)
    found = await done("llm", CASCADE | {"check": "len(answer) > 2"}, world)
    assert (found.value, models(world)) == ("abc", ["a/cheap", "a/good", "a/best"])
    assert [one["model"] for one in found.details["escalations"]] == ["a/cheap", "a/good"]
    assert "The check len(answer) > 2 does not hold." in found.details["escalations"][0]["message"]
    assert world.llm[0].reason == ""
    assert world.llm[1].reason.startswith("The answer of a/cheap was not good enough")
    assert found.usage is not None
    assert found.usage.cost_usd == 0.75


async def test_an_unsure_answer_goes_to_a_stronger_model() -> None:
    world = World(answers=['{"kind": "a"}', '{"kind": "b", "confidence": 0.5}', '{"kind": "c", "confidence": 0.9}'])
    found = await done("llm", CASCADE | {"output_schema": SURE, "min_confidence": 0.8}, world)
    assert found.value == {"kind": "c", "confidence": 0.9}
    told = [one["message"] for one in found.details["escalations"]]
    assert told == ["It does not say its confidence.", "Its confidence is 0.5, and 0.8 is asked for."]


async def test_an_answer_that_never_matches_its_schema_goes_to_a_stronger_model() -> None:
    world = World(answers=["no", "still no", '{"kind": "b"}'])
    found = await done("llm", CASCADE | {"output_schema": SURE}, world)
    assert (found.value, models(world)) == ({"kind": "b"}, ["a/cheap", "a/cheap", "a/good"])
    assert "did not match the schema" in world.llm[1].reason


async def test_when_no_answer_is_good_enough_the_node_says_so_and_what_was_answered() -> None:
    found = await outcome("llm", CASCADE | {"check": "False"}, World(answers=["a"], value=False))
    assert isinstance(found, Failed)
    assert (found.fault.code, found.fault.retryable) == ("check_failed", False)
    assert found.fault.data["answer"] == "a"
    assert [one["model"] for one in found.fault.data["escalations"]] == ["a/cheap", "a/good", "a/best"]
    assert "stronger model" in found.fault.hint
    assert found.usage is not None
    assert found.usage.cost_usd == 0.75


async def test_a_stronger_model_that_is_down_has_fallbacks_too() -> None:
    world = World(answers=["a", NO_KEY, "abc"], value=lambda names: len(names["answer"]) > 2)
    found = await done("llm", CASCADE | {"check": "len(answer) > 2", "fallback_models": ["b/other"]}, world)
    assert (found.value, models(world)) == ("abc", ["a/cheap", "a/good", "b/other"])
    assert [hop["model"] for hop in found.details["fallbacks"]] == ["a/good"]
    assert world.llm[2].reason == "a/good did not answer: No key."


async def test_a_check_that_cannot_be_worked_out_names_its_field() -> None:
    broken = Fault("expression_error", "There is no x.")
    fault = await failed("llm", CASCADE | {"check": "x"}, World(value=broken))
    assert (fault.code, fault.data["param"]) == ("expression_error", "check")


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"escalate_models": ["a/b"]}, "escalate_models"),
        ({"min_confidence": 0.5}, "min_confidence"),
        ({"min_confidence": 0.5, "output_schema": {"type": "object"}}, "min_confidence"),
        ({"escalate_models": ["a/b"], "output_schema": SURE}, None),
        ({"min_confidence": 0.5, "output_schema": SURE}, None),
    ],
)
async def test_a_cascade_without_a_reason_to_escalate_is_a_mistake(params: dict[str, Any], place: str | None) -> None:
    kind = builtin_catalogue().latest("llm")
    assert kind is not None
    assert [path for path, _ in kind.check({"prompt": "x", **params})] == ([] if place is None else [place])


async def test_examples_and_history_stand_between_system_and_prompt() -> None:
    world = World()
    params = {
        "system": "s", "prompt": "p", "examples": [{"input": "2+2", "output": {"sum": 4}}],
        "messages": [{"role": "user", "content": "before"}, {"role": "assistant", "content": "yes"}],
    }  # fmt: skip
    await done("llm", params, world)
    said = [(message["role"], message["content"]) for message in world.llm[0].messages]
    assert said == [
        ("system", "s"), ("user", "2+2"), ("assistant", '{"sum": 4}'), ("user", "before"), ("assistant", "yes"),
        ("user", "p"),
    ]  # fmt: skip


async def test_images_and_files_go_along_with_the_prompt() -> None:
    coded = base64.b64encode(PNG).decode()
    pdf = base64.b64encode(b"%PDF-1.7").decode()
    world = World(reply=HttpReply(200, {"content-type": "image/jpeg"}, b"\xff\xd8\xff", "https://x/a.jpg"))
    files = [
        f"data:image/png;base64,{coded}",
        "https://x/a.jpg",
        {"data": pdf, "name": "terms.pdf"},
        {"text": "a,b", "name": "t.csv"},
    ]
    await done("llm", {"prompt": "What is this?", "files": files}, world)
    (message,) = world.llm[0].messages
    assert [part["type"] for part in message["content"]] == ["text", "image_url", "image_url", "file", "text"]
    assert message["content"][1]["image_url"]["url"] == f"data:image/png;base64,{coded}"
    assert message["content"][2]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert message["content"][3]["file"]["filename"] == "terms.pdf"
    assert message["content"][4]["text"] == "t.csv:\na,b"
    assert world.http[0].url == "https://x/a.jpg"


@pytest.mark.parametrize(
    "file", [{"data": "%%%"}, {"name": "x"}, 5, "data:image/png", {"data": base64.b64encode(b"\x00\xff\xfe").decode()}, [1] * 21]
)
async def test_what_is_no_file_is_named(file: Any) -> None:
    fault = await failed("llm", {"prompt": "x", "files": file if isinstance(file, list) else [file]})
    assert (fault.code, fault.data["param"]) == ("bad_params", "files")


async def test_a_file_that_cannot_be_fetched_is_no_empty_file() -> None:
    world = World(reply=HttpReply(404, {}, b"no", "https://x/a"))
    assert (await failed("llm", {"prompt": "x", "files": "https://x/a"}, world)).code == "file_missing"


async def test_each_call_is_recorded_with_what_was_asked_what_came_and_why() -> None:
    steps: list[Step] = []
    world = World(answers=[NO_KEY, "not json", '{"kind": "b"}'])
    image = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    params = {"prompt": "Hi", "model": "a/b", "fallback_models": ["c/d"], "output_schema": SURE, "files": [image]}
    await done("llm", params, world, record=steps.append, attempt=2, node={"retry": RetryPolicy()})
    assert [(step.idx, step.kind, step.name, step.status) for step in steps] == [
        (2000, "call", "a/b", "failed"), (2001, "call", "c/d", "succeeded"), (2002, "call", "c/d", "succeeded"),
    ]  # fmt: skip
    assert steps[0].error is not None
    assert steps[0].error["code"] == "auth"
    assert steps[0].input["prompt"][0]["content"][1]["image_url"]["url"] == f"data:image/png ({len(PNG)} bytes)"
    assert "reason" not in steps[0].input
    assert steps[1].input["reason"] == "a/b did not answer: No key."
    assert "did not match the schema" in steps[2].input["reason"]
    assert (steps[1].output["text"], steps[1].output["usage"]["cost_usd"]) == ("not json", 0.25)
    assert all(step.usage is None for step in steps), "what a call took is counted with its node run"


async def test_a_call_that_the_time_limit_stops_is_recorded() -> None:
    steps: list[Step] = []

    class Silent(World):
        async def complete(self, request: Any, on_text: Any) -> Any:
            """Never answer."""
            await asyncio.Event().wait()

    fault = await failed("llm", {"prompt": "x"}, Silent(), record=steps.append, node={"timeout_seconds": 0.05})
    assert fault.code == "timeout"
    assert [(step.status, step.error and step.error["code"]) for step in steps] == [("failed", "cancelled")]


async def test_under_a_budget_a_stronger_model_is_asked_only_if_its_call_fits() -> None:
    budget = RunBudget(Limits(usd=0.6, asks=False), {})
    world = World(answers=["a"], value=False)
    found = await outcome("llm", CASCADE | {"check": "False", "fallback_models": ["b/other"]}, world, budget=budget)
    assert isinstance(found, Failed)
    assert (found.fault.code, models(world), budget.spent[0]) == ("budget", ["a/cheap"], 0.25)
    assert found.fault.hint


async def test_a_stream_that_took_more_than_was_set_aside_is_counted_and_ends_the_spending() -> None:
    budget = RunBudget(Limits(usd=0.6, asks=False), {})
    greedy = LlmReply("a", "stop", Usage(9, 9, 2.0, "a/cheap"), "a/cheap")
    world = World(answers=[greedy, "ab"], value=lambda names: len(names["answer"]) > 1)
    found = await outcome("llm", CASCADE | {"check": "len(answer) > 1"}, world, budget=budget)
    assert isinstance(found, Failed)
    assert (found.fault.code, models(world), budget.spent[0]) == ("budget", ["a/cheap"], 2.0)
