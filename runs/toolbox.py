"""What an agent does when its model asks for a tool: nodes that lead to it and no others, with arguments that fit."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from editor.graph.context import Step, Tool, ToolCall
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import APPROVAL, Effect, Usage
from editor.graph.plan import CallSpec, PlanTool
from editor.graph.tools import ARGS, INPUT
from runs.consent import Question, card, edited, question
from runs.engine.conclude import uncertain_request
from runs.engine.retry import next_delay
from runs.nodes.structured import read_answer
from runs.outcomes import Done, Failed, Held, Outcome, Suspended
from runs.steps import DELEGATION, RunJournal, depth_of

if TYPE_CHECKING:
    from runs.context import Work

MOST_LEVELS = 8
"""Agents that may stand above one another."""
MOST_VISITS = 25
"""How often one agent may be asked in the work of another, at any depth: those that ask one another in a circle end there."""
Do = Callable[["Work"], Awaitable[Outcome]]


class Parked(Exception):
    """The work of a tool cannot go on until somebody decides about the run's budget."""

    def __init__(self, held: Held) -> None:
        super().__init__(held.reason)
        self.held = held


class RunToolbox:
    """The tools of one agent at work."""

    def __init__(self, work: "Work", do: Do, within: Callable[["Work"], "Work"]) -> None:
        self._work = work
        self._do = do
        self._within = within
        self._journal = RunJournal(work.records, work.key)

    @property
    def tools(self) -> Sequence[Tool]:
        """What a model is told of them."""
        known = ((name, self._work.toolbox[name]) for name in self._work.node.tools)
        return [Tool(name, tool.description, tool.parameters) for name, tool in known]

    async def call(self, call: ToolCall, idx: int) -> Step | Exception:
        """Do what a model asked for, unless it is done."""
        recorded = self._journal.steps.get(idx)
        if recorded is not None and recorded.status in ("succeeded", "failed"):
            return recorded
        try:
            return await self._call(call, idx, recorded)
        except (Question, Parked, NodeFailure) as stop:
            return stop

    async def _call(self, call: ToolCall, idx: int, recorded: Step | None) -> Step:
        tool = self._work.toolbox[call.name] if call.name in self._work.node.tools else None
        kind = "delegate" if tool is not None and tool.node.journals else "tool"
        step = recorded or Step(idx, kind, call.name, "running", call.id, _loads(call.arguments))  # type: ignore[arg-type]
        if tool is None:
            return await self._failed(step, unknown(call.name, self._work.node.tools))
        if recorded is None:
            step, wrong = fitting(step, call.arguments, tool)
            if wrong or (wrong := self._too_far(tool)):
                return await self._failed(step, wrong)
            if tool.approval and tool.node.type != APPROVAL:
                return await self._ask(step, card(self._work.node.name, call.name, tool, step.input))
        elif recorded.status == "waiting":
            return await self._answered(step, tool)
        elif kind == "tool" and is_unsafe(tool) and tool.node.on_uncertain != "retry":
            return await self._uncertain(step, tool)
        return await self._perform(step, tool)

    async def _answered(self, step: Step, tool: PlanTool) -> Step:
        """Go on as somebody answered; while nobody has, ask again."""
        if step.answer is None:
            raise question(self._work.key, step)
        button, values = step.answer["button"], step.answer["values"]
        if tool.node.type == APPROVAL:
            return await self._write(replace(step, status="succeeded", output={"answer": button, "values": values}))
        match button:
            case "approve":
                changed, wrong = fitting(step, json.dumps(edited(tool, step.input, values)), tool)
                return await self._failed(changed, wrong) if wrong else await self._perform(changed, tool)
            case "done":
                return await self._write(replace(step, status="succeeded", output=values.get("result")))
            case "again":
                return await self._perform(step, tool)
            case "fail":
                return await self._failed(step, Fault("uncertain", "The call was cut off, and may or may not have happened."))
        note = str(values.get("note") or "").strip()
        return await self._failed(step, Fault("rejected", f"A person did not allow this call. {note}".strip()))

    async def _uncertain(self, step: Step, tool: PlanTool) -> Step:
        """Decide about a call that was cut off and must not happen twice."""
        if tool.node.on_uncertain == "fail":
            return await self._failed(step, Fault("uncertain", "The call was cut off, and may or may not have happened."))
        return await self._ask(step, uncertain_request(f"{self._work.node.name}: {step.name}")["request"])

    async def _ask(self, step: Step, request: Mapping[str, Any]) -> Step:
        waiting = await self._write(replace(step, status="waiting", output={"request": dict(request)}))
        raise question(self._work.key, waiting)

    def _too_far(self, tool: PlanTool) -> Fault | None:
        """Refuse to ask another agent so deep down, or so often."""
        if not tool.node.journals:
            return None
        if depth_of(self._work.key) + 1 >= MOST_LEVELS:
            message = f"Agents ask one another at most {MOST_LEVELS} levels deep."
            return Fault("delegation_depth", message, "Do the rest yourself.")
        outermost = self._work.key.partition(DELEGATION)[0]
        visits = sum(one.kind == "delegate" and one.name == tool.node.id for one in self._work.records.under(outermost))
        if visits >= MOST_VISITS:
            message = f"The agent {tool.node.id} was asked {MOST_VISITS} times in this work."
            return Fault("delegation_limit", message, "Do the rest yourself.")
        return None

    async def _perform(self, step: Step, tool: PlanTool) -> Step:
        """Do a tool's work. What it fails with is for the model to hear, except that money is used up."""
        step = await self._write(replace(step, status="running", output=None))
        began = asyncio.get_running_loop().time()
        outcome = await self._tried(step, tool)
        step = replace(step, seconds=asyncio.get_running_loop().time() - began)
        usage = None if tool.node.journals else getattr(outcome, "usage", None)
        match outcome:
            case Done():
                return await self._write(replace(step, status="succeeded", output=outcome.value, usage=usage))
            case Failed(fault=fault):
                failed = await self._failed(step, fault, usage)
                if fault.code == "budget":
                    raise NodeFailure(fault)
                return failed
            case Suspended(reason="approval"):
                late = {} if outcome.seconds is None else {"answer_by": time.time() + outcome.seconds}
                return await self._ask(step, {**outcome.value["request"], **late})
            case Held() if isinstance(outcome.value, Mapping) and "step" in outcome.value:
                raise Question(outcome.value)
            case Held():
                raise Parked(outcome)
        return await self._failed(step, Fault("tool_waits", f"{step.name} waits for something, which a tool cannot."))

    async def _tried(self, step: Step, tool: PlanTool) -> Outcome:
        """Try as often as the tool's policy says, where trying again can help and harms nobody."""
        retry, attempt = tool.node.retry, 1
        while True:
            outcome = await self._do(self._order(step, tool, attempt))
            may_repeat = isinstance(outcome, Failed) and outcome.fault.retryable and tool.node.effect != Effect.UNSAFE
            if not may_repeat or tool.node.journals or attempt >= retry.max_attempts:
                return outcome
            await asyncio.sleep(next_delay(retry, attempt, retry_after=None, seed=f"{self._work.key}{step.idx}"))
            attempt += 1

    def _order(self, step: Step, tool: PlanTool, attempt: int) -> "Work":
        """Gather what a tool needs: it sees what its agent sees, and the arguments."""
        args = step.input
        value = args[INPUT] if tool.takes_text else args
        names = {ARGS: args, "input": value, "inputs": {"in": value}}
        key = f"{self._work.key}{DELEGATION}{step.idx}/{tool.node.id}"
        return self._within(replace(self._work, node=tool.node, key=key, attempt=attempt, inputs={"in": value}, names=names))

    async def _failed(self, step: Step, fault: Fault, usage: Usage | None = None) -> Step:
        return await self._write(replace(step, status="failed", output=None, error=fault.to_json(), usage=usage))

    async def _write(self, step: Step) -> Step:
        await self._journal.write(step)
        return step


def is_unsafe(tool: PlanTool) -> bool:
    """Say whether a call that was cut off may have happened. A called workflow is found again, and goes on."""
    return tool.node.effect == Effect.UNSAFE and not isinstance(tool.node.container, CallSpec)


def fitting(step: Step, arguments: str, tool: PlanTool) -> tuple[Step, Fault | None]:
    """Take in arguments that fit the tool's schema, or say what is wrong with them."""
    args, wrong = read_answer(arguments or "{}", tool.parameters)
    if not wrong and not isinstance(args, dict):
        wrong = "They are no object."
    if wrong:
        return step, Fault("tool_arguments", f"The arguments of {step.name} do not fit. {wrong}", "Call it again with others.")
    return replace(step, input=args), None


def unknown(name: str, known: Sequence[str]) -> Fault:
    """Say that an agent has no such tool."""
    return Fault("tool_unknown", f"There is no tool {name[:100]!r}.", f"There are: {', '.join(known) or 'none'}.")


def _loads(arguments: str) -> Any:
    """Read arguments for show; what is no JSON is shown as it was written."""
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments[:2000]
