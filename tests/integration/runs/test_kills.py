"""Workers that die at random places, one after another, while all kinds of work go on.

``KILLS`` says how many deaths; `make soak` asks for a thousand.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.real.forks import MakeFleet
from tests.real.processes import Worker
from tests.support.bench import Bench
from tests.support.mixed import SHARING, Traffic

KILLS = int(os.environ.get("KILLS", "100"))
WORKERS = 4
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 10 * KILLS)]


class Fleet:
    """Workers that are started again as often as they die."""

    def __init__(self, workers: list[Worker]) -> None:
        self.deaths = 0
        self._workers = workers
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(worker,)) for worker in workers]

    @contextmanager
    def sailing(self) -> Iterator[None]:
        """Keep the workers going."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join()
            for worker in self._workers:
                worker.stop()

    def _keep(self, worker: Worker) -> None:
        worker.start()
        while not self._is_over.wait(0.02):
            if not worker.is_alive:
                self.deaths += 1
                worker.start()


def test_a_hundred_deaths_lose_nothing_double_nothing_and_leave_nothing_stuck(make_fleet: MakeFleet, bench: Bench) -> None:
    traffic = Traffic(bench)
    began = time.monotonic()
    fleet = Fleet(make_fleet([{}] * WORKERS, RUN_EXECUTOR="tests.support.deadly.deadly_executor", **SHARING))
    with fleet.sailing():
        while fleet.deaths < KILLS:
            traffic.top_up()
            threading.Event().wait(0.2)
    print(f"{fleet.deaths} deaths in {time.monotonic() - began:.0f} s")
    make_fleet([{}], **SHARING)[0].start()
    poisoned, runs = traffic.settle(), len(list(traffic.runs))
    assert poisoned <= runs / 2
    print(f"{runs} runs, {poisoned} poisoned, {time.monotonic() - began:.0f} s")
