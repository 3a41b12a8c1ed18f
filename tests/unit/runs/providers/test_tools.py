"""Tools on the wire: declared as the protocol says, put together from pieces, and in words for a model that knows none."""

import json
from typing import Any

import pytest

from editor.graph.context import LlmReply, LlmRequest, Tool
from editor.graph.nodetype import Usage
from runs.providers.config import ProviderConfig
from runs.providers.litellm_client import LitellmClient
from runs.providers.tool_prompt import with_calls, without_tools
from tests.unit.runs.providers import mock_openai as mock

SEARCH = Tool("search", "Finds things.", {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]})
ASKED = [{"role": "user", "content": "Find it."}]


def piece(**delta: Any) -> bytes:
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}], "model": "m", "object": "chat.completion.chunk"}
    return f"data: {json.dumps({'id': 'c1', 'created': 1, **event})}\n\n".encode()


def call(index: int, **function: str) -> dict[str, Any]:
    return {"index": index, "function": function} | ({"id": f"t{index}", "type": "function"} if "name" in function else {})


@pytest.mark.enable_socket
@pytest.mark.timeout(240)
async def test_tools_are_declared_and_calls_are_put_together() -> None:
    parts = [
        piece(tool_calls=[call(0, name="search", arguments='{"q"')]),
        piece(tool_calls=[call(1, name="search", arguments='{"q": "b"}')]),
        piece(tool_calls=[call(0, arguments=': "a"}')]),
        mock.chunk(finish="tool_calls"), mock.chunk(usage=mock.USAGE), b"data: [DONE]\n\n",
    ]  # fmt: skip
    async with mock.serving(mock.raw(mock.STREAM, *parts)) as server:
        client = LitellmClient(ProviderConfig(model_keys={"lab": "k"}, model_bases={"lab": server.base}))
        reply = await client.complete(LlmRequest("lab/m", ASKED, tools=[SEARCH]), lambda text: None)
        await client.close()
    assert [(one.id, one.name, json.loads(one.arguments)) for one in reply.tool_calls] == [
        ("t0", "search", {"q": "a"}),
        ("t1", "search", {"q": "b"}),
    ]
    assert reply.finish_reason == "tool_calls"
    (sent,) = [request["body"] for request in server.requests]
    assert sent["tools"][0]["function"]["parameters"] == SEARCH.parameters


def said(text: str) -> LlmReply:
    return LlmReply(text, "stop", Usage(), "m")


def test_a_model_without_tools_is_held_to_a_choice() -> None:
    made = [{"id": "t", "function": {"name": "search", "arguments": '{"q": "a"}'}}]
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be kind."}, *ASKED,
        {"role": "assistant", "content": "", "tool_calls": made},
        {"role": "tool", "tool_call_id": "t", "name": "search", "content": "Nothing."},
    ]  # fmt: skip
    asked = without_tools(LlmRequest("m", messages, tools=[SEARCH]))
    assert asked.tools == ()
    assert [message["role"] for message in asked.messages] == ["system", "user", "assistant", "user"]
    assert "search: Finds things." in asked.messages[0]["content"]
    assert asked.messages[2]["content"] == '{"tool": "search", "arguments": {"q": "a"}}'
    assert asked.output_schema is not None
    assert [sorted(option["properties"]) for option in asked.output_schema["anyOf"]] == [["arguments", "tool"], ["answer"]]


def test_what_it_chose_is_a_call_or_its_answer() -> None:
    reply = with_calls(said('{"tool": "search", "arguments": {"q": "a"}}'), [SEARCH])
    assert [(one.name, one.arguments) for one in reply.tool_calls] == [("search", '{"q": "a"}')]
    assert with_calls(said('{"answer": "Done."}'), [SEARCH]).text == "Done."
    assert with_calls(said('{"answer": {"n": 1}}'), [SEARCH]).text == '{"n": 1}'
    assert with_calls(said('{"tool": "rm", "arguments": {}}'), [SEARCH]).tool_calls == ()
