"""Redis and PostgreSQL that are restarted, wiped and cut off while all kinds of work go on."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from celery import current_app
from django.db import connection
from kombu import Connection

from graphapp import datadir
from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue
from graphapp.embedded.places import private_folder
from graphapp.embedded.redis_server import RedisServer
from runs import dispatch
from runs.models import Run
from tests.builders import Graph, chain, hello
from tests.conftest import Site
from tests.real.forks import MakeFleet
from tests.real.processes import Web
from tests.real.servers import Servers
from tests.support.bench import Bench
from tests.support.invariants import assert_invariants
from tests.support.mixed import Traffic
from tests.support.nodes import executions
from tests.support.waiting import wait_until

FAULTS = int(os.environ.get("FAULTS", "1"))
DOWN_SECONDS = 6 if FAULTS == 1 else 60
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 * FAULTS)]


class KeepingRedis(RedisServer):
    """A Redis that keeps what it knows on disk."""

    keeping = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def own_redis(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A Redis for this test alone, which hears of the runs that the test starts."""
    private_folder(datadir.runtime_dir(tmp_path))
    server: RedisServer = getattr(request, "param", RedisServer)(tmp_path)
    server.start()
    with Connection(datadir.redis_url(tmp_path).replace("unix://", "redis+socket://", 1)) as broker:
        monkeypatch.setattr(current_app, "send_task", partial(current_app.send_task, connection=broker))
        monkeypatch.setattr(dispatch, "dispatcher", dispatch.Dispatcher())
        yield server
    server.stop()


@pytest.mark.parametrize("own_redis", [KeepingRedis], indirect=True)
def test_redis_restarts_again_and_again(own_redis: RedisServer, make_fleet: MakeFleet, bench: Bench, tmp_path: Path) -> None:
    """F4: with persistence; a run that is started afterwards begins soon."""
    for worker in make_fleet([{}] * 2, REDIS_URL=datadir.redis_url(tmp_path)):
        worker.start()
    traffic = Traffic(bench)
    for _ in range(10 * FAULTS):
        traffic.top_up()
        threading.Event().wait(random.uniform(0.1, 0.5))
        own_redis.stop()
        own_redis.start()
        run = bench.queue(chain(3))
        bench.until(run, lambda now: now.started_at is not None, 10)
    assert traffic.settle() == 0


def test_redis_is_wiped_with_hundreds_of_nodes_ready(
    own_redis: RedisServer, make_fleet: MakeFleet, bench: Bench, tmp_path: Path
) -> None:
    """F5: the broker forgets everything, five times; nothing is lost and nothing done twice."""
    make_fleet([{}], REDIS_URL=datadir.redis_url(tmp_path))[0].start()
    g, gate = Graph(), bench.gate()
    each = g.node("map", "each", items=list(range(500)), concurrency=100)
    g.node("gate", "work", parent=each, file=str(gate)).to(g.node("set", "done", parent=each, value="{{ item }}"))
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    wide, queued = bench.queue(g.document()), [bench.queue(chain(3)) for _ in range(5)]
    wait_until(lambda: executions(gate), what="items are under way")
    for _ in range(5 * FAULTS):
        own_redis.kill()
        own_redis.start()
        queued.append(bench.queue(chain(3)))
        threading.Event().wait(0.3)
    gate.touch()
    assert bench.ended(wide, 60).output == {"result": list(range(500))}
    assert executions(gate) == 500
    for run in (wide, *queued):
        assert bench.ended(run, 30).status == "succeeded"
        assert_invariants(run)


@pytest.fixture
def own_web(own_redis: RedisServer, process_env: Mapping[str, str], tmp_path: Path) -> Iterator[Web]:
    """A web process that uses the Redis of this test."""
    web = Web({**process_env, "REDIS_URL": datadir.redis_url(tmp_path)}, tmp_path / "web.log")
    web.start()
    yield web
    web.stop()


def test_people_go_on_working_while_redis_is_down(
    own_redis: RedisServer, own_web: Web, make_fleet: MakeFleet, people: Mapping[str, User], tmp_path: Path
) -> None:
    """F6: they save, look, and start runs; these begin soon after Redis is back, if not before."""
    make_fleet([{}], REDIS_URL=datadir.redis_url(tmp_path))[0].start()
    headers = {"Authorization": f"Bearer {api_key_issue(user=people['olga'], name='test')}"}
    with httpx.Client(base_url=f"{own_web.url}/api/v1", headers=headers, timeout=20) as api:
        for _ in range(2 if FAULTS == 1 else 5):
            workflow = api.post("/workflows", json={"name": "Hello", "document": hello()}).json()["id"]
            own_redis.kill()
            back, revision, runs = time.monotonic() + DOWN_SECONDS, 1, []
            while time.monotonic() < back:
                saved = api.put(f"/workflows/{workflow}/draft", json={"document": hello(), "revision": revision})
                assert saved.status_code == 200, saved.text
                revision = saved.json()["revision"]
                assert api.get(f"/workflows/{workflow}").status_code == 200
                started = api.post(f"/workflows/{workflow}/runs", json={})
                assert started.status_code == 201, started.text
                runs.append(started.json()["id"])
            own_redis.start()
            waiting = Run.objects.filter(pk__in=runs, started_at=None)
            wait_until(lambda: not waiting.all().exists(), 10)  # noqa: B023 - called at once
    undone = Run.objects.exclude(status="succeeded")
    wait_until(lambda: not undone.all().exists())
    for run in Run.objects.all():
        assert_invariants(run)


class Visitor(threading.Thread):
    """Asks the web process for a list again and again, and keeps count of the answers."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.answers: Counter[int] = Counter()
        self.refusals: list[dict[str, Any]] = []
        self._url, self._headers = f"{site.url}/api/v1/workflows", site.headers("olga")
        self._is_over = threading.Event()

    def run(self) -> None:
        """Ask until told otherwise."""
        while not self._is_over.wait(0.05):
            answer = httpx.get(self._url, headers=self._headers, timeout=30)
            self.answers[answer.status_code] += 1
            if answer.status_code != 200:
                self.refusals.append({**answer.json()["error"], "after": answer.headers.get("Retry-After")})

    def leave(self) -> None:
        """Stop asking."""
        self._is_over.set()
        self.join()


@contextmanager
def without_a_connection() -> Iterator[None]:
    """Let go of this process's own connections, which the test is about to cut."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL backend
    yield


def cut(services: Servers, name: str, seconds: float) -> None:
    """Cut all connections to the test database, and refuse new ones for so long."""
    with psycopg.connect(services.database_url, autocommit=True) as admin:
        if seconds:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        threading.Event().wait(seconds)
        if seconds:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_postgresql_goes_away_again_and_again(
    services: Servers, live_web: Site, make_fleet: MakeFleet, bench: Bench, people: Mapping[str, User]
) -> None:
    """F7: what is under way goes on afterwards, and visitors are asked to wait a moment, and never see a bug."""
    for worker in make_fleet([{}] * 2):
        worker.start()
    name, traffic, visitor = connection.settings_dict["NAME"], Traffic(bench), Visitor(live_web)
    visitor.start()
    for number in range(10 * FAULTS):
        traffic.top_up(6)
        threading.Event().wait(0.3)
        with without_a_connection():
            cut(services, name, seconds=2.0 if number % 4 == 0 else 0.0)
        visitor.answers[200] = 0
        wait_until(lambda: visitor.answers[200], 10, "the web process is back")
    visitor.leave()
    assert visitor.answers.keys() <= {200, 503}
    assert visitor.answers[503]
    assert all(one["code"] == "unavailable" and "try again" in one["message"] and one["after"] for one in visitor.refusals)
    assert traffic.settle() <= len(list(traffic.runs)) / 2
