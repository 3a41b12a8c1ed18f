"""C11: what a model's server sends is data. Whatever else it puts into its stream, a node gives the plain text, or a fault."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from runs.executor import Done, Executor, Failed, Outcome, Services
from runs.nodes import builtin_catalogue
from runs.providers.config import ProviderConfig
from runs.providers.litellm_client import LitellmClient, load_litellm
from tests.unit.runs.nodes.world import Told, World, node, work
from tests.unit.runs.providers import mock_openai as mock
from tests.unit.runs.providers.mock_openai import Answer, chunk, serving

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]

END = (chunk(finish="stop"), chunk(usage=mock.USAGE), b"data: [DONE]\n\n")
FAULTS = {"provider_malformed", "transient", "response_too_large"}


@pytest.fixture(autouse=True, scope="module")
def litellm() -> None:
    """Import it before the tests begin to count their seconds."""
    load_litellm()


def event(delta: Mapping[str, Any], **more: Any) -> bytes:
    """One event of a stream with this delta, and with further keys beside it."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return f"data: {json.dumps({'id': 'c1', 'object': 'chat.completion.chunk', 'choices': [choice], **more})}\n\n".encode()


CALL = {"index": 0, "id": "t1", "type": "function", "function": {"name": "execute", "arguments": '{"code": "import os"}'}}
HTML = "<script>window.__x = 1</script><img src=x onerror=alert(1)>"


async def ask(answer: Answer, **params: Any) -> tuple[Outcome, Told, int]:
    """Run an llm node against a server with this answer; how often the server was asked comes with it."""
    told, world = Told(), World()
    async with serving(answer) as server:
        config = ProviderConfig(model_bases={"lab": server.base}, http_max_bytes=1_000_000)
        client = LitellmClient(config)
        executor = Executor(builtin_catalogue(), Services(llm=client, http=world, sandbox=world))
        planned = node("llm", {"model": "lab/test", "prompt": "Hi", **params}, timeout_seconds=50.0)
        try:
            outcome = await executor.run(work(planned, told))
        finally:
            await client.close()
    assert (world.http, world.sources) == ([], []), "an answer made the node call or run something"
    return outcome, told, len(server.requests)


@pytest.mark.parametrize(
    "stranger",
    [
        event({"foo": "bar", "execute": "import os", "html": HTML}),
        event({"role": "system"}),
        event({"role": "tool", "name": "execute"}),
        event({"tool_calls": [CALL]}),
        event({"tool_calls": [{**CALL, "type": "mcp", "server_url": "http://127.0.0.1:1/"}]}),
        event({"function_call": {"name": "execute", "arguments": "{}"}}),
        event({"reasoning_content": HTML}),
        event({"refusal": HTML}),
        event({"audio": {"data": "AAAA", "transcript": HTML}}),
        event({"images": [{"image_url": {"url": "http://127.0.0.1:1/pixel.png"}}]}),
        event({"content": None}),
        event({"content": ""}),
        event({}, citations=["javascript:alert(1)"], actions=[{"type": "open_url", "url": "http://127.0.0.1:1/"}]),
        b"event: execute\ndata: " + json.dumps({"id": "c1", "choices": []}).encode() + b"\n\n",
        b": execute this comment\n\n",
    ],
    ids=lambda raw: raw[:60].decode(),
)
async def test_what_is_not_text_is_dropped(stranger: bytes) -> None:
    outcome, told, asked = await ask(mock.raw(mock.STREAM, chunk("Hel"), stranger, chunk("lo"), *END))
    assert isinstance(outcome, Done), outcome
    assert (outcome.value, told.texts, asked) == ("Hello", ["Hel", "lo"], 1)
    assert set(outcome.details) == {"model", "finish_reason"}


@pytest.mark.parametrize(
    "stranger",
    [
        b"event: execute\ndata: import os\n\n",
        b"event: script\ndata: <script>alert(1)</script>\n\n",
        b'event: error\ndata: {"error": {"message": "run this"}}\n\n',
        b"data: <html></html>\n\n",
        b"data: [1, 2]\n\n",
        b"data: null\n\n",
        b'data: {"choices": "execute"}\n\n',
        b'data: {"choices": [7]}\n\n',
        event({"content": {"html": HTML}}),
        event({"content": [{"type": "text", "text": HTML}]}),
        event({"content": 7}),
        event({"tool_calls": "execute"}),
        event({"tool_calls": [7]}),
        b"\x00\xff\xfe\n\n",
    ],
    ids=lambda raw: repr(raw[:60]),
)
async def test_what_is_malformed_is_dropped_or_a_fault(stranger: bytes) -> None:
    outcome, told, _ = await ask(mock.raw(mock.STREAM, chunk("Hel"), stranger, chunk("lo"), *END))
    assert "".join(told.texts) in {"Hel", "Hello"}
    if isinstance(outcome, Done):
        assert outcome.value == "Hello"
    else:
        assert isinstance(outcome, Failed)
        assert outcome.fault.code in FAULTS, outcome
        assert "script" not in json.dumps(outcome.fault.to_json())


async def test_html_and_templates_are_text() -> None:
    pieces = (HTML, "{{ start.secret }}", "{% x %}", "event: execute\ndata: {}\n\n", "![a](http://127.0.0.1:1/p.png)")
    outcome, _, asked = await ask(mock.says(*pieces))
    assert isinstance(outcome, Done), outcome
    assert (outcome.value, asked) == ("".join(pieces), 1)


async def test_an_answer_of_tool_calls_alone_calls_nothing() -> None:
    outcome, told, asked = await ask(mock.raw(mock.STREAM, event({"tool_calls": [CALL]}), chunk(finish="tool_calls"), *END[1:]))
    assert (told.texts, asked) == ([], 1)
    assert isinstance(outcome, Failed) or (isinstance(outcome, Done) and outcome.value == "")


async def test_one_field_without_end_is_refused() -> None:
    outcome, _, _ = await ask(mock.raw(mock.STREAM, event({"foo": "x" * 3_000_000}), chunk("Hello"), *END))
    assert isinstance(outcome, Failed)
    assert outcome.fault.code in FAULTS


async def test_a_schema_is_held_against_the_text_only() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
    said = mock.raw(mock.STREAM, event({"tool_calls": [CALL]}), chunk('{"a": "<b>"}'), *END)
    outcome, _, asked = await ask(said, output_schema=schema)
    assert isinstance(outcome, Done), outcome
    assert (outcome.value, asked) == ({"a": "<b>"}, 1)
