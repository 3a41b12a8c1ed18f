"""A world for nodes under test: models, network and sandbox that answer as a test says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from editor.graph.context import HttpReply, HttpRequest, LlmReply, LlmRequest, TextSink
from editor.graph.document import RetryPolicy
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Usage
from editor.graph.plan import PlanNode
from runs.executor import Done, Executor, Failed, Outcome, RunInfo, Services, Suspended, Work
from runs.nodes import builtin_catalogue
from runs.scripted import Script

RUN = RunInfo("run-1", {"id": "w", "name": "W"}, {"q": "hi"}, "2026-01-02T03:04:05+00:00", "http://here", "lineage-1")


@dataclass(slots=True)
class World:
    """Stands for all three services, and notes what it was asked."""

    answers: Sequence[str | Fault | LlmReply] = ("ok",)
    reply: HttpReply | None = None
    value: Any = None
    llm: list[LlmRequest] = field(default_factory=list)
    http: list[HttpRequest] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Give the next answer; the last one repeats."""
        answer = self.answers[min(len(self.llm), len(self.answers) - 1)]
        self.llm.append(request)
        if isinstance(answer, Fault):
            raise NodeFailure(answer)
        if isinstance(answer, LlmReply):
            return answer
        on_text(answer)
        return LlmReply(answer, "stop", Usage(5, 2, 0.25, request.model), request.model)

    async def estimate(self, request: LlmRequest) -> tuple[LlmRequest, Usage]:
        """Say what each call may take: twice of what it does."""
        return request, Usage(10, 4, 0.5, request.model)

    async def send(self, request: HttpRequest) -> HttpReply:
        """Give the one answer."""
        self.http.append(request)
        return self.reply or HttpReply(200, {"content-type": "application/json"}, b'{"a": 1}', request.url)

    async def evaluate(self, source: str, names: Mapping[str, Any]) -> Any:
        """Give the one value."""
        self.sources.append(source)
        if isinstance(self.value, Fault):
            raise NodeFailure(self.value)
        return self.value(names) if callable(self.value) else self.value

    async def call_main(self, source: str, names: Mapping[str, Any], on_print: TextSink) -> Any:
        """Print two pieces and give the one value."""
        self.sources.append(source)
        on_print("one\ntw")
        on_print("o")
        return self.value


def node(type_name: str, params: Mapping[str, Any], **more: Any) -> PlanNode:
    """A plan node of a shipped type."""
    kind = builtin_catalogue().latest(type_name)
    assert kind is not None
    facts: dict[str, Any] = {
        "id": "n", "type": type_name, "type_version": kind.version, "name": "", "scope": "", "order": 0, "params": params,
        "join": "all", "on_error": "fail", "retry": RetryPolicy(), "timeout_seconds": None, "effect": "pure",
        "inline": kind.inline, "disabled": False, "incoming": (),
        "inputs": {}, "outputs": tuple(port.name for port in kind.output_ports(params)),
        "outgoing": (), "references": frozenset(), "config_hash": "",
    }  # fmt: skip
    return PlanNode(**(facts | more))


NAMES: Mapping[str, Any] = {
    "a": {"b": [1, {"c": "deep"}], "n": 5},
    "input": "came",
    "run": {"id": "run-1", "input": {"q": "hi"}, "started_at": RUN.started_at},
}


@dataclass(slots=True)
class Told:
    """What a node streamed and logged."""

    texts: list[str] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)

    def log(self, level: str, message: str) -> None:
        """Take a log line."""
        self.logs.append((level, message))


def work(planned: PlanNode, told: Told | None = None, **more: Any) -> Work:
    """One attempt of a node in a run with a few names."""
    told = told or Told()
    facts: dict[str, Any] = {
        "node": planned, "key": planned.id, "attempt": 1, "inputs": {"in": "came"}, "names": NAMES, "run": RUN, "at": 1000.0,
        "emit": told.texts.append, "log": told.log, "sources": {"in": ("x",)},
    }  # fmt: skip
    return Work(**(facts | more))


def executor(world: World | None = None, script: Script | None = None, **more: Any) -> Executor:
    """An executor over the shipped types and this world."""
    world = world or World()
    return Executor(builtin_catalogue(), Services(llm=world, http=world, sandbox=world, **more), script)


async def outcome(type_name: str, params: Mapping[str, Any], world: World | None = None, **more: Any) -> Outcome:
    """What one attempt comes to."""
    planned = node(type_name, params, **more.pop("node", {}))
    return await executor(world).run(work(planned, **more))


async def done(type_name: str, params: Mapping[str, Any], world: World | None = None, **more: Any) -> Done:
    """What an attempt that must succeed comes to."""
    found = await outcome(type_name, params, world, **more)
    assert isinstance(found, Done), found
    return found


async def failed(type_name: str, params: Mapping[str, Any], world: World | None = None, **more: Any) -> Fault:
    """The fault of an attempt that must fail."""
    found = await outcome(type_name, params, world, **more)
    assert isinstance(found, Failed), found
    return found.fault


async def suspended(type_name: str, params: Mapping[str, Any]) -> Suspended:
    """What an attempt that must wait comes to."""
    found = await outcome(type_name, params)
    assert isinstance(found, Suspended), found
    return found
