"""One worker process: its asyncio loop, the drivers it runs, the renewal of their leases, and its end."""

import asyncio
import logging
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import uvloop
from django.conf import settings
from django.db import DatabaseError

from runs import dispatch, journal
from runs.cache import forget_expired
from runs.deadlines import answer_overdue
from runs.driver import drive
from runs.driver.host import Owned, Pace
from runs.executor import Executor
from runs.failures.batch_work import advance_batches, forget_drafts
from runs.failures.collect import collect_failures
from runs.journal.connection import release
from runs.journal.inbox import runs_with_mail
from runs.journal.retention import fold_old_events, sweep_blobs
from runs.journal.spending import sum_up_days
from runs.notices import announce, forget_answered
from runs.notifications import forget_notifications
from runs.publish import OWNERS, LayerPublisher, channel_layer
from runs.spending import forget_reservations
from runs.sweep import sweep
from runs.triggers.deliveries import forget_deliveries
from runs.triggers.log import forget_calls
from runs.triggers.schedule import fire_due

logger = logging.getLogger(__name__)

SLOTS = 512
"""Attempts under way at once in one process: bounds sockets."""
STALLED_SECONDS = 20.0
"""A driver that has not ticked for so long loses its lease."""
PING_SECONDS = 10.0
LOCAL_DRIVERS = 16
STOP_SECONDS = 5.0
BATCH_SECONDS = 0.2
"""How often a batch under way is advanced."""
TIDY_SECONDS = 600.0
"""How often what has expired is deleted."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a process looks after its runs, in seconds."""

    renew: float = 10.0
    sweep: float = 2.0
    drain: float = 20.0


class Process:
    """Hosts drivers. Made once in each worker process, before its first task."""

    def __init__(
        self,
        make_executor: Callable[[], Executor],
        pace: Pace,
        rhythm: Rhythm,
        *,
        base_url: str,
        redis_url: str,
        hint: Callable[[str], bool] = dispatch.hint,
    ) -> None:
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.pace = pace
        self.base_url = base_url
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self.slots = asyncio.Semaphore(SLOTS)
        self.draining = threading.Event()
        self._make_executor = make_executor
        self._rhythm = rhythm
        self._redis_url = redis_url
        self._hint = hint
        self._drivers: dict[str, Owned] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._drain_until = 0.0
        self._is_stuck = False
        """The loop does not answer: nothing that waits for the world gets on in this process."""
        self._local = ThreadPoolExecutor(LOCAL_DRIVERS, "local-driver")
        self._started = False
        self.executor: Executor
        self.publisher: LayerPublisher

    # -- life

    def start(self) -> None:
        """Start the loop and the threads that look after the runs; once."""
        with self._lock:
            if self._started:
                return
            self._started = True
        self._spawn("loop", self._run_loop)
        self.executor = self._make_executor()
        self.publisher = LayerPublisher(self.loop, self._redis_url)
        for coroutine in (self.publisher.run(), self._listen()):
            asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        self._spawn("renew", self._renew_for_ever)
        self._spawn("sweep", self._sweep_for_ever)
        self._spawn("notices", self._announce_for_ever)
        self._spawn("batches", self._batch_for_ever)
        logger.info("Worker process %s is ready.", self.owner)

    def drain(self) -> None:
        """Begin to stop: nothing new starts, what is under way may end, then the runs are handed over.

        Takes no lock, because it may be called from a signal handler.
        """
        if not self.draining.is_set():
            self._drain_until = time.monotonic() + self._rhythm.drain
            self.draining.set()
            for driver in list(self._drivers.values()):
                driver.poke()

    def is_past_draining(self) -> bool:
        """Say whether what is under way has had its time."""
        return time.monotonic() > self._drain_until

    def stop(self) -> None:
        """Drain, wait for the drivers, and end the threads."""
        self.drain()
        deadline = self._drain_until + STOP_SECONDS
        while self._drivers and time.monotonic() < deadline:
            self._stopped.wait(0.02)
        self._stopped.set()
        self._local.shutdown(wait=False, cancel_futures=True)
        try:
            asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(STOP_SECONDS)
        except Exception:
            logger.exception("The worker process did not close cleanly.")
        self.loop.call_soon_threadsafe(self.loop.stop)
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:  # what they ask the database is answered before it goes away
            thread.join(max(0.0, deadline - time.monotonic()))

    # -- drivers

    def drive(self, run_id: str) -> bool:
        """Own a run on this thread. False when it is not to be had, or when this process is stopping or stuck."""
        if self.draining.is_set() or self._is_stuck:
            return False
        self.start()
        return drive(self, run_id)

    def drive_here(self, run_id: str) -> None:
        """Own a run on a thread of this process's own, without the broker."""
        if not self.draining.is_set():
            self._local.submit(self._drive_safely, run_id)

    def hint(self, run_id: str) -> None:
        """Tell the workers about a run; a sweeper repeats what the broker does not take."""
        self._hint(run_id)

    def adopt(self, driver: Owned) -> None:
        """Look after a driver from now on."""
        with self._lock:
            self._drivers[driver.run_id] = driver

    def forget(self, driver: Owned) -> None:
        """Stop looking after a driver."""
        with self._lock:
            if self._drivers.get(driver.run_id) is driver:
                del self._drivers[driver.run_id]

    def poke(self, run_id: str) -> None:
        """Have a driver look at its inbox, if it is here."""
        driver = self._drivers.get(run_id)
        if driver is not None:
            driver.poke()

    def _owned(self) -> list[Owned]:
        with self._lock:
            return list(self._drivers.values())

    def _drive_safely(self, run_id: str) -> None:
        try:
            self.drive(run_id)
        except DatabaseError:
            logger.warning("Run %s could not be claimed: the database does not answer.", run_id)
        except Exception:
            logger.exception("Run %s could not be driven here.", run_id)

    # -- threads

    def _spawn(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"graphapp-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self.loop)
        while not self._stopped.is_set():
            try:
                self.loop.run_forever()
            except BaseException:
                logger.exception("Something escaped into the process's loop; it goes on.")

    def _renew_for_ever(self) -> None:
        while not self._stopped.wait(self._rhythm.renew):
            self._guarded(self._renew)

    def _sweep_for_ever(self) -> None:
        tidied = time.monotonic()
        while not self._stopped.wait(self._rhythm.sweep * random.uniform(0.75, 1.25)):  # noqa: S311 - jitter
            self._guarded(self._look_around)
            if not (self.draining.is_set() or self._is_stuck):
                self._guarded(fire_due)
            if time.monotonic() - tidied > TIDY_SECONDS:
                tidied = time.monotonic()
                self._guarded(forget_expired)
                self._guarded(lambda: forget_notifications(settings.GRAPHAPP_KEEP_NOTIFICATIONS_DAYS))
                self._guarded(forget_reservations)
                self._guarded(forget_drafts)
                self._guarded(lambda: fold_old_events(settings.GRAPHAPP_KEEP_EVENTS_DAYS))
                self._guarded(sweep_blobs)
                self._guarded(lambda: forget_calls(settings.GRAPHAPP_KEEP_TRIGGER_CALLS_DAYS))
                self._guarded(lambda: forget_deliveries(settings.GRAPHAPP_KEEP_TRIGGER_CALLS_DAYS))
                self._guarded(sum_up_days)

    def _announce_for_ever(self) -> None:
        while not self._stopped.wait(self._rhythm.sweep * random.uniform(0.75, 1.25)):  # noqa: S311 - jitter
            if not self.draining.is_set():
                self._guarded(lambda: announce(self.base_url))
                self._guarded(forget_answered)
                self._guarded(answer_overdue)
                self._guarded(collect_failures)

    def _batch_for_ever(self) -> None:
        """Advance batches without a pause while there is one, else look for one as often as for everything."""
        pause = self._rhythm.sweep
        while not self._stopped.wait(pause):
            found: list[bool] = []
            if not (self.draining.is_set() or self._is_stuck):
                self._guarded(lambda found=found: found.append(advance_batches()))  # type: ignore[misc]  # bound at once
            pause = min(BATCH_SECONDS, self._rhythm.sweep) if any(found) else self._rhythm.sweep

    def _guarded(self, work: Callable[[], object]) -> None:
        """Do periodic work; whatever breaks is logged, and the next turn tries again."""
        try:
            work()
        except DatabaseError as error:
            logger.warning("The database does not answer (%s).", type(error).__name__)
        except Exception:
            logger.exception("A worker's periodic work broke.")
        finally:
            release()

    def _renew(self) -> None:
        """Renew the leases of drivers that tick, and of none while the loop does not answer; tell those who lost theirs."""
        owned = self._owned()
        self._is_stuck = not self._loop_answers()
        if not owned or self._is_stuck:
            return
        now = time.monotonic()
        ticking = {driver.run_id: driver for driver in owned if now - driver.ticked_at < STALLED_SECONDS}
        held = journal.renew(self.owner, ticking, lease_seconds=self.pace.lease)
        for run_id, driver in ticking.items():
            if run_id not in held and self._drivers.get(run_id) is driver:
                driver.lose()

    def _loop_answers(self) -> bool:
        answer = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop)
        try:
            answer.result(min(PING_SECONDS, self.pace.lease / 3))
        except TimeoutError:
            answer.cancel()
            logger.error("The process's loop is blocked; its runs are not renewed.")
            return False
        return True

    def _look_around(self) -> None:
        """Sweep, and ask once for all owned runs whether somebody wrote to them."""
        owned = self._owned()
        if owned:
            for run_id in runs_with_mail(driver.run_id for driver in owned):
                self.poke(run_id)
        if not (self.draining.is_set() or self._is_stuck):
            sweep(pause_seconds=2 * self._rhythm.sweep, hint=self._hint, drive_here=self.drive_here)

    # -- on the loop

    async def _listen(self) -> None:
        """Hear pokes for runs that this process owns. Lossy: the sweeper's look at the inboxes makes up for it."""
        layer = channel_layer()
        while layer is not None and not self._stopped.is_set():
            try:
                channel = await layer.new_channel("owner.")
                await layer.group_add(OWNERS, channel)
                while True:
                    self.poke((await layer.receive(channel))["run"])
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("The worker cannot hear pokes for a moment (%s).", type(error).__name__)
                await asyncio.sleep(1)

    async def _close(self) -> None:
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await self.publisher.close()
        await self.executor.close()
