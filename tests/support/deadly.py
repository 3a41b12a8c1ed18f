"""A worker that kills itself at a random place: after a claim, around a call, before, inside and after a commit.

Named by ``RUN_EXECUTOR=tests.support.deadly.deadly_executor``. It lives for a random time, chooses a place, and dies there.
"""

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from runs.driver.flights import Flights
from runs.executor import Executor, Outcome, Work
from runs.journal import commit
from runs.journal.connection import execute
from runs.publish import LayerPublisher
from tests.support.executors import plain_executor

SITES = ("after_claim", "before_call", "after_call", "before_commit", "inside_commit", "after_commit", "after_poke")
LONGEST_LIFE = 2.0
INSIDE = 0.003
"""Longest time between sending a commit and dying: some have reached the database, some have not."""

_site = random.choice(SITES)
_dies_at = time.monotonic() + 3600.0


def is_time(site: str) -> bool:
    """Say whether this is where and when this process dies."""
    return site == _site and time.monotonic() > _dies_at


def die(site: str) -> None:
    """Die here, if it is time."""
    if is_time(site):
        os.kill(os.getpid(), signal.SIGKILL)


class DeadlyExecutor(Executor):
    """Dies before or after a node's work."""

    async def run(self, work: Work) -> Outcome:
        """Do the work between two places to die at."""
        die("before_call")
        outcome = await super().run(work)
        await asyncio.sleep(0)
        die("after_call")
        return outcome


def deadly_executor() -> Executor:
    """Give an executor of the test nodes, and let this process die within seconds of its first commit."""
    global _dies_at
    _dies_at = time.monotonic() + random.uniform(0.1, LONGEST_LIFE)
    setattr(commit, "execute", _dying_around(execute))  # noqa: B010 - the name is not the module's own
    LayerPublisher.poke = _dying_after("after_poke", LayerPublisher.poke)  # type: ignore[method-assign]
    Flights.start = _dying_after("after_claim", Flights.start)  # type: ignore[method-assign]
    made = plain_executor()
    return DeadlyExecutor(made._catalogue, made._services)


def _dying_around(execute: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **more: Any) -> Any:
        die("before_commit")
        if is_time("inside_commit"):
            threading.Timer(random.uniform(0, INSIDE), os.kill, (os.getpid(), signal.SIGKILL)).start()
        found = execute(*args, **more)
        die("after_commit")
        return found

    return run


def _dying_after(site: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **more: Any) -> Any:
        done = work(*args, **more)
        die(site)
        return done

    return run
