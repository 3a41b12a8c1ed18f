"""The local model answers one request after the other, stops when told, and says when it is not there."""

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editor.graph.context import LlmRequest
from editor.graph.faults import NodeFailure
from runs.providers import local_model
from runs.providers.config import ProviderConfig
from runs.providers.local_model import NAME, Chunk, Generate, LocalModel

SCHEMA = {"type": "object", "properties": {"category": {"enum": ["billing", "technical"]}}, "required": ["category"]}


def request(text: str = "Hi", **more: Any) -> LlmRequest:
    return LlmRequest(NAME, [{"role": "user", "content": text}], **more)


def piece(text: str) -> Chunk:
    return {"choices": [{"delta": {"content": text}, "finish_reason": None}]}


END: tuple[Chunk, ...] = (
    {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2}},
)


def loads(generate: Generate) -> Callable[[ProviderConfig], Generate]:
    """A loader that brings this model."""
    return lambda config: generate


async def test_an_answer_is_streamed_and_counted() -> None:
    def generate(body: Any, take: Callable[[Chunk], bool]) -> None:
        for chunk in (piece("Hel"), piece("lo"), *END):
            take(chunk)

    model = LocalModel(ProviderConfig(), loads(generate))
    texts: list[str] = []
    reply = await model.complete(request(), texts.append)
    await model.close()
    assert (reply.text, texts, reply.usage.input_tokens, reply.usage.output_tokens) == ("Hello", ["Hel", "lo"], 4, 2)


async def test_requests_are_answered_in_the_order_in_which_they_came() -> None:
    order: list[str] = []

    def generate(body: Any, take: Callable[[Chunk], bool]) -> None:
        order.append(body["messages"][0]["content"])
        for chunk in END:
            take(chunk)

    model = LocalModel(ProviderConfig(), loads(generate))
    await asyncio.gather(*(model.complete(request(str(n)), lambda text: None) for n in range(20)))
    await model.close()
    assert order == [str(n) for n in range(20)]


async def test_a_cancelled_request_stops_and_the_next_is_answered() -> None:
    started, stopped = threading.Event(), threading.Event()

    def generate(body: Any, take: Callable[[Chunk], bool]) -> None:
        if body["messages"][0]["content"] == "long":
            started.set()
            while not take(piece("x")):
                pass
            stopped.set()
        for chunk in END:
            take(chunk)

    model = LocalModel(ProviderConfig(), loads(generate))
    running = asyncio.create_task(model.complete(request("long"), lambda text: None))
    await asyncio.to_thread(started.wait, 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await asyncio.to_thread(stopped.wait, 5)
    assert (await model.complete(request(), lambda text: None)).finish_reason == "stop"
    await model.close()


@pytest.mark.parametrize(
    ("chunks", "code"),
    [
        ([piece("a")], "transient"),
        ([], "transient"),
        ([{"error": {"type": "exceed_context_size_error", "message": "m"}}], "context_too_long"),
        ([{"error": {"message": "m"}}], "bad_request"),
    ],
)
async def test_an_answer_that_is_not_whole_is_a_fault(chunks: list[Chunk], code: str) -> None:
    def generate(body: Any, take: Callable[[Chunk], bool]) -> None:
        for chunk in chunks:
            take(chunk)

    model = LocalModel(ProviderConfig(), loads(generate))
    with pytest.raises(NodeFailure) as caught:
        await model.complete(request(), lambda text: None)
    await model.close()
    assert caught.value.fault.code == code


async def test_a_missing_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_model, "MODEL_PACKAGE", "no_such_package")
    model = LocalModel(ProviderConfig())
    with pytest.raises(NodeFailure) as caught:
        await model.complete(request(), lambda text: None)
    await model.close()
    assert caught.value.fault.code == "model_unknown"
    assert "requirements-model.txt" in caught.value.fault.hint


async def test_a_broken_model_file_is_a_fault(tmp_path: Path) -> None:
    model = LocalModel(ProviderConfig(local_model_file=tmp_path / "missing.gguf"))
    with pytest.raises(NodeFailure) as caught:
        await model.complete(request(), lambda text: None)
    await model.close()
    assert caught.value.fault.code == "model_unknown"


@pytest.mark.model
async def test_the_model_that_comes_with_the_product_answers_by_schema_and_stops_when_told() -> None:
    model = LocalModel(ProviderConfig())
    texts: list[str] = []
    question = "Classify this question: I was charged twice on my invoice."
    reply = await model.complete(request(question, output_schema=SCHEMA, temperature=0.0, max_tokens=60), texts.append)
    assert json.loads(reply.text)["category"] in {"billing", "technical"}
    assert (reply.finish_reason, "".join(texts)) == ("stop", reply.text)
    assert reply.usage.input_tokens > 10
    assert reply.usage.output_tokens > 3
    short = await model.complete(request("Tell a story.", max_tokens=5), texts.append)
    assert (short.finish_reason, short.usage.output_tokens) == ("length", 5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await model.complete(request("Count to a thousand.", max_tokens=1500), texts.append)
    with pytest.raises(NodeFailure) as caught:
        await model.complete(request("word " * 4000), texts.append)
    assert caught.value.fault.code == "context_too_long"
    await model.close()
