"""The owner's loop: take what came, let the engine decide, commit, tell the viewers, start the work."""

import asyncio
import math
import time
from collections import deque
from queue import Empty, SimpleQueue

from runs import journal
from runs.budget import Limits
from runs.cache import look_up
from runs.driver.clock import FlushClock, RunClock
from runs.driver.flights import Flights, Item, Landed, Line, Lost, Noted, Poke
from runs.driver.host import Host
from runs.driver.ledger import Ledger
from runs.driver.load import Loaded
from runs.driver.mail import TIMED_OUT, about_step, answer_key, asked_for, is_shared, new_limits, stopped_by
from runs.driver.work import Workshop
from runs.engine.advance import advance
from runs.engine.commands import CloseShard, Command, ExpireRun, FinishNode, ParkRun, RecoverRun, ReleaseNode, StartRun, Wake
from runs.engine.events import Event, NodeCancelled, NodeStarted, NodeSucceeded, RunResumed, ShardOpened, TurnAsked
from runs.engine.evolve import evolve
from runs.engine.keys import run_key
from runs.engine.places import is_parkable
from runs.engine.questions import held_for
from runs.engine.state import BUDGET, due_questions, next_wake
from runs.engine.states import RUN_TERMINAL, NodeStatus, RunStatus
from runs.journal.commit import Position
from runs.journal.connection import release
from runs.journal.inbox import ROOM, ask, open_inbox
from runs.outcomes import Done, Outcome, command_for
from runs.shards import Ended, ended

TICK_SECONDS = 2.0
"""The longest wait: a driver that ticks is alive, and its lease is renewed."""
RELEASE_AFTER_SECONDS = 0.02
"""Waits longer than this give the database connection back."""
MOST_AT_ONCE = 256
FUSED_SECONDS = 0.1
"""Longest stretch of fused nodes without a commit."""


class Driver:
    """Owns one run. Everything here happens on one thread; other threads reach it through its queue."""

    def __init__(self, host: Host, position: Position, loaded: Loaded) -> None:
        claim, plan, state = loaded.claim, loaded.plan, loaded.state
        self.run_id = claim.run_id
        self.ticked_at = time.monotonic()
        self._host = host
        self._claim = claim
        self._plan = plan
        self._state = state
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._flights = Flights(host.loop, host.executor, host.slots, self._queue)
        self._ledger = Ledger(position, loaded, host)
        self._clock = FlushClock(host.pace.flush_min, host.pace.flush_max)
        self._workshop = Workshop(loaded, host, self._queue.put)
        self._ledger.worked = self._workshop.worked
        self._starts: list[NodeStarted] = []
        self._noted: list[asyncio.Future[None]] = []
        """Attempts that go on after the next commit."""
        self._time = RunClock(claim.now, claim.heard_at)

    def poke(self) -> None:
        """Ask the driver to look at its inbox and at the process. Any thread."""
        self._queue.put(Poke())

    def lose(self) -> None:
        """Tell the driver that its lease is gone. Any thread."""
        self._queue.put(Lost())

    def run(self) -> None:
        """Own the run until it ends, parks, or is handed over. Raises `Fenced` when another owner took it."""
        self._host.adopt(self)
        try:
            self._begin()
            while not self._step():
                self._take(self._patience())
        finally:
            self._host.forget(self)
            self._flights.cancel_all()

    # -- the beginning

    def _begin(self) -> None:
        at, claim = self._time.rising(), self._claim
        if claim.has_inbox:
            self._take_inbox()
        if self._state.status in RUN_TERMINAL:
            return
        if claim.seq == 0:
            self._apply(StartRun(at, claim.input))
        elif claim.was == RunStatus.WAITING:
            self._wake()
            self._resume(at)
        else:
            self._recover(at)
        self._tick_timers()

    def _resume(self, at: float) -> None:
        """Leave the parked state where nothing was due: something in the inbox brought the run here."""
        if self._state.status is RunStatus.WAITING:
            resumed = RunResumed(at, "wake")
            evolve(self._state, resumed)
            self._ledger.record(resumed, self._state)

    def _recover(self, at: float) -> None:
        """Go on where another owner stopped. Only owners that died count against the node runs that were in flight."""
        died = self._claim.was == RunStatus.RUNNING
        lost = {ns.key: ns.losses + died for ns in self._state.active.values() if ns.status is NodeStatus.RUNNING}
        if died:
            self._ledger.log(at, "warning", "The worker that ran this was lost; another one goes on.")
        self._apply(RecoverRun(at, lost))

    # -- one turn

    def _step(self) -> bool:
        """Commit what is due; True when there is nothing more to own."""
        if self._state.status in RUN_TERMINAL:
            return self._commit()
        if self._host.draining.is_set() and (not self._flights.open or self._host.is_past_draining()):
            return self._hand_over()
        if self._may_park():
            return self._park()
        if self._due_in() <= 0:
            self._commit()
        return False

    def _due_in(self) -> float:
        if not self._ledger.is_dirty:
            return TICK_SECONDS
        if not self._flights.open and not self._ledger.is_relaxed:
            return 0.0
        return self._clock.due_in(relaxed=self._ledger.is_relaxed)

    def _patience(self) -> float:
        """Give how long to wait for something to happen."""
        return max(0.0, min(TICK_SECONDS, self._next_moment() - self._time.now(), self._due_in()))

    def _take(self, patience: float) -> None:
        """Wait for what comes and handle it, and whatever has come with it."""
        item = self._wait(patience)
        self.ticked_at = time.monotonic()
        self._time.rising()
        left = MOST_AT_ONCE
        while item is not None:
            self._handle(item)
            left -= 1
            item = self._wait(0) if left > 0 else None  # what is taken from the queue is handled, or it would be lost
        self._tick_timers()

    def _wait(self, patience: float) -> Item | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            if patience <= 0:
                return None
        if patience > RELEASE_AFTER_SECONDS:
            release()
        try:
            return self._queue.get(timeout=patience)
        except Empty:
            return None

    def _handle(self, item: Item) -> None:
        match item:
            case Landed():
                if self._flights.land(item):
                    self._take_outcome(item.key, item.outcome)
                    self._apply(command_for(self._time.rising(), item.key, item.attempt, item.outcome))
            case Line():
                self._ledger.line(self._time.last, item)
            case Noted():
                self._keep_step(item)
            case Poke():
                self._take_inbox()
            case Lost():
                raise journal.Fenced

    def _keep_step(self, noted: Noted) -> None:
        """Keep a step with the next commit; a step of an attempt that is no longer wanted is not kept."""
        ns = self._state.nodes[noted.key]
        if ns.status is NodeStatus.RUNNING and ns.attempt == noted.attempt and (noted.key, noted.attempt) in self._flights.open:
            self._ledger.step(self._time.last, noted.agent, noted.step, ns)
            self._noted.append(noted.kept)

    def _take_outcome(self, key: str, outcome: Outcome) -> None:
        """Keep what the engine does not know of an outcome."""
        self._ledger.params(key, outcome.params)
        if isinstance(outcome, Done) and outcome.launch is not None:
            self._ledger.launch(key, outcome.launch)

    def _take_inbox(self) -> None:
        for message in open_inbox(self.run_id, self._ledger.consumed):
            self._ledger.consume(message.id)
            if message.kind == "shard":
                self._take_shard(ended(message.payload["run"]))
                continue
            if message.kind == ROOM:
                self._take_room()
                continue
            if (limits := new_limits(message)) is not None:
                self._relimit(limits, str(message.payload.get("by", "")))
            if (told := about_step(message)) is not None:
                self._ledger.answered(self._time.rising(), told, self._state.nodes[message.payload["key"]])
            command = asked_for(message, self._time.rising())
            if command is not None:
                self._apply(command)

    def _take_shard(self, over: Ended) -> None:
        """Take in what became of some items of a map; what they cost counts even if nobody waits for them any more."""
        self._ledger.spent_elsewhere(over.usage)
        self._apply(CloseShard(self._time.rising(), over.shard.key, over.shard.attempt, over.end))

    def _relimit(self, limits: Limits, by: str) -> None:
        """Take in a decision about the budget: it answers for all that waits for it."""
        self._workshop.budget.limits = limits
        self._ledger.limits(self._time.rising(), limits, by)
        for ns in held_for(self._state, BUDGET):
            self._apply(ReleaseNode(self._time.rising(), ns.key, ns.attempt, stopped_by(ns), gives_up=limits.is_final))

    def _take_room(self) -> None:
        """Hear that runs may spend more together, or from now on only so much: what waited for it goes on."""
        self._workshop.share_budget()
        for ns in held_for(self._state, BUDGET):
            if is_shared(ns):
                self._apply(ReleaseNode(self._time.rising(), ns.key, ns.attempt, stopped_by(ns)))

    def _tick_timers(self) -> None:
        wake_at, expires_at = next_wake(self._state), self._expires_at()
        if self._host.draining.is_set():
            return
        if expires_at is not None and expires_at <= self._time.last:
            self._apply(ExpireRun(self._time.last))
        elif wake_at is not None and wake_at <= self._time.last:
            self._wake()

    def _wake(self) -> None:
        """Let go on what is due. A question is over only where nobody has answered: the database picks one of the two."""
        questions = due_questions(self._state, self._time.last)
        for ns in questions:
            ask(self.run_id, "answer", answer_key(ns.key, ns.attempt), TIMED_OUT)
        if questions:
            self._take_inbox()
        self._apply(Wake(self._time.rising()))

    def _next_moment(self) -> float:
        """Give the next moment at which time alone changes something; infinite when there is none."""
        return min((moment for moment in (next_wake(self._state), self._expires_at()) if moment is not None), default=math.inf)

    def _expires_at(self) -> float | None:
        limit, started_at = self._plan.timeout_seconds, self._state.started_at
        if self._state.shard is not None or limit is None or started_at is None or self._state.status in RUN_TERMINAL:
            return None
        return started_at + limit

    # -- deciding

    def _apply(self, command: Command) -> None:
        """Let the engine decide; run what is cheap at once, so that a chain of such nodes is one commit."""
        commands, began = deque([command]), time.monotonic()
        while commands:
            if self._host.draining.is_set():
                self._state.max_parallel = 0  # what is ready is started by the next owner
            for event in advance(self._plan, self._state, commands.popleft()):
                if isinstance(event, TurnAsked) and self._host.draining.is_set():
                    continue  # the next owner asks
                self._record(event)
                if isinstance(event, NodeStarted | TurnAsked) and (report := self._begin_work(event)) is not None:
                    commands.append(report)
            while self._state.recalled:
                self._ledger.recall(*self._state.recalled.pop())
            if commands and time.monotonic() - began > FUSED_SECONDS:
                self._commit()
                began = time.monotonic()

    def _record(self, event: Event) -> None:
        """Take in what happened, with what it asks of the driver at once."""
        if isinstance(event, NodeCancelled):
            self._flights.cancel(event.key)
        self._ledger.record(event, self._state)
        if isinstance(event, ShardOpened):
            self._ledger.begin_shard(event.base, event.shard)
        elif isinstance(event, NodeSucceeded):
            self._keep(event)

    def _begin_work(self, event: NodeStarted | TurnAsked) -> Command | None:
        """Do cheap work at once and give its report. Other work waits for the commit; judging does nothing and need not."""
        if isinstance(event, NodeStarted) and (kept := self._kept(event)) is not None:
            return kept
        if self._host.executor.is_inline(self._state.nodes[event.key].node):
            return self._fuse(event)
        if isinstance(event, TurnAsked):
            self._flights.start([self._workshop.order(event)])
            return None
        self._starts.append(event)
        self._ledger.intend()
        return None

    def _kept(self, event: NodeStarted) -> Command | None:
        """Give the report of equal work in an earlier run, where the node asks for it and there is one."""
        reuse = self._state.reuse
        if self._state.nodes[event.key].node.cache_seconds is None or (reuse is not None and reuse.forces(event.key)):
            return None
        found = look_up(self._claim.workflow_id, self._key(event.key))
        if found is None:
            return None
        return FinishNode(self._time.rising(), event.key, event.attempt, found.value, found.ports, origin=found.origin)

    def _keep(self, event: NodeSucceeded) -> None:
        """Keep the result of work that was done here, where the node asks for it."""
        ns = self._state.nodes[event.key]
        if ns.node.cache_seconds is not None and not event.degraded and not event.origin.how:
            self._ledger.keep_for_later(self._key(event.key), ns)

    def _key(self, key: str) -> str:
        return run_key(self._plan, self._state, key, self._claim.input)

    def _fuse(self, event: NodeStarted | TurnAsked) -> Command:
        outcome = self._workshop.run_inline(event)
        self._take_outcome(event.key, outcome)
        return command_for(self._time.rising(), event.key, event.attempt, outcome)

    # -- committing and letting go

    def _commit(self) -> bool:
        """Commit, then start what was waiting for the commit. Always True, for the turn that ends with it."""
        if self._ledger.is_dirty:
            self._clock.flushed(self._ledger.commit())
        noted, self._noted = self._noted, []
        if noted:
            self._flights.go_on(noted)
        starts, self._starts = self._starts, []
        if starts:
            orders = [self._workshop.order(event) for event in starts if self._is_running(event)]
            self._flights.start(orders)
        return True

    def _is_running(self, event: NodeStarted) -> bool:
        """Tell whether an attempt that was to start is still wanted."""
        ns = self._state.nodes[event.key]
        return ns.status == NodeStatus.RUNNING and ns.attempt == event.attempt

    def _may_park(self) -> bool:
        if self._starts or self._flights.open or not is_parkable(self._state):
            return False
        return self._next_moment() - self._time.last > self._host.pace.park_after

    def _park(self) -> bool:
        """Let go of a run that only waits. Something new in its inbox keeps it."""
        for event in advance(self._plan, self._state, ParkRun(self._time.last)):
            self._ledger.record(event, self._state)
        moment = self._next_moment()
        if self._ledger.park(None if moment == math.inf else moment):
            return True
        evolve(self._state, RunResumed(self._time.last, "wake"))
        self._take_inbox()
        if not self._ledger.is_dirty:
            raise journal.Fenced
        return False

    def _hand_over(self) -> bool:
        """Give the run to another process: this one is stopping."""
        self._flights.cancel_all()
        self._ledger.hand_over()
        self._ledger.commit()
        self._host.hint(self.run_id)
        return True
