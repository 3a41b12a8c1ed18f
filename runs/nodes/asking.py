"""Asking a model for JSON of one form, repaired once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from editor.graph.context import LlmRequest, NodeContext
from editor.graph.faults import Fault, NodeFailure
from runs.nodes.structured import read_answer


@dataclass(frozen=True, slots=True)
class Answered:
    """A value that matches, and how it was come by."""

    value: Any
    details: Mapping[str, Any]


async def ask_for_json(ctx: NodeContext, request: LlmRequest) -> Answered:
    """Ask, and once more where the answer does not match the request's schema. Raises `NodeFailure` when it never does."""
    schema = request.output_schema or {}
    reply = await ctx.llm.complete(request, ctx.emit)
    value, wrong = read_answer(reply.text, schema)
    details: dict[str, Any] = {"model": reply.model}
    if wrong and reply.finish_reason != "length":
        ctx.log(f"The answer does not match the schema. {wrong} Asking once more.", "warning")
        details["repaired"] = wrong
        again = f"That answer does not match the schema. {wrong} Answer again, with the corrected JSON only."
        messages = [*request.messages, {"role": "assistant", "content": reply.text}, {"role": "user", "content": again}]
        reply = await ctx.llm.complete(replace(request, messages=messages), ctx.emit)
        value, wrong = read_answer(reply.text, schema)
    if wrong:
        message = f"The answer of {request.model} does not have the form that was asked for. {wrong}"
        data = {"model": request.model, "answer": reply.text[:1000]}
        raise NodeFailure(Fault("invalid_output", message, "Choose a larger model.", retryable=True, data=data))
    return Answered(value, {**details, "model": reply.model})
