"""One call of a model, streamed: text, or JSON that matches a schema."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from editor.graph.context import LlmReply, LlmRequest, NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Effect, Expression, NodeResult, NodeType, Params, Port
from runs.nodes.attached import parts_of
from runs.nodes.cascade import CONFIDENCE, Cascade, Given
from runs.nodes.fields import IN, AsText, param
from runs.nodes.structured import read_answer, schema_mistake

Messages = list[dict[str, Any]]
DEFAULT_MODEL = "local/smollm2"
RETRY = {"max_attempts": 3, "backoff_seconds": 1.0, "backoff_factor": 2.0, "max_backoff_seconds": 20.0}


class Message(Params):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"] = param("user", kind="raw", title="Role")
    content: AsText = param(..., kind="long_template", title="Content")


class Example(Params):
    """What was asked once, and how it should have been answered."""

    input: AsText = param(..., kind="long_template", title="Input")
    output: AsText = param(..., kind="long_template", title="Output")


def as_list(value: Any) -> Any:
    """Take a lone file for a list of one, and nothing for none."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str | dict) else value


Files = Annotated[tuple[Any, ...], BeforeValidator(as_list)]


class LlmParams(Params):
    """Which model is asked what."""

    model: str = param(DEFAULT_MODEL, kind="model", title="Model", help="As provider/name.", min_length=1, max_length=200)
    escalate_models: tuple[str, ...] = param(
        (), kind="model", title="Stronger models", advanced=True,
        help="Asked in this order while the answer of the one before fails its check or does not match the schema.",
    )  # fmt: skip
    check: Expression = param(
        "", kind="expression", title="Check", max_length=4096, advanced=True,
        help="True for an answer that is good enough; answer is the text, or the object that matches the schema.",
        placeholder="answer.category != 'unknown'",
    )  # fmt: skip
    min_confidence: float | None = param(
        None, kind="template", title="Least confidence", ge=0, le=1, advanced=True,
        help="The answer's field confidence must be at least so much, from 0 to 1.",
    )  # fmt: skip
    fallback_models: tuple[str, ...] = param(
        (), kind="model", title="Fallback models", help="Asked in this order when a model does not answer.", advanced=True
    )
    system: AsText = param("", kind="long_template", title="System", help="What the model is and how it should answer.", rows=4)
    prompt: AsText = param(
        "", kind="long_template", title="Prompt", help="What you ask. Expressions in double braces are filled in.", rows=8,
        placeholder="Classify: {{ start.question }}",
    )  # fmt: skip
    files: Files = param(
        (), kind="json", title="Images and files", rows=3, advanced=True,
        help="A list: addresses, data: addresses, text, or objects with data, type and name. Images, PDF and text go along.",
    )  # fmt: skip
    examples: tuple[Example, ...] = param(
        (), kind="json", title="Examples", rows=4, advanced=True, max_length=100,
        help="A list of objects with input and output: how the model should answer.",
    )  # fmt: skip
    messages: tuple[Message, ...] = param(
        (), kind="json", title="History", help="A conversation that goes before the prompt: role and content.", advanced=True
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


class Llm(NodeType):
    """Asks a model, its fallbacks when it does not answer, and stronger ones while its answer is not good enough."""

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
    names_in_params: ClassVar[Mapping[str, frozenset[str]]] = {"check": frozenset({"answer"})}
    default_timeout_seconds = 180.0
    default_retry = RETRY

    def repeats(self, params: Mapping[str, Any]) -> bool:
        """Only the most predictable answer is taken for the answer."""
        return params.get("temperature") in (0, "0")

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """A model must be asked something, and a schema must be one."""
        if not any(params.get(name) for name in ("prompt", "messages", "files")):
            yield "prompt", "Say what the model is asked."
        schema = params.get("output_schema")
        if schema is not None and (mistake := schema_mistake(schema)):
            yield "output_schema", mistake
        if params.get("min_confidence") is not None and not _has_confidence(schema):
            yield "min_confidence", "The output schema needs a number confidence, which the model fills in."
        if params.get("escalate_models") and not any(params.get(name) for name in ("check", "min_confidence", "output_schema")):
            yield "escalate_models", "Say when an answer is not good enough: add a check, a schema or a least confidence."

    async def run(self, ctx: NodeContext, params: LlmParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Ask the models in turn; fallbacks only when no retry of the first one is left or none can help."""
        if params.output_schema is not None and (mistake := schema_mistake(params.output_schema)):
            raise NodeFailure(Fault("bad_params", mistake, data={"param": "output_schema"}))
        messages = await conversation(ctx, params)
        cascade = Cascade(
            ctx,
            lambda model, reason: answer(ctx, params, model, messages=messages, reason=reason),
            params.fallback_models,
            params.check,
            params.min_confidence,
        )
        given = await cascade.answer(params.model, params.escalate_models)
        story = {"fallbacks": cascade.hops, "escalations": cascade.escalations}
        return NodeResult(given.value, details={**given.details, **{name: told for name, told in story.items() if told}})


def _has_confidence(schema: Any) -> bool:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return isinstance(properties, Mapping) and CONFIDENCE in properties


async def answer(ctx: NodeContext, params: LlmParams, model: str, *, messages: Messages, reason: str) -> Given:
    """One model's answer, repaired once when it does not match the schema."""
    reply = await ask(ctx, params, model, messages=messages, reason=reason)
    if params.output_schema is None:
        return Given(reply.text, told(ctx, reply))
    value, wrong = read_answer(reply.text, params.output_schema)
    repaired = ""
    if wrong and reply.finish_reason != "length":
        repaired = wrong
        ctx.log(f"The answer does not match the schema. {wrong} Asking once more.", "warning")
        again = [*messages, {"role": "assistant", "content": reply.text}, {"role": "user", "content": repair_prompt(wrong)}]
        reply = await ask(ctx, params, model, messages=again, reason=f"The answer did not match the schema: {wrong}")
        value, wrong = read_answer(reply.text, params.output_schema)
    if wrong:
        raise NodeFailure(mismatch(model, reply, wrong))
    return Given(value, {**told(ctx, reply), **({"repaired": repaired} if repaired else {})})


async def ask(ctx: NodeContext, params: LlmParams, model: str, *, messages: Messages, reason: str) -> LlmReply:
    """One call, streamed to the viewers."""
    request = LlmRequest(model, messages, params.temperature, params.max_tokens, params.output_schema, reason=reason)
    return await ctx.llm.complete(request, ctx.emit)


async def conversation(ctx: NodeContext, params: LlmParams) -> Messages:
    """Gather the messages to send: system, examples, history, and the prompt with its files."""
    messages: Messages = [{"role": "system", "content": params.system}] if params.system else []
    for example in params.examples:
        messages += [{"role": "user", "content": example.input}, {"role": "assistant", "content": example.output}]
    messages += [{"role": message.role, "content": message.content} for message in params.messages]
    files = await parts_of(ctx, params.files)
    if files:
        text = [{"type": "text", "text": params.prompt}] if params.prompt else []
        messages.append({"role": "user", "content": [*text, *files]})
    elif params.prompt:
        messages.append({"role": "user", "content": params.prompt})
    if len(messages) == bool(params.system):
        raise NodeFailure(Fault("bad_params", "The prompt is empty.", data={"param": "prompt"}))
    return messages


def repair_prompt(wrong: str) -> str:
    """What a model is told when its answer does not match."""
    return f"That answer does not match the schema. {wrong} Answer again, with the corrected JSON only."


def told(ctx: NodeContext, reply: LlmReply) -> dict[str, Any]:
    """The details of an answer. One that stopped at its length limit is complete as a call and cut as a text: say so."""
    details: dict[str, Any] = {"model": reply.model, "finish_reason": reply.finish_reason}
    if reply.finish_reason == "length":
        details["warning"] = "The answer stopped at its length limit and may be cut."
        ctx.log(details["warning"], "warning")
    return details


def mismatch(model: str, reply: LlmReply, wrong: str) -> Fault:
    """An answer that does not match the schema, with its beginning."""
    if reply.finish_reason == "length":
        wrong, hint = "It stopped at its length limit.", "Raise the longest answer, or ask for less."
    else:
        hint = "Simplify the schema, describe its fields, or choose a larger model."
    data = {"model": model, "answer": reply.text[:1000]}
    return Fault("invalid_output", f"The answer of {model} does not match the schema. {wrong}", hint, retryable=True, data=data)
