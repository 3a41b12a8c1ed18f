"""Agents for tests with real workers: models that do as their prompt says, and count how often they are asked.

Named by ``RUN_EXECUTOR=tests.support.agents.agent_executor``. A prompt is JSON: ``turns`` lists what each turn asks for, as pairs
of a tool and its arguments, and ``says`` is the answer after them. ``tally`` is a file with a line for each call of the model.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from editor.graph.context import LlmReply, LlmRequest, TextSink, ToolCall
from editor.graph.nodetype import Usage
from runs.children import StoredChildren
from runs.context import Services
from runs.executor import Executor
from tests.support.executors import NoWorld

COST = 0.25


class Obedient:
    """Does whatever its prompt says."""

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Take the next turn: as many are taken as the conversation has."""
        prompt = next(message["content"] for message in request.messages if message["role"] == "user")
        script: dict[str, Any] = json.loads(prompt)
        taken = sum(message["role"] == "assistant" for message in request.messages)
        with Path(script["tally"]).open("a") as tally:
            tally.write(f"{taken}\n")
        usage = Usage(10, 5, COST, request.model)
        if taken < len(script["turns"]):
            wanted = script["turns"][taken]
            calls = tuple(ToolCall(f"c{taken}_{n}", name, json.dumps(args)) for n, (name, args) in enumerate(wanted))
            return LlmReply("", "tool_calls", usage, request.model, calls)
        on_text(script["says"])
        return LlmReply(script["says"], "stop", usage, request.model)

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what a call may take."""
        return request, Usage(10, 5, COST, request.model)


def agent_executor() -> Executor:
    """Give an executor of the installed node types over such models."""
    nothing = NoWorld()
    services = Services(llm=Obedient(), http=nothing, sandbox=nothing, children=StoredChildren())  # type: ignore[arg-type]  # never asked
    return Executor(import_string(settings.NODE_CATALOGUE)(), services)
