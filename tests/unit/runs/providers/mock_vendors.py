"""Answers in the protocols of Anthropic, Google and Amazon, as `mock_openai` gives those of OpenAI."""

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from tests.unit.runs.providers.mock_openai import STREAM, Answer, head, raw

AMAZON_STREAM = head("200 OK", "application/vnd.amazon.eventstream")


def event(name: str, data: Mapping[str, Any]) -> bytes:
    """One event of Anthropic's."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def anthropic_pieces(*pieces: str, cached: int = 0) -> list[bytes]:
    """The beginning of a message, and its text."""
    message: dict[str, Any] = {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "model": "test",
        "content": [],
        "stop_reason": None,
    }
    usage = {"input_tokens": 7, "output_tokens": 1, "cache_read_input_tokens": cached}
    return [
        event("message_start", {"message": {**message, "stop_sequence": None, "usage": usage}}),
        event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
        event("ping", {}),
        *(event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": piece}}) for piece in pieces),
    ]


def anthropic_says(*pieces: str, cached: int = 0) -> Answer:
    """A whole answer of Anthropic's."""
    delta = {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 3}}
    end = [event("content_block_stop", {"index": 0}), event("message_delta", delta), event("message_stop", {})]
    return raw(STREAM, *anthropic_pieces(*pieces, cached=cached), *end)


def anthropic_calls(name: str, arguments: str) -> Answer:
    """A call of a tool, as Anthropic writes it."""
    block = {"type": "tool_use", "id": "t1", "name": name, "input": {}}
    delta = {"delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": {"output_tokens": 3}}
    return raw(
        STREAM,
        *anthropic_pieces()[:1],
        event("content_block_start", {"index": 0, "content_block": block}),
        event("content_block_delta", {"index": 0, "delta": {"type": "input_json_delta", "partial_json": arguments}}),
        event("content_block_stop", {"index": 0}),
        event("message_delta", delta),
        event("message_stop", {}),
    )


def anthropic_breaks(*pieces: str) -> Answer:
    """An answer in the middle of which Anthropic says that it is overloaded."""
    error = {"error": {"type": "overloaded_error", "message": "Overloaded"}}
    return raw(STREAM, *anthropic_pieces(*pieces), event("error", error))


def gemini_piece(parts: list[dict[str, Any]], *, finish: str = "") -> bytes:
    """One event of Google's."""
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10}
    return f"data: {json.dumps({'candidates': [candidate], 'usageMetadata': usage, 'modelVersion': 'test'})}\r\n\r\n".encode()


def gemini_pieces(*pieces: str) -> list[bytes]:
    """Text in Google's events."""
    return [gemini_piece([{"text": piece}]) for piece in pieces]


def gemini_says(*pieces: str) -> Answer:
    """A whole answer of Google's."""
    return raw(STREAM, *gemini_pieces(*pieces), gemini_piece([{"text": ""}], finish="STOP"))


def gemini_calls(name: str, arguments: str) -> Answer:
    """A call of a tool, as Google writes it."""
    part = {"functionCall": {"name": name, "args": json.loads(arguments)}}
    return raw(STREAM, gemini_piece([part], finish="STOP"))


def frame(name: str, data: Mapping[str, Any], *, kind: str = "event") -> bytes:
    """One frame of Amazon's, with its sums."""
    key = b":event-type" if kind == "event" else b":exception-type"
    pairs = [(key, name.encode()), (b":content-type", b"application/json"), (b":message-type", kind.encode())]
    headers = b"".join(struct.pack("!B", len(k)) + k + struct.pack("!BH", 7, len(v)) + v for k, v in pairs)
    payload = json.dumps(data, separators=(",", ":")).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack("!I", zlib.crc32(prelude))
    return prelude + headers + payload + struct.pack("!I", zlib.crc32(prelude + headers + payload))


def bedrock_pieces(*pieces: str) -> list[bytes]:
    """Text in Amazon's frames."""
    texts = [frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}}) for piece in pieces]
    return [frame("messageStart", {"role": "assistant"}), *texts]


def bedrock_end(reason: str, cached: int = 0) -> list[bytes]:
    """The end of Amazon's answers."""
    usage = {"inputTokens": 7, "outputTokens": 3, "totalTokens": 10, "cacheReadInputTokens": cached}
    return [
        frame("contentBlockStop", {"contentBlockIndex": 0}),
        frame("messageStop", {"stopReason": reason}),
        frame("metadata", {"usage": usage, "metrics": {"latencyMs": 5}}),
    ]


def bedrock_says(*pieces: str, cached: int = 0) -> Answer:
    """A whole answer of Amazon's."""
    return raw(AMAZON_STREAM, *bedrock_pieces(*pieces), *bedrock_end("end_turn", cached))


def bedrock_answers_at_once(arguments: str) -> Answer:
    """A whole answer with a schema, which is asked of Amazon's models as a call of a tool, and comes at once."""
    use = {"toolUse": {"toolUseId": "t1", "name": "json_tool_call", "input": json.loads(arguments)}}
    usage = {"inputTokens": 7, "outputTokens": 3, "totalTokens": 10}
    output = {"message": {"role": "assistant", "content": [use]}}
    body = json.dumps({"output": output, "stopReason": "tool_use", "usage": usage, "metrics": {"latencyMs": 5}}).encode()
    return raw(head("200 OK", "application/json", f"content-length: {len(body)}"), body)


def bedrock_calls(name: str, arguments: str) -> Answer:
    """A call of a tool, as Amazon writes it."""
    start = {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t1", "name": name}}}
    delta = {"contentBlockIndex": 0, "delta": {"toolUse": {"input": arguments}}}
    frames = [*bedrock_pieces(), frame("contentBlockStart", start), frame("contentBlockDelta", delta)]
    return raw(AMAZON_STREAM, *frames, *bedrock_end("tool_use"))


def bedrock_breaks(*pieces: str) -> Answer:
    """An answer in the middle of which Amazon says that there were too many calls."""
    broken = frame("throttlingException", {"message": "Too many requests"}, kind="exception")
    return raw(AMAZON_STREAM, *bedrock_pieces(*pieces), broken)
