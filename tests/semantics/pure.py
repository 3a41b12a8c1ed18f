"""Runs a case on the pure core, in virtual time, with a small stand-in for the nodes' own work."""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from editor.graph.catalogue import Catalogue
from editor.graph.compile import Callee, calling, compile_plan, digest
from editor.graph.faults import Fault
from editor.graph.nodetype import APPROVAL, Turn
from editor.graph.plan import Plan, PlanNode
from editor.graph.upgrade import load_document
from runs.engine.commands import (
    AnswerNode,
    CancelRun,
    Command,
    FailNode,
    FinishNode,
    HoldNode,
    JudgeTurn,
    OpenContainer,
    ParkRun,
    RecoverRun,
    ReleaseNode,
    StartRun,
    SuspendNode,
)
from runs.engine.events import Event, RunFailed, RunSucceeded
from runs.engine.local import LocalRun, LocalWork, VirtualRun
from runs.engine.part import part_of
from runs.engine.restore import BoxFact, NodeFact, RunFact, restore
from runs.engine.reuse import Base, Reuse
from runs.engine.state import Box, LoopBox, NodeState, RunState
from runs.engine.states import NodeStatus
from runs.engine.wire import to_wire
from tests.semantics.agents import AgentsAtWork, ToolsAsScripted
from tests.semantics.catalogue import corpus_catalogue
from tests.semantics.corpus import Case, JsonObject, Seen, error_of

MERGES = frozenset({"list", "first", "object", "deep"})
"""The modes of a merge."""
PLAIN = re.compile(r"\{\{\s*([a-z_][a-z0-9_.]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class CaseRun:
    """What expressions of a case see as ``run``."""

    id: str
    input: JsonObject
    workflow: JsonObject
    started_at: str = "1970-01-01T00:00:00+00:00"
    base_url: str = "http://127.0.0.1:8000"
    wait_urls: Mapping[str, str] = field(default_factory=dict)


class Player:
    """Plays the nodes of a case: what the script says, else what the node type would do."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.inputs: dict[str, JsonObject] = {}
        self.agents = AgentsAtWork(ToolsAsScripted(corpus_catalogue(), case))

    def __call__(self, work: LocalWork) -> Command:
        """Answer one attempt with the command that reports it."""
        if work.turn is not None:
            return judged(work, work.turn)
        self.inputs[work.key] = dict(work.inputs)
        attempt = {} if work.node.disabled else self._case.attempt(work.key, work.attempt)
        at = work.at + attempt.get("ms", 0) / 1000
        if "error" in attempt:
            return FailNode(at, work.key, work.attempt, Fault.from_json(error_of(attempt)))
        if "hold" in attempt:
            return HoldNode(at, work.key, work.attempt, attempt["hold"], {})
        if work.node.container is not None:
            return opened(work, at)
        if is_agent(work.node, attempt):
            return self.agents.play(work)
        if work.node.type == "wait":
            return SuspendNode(at, work.key, work.attempt, at + work.node.params["seconds"], "timer", work.inputs.get("in"))
        if work.node.type == "approval":
            limit = work.node.params.get("timeout_seconds")
            wake_at = None if limit is None else at + limit
            return SuspendNode(at, work.key, work.attempt, wake_at, APPROVAL, {"answer": "timeout"}, ("timeout",))
        if work.node.type == "fail":
            params = work.node.params
            return FailNode(at, work.key, work.attempt, Fault(params["code"], params.get("message", "")))
        if (fault := misfit(work.node, work.names)) is not None:
            return FailNode(at, work.key, work.attempt, fault)
        value = attempt["return"] if "return" in attempt else own_value(work)
        return FinishNode(at, work.key, work.attempt, value, tuple(attempt.get("ports", own_ports(work))))


def is_agent(node: PlanNode, attempt: Mapping[str, Any]) -> bool:
    """Say whether an agent does its own work: its models are scripted, and not what comes of it."""
    return node.type == "agent" and not node.disabled and "return" not in attempt


def plan_of(case: Case, catalogue: Catalogue | None = None) -> Plan:
    """Compile a case with the workflows that it calls."""
    return compiled(case, case.document(), catalogue or corpus_catalogue())


def compiled(case: Case, raw: JsonObject, catalogue: Catalogue) -> Plan:
    """Compile one document of a case; what it calls is compiled when it is called."""
    document = load_document(raw)
    callees = {node.id: case.callee(str(node.params["workflow"])) for node in calling(document, catalogue)}
    loads = {
        node: Callee(1, digest(load_document(callee)), partial(compiled, case, callee, catalogue))
        for node, callee in callees.items()
    }
    return compile_plan(document, catalogue, loads)


def opened(work: LocalWork, at: float) -> Command:
    """Begin the graph of a map or a loop."""
    params = work.node.params
    if work.node.type == "run_workflow":
        return OpenContainer(at, work.key, work.attempt, resolve(params.get("input", {}), work.names))
    if work.node.type == "map":
        items = resolve(params.get("items", "{{ input }}"), work.names)
        if not isinstance(items, list):
            return FailNode(at, work.key, work.attempt, Fault("invalid_input", "No list."))
        return OpenContainer(at, work.key, work.attempt, items)
    initial = resolve(params.get("initial", "{{ input }}"), work.names)
    names = ChainMap({"loop": {"index": 0, "state": initial}}, work.names)  # type: ignore[arg-type]  # it only reads them
    return OpenContainer(at, work.key, work.attempt, initial, bool(resolve(params.get("while", True), names)))


def judged(work: LocalWork, turn: Turn) -> Command:
    """Judge a turn by plain paths."""
    params, loop = work.node.params, {"index": turn.index, "state": turn.state, "result": turn.result}
    names = ChainMap({"loop": loop}, work.names)  # type: ignore[arg-type]  # it only reads them
    until, score = bool(resolve(params.get("until", False), names)), resolve(params.get("score"), names)
    loop.update(index=turn.index + 1, state=turn.result)
    go_on = until or bool(resolve(params.get("while", True), names))
    return JudgeTurn(work.at, work.key, work.attempt, turn.index, until, go_on, score)


def misfit(node: PlanNode, names: Mapping[str, Any]) -> Fault | None:
    """Say which param a node's expressions do not fit, as far as the corpus needs it."""
    fits = node.type != "merge" or resolve(node.params.get("mode", "list"), names) in MERGES
    return None if fits else Fault("bad_params", "No mode.", data={"param": "mode"})


def own_ports(work: LocalWork) -> tuple[str, ...]:
    """Give the ports that a node fires when the script does not say."""
    return work.node.outputs[-1:] if work.node.type == "router" else ("out",)


def own_value(work: LocalWork) -> Any:
    """Give what a node of this type answers, as far as the corpus needs it."""
    if work.node.disabled:
        return work.inputs.get("in")
    if work.node.type == "start":
        return work.names["run"]["input"]
    if work.node.type == "set":
        return resolve(work.node.params["value"], work.names)
    if work.node.type in ("output", "exit"):
        return resolve(work.node.params.get("value", "{{ input }}"), work.names)
    if work.node.type == "merge" and resolve(work.node.params.get("mode"), work.names) == "first":
        return work.inputs["in"][0]
    return dict(work.inputs) if work.node.type == "probe" else work.inputs.get("in")


def resolve(value: Any, names: Mapping[str, Any]) -> Any:
    """Resolve a plain path, which is all that the corpus uses, alone or in an object or a list."""
    if isinstance(value, dict):
        return {key: resolve(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, names) for inner in value]
    match = PLAIN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    first, *rest = match[1].split(".")
    found = names[first]
    for name in rest:
        found = found[name]
    return found


def facts_of(state: RunState) -> list[NodeFact]:
    """Give what the journal would have committed of a run's node runs."""
    unseen = (NodeStatus.PENDING, NodeStatus.READY)
    return [fact_of(ns) for ns in state.nodes.values() if ns.status not in unseen]


def fact_of(ns: NodeState) -> NodeFact:
    """Give the row of one node run."""
    return NodeFact(
        key=ns.key,
        status=ns.status,
        reason=ns.reason,
        attempt=ns.attempt,
        failures=ns.failures,
        losses=ns.losses,
        ports=ns.ports,
        chosen=ns.chosen,
        value=ns.value,
        fault=ns.fault,
        degraded=ns.degraded,
        wake_at=ns.wake_at,
        started_at=ns.started_at,
        finished_at=ns.finished_at,
        origin=ns.origin,
        box=None if ns.box is None else box_of(ns.box, ns.attempt),
    )


def box_of(box: Box, attempt: int) -> BoxFact:
    """Give what is kept of a container's graph."""
    if isinstance(box, LoopBox):
        return BoxFact(box.initial, attempt, box.next, box.go_on, dict(box.scores), box.opened_at)
    return BoxFact(box.value, attempt, box.next, opened_at=box.opened_at)


class MortalRun(VirtualRun):
    """A run whose owner can be lost: the next one has only what was committed. Reports to the old one still arrive."""

    def advance(self, command: Command) -> list[Event]:
        """Apply a command; a takeover comes with the state that the new owner reads."""
        if isinstance(command, RecoverRun):
            run = RunFact(self.state.run_id, self.state.status, self.state.started_at)
            self.state = restore(self.plan, run, facts_of(self.state), self.state.reuse)
        return super().advance(command)


def command_of(raw: JsonObject) -> Command:
    """Read a command of a case: ``cancel``, ``lose_owner``, ``park``, ``release``, or ``answer`` with the ports that fire."""
    at = raw["ms"] / 1000
    if "cancel" in raw:
        return CancelRun(at, raw["cancel"])
    if "answer" in raw:
        return AnswerNode(at, raw["answer"], 1, {"answer": raw["ports"][0]}, tuple(raw["ports"]))
    if "release" in raw:
        return ReleaseNode(at, raw["release"], 1, Fault("held", "Given up."), raw.get("gives_up", False))
    return RecoverRun(at) if raw.get("lose_owner") else ParkRun(at)


def reuse_of(case: Case, plan: Plan) -> Reuse | None:
    """Play the run that a case goes on from, and give what it leaves."""
    told, before = case.reuse, case.before()
    if told is None:
        return None
    base = None
    if before is not None:
        then = plan_of(before)
        base = Base(f"case-{before.id}", then, play(before, then)[0].state, before.input)
    part = part_of(plan, told.get("kind", "normal"), told.get("node", ""))
    pins = {node.id: node.pinned for node in plan.nodes.values() if told.get("test") and node.pinned is not None}
    return Reuse(case.input, base, part, pins, told.get("edits", {}))


def play(case: Case, plan: Plan) -> tuple[VirtualRun, Seen]:
    """Run a case to its end and give what was seen."""
    player = Player(case)
    run = CaseRun(f"case-{case.id}", case.input, {"id": "w", "name": case.id})
    local = MortalRun(plan, player, run, reuse_of(case, plan))
    local.expect(StartRun(0.0, case.input))
    for raw in case.commands:
        local.expect(command_of(raw))
    while local.step() is not None:
        pass
    return local, seen_of(local, player)


def seen_of(local: LocalRun, player: Player) -> Seen:
    """Give what a runner reports of a run that ended."""
    end = local.events[-1]
    nodes = {
        key: {
            "status": str(ns.status),
            "reason": ns.reason,
            "attempts": ns.attempt,
            "degraded": ns.degraded,
            "error": None if ns.fault is None else ns.fault.to_json(),
            "origin": ns.origin.how,
            "stale": ns.origin.stale,
        }
        for key, ns in local.state.nodes.items()
    }
    return Seen(
        status=str(local.state.status),
        output=dict(end.output) if isinstance(end, (RunSucceeded, RunFailed)) else None,
        error=end.fault.to_json() if isinstance(end, RunFailed) else None,
        nodes=nodes,
        events=[{"seq": seq, **to_wire(event)} for seq, event in enumerate(local.events, start=1)],
        inputs=player.inputs,
        exact=True,
        steps=player.agents.told if player.agents.kept else None,
    )


def played_script(case: Case, local: VirtualRun) -> JsonObject:
    """Give the case's script with every value written out, for runners in which the shipped node types do the work.

    It is of the form that `run_graph --mock` takes. A scripted attempt that says nothing but how long it takes answers
    what the node answered here.
    """
    keys = {key: name for name in case.script for key, ns in local.state.nodes.items() if name in (key, ns.node.id)}
    keys |= {name: name for name in case.script if name in local.plan.tools}
    attempts = {key: range(1, len(case.script[name]) + 1) for key, name in keys.items()}
    return {key: [played(case, local, key, number) for number in numbers] for key, numbers in attempts.items()}


def played(case: Case, local: VirtualRun, name: str, number: int) -> JsonObject:
    """Write out one attempt."""
    attempt = case.attempt(name, number)
    told: JsonObject = {"sleep_seconds": attempt.get("ms", 0) / 1000}
    if "error" in attempt:
        return {**told, "error": error_of(attempt)}
    told["return"] = attempt["return"] if "return" in attempt else local.state.nodes[name].value
    if "ports" in attempt:
        told["ports"] = attempt["ports"]
    return told
