"""A worker that kills itself at a random place: after a claim, around a call, before, inside and after a commit.

Named by ``RUN_EXECUTOR=tests.support.deadly.deadly_executor``. It chooses a place and a length of life, and dies there. A life is
counted in places passed, not in seconds: on a slow machine a worker gets as much done between two deaths as on a fast one.
"""

import asyncio
import os
import random
import signal
import threading
from collections.abc import Callable
from typing import Any

from runs.driver.flights import Flights
from runs.executor import Executor, Outcome, Work
from runs.journal import commit
from runs.journal.connection import execute
from runs.publish import LayerPublisher
from tests.support.executors import plain_executor

SITES = ("after_claim", "before_call", "after_call", "before_commit", "inside_commit", "after_commit", "after_poke")
LONGEST_LIFE = 250
"""Places that a worker passes at most; a node that succeeds passes about five."""
INSIDE = 0.003
"""Longest time between sending a commit and dying: some have reached the database, some have not."""

_site = random.choice(SITES)
_places_left = 10**9


def is_time(site: str) -> bool:
    """Say whether this is where and when this process dies; each question is a place passed."""
    global _places_left
    _places_left -= 1
    return site == _site and _places_left <= 0


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
    """Give an executor of the test nodes, and let this process die after some of their work."""
    global _places_left
    _places_left = random.randint(1, LONGEST_LIFE)
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
