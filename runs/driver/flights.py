"""The attempts of one run that are under way as coroutines on the process's loop."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from editor.graph.context import Step
from editor.graph.faults import Fault
from runs.executor import Executor, Work
from runs.outcomes import Failed, Outcome

logger = logging.getLogger(__name__)

Flight = tuple[str, int]
"""Node key and attempt."""


@dataclass(frozen=True, slots=True)
class Landed:
    """An attempt has come to its end."""

    key: str
    attempt: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """A line for the log of a node, or of the run."""

    key: str | None
    attempt: int
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class Noted:
    """An attempt has a step to keep, under the key of its agent, and goes on once it is kept."""

    key: str
    attempt: int
    agent: str
    step: Step
    kept: "asyncio.Future[None]"


@dataclass(frozen=True, slots=True)
class Poke:
    """Something may have arrived in the inbox, or the process wants attention."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The lease has been lost."""


Item = Landed | Line | Noted | Poke | Lost


def broken(error: BaseException, work: Work) -> Failed:
    """Turn an error that no node should let escape into a fault that can be looked up in the logs."""
    reference = uuid.uuid4().hex[:12]
    logger.error("Node %s broke (reference %s).", work.key, reference, exc_info=error)
    message = f"The node's own code broke. Reference: {reference}."
    return Failed(Fault("bug", message, "Look for the reference in the worker's log.", data={"reference": reference}))


class Flights:
    """Starts and cancels attempts. Tasks are touched on the loop's thread only; results come back through the queue."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, executor: Executor, slots: asyncio.Semaphore, queue: "SimpleQueue[Item]"
    ) -> None:
        self._loop = loop
        self._executor = executor
        self._slots = slots
        self._queue = queue
        self._tasks: dict[Flight, asyncio.Task[None]] = {}
        self.open: set[Flight] = set()
        """Known to the driver's thread: what it still waits for."""

    def start(self, works: Sequence[Work]) -> None:
        """Begin attempts; their rows are committed."""
        self.open.update((work.key, work.attempt) for work in works)
        self._loop.call_soon_threadsafe(self._create, works)

    def land(self, landed: Landed) -> bool:
        """Take an attempt off the list; False when nobody waits for it any more."""
        flight = (landed.key, landed.attempt)
        if flight not in self.open:
            return False
        self.open.discard(flight)
        return True

    def go_on(self, kept: Sequence["asyncio.Future[None]"]) -> None:
        """Let attempts go on whose steps are kept."""
        self._loop.call_soon_threadsafe(_settle, kept)

    def cancel(self, key: str) -> None:
        """Stop the attempts of a node run."""
        self._cancel([flight for flight in self.open if flight[0] == key])

    def cancel_all(self) -> None:
        """Stop everything."""
        self._cancel(list(self.open))

    def _cancel(self, flights: Sequence[Flight]) -> None:
        if flights:
            self.open.difference_update(flights)
            self._loop.call_soon_threadsafe(self._stop, flights)

    def _create(self, works: Sequence[Work]) -> None:
        for work in works:
            flight = (work.key, work.attempt)
            self._tasks[flight] = self._loop.create_task(self._fly(work))

    def _stop(self, flights: Sequence[Flight]) -> None:
        for flight in flights:
            task = self._tasks.pop(flight, None)
            if task is not None:
                task.cancel()

    async def _fly(self, work: Work) -> None:
        flight = (work.key, work.attempt)
        try:
            async with self._slots:
                outcome = await self._executor.run(work)
        except asyncio.CancelledError as error:
            if flight not in self._tasks:
                raise
            # Nobody here asked for it: the node's own code cancelled itself, and the run must not wait for it for ever.
            outcome = broken(error, work)
        except Exception as error:
            outcome = broken(error, work)
        self._tasks.pop(flight, None)
        self._queue.put(Landed(work.key, work.attempt, outcome))


def _settle(kept: Sequence["asyncio.Future[None]"]) -> None:
    for one in kept:
        if not one.done():
            one.set_result(None)


class Recorder:
    """Hands the records of an attempt's calls to its driver. Nobody waits until they are kept."""

    __slots__ = ("_attempt", "_key", "_put")

    def __init__(self, key: str, attempt: int, put: Callable[[Noted], None]) -> None:
        self._key = key
        self._attempt = attempt
        self._put = put

    def __call__(self, step: Step) -> None:
        """Keep a record."""
        unawaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(Noted(self._key, self._attempt, self._key, step, unawaited))


class Keeper:
    """Hands the steps of one attempt to its driver, and waits until they are kept."""

    __slots__ = ("_attempt", "_key", "_put")

    def __init__(self, key: str, attempt: int, put: Callable[[Noted], None]) -> None:
        self._key = key
        self._attempt = attempt
        self._put = put

    async def __call__(self, agent: str, step: Step) -> None:
        """Keep a step."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(Noted(self._key, self._attempt, agent, step, kept))
        await kept
