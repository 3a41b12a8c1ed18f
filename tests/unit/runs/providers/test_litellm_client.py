"""Answers of models are whole, or they are a fault that says what happened."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from editor.graph.context import LlmReply, LlmRequest
from editor.graph.faults import Fault, NodeFailure
from runs.providers.config import ProviderConfig
from runs.providers.litellm_client import LitellmClient
from tests.unit.runs.providers import mock_openai as mock
from tests.unit.runs.providers.mock_openai import Answer, serving

# The first test of a process imports litellm, which takes long on a busy machine.
pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket, pytest.mark.timeout(240)]


def config(base: str, **more: Any) -> ProviderConfig:
    return ProviderConfig(model_keys={"openai": "sk-canary-0123456789"}, model_bases={"openai": base}, **more)


def request(**more: Any) -> LlmRequest:
    return LlmRequest(**({"model": "openai/test", "messages": [{"role": "user", "content": "Hi"}]} | more))


async def ask(*answers: Answer, settings: Mapping[str, Any] | None = None, **more: Any) -> tuple[LlmReply, list[str]]:
    """One call to a server with this script, and the text that was streamed."""
    texts: list[str] = []
    async with serving(*answers) as server:
        client = LitellmClient(config(server.base, **(settings or {})))
        try:
            reply = await client.complete(request(**more), texts.append)
        finally:
            await client.close()
        assert len(server.requests) == 1
    return reply, texts


async def fault_of(*answers: Answer, **settings: Any) -> Fault:
    with pytest.raises(NodeFailure) as caught:
        await ask(*answers, settings=settings)
    assert "canary" not in str(caught.value.fault.to_json())
    return caught.value.fault


async def test_an_answer_is_streamed_and_counted() -> None:
    reply, texts = await ask(mock.says("Hel", "lo"))
    assert (reply.text, reply.finish_reason, texts) == ("Hello", "stop", ["Hel", "lo"])
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (7, 3)


async def test_an_answer_that_stopped_at_its_length_says_so() -> None:
    reply, _ = await ask(mock.says("Hel", finish="length"))
    assert reply.finish_reason == "length"


async def test_a_schema_is_asked_for_in_two_ways() -> None:
    async with serving(mock.says("{}")) as server:
        client = LitellmClient(config(server.base))
        await client.complete(request(output_schema={"type": "object"}), lambda text: None)
        await client.close()
    body = server.requests[0]["body"]
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert "JSON Schema" in body["messages"][0]["content"]


@pytest.mark.parametrize(
    ("answer", "code", "retryable"),
    [
        (mock.cut("Hel"), "transient", True),
        (mock.reset("Hel"), "transient", True),
        (mock.raw(mock.STREAM, mock.chunk("a \\ndata: [DONE]")), "transient", True),
        (mock.raw(mock.STREAM), "provider_malformed", True),
        (mock.raw(mock.STREAM, b"data: [DONE]\n\n"), "provider_malformed", True),
        (mock.raw(mock.STREAM, b'data: {"id":"1","choices":[]}\n\n', b"data: [DONE]\n\n"), "provider_malformed", True),
        (mock.raw(mock.STREAM, b"data: {}\n\n", b"data: [DONE]\n\n"), "provider_malformed", True),
        (mock.raw(mock.head("200 OK", "text/html"), b"<html>Sign in</html>"), "provider_malformed", True),
        (mock.raw(mock.head("200 OK", "application/json"), b"{}"), "provider_malformed", True),
        (mock.error("500 Internal Server Error", "oops"), "transient", True),
        (mock.error("503 Service Unavailable", "busy"), "transient", True),
        (mock.error("529 Overloaded", "overloaded"), "transient", True),
        (mock.error("401 Unauthorized", "invalid_api_key"), "auth", False),
        (mock.error("403 Forbidden", "no"), "auth", False),
        (mock.error("404 Not Found", "model_not_found"), "model_unknown", False),
        (mock.error("400 Bad Request", "bad"), "bad_request", False),
        (mock.error("429 Too Many Requests", "rate"), "rate_limit", True),
    ],
)
async def test_each_way_to_fail_has_its_fault(answer: Answer, code: str, retryable: bool) -> None:
    fault = await fault_of(answer)
    assert (fault.code, fault.retryable) == (code, retryable)


async def test_the_provider_says_when_to_come_back() -> None:
    fault = await fault_of(mock.error("429 Too Many Requests", "rate", "retry-after: 17"))
    assert (fault.code, fault.retry_after_seconds) == ("rate_limit", 17.0)


async def test_a_broken_event_is_no_answer() -> None:
    fault = await fault_of(mock.raw(mock.STREAM, mock.chunk("a"), b"data: {nope\n\n", b"data: [DONE]\n\n"))
    assert fault.code == "provider_malformed"


async def test_an_answer_without_end_is_refused() -> None:
    endless = mock.raw(mock.STREAM, *[mock.chunk("x" * 5_000)] * 40)
    assert (await fault_of(endless, http_max_bytes=100_000)).code == "provider_malformed"


async def test_a_silent_provider_is_a_timeout() -> None:
    await ask(mock.says("the first call of a process takes longer"))
    assert (await fault_of(mock.hangs(), first_chunk_seconds=1.0)).code == "timeout"
    stalled = mock.raw(mock.STREAM, mock.chunk("a"), mock.chunk("b"), pause=5.0)
    assert (await fault_of(stalled, between_chunks_seconds=0.2)).code == "timeout"


async def test_a_slow_model_ends_at_the_callers_deadline() -> None:
    slow = mock.raw(mock.STREAM, *[mock.chunk("x")] * 100, pause=0.1)
    started = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await ask(slow)
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_a_model_without_a_key_names_what_to_set() -> None:
    with pytest.raises(NodeFailure) as caught:
        await LitellmClient(ProviderConfig()).complete(request(), lambda text: None)
    assert caught.value.fault.code == "auth"
    assert "OPENAI_API_KEY" in caught.value.fault.hint


@pytest.mark.parametrize("model", ["gpt-4", "ollama/llama3", "http://127.0.0.1/x", "openai/", "custom_openai/x", ""])
async def test_a_workflow_reaches_only_models_that_the_operator_set_up(model: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        await LitellmClient(ProviderConfig()).complete(request(model=model), lambda text: None)
    assert caught.value.fault.code == "model_unknown"


async def test_what_is_set_aside_for_a_call_is_the_longest_answer_that_is_asked_for() -> None:
    async with serving(mock.says("Hi")) as server:
        client = LitellmClient(config(server.base))
        asked, need = await client.estimate(request())
        await client.complete(asked, lambda text: None)
        await client.close()
    body = server.requests[0]["body"]
    assert body.get("max_tokens", body.get("max_completion_tokens")) == need.output_tokens == asked.max_tokens


async def test_a_named_server_is_reached_by_its_name() -> None:
    async with serving(mock.says("Hi")) as server:
        client = LitellmClient(ProviderConfig(model_bases={"lab": server.base}))
        reply = await client.complete(request(model="lab/llama"), lambda text: None)
        await client.close()
    assert reply.text == "Hi"
    assert server.requests[0]["body"]["model"] == "llama"
