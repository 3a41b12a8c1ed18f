"""What one flush will write: events become rows here, as values; `flush` sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.context import Step
from editor.graph.faults import Fault
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import Usage
from runs.engine.events import (
    CONTAINER_EVENTS,
    ContainerOpened,
    Event,
    NodeCancelled,
    NodeFailed,
    NodeRetryScheduled,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    RunParked,
)
from runs.engine.state import CallBox, NodeState
from runs.engine.wire import preview, to_wire
from runs.journal.summary import TOLD, is_summed, is_told, kept, summary, told_by
from runs.payloads import clean, pack
from runs.steps import as_data

Row = dict[str, Any]

ATTEMPT_STATUS: Mapping[type, str] = {
    NodeStarted: "running",
    NodeSucceeded: "succeeded",
    NodeFailed: "failed",
    NodeCancelled: "cancelled",
    NodeWaiting: "waiting",
}


@dataclass(slots=True)
class RunChange:
    """What becomes of the run's own row. `status` None leaves it; `keep` False lets go of the lease."""

    status: str | None = None
    keep: bool = True
    wake_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    output: Any = None
    error: Any = None
    usage: Any = None
    budget: Any = None
    progress: bool = False
    """Work has ended since the last flush: earlier crashes of owners no longer count."""


@dataclass(slots=True)
class Batch:
    """Everything since the last flush. Node runs are read when the rows are made, so each is written once, as it then is."""

    inline_bytes: int
    worker: str = ""
    wires: list[Mapping[str, Any]] = field(default_factory=list)
    summed: dict[str, tuple[NodeState, float]] = field(default_factory=dict)
    """Containers of which something has happened that is told once for all of it."""
    nodes: dict[str, NodeState] = field(default_factory=dict)
    extras: dict[str, Row] = field(default_factory=dict)
    attempts: dict[tuple[str, int], Row] = field(default_factory=dict)
    steps: dict[tuple[str, int], Row] = field(default_factory=dict)
    """By agent and number, what was recorded of its work."""
    blobs: dict[str, bytes] = field(default_factory=dict)
    opened: dict[str, Any] = field(default_factory=dict)
    """By container: what its graph works on, once."""
    consumed: list[int] = field(default_factory=list)
    cache: dict[str, Row] = field(default_factory=dict)
    """By node run key, results that are kept for later runs."""
    launches: list[Row] = field(default_factory=list)
    """Runs that begin with this commit."""
    shards: list[Row] = field(default_factory=list)
    """Runs of some items of a map that begin with this commit."""
    recalls: list[str] = field(default_factory=list)
    """Ids of such runs that are to stop."""
    shard_of: str = ""
    """In the run of a shard, the key of its map: that node run belongs to another owner, and nothing inside is told."""
    run: RunChange = field(default_factory=RunChange)
    durable: bool = False
    """Holds more than progress: its commit waits for the disk."""

    def __bool__(self) -> bool:
        return bool(self.wires or self.consumed or self.summed or self.shards or self.recalls or self.steps)

    def add(self, event: Event, state: NodeState | None) -> None:
        """Take in one event with the node run that it changed."""
        self._tell(event, state)
        if state is None or state.key == self.shard_of:
            return
        self.nodes[state.key] = state
        if isinstance(event, ContainerOpened):
            self.opened[state.key] = event.value
        status = ATTEMPT_STATUS.get(type(event))
        if isinstance(event, NodeRetryScheduled):
            status = "lost" if event.lost else "failed"
        if status is not None and state.attempt:
            self._attempt(event, state.key, status)
        if isinstance(event, NodeSucceeded) and event.details:
            self.note(state.key, "details", dict(event.details))

    def _tell(self, event: Event, state: NodeState | None) -> None:
        """Make an event one of the run's, or let it be summed up with others of its container."""
        if isinstance(event, CONTAINER_EVENTS) and state is not None and isinstance(state.box, CallBox):
            return  # of a call, what happens inside says it all
        if isinstance(event, RunParked) and event.is_at_work:
            return
        most = 0 if self.shard_of else TOLD
        if state is None:
            self.sum_up()
        elif not is_told(state.scope, most):
            teller = told_by(state, most)
            self.summed[teller.key] = teller, event.at
            return
        elif is_summed(event):
            self.summed[state.key] = state, event.at
            return
        elif state.key in self.summed:
            self._sum_up_one(state.key)
        self.wires.append(to_wire(event))

    def sum_up(self) -> None:
        """Tell how far each container is of which something was not told."""
        for key in list(self.summed):
            self._sum_up_one(key)

    def _sum_up_one(self, key: str) -> None:
        wire = summary(*self.summed.pop(key))
        if wire is not None:
            self.wires.append(wire)

    def log(self, at: float, key: str | None, attempt: int, line: tuple[str, str]) -> None:
        """Take in one line of a node's log, or of the run's own where there is no key."""
        level, message = line
        data = {"attempt": attempt, "level": level, "message": message}
        self.wires.append({"kind": "log", "at": at, "node": key, "data": data})

    def step(self, at: float, key: str, step: Step, state: NodeState) -> None:
        """Take in a step of a node run, or of an agent that it asked: `key` says whose. It is told like the node run itself."""
        is_over = step.status in ("succeeded", "failed")
        data, sha = self.keep(as_data(step))
        before = self.steps.get((key, step.idx))
        self.steps[key, step.idx] = {
            "key": key,
            "idx": step.idx,
            "kind": step.kind,
            "name": step.name[:200],
            "status": step.status,
            "data": data,
            "data_sha": sha,
            "usage": None if step.usage is None else step.usage.to_json(),
            "seconds": step.seconds,
            "started_at": at if before is None else before["started_at"],
            "finished_at": at if is_over else None,
        }
        self.nodes[state.key] = state
        if not is_told(state.scope, 0 if self.shard_of else TOLD):
            return
        told = {"agent": key, "idx": step.idx, "kind": step.kind, "name": step.name[:200], "status": step.status}
        usage = {} if step.usage is None else {"usage": step.usage.to_json()}
        self.wires.append({"kind": "step", "at": at, "node": state.key, "data": {**told, **usage}})

    def note(self, key: str, column: str, value: Any) -> None:
        """Set a column of a node run that the engine does not know."""
        self.extras.setdefault(key, {})[column] = value

    def _attempt(self, event: Event, key: str, status: str) -> None:
        number: int = getattr(event, "attempt", 0)
        if number == 0:
            return
        row = self.attempts.setdefault((key, number), {"key": key, "n": number, "started_at": event.at})
        row["status"] = status
        if status == "running":
            row["worker"] = self.worker
            return
        if status != "waiting":
            row["finished_at"] = event.at
        fault: Fault | None = getattr(event, "fault", None)
        usage: Usage | None = getattr(event, "usage", None)
        if fault is not None:
            row["error"] = fault.to_json()
        if usage is not None:
            row["usage"] = usage.to_json()

    def node_rows(self) -> list[Row]:
        """Make the rows of the node runs, as they are now."""
        return [self._node_row(state) for state in self.nodes.values()]

    def _node_row(self, state: NodeState) -> Row:
        scope, node_id = split_key(NodeKey(state.key))
        row: Row = {
            "scope": scope,
            "node": node_id,
            "status": state.status,
            "reason": state.reason[:40],
            "attempt": state.attempt,
            "failures": state.failures,
            "losses": state.losses,
            "ports": state.ports,
            "chosen": state.chosen,
            "degraded": state.degraded,
            "wake_at": state.wake_at,
            "started_at": state.started_at,
            "finished_at": state.finished_at,
        }
        if state.origin.how:
            row.update(
                key=state.origin.key, origin=state.origin.how, reused_from=state.origin.run_id or None, stale=state.origin.stale
            )
        if state.fault is not None:
            row["error"] = state.fault.to_json()
        if state.value is not None:
            row["output"], row["output_sha"] = self.keep(state.value)
            row["preview"] = clean(preview(state.value))
            row["answer_by"] = _answer_by(state)
        if state.box is not None:
            row["progress"] = kept(state)
        if state.key in self.opened:
            row["opened"], row["opened_sha"] = self.keep(self.opened[state.key])
        for column, value in self.extras.get(state.key, {}).items():
            row[column] = self._fitting(value)
        return row

    def keep_for_later(self, key: str, state: NodeState) -> None:
        """Keep a result for equal work in later runs."""
        output, sha = self.keep(state.value)
        seconds = state.node.cache_seconds
        self.cache[key] = {"key": key, "ports": state.ports, "output": output, "output_sha": sha, "seconds": seconds}

    def keep(self, value: Any) -> tuple[Any, str | None]:
        """Store a value: inline, or as a blob whose digest is returned."""
        packed = pack(value, self.inline_bytes)
        if packed.sha is not None:
            self.blobs[packed.sha] = packed.body
        return packed.inline, packed.sha

    def _fitting(self, value: Any) -> Any:
        """Cut what is shown and never read back by the engine, when it is too large for its row."""
        packed = pack(value, self.inline_bytes)
        if packed.sha is None:
            return value
        return {"$truncated": True, "size": len(packed.body), "preview": clean(packed.body[:1000].decode(errors="replace"))}


def _answer_by(state: NodeState) -> float | None:
    """Say until when an agent waits for an answer: beside what it asks, which may be too large for the row."""
    if state.status != "waiting" or not isinstance(state.value, Mapping) or "step" not in state.value:
        return None
    answer_by: float | None = state.value["request"].get("answer_by")
    return answer_by
