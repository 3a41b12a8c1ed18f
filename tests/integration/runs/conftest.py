"""Runs on real stores, driven by a process inside the test: fast, and every thread is at hand."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from runs.driver.host import Pace
from runs.executor import Executor
from runs.process import Process, Rhythm
from tests.real.forks import HASTE, ForkedWorker, MakeFleet, Nursery
from tests.real.processes import Worker
from tests.support.bench import FAST_PACE, FAST_RHYTHM, Bench, MakeProcess
from tests.support.executors import plain_executor
from tests.support.indexing import Bureau


@pytest.fixture(autouse=True)
def test_nodes(settings: Settings) -> None:
    """Let every run of these tests use the test node pack."""
    settings.NODE_CATALOGUE = "tests.support.nodes.catalogue_for_tests"


@pytest.fixture
def make_process(transactional_db: None) -> Iterator[MakeProcess]:
    """Make processes that drive runs in this test; all are stopped at its end."""
    made: list[Process] = []

    def make(
        make_executor: Callable[[], Executor] = plain_executor,
        *,
        pace: Pace = FAST_PACE,
        rhythm: Rhythm = FAST_RHYTHM,
        hint: Callable[[str], bool] = lambda run_id: False,
    ) -> Process:
        process = Process(
            make_executor,
            pace,
            rhythm,
            base_url="http://127.0.0.1",
            redis_url=django_settings.REDIS_URL,
            hint=hint,
        )
        process.start()
        made.append(process)
        return process

    yield make
    for process in made:
        process.stop()


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    """One process that drives runs."""
    return make_process()


@pytest.fixture
def bench(transactional_db: None, django_user_model: Any, tmp_path: Path) -> Bench:
    """Start runs as somebody."""
    actor = django_user_model.objects.create_user(email=f"{uuid.uuid4().hex[:8]}@example.org", password="a long password")
    return Bench(actor, tmp_path)


@pytest.fixture
def make_fleet(transactional_db: None, process_env: Mapping[str, str], tmp_path: Path) -> Iterator[MakeFleet]:
    """Make forked workers, not started; all are stopped at the end."""
    nurseries: list[Nursery] = []
    made: list[Worker] = []

    def make(own: list[dict[str, str]], **env: str) -> list[Worker]:
        nursery = Nursery({**process_env, **HASTE, **env}, tmp_path / "nursery.log")
        nurseries.append(nursery)
        nursery.open()
        fleet: list[Worker] = [ForkedWorker(nursery, tmp_path / f"worker{number}.log", extra) for number, extra in enumerate(own)]
        made.extend(fleet)
        return fleet

    yield make
    for worker in made:
        worker.stop()
    for nursery in nurseries:
        nursery.close()


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    """What indexes documents in this test, and serves what they come from."""
    made = Bureau()
    yield made
    made.close()
