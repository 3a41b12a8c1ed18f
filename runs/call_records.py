"""What is kept of a node's calls of models: what was asked and why, what came of it, and what it took."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from editor.graph.context import LlmReply, LlmRequest, Step
from editor.graph.faults import Fault
from editor.secrecy import hide
from runs.accounts import hidden

CALLS_OF_ATTEMPT = 1000
"""Numbers for the calls of one attempt: those of the next one follow after them."""
DATA = "data:"
Record = Callable[[Step], None]
"""Takes the record of a call; it is kept with what the run commits next."""


def keep_no_call(step: Step) -> None:
    """Take a record that nobody keeps."""


class CallRecords:
    """The calls of one attempt, in order."""

    __slots__ = ("_idx", "_keep")

    def __init__(self, attempt: int, keep: Record) -> None:
        self._idx = attempt * CALLS_OF_ATTEMPT
        self._keep = keep

    def answered(self, request: LlmRequest, reply: LlmReply, seconds: float) -> None:
        """Record a call that was answered."""
        output = {
            "text": hide(reply.text),
            "finish_reason": reply.finish_reason,
            "model": reply.model,
            "usage": reply.usage.to_json(),
            "cached_tokens": reply.cached_tokens,
        }
        self._add(Step(self._next(), "call", request.model, "succeeded", input=asked(request), output=output, seconds=seconds))

    def failed(self, request: LlmRequest, fault: Fault, seconds: float) -> None:
        """Record a call that came to nothing."""
        error = hidden(fault).to_json()
        self._add(Step(self._next(), "call", request.model, "failed", input=asked(request), error=error, seconds=seconds))

    def _next(self) -> int:
        self._idx += 1
        return self._idx - 1

    def _add(self, step: Step) -> None:
        if step.idx % CALLS_OF_ATTEMPT < CALLS_OF_ATTEMPT - 1:
            self._keep(step)


def asked(request: LlmRequest) -> dict[str, Any]:
    """Give what was asked as its record keeps it: without secrets, and with the size of a file in its place."""
    told: dict[str, Any] = {"prompt": without_secrets(request.messages)}
    if request.reason:
        told["reason"] = hide(request.reason)
    if request.temperature is not None:
        told["temperature"] = request.temperature
    if request.max_tokens is not None:
        told["max_tokens"] = request.max_tokens
    if request.output_schema is not None:
        told["output_schema"] = dict(request.output_schema)
    return told


def without_secrets(value: Any) -> Any:
    """Give a JSON value with every secret in use hidden, and files named instead of repeated.

    >>> without_secrets([{"url": "data:image/png;base64,AAAA"}])
    [{'url': 'data:image/png (3 bytes)'}]
    """
    if isinstance(value, str):
        return named(value) if value.startswith(DATA) else hide(value)
    if isinstance(value, Mapping):
        return {key: without_secrets(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [without_secrets(one) for one in value]
    return value


def named(uri: str) -> str:
    """Name a file that is written into its address."""
    head, _, body = uri.partition(",")
    size = len(body) * 3 // 4 - body[-2:].count("=")
    return f"{head.partition(';')[0]} ({size:,} bytes)"
