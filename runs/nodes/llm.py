"""One call of a model, streamed: text, or JSON that matches a schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from editor.graph.context import LlmReply, LlmRequest, NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Port
from runs.nodes.fields import IN, AsText, param
from runs.nodes.structured import read_answer, schema_mistake

DEFAULT_MODEL = "local/smollm2"
RETRY = {"max_attempts": 3, "backoff_seconds": 1.0, "backoff_factor": 2.0, "max_backoff_seconds": 20.0}


class Message(Params):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"] = param("user", kind="raw", title="Role")
    content: AsText = param(..., kind="long_template", title="Content")


class LlmParams(Params):
    """Which model is asked what."""

    model: str = param(DEFAULT_MODEL, kind="model", title="Model", help="As provider/name.", min_length=1, max_length=200)
    fallback_models: tuple[str, ...] = param(
        (), kind="model", title="Fallback models", help="Asked in this order when the model above does not answer.", advanced=True
    )
    system: AsText = param("", kind="long_template", title="System", help="What the model is and how it should answer.", rows=4)
    prompt: AsText = param(
        "", kind="long_template", title="Prompt", help="What you ask. Expressions in double braces are filled in.", rows=8,
        placeholder="Classify: {{ start.question }}",
    )  # fmt: skip
    messages: tuple[Message, ...] = param(
        (), kind="json", title="Messages", help="A conversation that goes before the prompt.", advanced=True
    )
    temperature: float | None = param(
        None, kind="template", title="Temperature", help="0 is the most predictable.", ge=0, le=2, advanced=True
    )
    max_tokens: int | None = param(
        None,
        kind="template",
        title="Longest answer",
        help="In tokens, of about four letters.",
        ge=1,
        le=1_000_000,
        advanced=True,
    )
    output_schema: dict[str, Any] | None = param(
        None, kind="json_schema", title="Output schema", help="A JSON Schema makes the answer an object that matches it."
    )


@dataclass(slots=True)
class Story:
    """What happened on the way to an answer, for the person who reads the run."""

    hops: list[dict[str, Any]] = field(default_factory=list)
    repaired: str = ""


class Llm(NodeType):
    """Asks a model, and its fallbacks when it does not answer."""

    name = "llm"
    title = "Model"
    help = "Asks a language model: the answer is text, or an object that matches your schema."
    category = "ai"
    icon = "sparkles"
    effect = Effect.IDEMPOTENT
    params = LlmParams
    inputs = (IN,)
    outputs = (Port("out", "any", "Answer"),)
    summary = "{model}"
    default_timeout_seconds = 180.0
    default_retry = RETRY

    def repeats(self, params: Mapping[str, Any]) -> bool:
        """Only the most predictable answer is taken for the answer."""
        return params.get("temperature") in (0, "0")

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """A model must be asked something, and a schema must be one."""
        if not params.get("prompt") and not params.get("messages"):
            yield "prompt", "Say what the model is asked."
        schema = params.get("output_schema")
        if schema is not None and (mistake := schema_mistake(schema)):
            yield "output_schema", mistake

    async def run(self, ctx: NodeContext, params: LlmParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Ask the models in turn; fallbacks only when no retry of the first one is left or none can help."""
        if params.output_schema is not None and (mistake := schema_mistake(params.output_schema)):
            raise NodeFailure(Fault("bad_params", mistake, data={"param": "output_schema"}))
        story = Story()
        models = (params.model, *params.fallback_models)
        for index, model in enumerate(models):
            try:
                return await answer(ctx, params, model, story)
            except NodeFailure as failure:
                fault = failure.fault
                if fault.code == "budget":
                    raise
                story.hops.append({"model": model, "code": fault.code, "message": fault.message})
                if index + 1 == len(models) or (fault.retryable and not ctx.is_last_attempt):
                    raise
                ctx.log(f"{model} did not answer ({fault.message}) Asking {models[index + 1]}.", "warning")
        raise AssertionError("the last model answers or raises")


async def answer(ctx: NodeContext, params: LlmParams, model: str, story: Story) -> NodeResult:
    """One model's answer, repaired once when it does not match the schema."""
    messages = conversation(params)
    reply = await ask(ctx, params, model, messages)
    if params.output_schema is None:
        return NodeResult(reply.text, details=told(ctx, reply, story))
    value, wrong = read_answer(reply.text, params.output_schema)
    if wrong and reply.finish_reason != "length":
        story.repaired = wrong
        ctx.log(f"The answer does not match the schema. {wrong} Asking once more.", "warning")
        again = [*messages, {"role": "assistant", "content": reply.text}, {"role": "user", "content": repair_prompt(wrong)}]
        reply = await ask(ctx, params, model, again)
        value, wrong = read_answer(reply.text, params.output_schema)
    if wrong:
        raise NodeFailure(mismatch(model, reply, wrong))
    return NodeResult(value, details=told(ctx, reply, story))


async def ask(ctx: NodeContext, params: LlmParams, model: str, messages: list[dict[str, Any]]) -> LlmReply:
    """One call, streamed to the viewers."""
    request = LlmRequest(model, messages, params.temperature, params.max_tokens, params.output_schema)
    return await ctx.llm.complete(request, ctx.emit)


def conversation(params: LlmParams) -> list[dict[str, Any]]:
    """The messages to send: system, the given ones, the prompt."""
    messages = [{"role": message.role, "content": message.content} for message in params.messages]
    if params.system:
        messages.insert(0, {"role": "system", "content": params.system})
    if params.prompt:
        messages.append({"role": "user", "content": params.prompt})
    if not messages:
        raise NodeFailure(Fault("bad_params", "The prompt is empty.", data={"param": "prompt"}))
    return messages


def repair_prompt(wrong: str) -> str:
    """What a model is told when its answer does not match."""
    return f"That answer does not match the schema. {wrong} Answer again, with the corrected JSON only."


def told(ctx: NodeContext, reply: LlmReply, story: Story) -> dict[str, Any]:
    """The details of an answer. One that stopped at its length limit is complete as a call and cut as a text: say so."""
    details: dict[str, Any] = {"model": reply.model, "finish_reason": reply.finish_reason}
    if reply.finish_reason == "length":
        details["warning"] = "The answer stopped at its length limit and may be cut."
        ctx.log(details["warning"], "warning")
    if story.hops:
        details["fallbacks"] = story.hops
    if story.repaired:
        details["repaired"] = story.repaired
    return details


def mismatch(model: str, reply: LlmReply, wrong: str) -> Fault:
    """An answer that does not match the schema, with its beginning."""
    if reply.finish_reason == "length":
        wrong, hint = "It stopped at its length limit.", "Raise the longest answer, or ask for less."
    else:
        hint = "Simplify the schema, describe its fields, or choose a larger model."
    data = {"model": model, "answer": reply.text[:1000]}
    return Fault("invalid_output", f"The answer of {model} does not match the schema. {wrong}", hint, retryable=True, data=data)
