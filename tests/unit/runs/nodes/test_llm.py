"""A model's answer: text or JSON that matches, repaired once, by the model or its fallbacks."""

from editor.graph.context import LlmReply
from editor.graph.document import RetryPolicy
from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from runs.executor import Failed
from tests.unit.runs.nodes.world import Told, World, done, failed, outcome

SCHEMA = {"type": "object", "properties": {"category": {"enum": ["billing", "other"]}}, "required": ["category"]}
BUSY = Fault("rate_limit", "Busy.", retryable=True)
NO_KEY = Fault("auth", "No key.")


async def test_text_is_streamed_and_paid_for() -> None:
    told, world = Told(), World(answers=["Hello"])
    found = await done("llm", {"system": "Be kind.", "prompt": "{{ a.b }}"}, world, told=told)
    assert (found.value, told.texts, found.usage) == ("Hello", ["Hello"], Usage(5, 2, 0.25, "local/smollm2"))
    assert world.llm[0].messages == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": '[1, {"c": "deep"}]'},
    ]


async def test_messages_come_between_system_and_prompt() -> None:
    world = World()
    messages = [{"role": "user", "content": "{{ input }}"}, {"role": "assistant", "content": "y"}]
    await done("llm", {"system": "s", "messages": messages, "prompt": "p"}, world)
    assert [message["content"] for message in world.llm[0].messages] == ["s", "came", "y", "p"]


async def test_an_answer_that_matches_is_an_object() -> None:
    for text in ('{"category": "billing"}', '```json\n{"category": "billing"}\n```'):
        assert (await done("llm", {"prompt": "x", "output_schema": SCHEMA}, World(answers=[text]))).value == {
            "category": "billing"
        }


async def test_an_answer_that_does_not_match_is_repaired_once_and_paid_twice() -> None:
    world = World(answers=['{"category": "x"}', '{"category": "other"}'])
    found = await done("llm", {"prompt": "x", "output_schema": SCHEMA}, world)
    assert found.value == {"category": "other"}
    assert found.usage is not None
    assert found.usage.input_tokens == 10
    assert "category" in found.details["repaired"]
    assert [message["role"] for message in world.llm[1].messages] == ["user", "assistant", "user"]


async def test_an_answer_that_never_matches_is_a_fault_and_paid_for() -> None:
    found = await outcome("llm", {"prompt": "x", "output_schema": SCHEMA}, World(answers=["no"]))
    assert isinstance(found, Failed)
    assert (found.fault.code, found.fault.retryable) == ("invalid_output", True)
    assert found.usage is not None
    assert found.usage.cost_usd == 0.5


async def test_an_answer_cut_at_its_length_says_so() -> None:
    cut = LlmReply("Hel", "length", Usage(1, 1), "m")
    told = Told()
    found = await done("llm", {"prompt": "x"}, World(answers=[cut]), told=told)
    assert "length limit" in found.details["warning"]
    assert told.logs[0][0] == "warning"
    assert "length limit" in (await failed("llm", {"prompt": "x", "output_schema": SCHEMA}, World(answers=[cut]))).message


async def test_a_fallback_answers_when_no_retry_can_help() -> None:
    world = World(answers=[NO_KEY, "Hi"])
    found = await done("llm", {"prompt": "x", "model": "a/b", "fallback_models": ["c/d"]}, world)
    assert (found.value, found.details["model"]) == ("Hi", "c/d")
    assert found.details["fallbacks"] == [{"model": "a/b", "code": "auth", "message": "No key."}]


async def test_a_fallback_waits_until_the_retries_are_used_up() -> None:
    params = {"prompt": "x", "model": "a/b", "fallback_models": ["c/d"]}
    three = {"retry": RetryPolicy(max_attempts=3)}
    assert (await failed("llm", params, World(answers=[BUSY, "Hi"]), node=three)).code == "rate_limit"
    assert (await done("llm", params, World(answers=[BUSY, "Hi"]), node=three, attempt=3)).value == "Hi"


async def test_the_last_fallbacks_fault_is_the_nodes() -> None:
    world = World(answers=[NO_KEY, BUSY])
    assert (await failed("llm", {"prompt": "x", "fallback_models": ["c/d"]}, world)).code == "rate_limit"


async def test_a_schema_with_patterns_or_references_outside_is_refused() -> None:
    pattern = {"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}
    assert (await failed("llm", {"prompt": "x", "output_schema": pattern})).code == "bad_params"
    outside = {"$ref": "http://127.0.0.1:1/schema.json"}
    assert (await failed("llm", {"prompt": "x", "output_schema": outside}, World(answers=["{}"]))).code == "invalid_output"
    named = {"type": "object", "properties": {"pattern": {"type": "string"}}}
    assert (await done("llm", {"prompt": "x", "output_schema": named}, World(answers=["{}"]))).value == {}


async def test_an_empty_prompt_is_refused() -> None:
    assert (await failed("llm", {"prompt": "{{ empty }}"}, names={"empty": "", "run": {}})).code == "bad_params"
