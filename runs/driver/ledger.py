"""What the owner has decided and not yet committed, and the commit itself."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from editor.graph.context import Step
from editor.graph.nodetype import Usage
from runs import journal
from runs.budget import Limits
from runs.driver.flights import Line
from runs.driver.host import Host
from runs.driver.load import Loaded, load_steps
from runs.engine.events import (
    Event,
    NodeFailed,
    NodeSucceeded,
    RunCancelled,
    RunFailed,
    RunParked,
    RunStarted,
    RunSucceeded,
)
from runs.engine.shards import Shard
from runs.engine.state import NodeState, RunState
from runs.journal.commit import Position
from runs.outcomes import Launch
from runs.shards import STAGES, launch_row, shard_id

NO_USAGE: Mapping[str, Any] = {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0}


def add_usage(before: Mapping[str, Any], usage: Usage) -> dict[str, Any]:
    """Add what an attempt consumed to a total."""
    more = usage.to_json()
    sums = {name: before.get(name, 0) + more[name] for name in NO_USAGE}
    return {**sums, "model": more["model"] or before.get("model", "")}


class Ledger:
    """Collects events and commits them in groups. Holds the fence."""

    def __init__(self, position: Position, loaded: Loaded, host: Host) -> None:
        self._position = position
        self._host = host
        self._home, self._shard = loaded.home, loaded.state.shard
        self._usage: Mapping[str, Any] = loaded.claim.usage or NO_USAGE
        self._node_usage: dict[str, Mapping[str, Any]] = dict(loaded.usages)
        self._batch = self._fresh()
        self.worked: Callable[[], float] | None = None
        """How long the run was at work, where that is limited: kept with every commit."""

    @property
    def is_dirty(self) -> bool:
        """Say whether there is anything to commit."""
        return bool(self._batch)

    @property
    def is_relaxed(self) -> bool:
        """Say whether only log lines wait."""
        return not (self._batch.nodes or self._batch.durable)

    @property
    def consumed(self) -> Collection[int]:
        """The inbox messages that the next commit takes."""
        return self._batch.consumed

    def record(self, event: Event, state: RunState) -> None:
        """Take in an event that the engine has applied."""
        key = getattr(event, "key", None)
        node = None if key is None else state.nodes.get(key)
        self._batch.add(event, node)
        if key is None:
            _RUN_CHANGES.get(type(event), _no_change)(self._batch.run, event)
            self._batch.durable = True
            return
        usage: Usage | None = getattr(event, "usage", None)
        if usage is not None:
            self._consumed(key, usage)
        if isinstance(event, NodeSucceeded | NodeFailed):
            self._batch.run.progress = True
            if node is None or not self._host.executor.is_inline(node.node):
                self._batch.durable = True

    def step(self, at: float, key: str, step: Step, state: NodeState) -> None:
        """Keep a step of a node run with the next commit, with what it consumed."""
        self._batch.step(at, key, step, state)
        self._batch.durable = True
        if step.usage is not None:
            self._consumed(state.key, step.usage)

    def answered(self, at: float, told: Mapping[str, Any], state: NodeState) -> None:
        """Keep what somebody answered to a step that waits."""
        waiting = load_steps(self._home, told["key"]).get((told["key"], told["idx"]))
        if waiting is not None and waiting.status == "waiting" and waiting.answer is None:
            self.step(at, told["key"], replace(waiting, answer=told["answer"]), state)

    def intend(self) -> None:
        """Note that work outside this process follows the commit: it must be on disk before."""
        self._batch.durable = True

    def limits(self, at: float, limits: Limits, by: str) -> None:
        """Keep and tell what somebody decided about the budget, with the next commit."""
        self._batch.run.budget, self._batch.durable = limits.to_json(), True
        self._batch.wires.append({"kind": "budget", "at": at, "node": None, "data": {**limits.to_json(), "by": by}})

    def params(self, key: str, params: Any) -> None:
        """Keep the resolved params of a node run for its readers."""
        if params:
            self._batch.note(key, "params", params)

    def keep_for_later(self, key: str, state: NodeState) -> None:
        """Keep a result for equal work in later runs, with the next commit."""
        self._batch.keep_for_later(key, state)

    def launch(self, key: str, launch: Launch) -> None:
        """Start another run with the next commit."""
        row = {"id": launch.run_id, "version": launch.version, "input": launch.input, "budget": launch.budget, "key": key}
        self._batch.launches.append(row)
        self._batch.durable = True

    def begin_shard(self, base: str, shard: Shard) -> None:
        """Hand some items of a map to a run of their own, with the next commit."""
        self._batch.shards.append(launch_row(self._position.run_id, base, shard))
        self._batch.durable = True

    def recall(self, base: str, first: int) -> None:
        """Stop the run of some items, with the next commit."""
        self._batch.recalls.append(shard_id(self._position.run_id, base, first))
        self._batch.durable = True

    def spent_elsewhere(self, usage: Mapping[str, Any]) -> None:
        """Add what the run of some items has consumed, with the next commit."""
        if usage:
            self._usage = self._batch.run.usage = {
                **{name: self._usage.get(name, 0) + usage.get(name, 0) for name in NO_USAGE},
                "model": usage.get("model") or self._usage.get("model", ""),
            }

    def consume(self, message_id: int) -> None:
        """Take an inbox message with the next commit."""
        self._batch.consumed.append(message_id)
        self._batch.durable = True

    def log(self, at: float, level: str, message: str) -> None:
        """Write a line to the run's own log."""
        self._batch.log(at, None, 0, (level, message))

    def line(self, at: float, line: Line) -> None:
        """Write a line to a node's log."""
        self._batch.log(at, line.key, line.attempt, (line.level, line.message))

    def hand_over(self) -> None:
        """Let go of the lease with the next commit: the run waits for another owner."""
        self._batch.run.status, self._batch.run.keep, self._batch.durable = "queued", False, True

    def commit(self) -> float:
        """Write everything and tell the viewers; give the seconds it took. Raises `Fenced`."""
        began = time.monotonic()
        self._write(parking=False)
        return time.monotonic() - began

    def park(self, wake_at: float | None) -> bool:
        """Commit and let go of the lease; False when the inbox is not empty, and nothing is written."""
        run = self._batch.run
        run.wake_at = wake_at
        if self._write(parking=True):
            return True
        if self._batch.wires and self._batch.wires[-1]["kind"] == RunParked.kind:
            self._batch.wires.pop()
        run.status, run.keep, run.wake_at = None, True, None
        return False

    def _write(self, *, parking: bool) -> bool:
        batch = self._batch
        batch.sum_up()
        for key, usage in self._node_usage.items():
            if key in batch.nodes:
                batch.note(key, "usage", usage)
        if self.worked is not None:
            batch.run.usage = {**self._usage, "seconds": round(self.worked(), 3)}
        first = self._position.seq + 1
        if not journal.flush(self._position, batch, lease_seconds=self._host.pace.lease, parking=parking):
            return False
        for row in (*batch.launches, *batch.shards):
            self._host.hint(row["id"])
        for run_id in batch.recalls:
            self._host.publisher.rouse(run_id)
            self._host.hint(run_id)
        if batch.wires:
            self._host.publisher.poke(self._position.run_id, first, batch.wires)
        if self._shard is not None:
            self._tell_home(batch, self._shard)
        self._batch = self._fresh()
        return True

    def _tell_home(self, batch: journal.Batch, shard: Shard) -> None:
        """Tell the viewers of a map how far these items are, and its owner when they are done."""
        is_over = batch.run.finished_at is not None
        progress = [wire["data"] for wire in batch.wires if wire["kind"] == "map.progress"]
        if progress or is_over:
            counts = progress[-1] if progress else {}
            told = {name: counts.get(name, 0) for name in STAGES}
            self._host.publisher.part(self._home, {"node": shard.key, "first": shard.first, **told, "is_over": is_over})
        if is_over:
            self._host.publisher.rouse(self._home)
            self._host.hint(self._home)

    def _consumed(self, key: str, usage: Usage) -> None:
        self._usage = self._batch.run.usage = add_usage(self._usage, usage)
        self._node_usage[key] = add_usage(self._node_usage.get(key, NO_USAGE), usage)

    def _fresh(self) -> journal.Batch:
        return journal.Batch(
            inline_bytes=self._host.pace.inline_bytes, worker=self._host.owner, shard_of=self._shard.key if self._shard else ""
        )


def _no_change(run: journal.RunChange, event: Any) -> None:
    return None


def _started(run: journal.RunChange, event: RunStarted) -> None:
    run.started_at = event.at


def _parked(run: journal.RunChange, event: RunParked) -> None:
    run.status, run.keep = "waiting", False


def _succeeded(run: journal.RunChange, event: RunSucceeded) -> None:
    _ended(run, "succeeded", event.at)
    run.output = dict(event.output)


def _failed(run: journal.RunChange, event: RunFailed) -> None:
    _ended(run, "failed", event.at)
    run.output, run.error = dict(event.output), event.fault.to_json()


def _cancelled(run: journal.RunChange, event: RunCancelled) -> None:
    _ended(run, "cancelled", event.at)


def _ended(run: journal.RunChange, status: str, at: float) -> None:
    run.status, run.keep, run.finished_at = status, False, at


_RUN_CHANGES: dict[type, Callable[[journal.RunChange, Any], None]] = {
    RunStarted: _started,
    RunParked: _parked,
    RunSucceeded: _succeeded,
    RunFailed: _failed,
    RunCancelled: _cancelled,
}
