"""Models behind litellm. The only importer of litellm, which takes seconds to import: on first use, in a thread.

Of litellm only the translation between vendors is used. Retries, deadlines and the question whether an answer is whole are
decided here, because litellm reports a stream that was cut as finished.
"""

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Usage
from runs.providers.clients import LoopClients
from runs.providers.closed import after_import, as_chat, before_import
from runs.providers.config import ProviderConfig
from runs.providers.errors import cut_off, malformed, map_error, silent
from runs.providers.estimates import input_tokens
from runs.providers.openai_stream import Piece, pieces_of
from runs.providers.schema_prompt import with_schema
from runs.providers.targets import Target, target_of
from runs.providers.tool_calls import Calls, call_pieces, declared
from runs.providers.transport import Watch, watching
from runs.providers.vectors import embedding_arguments, vectors_of, without_vectors

LONGEST_ANSWER = 4096
"""Tokens of an answer, under a budget, where the node sets no limit: what has no limit cannot be reserved."""
UNSTREAMED = 5
"""How many times longer a whole answer may take than its first piece."""

_import_lock = threading.Lock()


def load_litellm() -> ModuleType:
    """Import litellm, without its downloads, its telemetry and its logs of messages."""
    with _import_lock:
        before_import()
        import litellm

        after_import(litellm)
        gc.freeze()  # what it brings stays for life: the search for garbage need not look through it again
        return litellm


@dataclass(slots=True)
class Answer:
    """What a stream has brought so far."""

    text: list[str] = field(default_factory=list)
    finish_reason: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    has_choices: bool = False
    calls: Calls = field(default_factory=Calls)

    def add(self, piece: Piece) -> None:
        """Take in what a piece brought."""
        if piece.usage is not None:
            self.input_tokens, self.output_tokens = piece.usage
            self.cached_tokens = max(self.cached_tokens, piece.cached)
        self.has_choices = self.has_choices or piece.has_choices
        self.finish_reason = piece.finish_reason or self.finish_reason
        if piece.text:
            self.text.append(piece.text)
        for call in piece.calls:
            self.calls.add(call)


class LitellmClient:
    """Calls the models of hosted providers and of the servers that the operator named."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._clients: dict[int, LoopClients] = {}
        self._litellm: ModuleType | None = None

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Stream one answer to its announced end. Anything less is a fault."""
        target = target_of(request, self._config)
        litellm = self._litellm = self._litellm or await asyncio.to_thread(load_litellm)
        watch = Watch(self._config.http_max_bytes)
        token = watching.set(watch)
        answer = Answer()
        try:
            arguments = as_chat({**_arguments(request), **self._loop_clients().arguments(target)}, target.protocol)
            await self._stream(litellm, arguments, answer, on_text, is_raw=target.speaks_openai)
        except asyncio.CancelledError:
            raise
        except TimeoutError:
            raise NodeFailure(silent(request.model, self._waiting_seconds(answer))) from None
        except Exception as error:
            raise NodeFailure(self._fault(error, request.model, watch, target.key)) from None
        finally:
            watching.reset(token)
        check_whole(request.model, answer, watch)
        asked, answered, cached = answer.input_tokens, answer.output_tokens, answer.cached_tokens
        cost = cost_of(litellm, target, asked=asked, answered=answered, cached=cached)
        usage = Usage(asked, answered, cost, request.model)
        calls = answer.calls.whole() if request.tools else ()
        return LlmReply("".join(answer.text), answer.finish_reason, usage, request.model, calls, cached)

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most, by litellm's table of prices; what has no price counts as free."""
        target = target_of(request, self._config)
        litellm = self._litellm = self._litellm or await asyncio.to_thread(load_litellm)
        longest = request.max_tokens or LONGEST_ANSWER
        asked = input_tokens(request)
        cost = cost_of(litellm, target, asked=asked, answered=longest)
        return replace(request, max_tokens=longest), Usage(asked, longest, cost, request.model)

    async def embed(self, request: LlmRequest, texts: Sequence[str], purpose: str) -> list[list[float]]:
        """Ask an embedding model for one vector for each text. `purpose` is ``passage`` or ``query``."""
        target = target_of(request, self._config)
        litellm: Any = await asyncio.to_thread(load_litellm)
        watch = Watch(self._config.http_max_bytes)
        token = watching.set(watch)
        try:
            arguments = {**self._loop_clients().arguments(target), **embedding_arguments(target, texts, purpose)}
            async with asyncio.timeout(self._config.first_chunk_seconds):
                answer = await litellm.aembedding(**arguments)
        except asyncio.CancelledError:
            raise
        except TimeoutError:
            raise NodeFailure(silent(request.model, self._config.first_chunk_seconds)) from None
        except Exception as error:
            fault = self._fault(error, request.model, watch, target.key)
            raise NodeFailure(without_vectors(fault, error, request.model, watch)) from None
        finally:
            watching.reset(token)
        return vectors_of(answer, request.model)

    async def _stream(
        self, litellm: Any, arguments: Mapping[str, Any], answer: Answer, on_text: TextSink, *, is_raw: bool
    ) -> None:
        async with asyncio.timeout(self._waiting_seconds(answer) * (UNSTREAMED if _comes_at_once(arguments) else 1)):
            chunks = await litellm.acompletion(**arguments)
        raw = getattr(chunks, "completion_stream", None) if is_raw else None
        stream = translated(chunks) if raw is None else pieces_of(raw)
        while True:
            try:
                async with asyncio.timeout(self._waiting_seconds(answer)):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            answer.add(piece)
            if piece.text:
                on_text(piece.text)

    def _waiting_seconds(self, answer: Answer) -> float:
        return self._config.between_chunks_seconds if answer.has_choices else self._config.first_chunk_seconds

    def _fault(self, error: Exception, model: str, watch: Watch, key: str) -> Fault:
        if watch.is_too_large:
            return malformed(model, "it does not end")
        if watch.status == 200 and watch.responses and "html" in watch.content_type:
            return malformed(model, "it is a web page")
        return map_error(error, model=model, status=watch.status, retry_after=watch.retry_after, now=time.time(), key=key)

    def _loop_clients(self) -> LoopClients:
        """Give the clients of this event loop."""
        loop = asyncio.get_running_loop()
        known = self._clients.get(id(loop))
        if known is None or known.loop is not loop:
            self._clients[id(loop)] = known = LoopClients.of(self._config)
        return known

    async def close(self) -> None:
        """Close this loop's connections."""
        known = self._clients.pop(id(asyncio.get_running_loop()), None)
        if known is not None:
            await known.close()


def _arguments(request: LlmRequest) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "messages": with_schema(request.messages, request.output_schema),
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_retries": 0,
        "num_retries": 0,
        "timeout": 86_400,
    }
    if request.temperature is not None:
        arguments["temperature"] = request.temperature
    if request.max_tokens is not None:
        arguments["max_tokens"] = request.max_tokens
    if request.output_schema is not None:
        schema = {"name": "output", "schema": dict(request.output_schema)}
        arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.tools:
        # litellm would look for MCP servers behind them: what is called here is for the agent alone to say.
        # It would leave tools out for models that are not in its table.
        arguments |= {"tools": declared(request.tools), "_skip_mcp_handler": True, "allowed_openai_params": ["tools"]}
    return arguments


def _comes_at_once(arguments: Mapping[str, Any]) -> bool:
    """Say whether litellm asks for the whole answer and only then hands out pieces: Amazon's models with a schema."""
    return "response_format" in arguments and arguments["model"].startswith("bedrock/")


async def translated(chunks: AsyncIterator[Any]) -> AsyncIterator[Piece]:
    """Read the pieces of a stream that litellm translates."""
    async for chunk in chunks:
        usage, choices = getattr(chunk, "usage", None), getattr(chunk, "choices", None)
        counted = None if usage is None else (_tokens(usage, "prompt_tokens"), _tokens(usage, "completion_tokens"))
        cached = 0 if usage is None else _tokens(getattr(usage, "prompt_tokens_details", None), "cached_tokens")
        if not choices:
            yield Piece(usage=counted, cached=cached)
            continue
        delta = getattr(choices[0], "delta", None)
        text, calls = getattr(delta, "content", None), call_pieces(getattr(delta, "tool_calls", None))
        reason = getattr(choices[0], "finish_reason", None) or ""
        yield Piece(text if isinstance(text, str) else "", reason, counted, cached, has_choices=True, calls=calls)


def _tokens(usage: Any, name: str) -> int:
    return int(getattr(usage, name, 0) or 0)


def check_whole(model: str, answer: Answer, watch: Watch) -> None:
    """Refuse an answer that was cut, or is none. What was seen on the wire counts, not what litellm made of it."""
    if "html" in watch.content_type:
        raise NodeFailure(malformed(model, "it is a web page"))
    if watch.responses:
        ended, finished = watch.has_finish or watch.has_done, watch.has_finish
    else:
        ended = finished = bool(answer.finish_reason)
    if not answer.text and not finished:
        raise NodeFailure(malformed(model, "it holds no text"))
    if not ended:
        raise NodeFailure(cut_off(model))


def cost_of(litellm: Any, target: Target, *, asked: int, answered: int, cached: int = 0) -> float:
    """Give what so many tokens in and out cost in US dollars."""
    with suppress(Exception):  # litellm raises a bare Exception for a model without a known price: it counts as free
        if target.price:
            counts = {"prompt_tokens": asked, "completion_tokens": answered, "cache_read_input_tokens": cached}
            return float(sum(litellm.cost_per_token(model=target.price, **counts)))
    return 0.0
