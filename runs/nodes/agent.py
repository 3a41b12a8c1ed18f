"""A model that calls tools until it can answer. Each call is a recorded step, after which a crash goes on."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from editor.graph.context import LlmReply, LlmRequest, NodeContext, Step
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Port
from runs.nodes.agent_story import asking, calls_of, heard, opening, told
from runs.nodes.fields import IN, AsText, param
from runs.nodes.llm import DEFAULT_MODEL, RETRY
from runs.nodes.structured import read_answer, schema_mistake

LONGEST_RESULT = 20_000
Messages = list[dict[str, Any]]


class AgentParams(Params):
    """What the agent is for, which model it is, and how far it may go."""

    model: str = param(DEFAULT_MODEL, kind="model", title="Model", help="As provider/name.", min_length=1, max_length=200)
    system: AsText = param("", kind="long_template", title="System", help="Who the agent is and how it should work.", rows=4)
    prompt: AsText = param("{{ input }}", kind="long_template", title="Task", help="What it should do.", rows=5)
    output_schema: dict[str, Any] | None = param(
        None, kind="json_schema", title="Output schema", help="A JSON Schema makes the final answer an object that matches it."
    )
    max_turns: int = param(10, kind="template", title="Most turns", help="How often the model is asked.", ge=1, le=100)
    max_tool_calls: int = param(10, kind="template", title="Most tool calls", help="In all turns together.", ge=0, le=500)
    on_limit: Literal["fail", "answer"] = param(
        "fail", kind="template", title="At the last turn", advanced=True,
        help="Fail if it wants more tools, or ask it to answer with what it knows.",
    )  # fmt: skip
    max_usd: float | None = param(
        None, kind="template", title="Most money", help="US dollars, with the agents that it asks.", gt=0, advanced=True
    )
    max_tokens: int | None = param(
        None, kind="template", title="Most tokens", help="In and out, of all calls together.", ge=1, advanced=True
    )
    max_seconds: float = param(
        600.0, kind="template", title="Most seconds", help="Of work; waiting for people does not count.", gt=0, le=86_400,
        advanced=True,
    )  # fmt: skip
    temperature: float | None = param(None, kind="template", title="Temperature", ge=0, le=2, advanced=True)


class Agent(NodeType):
    """Asks a model and does what it asks for, turn by turn."""

    name = "agent"
    title = "Agent"
    help = "A model that calls tools, and other agents, until it can answer."
    category = "ai"
    icon = "bot"
    effect = Effect.IDEMPOTENT
    params = AgentParams
    inputs = (IN, Port("tools", "tool", "Tools", takes="list"))
    outputs = (Port("out", "any", "Answer"),)
    summary = "{model}"
    tool = True
    journals = True
    default_retry = RETRY

    def repeats(self, params: Mapping[str, Any]) -> bool:
        """What the tools give may differ at any time."""
        return False

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """An agent must be given something to do, and a schema must be one."""
        if params.get("prompt") == "":
            yield "prompt", "Say what the agent should do."
        schema = params.get("output_schema")
        if schema is not None and (mistake := schema_mistake(schema)):
            yield "output_schema", mistake

    async def run(self, ctx: NodeContext, params: AgentParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Go on after the last recorded step."""
        if params.output_schema is not None and (mistake := schema_mistake(params.output_schema)):
            raise NodeFailure(Fault("bad_params", mistake, data={"param": "output_schema"}))
        if not params.prompt.strip():
            raise NodeFailure(Fault("bad_params", "The agent was given nothing to do.", data={"param": "prompt"}))
        ctx.limit(params.max_usd, params.max_tokens)
        left = params.max_seconds - sum(step.seconds for step in ctx.journal.steps.values())
        try:
            async with asyncio.timeout(max(0.0, left)) as limit:
                return await Conversation(ctx, params).go_on()
        except TimeoutError:
            if not limit.expired():
                raise
            raise NodeFailure(over("time_limit", f"worked for {params.max_seconds:g} s", "Most seconds")) from None


@dataclass(slots=True)
class Conversation:
    """An agent at work. Its place follows from the recorded steps."""

    ctx: NodeContext
    params: AgentParams
    idx: int = 0
    turn: int = 0
    called: int = 0
    repaired: str = ""

    async def go_on(self) -> NodeResult:
        """Take turns until the model answers, or a limit is reached."""
        messages = opening(self.params.system, self.params.prompt, self.ctx.toolbox.tools)
        while True:
            self.turn += 1
            said = await self._ask(messages)
            calls = calls_of(said)
            if calls:
                messages += await self._use(said)
                continue
            value, wrong = self._answer(said)
            if not wrong:
                return NodeResult(value, details=self._details(said))
            if self.repaired:
                raise NodeFailure(mismatch(self.params.model, said, wrong))
            self.repaired, self.idx = wrong, self.idx + 1
            again = f"That answer does not match the schema. {wrong} Answer again, with the corrected JSON only."
            messages += [{"role": "assistant", "content": said.output["text"]}, {"role": "user", "content": again}]

    async def _ask(self, messages: Messages) -> Step:
        """Ask the model, unless this turn is recorded."""
        recorded = self.ctx.journal.steps.get(self.idx)
        if recorded is not None and recorded.status == "succeeded":
            return recorded
        if self.turn > self.params.max_turns:
            raise NodeFailure(over("turn_limit", f"took {self.params.max_turns} turns", "Most turns"))
        params = self.params
        is_last = self.turn == params.max_turns and params.on_limit == "answer"
        tools = () if is_last else tuple(self.ctx.toolbox.tools)
        request = LlmRequest(params.model, messages, params.temperature, output_schema=params.output_schema, tools=tools)
        step = Step(self.idx, "llm", params.model, "running", input={"messages": len(messages), "tools": [t.name for t in tools]})
        if self.idx == 0:
            step = replace(step, input={**step.input, "prompt": messages})
        await self.ctx.journal.write(step)
        return await self._complete(request, step)

    async def _complete(self, request: LlmRequest, step: Step) -> Step:
        began = asyncio.get_running_loop().time()
        try:
            reply = await self.ctx.llm.complete(request, self.ctx.emit)
        except NodeFailure as failure:
            seconds = asyncio.get_running_loop().time() - began
            await self.ctx.journal.write(replace(step, status="failed", error=failure.fault.to_json(), seconds=seconds))
            raise
        done = replace(
            step,
            status="succeeded",
            output=told(only_known(reply, request)),
            usage=reply.usage,
            seconds=asyncio.get_running_loop().time() - began,
        )
        await self.ctx.journal.write(done)
        return done

    async def _use(self, said: Step) -> Messages:
        """Call what a turn asks for, all at once: each call has its number, so that none is done twice."""
        calls, params = calls_of(said), self.params
        if self.turn >= params.max_turns:
            raise NodeFailure(over("turn_limit", f"took {params.max_turns} turns and wants more tools", "Most turns"))
        self.called += len(calls)
        if self.called > params.max_tool_calls:
            did = f"wants {self.called} tool calls, and may make {params.max_tool_calls}"
            raise NodeFailure(over("tool_call_limit", did, "Most tool calls"))
        first = self.idx + 1
        done = await asyncio.gather(*(self.ctx.toolbox.call(call, first + place) for place, call in enumerate(calls)))
        steps = [one for one in done if isinstance(one, Step)]
        stops = [one for one in done if isinstance(one, Exception)]
        if stops:
            raise next((one for one in stops if isinstance(one, NodeFailure)), stops[0])
        self.idx = first + len(calls)
        return [asking(said), *(heard(step, LONGEST_RESULT) for step in steps)]

    def _answer(self, said: Step) -> tuple[Any, str]:
        """Read the final answer, and say what is wrong with it."""
        text = said.output["text"]
        if self.params.output_schema is not None:
            return read_answer(text, self.params.output_schema)
        return text, ""

    def _details(self, said: Step) -> dict[str, Any]:
        details = {"model": said.output["model"], "turns": self.turn, "tool_calls": self.called}
        if self.repaired:
            details["repaired"] = self.repaired
        if said.output["finish_reason"] == "length":
            details["warning"] = "The answer stopped at its length limit and may be cut."
        return details


def only_known(reply: LlmReply, request: LlmRequest) -> LlmReply:
    """Drop calls of a model that was given no tools."""
    return reply if request.tools else replace(reply, tool_calls=())


def over(code: str, did: str, param: str) -> Fault:
    """Say which limit an agent came to."""
    hint = f"Raise “{param}”, make the task smaller, or describe the tools better. The trace shows what it did."
    return Fault(code, f"The agent {did}.", hint)


def mismatch(model: str, said: Step, wrong: str) -> Fault:
    """Say that the final answer never matched."""
    data = {"model": model, "answer": said.output["text"][:1000]}
    return Fault(
        "invalid_output", f"The answer of {model} does not match the schema. {wrong}", "Choose a larger model.", data=data
    )
