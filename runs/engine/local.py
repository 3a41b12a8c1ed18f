"""Runs in one process: `advance` in a loop, with time that jumps (tests) or passes (the command line)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

from editor.graph.faults import NOTHING
from editor.graph.nodetype import Turn
from editor.graph.plan import Plan, PlanNode, PlanTool
from runs.engine.advance import advance
from runs.engine.calls import scope_of_call
from runs.engine.commands import Command, ExpireRun, ParkRun, StartRun, Wake
from runs.engine.events import Event, NodeCancelled, NodeStarted, TurnAsked
from runs.engine.inputs import RunFacts, node_inputs, node_sources, turn_names, turn_of, visible_names
from runs.engine.places import is_parkable
from runs.engine.reuse import Reuse
from runs.engine.state import NodeState, RunState, initial_state, next_wake
from runs.engine.states import RUN_TERMINAL

WAIT_SECONDS = 5.0
"""Longest wait of a node's own that a run in real time sits out."""
BACKOFF_SECONDS = 60.0
"""Longest backoff that a run in real time sits out."""


@dataclass(frozen=True, slots=True)
class LocalWork:
    """One attempt that has started, with all that its work needs."""

    node: PlanNode
    key: str
    attempt: int
    inputs: Mapping[str, Any]
    names: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]]
    at: float
    turn: Turn | None = None
    """Of a loop at work: the turn that is to be judged."""
    tools: Mapping[str, PlanTool] = field(default_factory=lambda: NOTHING)
    """What the agents of its workflow may call, by name."""


@dataclass(slots=True)
class LocalRun:
    """A run in this process: its state and all that has happened."""

    plan: Plan
    run: RunFacts
    state: RunState
    events: list[Event] = field(default_factory=list)

    def advance(self, command: Command) -> list[Event]:
        """Apply a command and all that follows from it.

        Parameters
        ----------
        command : Command
            What is asked.

        Returns
        -------
        list of Event
            What happened because of it.
        """
        happened = advance(self.plan, self.state, command)
        self.events += happened
        return happened

    def work_for(self, event: NodeStarted | TurnAsked) -> LocalWork:
        """Give what an attempt that has just started works on, or what a turn is judged by.

        Parameters
        ----------
        event : NodeStarted or TurnAsked
            The start, or the question.

        Returns
        -------
        LocalWork
        """
        plan, state, key = self.plan, self.state, event.key
        ns, inputs = state.nodes[key], node_inputs(plan, state, key)
        asked = isinstance(event, TurnAsked)
        return LocalWork(
            node=ns.node,
            key=key,
            attempt=event.attempt,
            inputs=inputs,
            names=turn_names(state, ns, inputs, self.run) if asked else visible_names(plan, state, key, self.run),
            sources=node_sources(plan, state, key),
            at=event.at,
            turn=turn_of(ns) if asked else None,
            tools=self._tools(ns),
        )

    def _tools(self, ns: NodeState) -> Mapping[str, PlanTool]:
        scope = scope_of_call(ns)
        return (self.plan if scope is None or scope.called is None else scope.called).tools

    def expires_at(self) -> float | None:
        """Give the moment at which the run's own time limit passes, or None.

        Returns
        -------
        float or None
            In seconds since 1970.
        """
        limit, started_at = self.plan.timeout_seconds, self.state.started_at
        return None if limit is None or started_at is None else started_at + limit

    @property
    def is_over(self) -> bool:
        """Say whether the run has ended."""
        return self.state.status in RUN_TERMINAL


class VirtualRun(LocalRun):
    """A run in virtual time: `execute` answers at once with the command that will be reported, at its own time.

    Reports of attempts that were cancelled meanwhile still arrive, as they do in life.
    """

    def __init__(self, plan: Plan, execute: Callable[[LocalWork], Command], run: RunFacts, reuse: Reuse | None = None) -> None:
        super().__init__(plan, run, initial_state(plan, run.id, reuse))
        self._execute = execute
        self._coming: list[tuple[float, int, Command]] = []
        self._number = count()

    def expect(self, command: Command) -> None:
        """Let a command come at its time.

        Parameters
        ----------
        command : Command
            What will be asked.
        """
        heappush(self._coming, (command.at, next(self._number), command))

    def step(self) -> list[Event] | None:
        """Let time jump to the next thing that comes, and apply it.

        Returns
        -------
        list of Event or None
            What happened; None when nothing is left to come.
        """
        due = None if self.is_over else self._timer()
        if due is not None and (not self._coming or due.at < self._coming[0][0]):
            command: Command = due
        elif self._coming:
            command = heappop(self._coming)[2]
        else:
            return None
        happened = self.advance(command)
        for event in happened:
            if isinstance(event, NodeStarted | TurnAsked):
                self.expect(self._execute(self.work_for(event)))
        return happened

    def _timer(self) -> Command | None:
        """Give the timer that is due first."""
        wake_at, expires_at = next_wake(self.state), self.expires_at()
        if expires_at is not None and (wake_at is None or expires_at <= wake_at):
            return ExpireRun(expires_at)
        return None if wake_at is None else Wake(wake_at)


def run_locally(
    plan: Plan,
    execute: Callable[[LocalWork], Command],
    run: RunFacts,
    *,
    commands: Iterable[Command] = (),
) -> VirtualRun:
    """Run a plan to its end in virtual time, beginning at 0.

    Parameters
    ----------
    plan : Plan
        What is run.
    execute : callable
        Stands in for the nodes' work: answers each started attempt with the command that it will report.
    run : RunFacts
        What expressions see as ``run``; its input is the run's input.
    commands : iterable of Command
        What is asked from outside, each at its time.

    Returns
    -------
    VirtualRun
        With the final state and all events.
    """
    local = VirtualRun(plan, execute, run)
    local.expect(StartRun(0.0, run.input))
    for command in commands:
        local.expect(command)
    while local.step() is not None:
        pass
    return local


StartWork = Callable[[LocalWork], Command | Awaitable[Command]]
"""Does an attempt's work: at once, or as a coroutine."""


class LiveRun(LocalRun):
    """A run in real time, on the asyncio loop that it is awaited on."""

    def __init__(self, plan: Plan, start: StartWork, run: RunFacts, *, clock: Callable[[], float]) -> None:
        super().__init__(plan, run, initial_state(plan, run.id))
        self._start = start
        self._clock = clock
        self._tasks: dict[str, asyncio.Future[Command]] = {}

    async def finish(self) -> None:
        """Run until the end, or until all that is left is a long wait; the run is then parked."""
        try:
            self._apply(StartRun(self._clock(), self.run.input))
            while not self.is_over and not self._park():
                await self._next()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _apply(self, command: Command) -> None:
        """Apply a command, and the reports of work that was done at once."""
        commands = deque([command])
        while commands:
            for event in self.advance(commands.popleft()):
                if isinstance(event, NodeStarted | TurnAsked):
                    answer = self._start(self.work_for(event))
                    if isinstance(answer, Awaitable):
                        self._tasks[event.key] = asyncio.ensure_future(answer)
                    else:
                        commands.append(answer)
                elif isinstance(event, NodeCancelled) and event.key in self._tasks:
                    self._tasks[event.key].cancel()

    def _park(self) -> bool:
        """Park the run if what it waits for is too far away to sit it out."""
        if not is_parkable(self.state):
            return False
        now, state = self._clock(), self.state
        retry = state.retries and state.retries[0][0] - now <= BACKOFF_SECONDS
        wait = state.waits and state.waits[0][0] - now <= WAIT_SECONDS
        return not (retry or wait) and bool(self.advance(ParkRun(now)))

    async def _next(self) -> None:
        """Wait for the next report or timer, and apply it."""
        moments = [moment for moment in (next_wake(self.state), self.expires_at()) if moment is not None]
        patience = max(0.0, min(moments) - self._clock()) if moments else None
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(patience or 0.0)
        for key in [key for key, task in self._tasks.items() if task.done()]:
            task = self._tasks.pop(key)
            if not task.cancelled():
                self._apply(task.result())
        self._tick()

    def _tick(self) -> None:
        """Apply the timers that are due."""
        now, expires_at = self._clock(), self.expires_at()
        if expires_at is not None and expires_at <= now:
            self._apply(ExpireRun(now))
        elif (wake_at := next_wake(self.state)) is not None and wake_at <= now:
            self._apply(Wake(now))


async def run_live(plan: Plan, start: StartWork, run: RunFacts, *, clock: Callable[[], float]) -> LiveRun:
    """Run a plan in real time, in this process, without a worker or a database.

    Parameters
    ----------
    plan : Plan
        What is run.
    start : callable
        Does the nodes' work: answers each started attempt with the command to report, at once or awaited.
    run : RunFacts
        What expressions see as ``run``; its input is the run's input.
    clock : callable
        Gives the time in seconds since 1970: the engine reads no clock of its own.

    Returns
    -------
    LiveRun
        Ended, or parked (``waiting``) before a wait of more than `WAIT_SECONDS` or a backoff of more than
        `BACKOFF_SECONDS`.
    """
    live = LiveRun(plan, start, run, clock=clock)
    await live.finish()
    return live
