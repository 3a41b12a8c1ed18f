"""Redis may be lost at any time, and nothing but speed is lost with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphapp import datadir
from graphapp.embedded.places import private_folder
from graphapp.embedded.redis_server import RedisServer
from runs.process import Process
from tests.builders import Graph, chain
from tests.real.processes import Worker
from tests.support.bench import Bench
from tests.support.invariants import assert_invariants
from tests.support.nodes import executions
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
ENV = {"NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests", "RUN_EXECUTOR": "tests.support.executors.plain_executor"}


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that only the worker of this test uses, to be killed."""
    private_folder(datadir.runtime_dir(tmp_path))
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def gated(gate: Path) -> dict[str, Any]:
    """Build a workflow that waits at a gate."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("gate", "work", file=str(gate), value="w")).to(g.node("output", "result"))
    return g.document()


def test_runs_go_on_begin_and_end_while_redis_is_dead(
    make_worker: Callable[..., Worker], own_redis: RedisServer, bench: Bench, tmp_path: Path
) -> None:
    worker = make_worker(**ENV, REDIS_URL=datadir.redis_url(tmp_path))
    gate = bench.gate()
    held = bench.queue(gated(gate))
    wait_until(lambda: executions(gate), what="the sweeper finds a run whose hint never came")
    own_redis.stop()
    gate.touch()
    assert bench.ended(held).status == "succeeded"
    begun = bench.queue(chain(3))
    assert bench.ended(begun, 30).status == "succeeded"
    own_redis.start()
    after = bench.queue(chain(3))
    assert bench.ended(after, 30).status == "succeeded"
    assert worker.is_alive
    for run in (held, begun, after):
        assert_invariants(run)


def test_a_publisher_that_cannot_send_holds_nobody_up(process: Process, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        async def group_send(self, group: str, message: object) -> None:
            raise ConnectionError("no Redis")

    monkeypatch.setattr("runs.publish.channel_layer", Dead)
    run = bench.ended(bench.start(process, chain(10)), 5)
    assert run.status == "succeeded"
    assert_invariants(run)
