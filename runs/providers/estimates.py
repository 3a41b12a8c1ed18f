"""What a call of a model may take at most, before it is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from editor.graph.context import LlmRequest
from editor.graph.upgrade import canonical_json
from runs.providers.tool_calls import declared

BYTES_PER_TOKEN = 3
"""On the safe side for text in most languages: of English, four letters make a token."""
MESSAGE_TOKENS = 8
IMAGE_TOKENS = 1600
"""What providers count for a large image at most, nearly all of them."""
FILE_LETTERS = 4
"""Letters of an encoded PDF for one of its text: much of it is no text."""


def input_tokens(request: LlmRequest) -> int:
    """Estimate the tokens that a request sends.

    >>> input_tokens(LlmRequest("m", [{"role": "user", "content": "a" * 300}]))
    108
    """
    schema = 0 if request.output_schema is None else len(canonical_json(dict(request.output_schema)))
    texts = sum(map(_length, request.messages))
    tools = len(canonical_json(declared(request.tools))) if request.tools else 0
    return -(-(texts + schema + tools) // BYTES_PER_TOKEN) + MESSAGE_TOKENS * len(request.messages)


def _length(message: Mapping[str, Any]) -> int:
    calls = len(canonical_json(message["tool_calls"])) if message.get("tool_calls") else 0
    content = message.get("content", "")
    if isinstance(content, str):
        return calls + len(content.encode())
    return calls + (sum(map(_part, content)) if isinstance(content, Sequence) else 0)


def _part(part: Any) -> int:
    """Give the length of a part of a message: an image counts by itself, not by its letters, and a file by its size."""
    if not isinstance(part, Mapping):
        return 0
    match part.get("type"):
        case "image_url":
            return IMAGE_TOKENS * BYTES_PER_TOKEN
        case "file":
            return max(IMAGE_TOKENS * BYTES_PER_TOKEN, len(str(part.get("file"))) // FILE_LETTERS)
    return len(canonical_json(dict(part)))
