"""Tools for a model that knows none: it is told of them in words, and held to a choice between a tool and an answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from editor.graph.context import LlmReply, LlmRequest, Tool, ToolCall

ANSWER = "answer"


def without_tools(request: LlmRequest) -> LlmRequest:
    """Give the request as one for JSON: either a tool with its arguments, or the answer."""
    words = (
        "You may use tools. To use one, answer with its name as tool and its arguments. "
        "When you know enough, answer with the field answer instead.\n"
        + "\n".join(f"- {tool.name}: {tool.description}" for tool in request.tools)
    )
    messages = [_plain(message) for message in request.messages]
    if messages and messages[0]["role"] == "system":
        messages[0] = {"role": "system", "content": f"{messages[0]['content']}\n\n{words}"}
    else:
        messages.insert(0, {"role": "system", "content": words})
    return replace(request, messages=messages, tools=(), output_schema=choice(request.tools, request.output_schema))


def choice(tools: Sequence[Tool], answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the JSON Schema of a turn: one of the tools, or the answer."""
    final = {"type": "string"} if answer is None else dict(answer)
    options: list[dict[str, Any]] = [
        {
            "type": "object",
            "properties": {"tool": {"const": tool.name}, "arguments": dict(tool.parameters)},
            "required": ["tool", "arguments"],
            "additionalProperties": False,
        }
        for tool in tools
    ]
    last = {"type": "object", "properties": {ANSWER: final}, "required": [ANSWER], "additionalProperties": False}
    return {"anyOf": [*options, last]}


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """Give a message without the fields of tools: what was asked for and what came of it, as text."""
    content = message.get("content") or ""
    if message.get("role") == "tool":
        return {"role": "user", "content": f"The tool {message.get('name', '')} answered:\n{content}"}
    calls = message.get("tool_calls")
    if calls:
        function = calls[0]["function"]
        content = f'{{"tool": {json.dumps(function["name"])}, "arguments": {function["arguments"]}}}'
    return {"role": message.get("role", "user"), "content": content}


def with_calls(reply: LlmReply, tools: Sequence[Tool]) -> LlmReply:
    """Read such an answer: a call, or the answer's text. What is neither is taken for the text."""
    try:
        said = json.loads(reply.text)
    except ValueError:
        return reply
    if not isinstance(said, dict):
        return reply
    name = said.get("tool")
    if isinstance(name, str) and any(tool.name == name for tool in tools):
        return replace(reply, text="", tool_calls=(ToolCall("call_0", name, json.dumps(said.get("arguments", {}))),))
    if ANSWER in said:
        answer = said[ANSWER]
        return replace(reply, text=answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))
    return reply


def ignore(text: str) -> None:
    """Drop the pieces of such an answer: they are JSON, not what a person waits for."""
