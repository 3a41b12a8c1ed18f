"""One run of two thousand events, watched over a wire that loses, repeats and swaps what it carries, by all kinds of viewers."""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from graphapp.accounts.models import User
from runs import publish
from runs.consumers import FAR_BEHIND, WINDOW
from runs.engine.fold import fold
from runs.models import NodeRun, Run
from runs.process import Process
from tests.builders import Graph
from tests.conftest import Site
from tests.real.processes import Web
from tests.support.bench import Bench
from tests.support.invariants import all_events, assert_invariants
from tests.support.viewer import Viewer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
LINES = 2000
DISCONNECTS = 20
NO_ACK = 4408


@pytest.fixture
def hasty_web(
    transactional_db: None, process_env: Mapping[str, str], people: Mapping[str, User], tmp_path: Path
) -> Iterator[Site]:
    """A web process that soon loses patience with viewers who do not read."""
    web = Web({**process_env, "GRAPHAPP_HEARTBEAT_SECONDS": "0.3", "GRAPHAPP_ACK_SECONDS": "1"}, tmp_path / "web.log")
    web.start()
    yield Site(web, people)
    web.stop()


class Lossy:
    """Drops, repeats and swaps pokes, and loses all streamed text."""

    def __init__(self, inner: publish.LayerPublisher) -> None:
        self._inner = inner
        self._chance = random.Random(3)
        self._held: list[tuple[str, int, Sequence[Mapping[str, Any]]]] = []

    def poke(self, run_id: str, first: int, wires: Sequence[Mapping[str, Any]]) -> None:
        """Send what is left of it."""
        if self._chance.random() < 0.3:
            return
        self._held += [(run_id, first, wires)] * (2 if self._chance.random() < 0.1 else 1)
        if len(self._held) > 2:
            self._chance.shuffle(self._held)
            for held in self._held:
                self._inner.poke(*held)
            self._held.clear()

    def delta(self, run_id: str, key: str, attempt: int, text: str) -> None:
        """Drop it."""

    def part(self, run_id: str, part: Mapping[str, Any]) -> None:
        """Drop it."""

    def rouse(self, run_id: str) -> None:
        """Drop it."""

    async def close(self) -> None:
        """Close what is behind."""
        await self._inner.close()


def talkative(gate: Path) -> dict[str, Any]:
    """Build a workflow whose nodes say much, one after another, and that ends when the gate opens."""
    g = Graph()
    before = g.node("start", "start", fields=[])
    for number in range(20):
        before = before.to(g.node("stream", f"say{number}", pieces=["x"] * (LINES // 20)))
    before.to(g.node("gate", "hold", file=str(gate))).to(g.node("output", "result"))
    return g.document()


def watch(site: Site, run: Run, *, after: int = 0, acks: bool = True) -> Viewer:
    """Open the run's socket as olga."""
    address = f"{site.ws_url}/ws/runs/{run.pk}/?after={after}"
    return Viewer(address, cookies=site.cookies("olga"), origin=site.url, acks=acks)


def test_every_viewer_sees_every_event_once_and_in_order(hasty_web: Site, process: Process, bench: Bench) -> None:
    bench.actor, gate, chance = hasty_web.people["olga"], bench.gate(), random.Random(7)
    process.publisher = Lossy(process.publisher)  # type: ignore[assignment]  # the same calls
    run = bench.start(process, talkative(gate))
    with watch(hasty_web, run, acks=False) as stalled:
        fickle: list[dict[str, Any]] = []
        for _ in range(DISCONNECTS):
            with watch(hasty_web, run, after=len(fickle)) as viewer:
                for _ in range(chance.randint(1, 4)):
                    viewer.read()
                fickle += viewer.events
        bench.until(run, lambda now: now.seq > LINES)
        assert stalled.close_code() == NO_ACK
        assert len(stalled.events) == WINDOW
    gate.touch()
    bench.ended(run)
    truth = all_events(run)
    assert len(truth) > LINES
    with watch(hasty_web, run, after=len(fickle)) as viewer:
        fickle += viewer.read_to_the_end()
    with watch(hasty_web, run, after=len(stalled.events)) as again:
        slow = stalled.events + again.read_to_the_end()
    with watch(hasty_web, run) as late:
        late.read_to_the_end()
    for seen in (fickle, slow, late.events):
        assert seen == truth
        rows = NodeRun.objects.filter(run=run)
        assert {key: node["status"] for key, node in fold(seen)["nodes"].items()} == {row.node_id: row.status for row in rows}
    with watch(hasty_web, run, after=run.seq + FAR_BEHIND) as confused:
        frame = confused.read_until(lambda frame: frame["kind"] == "snapshot")
    assert (frame["seq"], frame["run"]["status"]) == (run.seq, "succeeded")
    assert_invariants(run)


def test_what_is_committed_between_subscribing_and_reading_comes_once(hasty_web: Site, process: Process, bench: Bench) -> None:
    """Viewers come at every moment of a run; none of them misses what was committed as they came."""
    bench.actor, gate = hasty_web.people["olga"], bench.gate()
    gate.touch()
    run = bench.start(process, talkative(gate))
    viewers: list[Viewer] = []
    while Run.objects.get(pk=run.pk).status != "succeeded":
        viewers.append(watch(hasty_web, run))
    assert viewers
    for viewer in viewers:
        with viewer:
            assert viewer.read_to_the_end() == all_events(run)
