"""Streams of servers that speak OpenAI's protocol, read as they come.

litellm makes the call. What it and OpenAI's library then make of each piece costs a millisecond of processor time, thirty times
what the piece is: text, and at the end a reason and a count.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from runs.providers.tool_calls import CallPiece, call_pieces


@dataclass(frozen=True, slots=True)
class Piece:
    """What one piece of a stream brought. `usage` is tokens in and out, where it says so."""

    text: str = ""
    finish_reason: str = ""
    usage: tuple[int, int] | None = None
    cached: int = 0
    """Of the tokens in: those that the provider still knew."""
    has_choices: bool = False
    calls: tuple[CallPiece, ...] = ()


async def pieces_of(stream: Any) -> AsyncIterator[Piece]:
    """Read the pieces of an open stream of OpenAI's library, and close it. Raises what that library would raise."""
    from openai import APIError
    from openai._streaming import SSEDecoder

    response = stream.response
    try:
        async for event in SSEDecoder().aiter_bytes(response.aiter_bytes()):
            if event.data.startswith("[DONE]"):
                return
            raw = json.loads(event.data)
            if isinstance(raw, dict) and raw.get("error"):
                raise APIError(_message(raw["error"]), response.request, body=raw["error"])
            yield piece_of(raw)
    finally:
        await response.aclose()


def piece_of(raw: Any) -> Piece:
    """Read one piece; of a shape that it should not have, only what can be read.

    >>> piece_of({"choices": [{"delta": {"content": "Hi"}}]}).text
    'Hi'
    """
    if not isinstance(raw, Mapping):
        return Piece()
    usage = raw.get("usage")
    counted = (_count(usage, "prompt_tokens"), _count(usage, "completion_tokens")) if isinstance(usage, Mapping) else None
    known = usage.get("prompt_tokens_details") if isinstance(usage, Mapping) else None
    cached = _count(known, "cached_tokens") if isinstance(known, Mapping) else 0
    choices = raw.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, Mapping):
        return Piece(usage=counted, cached=cached)
    delta, reason = choice.get("delta"), choice.get("finish_reason")
    text = delta.get("content") if isinstance(delta, Mapping) else None
    calls = call_pieces(delta.get("tool_calls")) if isinstance(delta, Mapping) else ()
    reason = reason if isinstance(reason, str) else ""
    return Piece(text if isinstance(text, str) else "", reason, counted, cached, has_choices=True, calls=calls)


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0


def _message(error: Any) -> str:
    message = error.get("message") if isinstance(error, Mapping) else None
    return message if isinstance(message, str) and message else "The stream brought an error."
