"""The corpus's agents: the shipped agent over models that do as their prompt says, with tools that the case scripts."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from editor.graph.catalogue import Catalogue
from editor.graph.context import LlmReply, LlmRequest, Step, TextSink, ToolCall
from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from runs.context import RunInfo, Services, Work
from runs.engine.commands import Command
from runs.engine.local import LocalWork
from runs.executor import Executor
from runs.outcomes import Done, Failed, Outcome, command_for
from runs.steps import Records
from tests.semantics.corpus import Case, error_of
from tests.semantics.jumping import JumpingLoop

RUN = RunInfo("case", {"id": "w", "name": "case"}, {}, "1970-01-01T00:00:00+00:00")
COST = 0.25
"""US dollars for each call of a model."""


class TurnTakers:
    """Models that take the turns their prompt lists: a list of tools to call, or the text of the answer. The last one repeats."""

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Take the next turn: as many are taken as the conversation has."""
        turns: list[Any] = json.loads(next(said["content"] for said in request.messages if said["role"] == "user"))
        taken = sum(said["role"] == "assistant" for said in request.messages)
        turn, usage = turns[min(taken, len(turns) - 1)], Usage(1, 1, COST, request.model)
        if isinstance(turn, str):
            return LlmReply(turn, "stop", usage, request.model)
        calls = tuple(ToolCall(f"c{taken}_{place}", name, '{"input": "x"}') for place, name in enumerate(turn))
        return LlmReply("", "tool_calls", usage, request.model, calls)

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call takes."""
        return request, Usage(1, 1, COST, request.model)


def services_of_corpus() -> Services:
    """Give a world in which there are models and nothing else."""
    return Services(llm=TurnTakers(), http=cast(Any, None), sandbox=cast(Any, None))


class ToolsAsScripted(Executor):
    """Does the agents' own work; their tools do what the case says, else give what came."""

    def __init__(self, catalogue: Catalogue, case: Case) -> None:
        super().__init__(catalogue, services_of_corpus())
        self._case = case

    async def run(self, work: Work) -> Outcome:
        """Do one attempt."""
        if work.node.type == "agent":
            return await super().run(work)
        attempt = self._case.attempt(work.key, work.attempt)
        await asyncio.sleep(attempt.get("ms", 0) / 1000)
        if "error" in attempt:
            return Failed(Fault.from_json(error_of(attempt)))
        return Done(attempt.get("return", work.inputs.get("in")))


@dataclass(slots=True)
class AgentsAtWork:
    """Plays agents in virtual time. An owner that is lost has kept what it wrote until then, and nothing after."""

    executor: Executor
    kept: dict[str, list[tuple[float, str, Step]]] = field(default_factory=dict)
    """By node run: when each step was written, under the key of its agent."""

    def play(self, work: LocalWork) -> Command:
        """Let an agent go on after its last step, and give the command that reports what came of it."""
        kept = self.kept[work.key] = [one for one in self.kept.get(work.key, []) if one[0] <= work.at]
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            loop = runner.get_loop()

            async def keep(key: str, step: Step) -> None:
                kept.append((work.at + loop.time(), key, step))
                await asyncio.sleep(0)

            records = Records({(key, step.idx): step for _, key, step in kept}, keep)
            outcome = runner.run(self.executor.run(order(work, records)))
            return command_for(work.at + loop.time(), work.key, work.attempt, outcome)

    @property
    def told(self) -> list[Mapping[str, Any]]:
        """Give all that was written, as events tell it."""
        return [told(key, step) for kept in self.kept.values() for _, key, step in kept]


def order(work: LocalWork, records: Records) -> Work:
    """Give the work of an agent as a worker would."""
    return Work(
        node=work.node, key=work.key, attempt=work.attempt, inputs=work.inputs, names=work.names, run=RUN, at=work.at,
        sources=work.sources, records=records, toolbox=work.tools,
    )  # fmt: skip


def told(key: str, step: Step) -> Mapping[str, Any]:
    """Give a step as its event tells it."""
    usage = {} if step.usage is None else {"usage": step.usage.to_json()}
    return {"agent": key, "idx": step.idx, "kind": step.kind, "name": step.name, "status": step.status, **usage}
