"""The run socket, served by the web process and fed by a worker process, as a browser sees it."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.conf import settings
from websockets.exceptions import InvalidStatus

from editor.models import Grant
from editor.permissions import Role
from graphapp.accounts.models import Membership, Team
from runs.consumers import WINDOW
from runs.models import Event, Run
from runs.process import Process
from runs.services import run_start
from runs.sockets import NOT_SIGNED_IN, NOT_YOURS
from tests.builders import Graph, chain
from tests.conftest import Site
from tests.support.bench import Bench
from tests.support.invariants import all_events
from tests.support.nodes import executions
from tests.support.viewer import Viewer
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def bench(bench: Bench, live_web: Site) -> Bench:
    """Start runs as olga, who may watch them."""
    bench.actor = live_web.people["olga"]
    return bench


def watch(site: Site, run: Run, name: str = "olga", *, after: int = 0, **more: Any) -> Viewer:
    """Open a run's socket as one of the four."""
    more.setdefault("origin", site.url)
    return Viewer(f"{site.ws_url}/ws/runs/{run.pk}/?after={after}", cookies=site.cookies(name), **more)


def numbers(events: Sequence[Mapping[str, Any]]) -> list[int]:
    """Give the numbers of events."""
    return [event["seq"] for event in events]


def gated(gate: str, pieces: Sequence[str] = ()) -> dict[str, Any]:
    """Build a workflow that streams and waits at a gate."""
    g = Graph()
    work = g.node("stream", "work", pieces=list(pieces), file=gate)
    g.node("start", "start", fields=[]).to(work).to(g.node("output", "result"))
    return g.document()


def write_events(run: Run, upto: int) -> None:
    """Make a run that has so many events."""
    Event.objects.filter(run=run).delete()
    fact = {"run": run, "at": "2026-01-01T00:00:00Z", "kind": "log", "data": {"message": "m"}}
    rows = [Event(seq=seq, **fact) for seq in range(1, upto + 1)]
    Event.objects.bulk_create(rows)
    Run.objects.filter(pk=run.pk).update(seq=upto)


def test_a_viewer_sees_a_run_from_its_first_event_to_its_last(live_web: Site, process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, gated(str(gate)))
    with watch(live_web, run) as viewer:
        viewer.read_until(lambda frame: any(event["kind"] == "node.started" for event in frame.get("events", ())))
        gate.touch()
        seen = viewer.read_to_the_end()
    assert seen == all_events(run)
    assert numbers(seen) == list(range(1, len(seen) + 1))


def test_events_that_were_seen_are_not_sent_again(live_web: Site, process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, chain(5)))
    with watch(live_web, run, after=4) as viewer:
        assert numbers(viewer.read_to_the_end()) == list(range(5, run.seq + 1))


def test_a_number_beyond_the_run_is_answered_with_a_snapshot(live_web: Site, process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, chain(2)))
    with watch(live_web, run, after=999_999) as viewer:
        frame = viewer.read()
    assert (frame["kind"], frame["seq"], frame["run"]["status"]) == ("snapshot", run.seq, "succeeded")
    assert len(frame["run"]["node_runs"]) == 4


def test_the_heartbeat_says_how_far_the_run_is(live_web: Site, process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, chain(1)))
    with watch(live_web, run) as viewer:
        assert viewer.read_until(lambda frame: frame["kind"] == "heartbeat")["last_seq"] == run.seq


def test_streamed_text_comes_with_offsets_and_late_viewers_get_it_whole(live_web: Site, process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, gated(str(gate), ["Hä", "llo ", "🌍!"]))
    with watch(live_web, run) as early:
        text = ""
        while text != "Hällo 🌍!":
            frame = early.read_until(lambda frame: frame["kind"] == "delta")
            text = text[: frame["offset"]] + frame["text"]
    with watch(live_web, run) as late:
        frame = late.read_until(lambda frame: frame["kind"] == "delta")
        assert (frame["node"], frame["offset"], frame["text"]) == ("work", 0, "Hällo 🌍!")
    gate.touch()
    bench.ended(run)


def test_a_viewer_that_does_not_acknowledge_is_not_sent_more_than_the_window(live_web: Site, bench: Bench) -> None:
    run = bench.queue(chain(1))
    write_events(run, 1200)
    with watch(live_web, run, acks=False) as viewer:
        viewer.read_until(lambda frame: frame["kind"] == "heartbeat")
        assert len(viewer.events) == WINDOW
        viewer.send(json.dumps({"kind": "ack", "seq": WINDOW}))
        viewer.read_until(lambda frame: len(viewer.events) == 2 * WINDOW)
        assert numbers(viewer.events) == list(range(1, 2 * WINDOW + 1))


@pytest.mark.parametrize("name", ["ed", "vic", "sam"])
def test_the_socket_of_a_run_that_is_not_yours_is_closed(live_web: Site, bench: Bench, name: str) -> None:
    run = bench.queue(chain(1))
    with watch(live_web, run, name) as viewer:
        assert viewer.close_code() == 4404
    assert not viewer.frames


def test_a_socket_is_closed_within_five_seconds_of_a_lost_role_or_session(live_web: Site, process: Process, bench: Bench) -> None:
    assert settings.GRAPHAPP_HEARTBEAT_SECONDS < 5
    ed, vic = live_web.people["ed"], live_web.people["vic"]
    run = bench.ended(bench.start(process, chain(2)))
    team = Team.objects.create(name="Watchers")
    member = Membership.objects.create(team=team, user=ed, role=Role.VIEWER)
    Grant.objects.create(workflow=run.workflow, team=team, role=Role.VIEWER)
    Grant.objects.create(workflow=run.workflow, person=vic, role=Role.VIEWER)
    with watch(live_web, run, "ed") as first, watch(live_web, run, "vic") as second:
        for viewer in (first, second):
            viewer.read_until(lambda frame: frame["kind"] == "heartbeat")
        began = time.monotonic()
        member.delete()
        vic.set_password("another horse battery")
        vic.save()
        assert (first.close_code(), second.close_code()) == (NOT_YOURS, NOT_SIGNED_IN)
        assert time.monotonic() - began < 5


def test_a_run_that_does_not_exist_looks_like_one_that_is_not_yours(live_web: Site) -> None:
    for name in ("00000000-0000-0000-0000-000000000000", "nonsense"):
        with Viewer(f"{live_web.ws_url}/ws/runs/{name}/", cookies=live_web.cookies("olga"), origin=live_web.url) as viewer:
            assert viewer.close_code() == 4404


def test_who_is_not_signed_in_is_told_so(live_web: Site, bench: Bench) -> None:
    run = bench.queue(chain(1))
    with Viewer(f"{live_web.ws_url}/ws/runs/{run.pk}/", cookies={}, origin=live_web.url) as viewer:
        assert viewer.close_code() == 4401


@pytest.mark.parametrize("change", ["scheme", "host", "port", "none", "null"])
def test_another_origin_is_refused(live_web: Site, bench: Bench, change: str) -> None:
    run = bench.queue(chain(1))
    origins = {
        "scheme": live_web.url.replace("http", "https"),
        "host": live_web.url.replace("127.0.0.1", "evil.example"),
        "port": live_web.url.rsplit(":", 1)[0] + ":1",
        "none": None,
        "null": "null",
    }
    with pytest.raises(InvalidStatus) as refused:
        watch(live_web, run, origin=origins[change])
    assert refused.value.response.status_code == 403


def test_messages_that_mean_nothing_are_ignored(live_web: Site, process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, gated(str(gate)))
    wait_until(lambda: Run.objects.get(pk=run.pk).seq > 0)
    with watch(live_web, run) as viewer:
        nonsense: list[str | bytes] = ["", "[]", "{", "[" * 4000, "x" * 100_000, '{"kind":"nothing"}', b"\x00\xff"]
        for text in [*nonsense, *(f'{{"kind":"ack","seq":{seq}}}' for seq in ("true", "1e99", "-5", "null"))]:
            viewer.send(text)
        gate.touch()
        assert numbers(viewer.read_to_the_end()) == list(range(1, bench.ended(run).seq + 1))
    assert "Traceback" not in live_web.web.log


def test_a_run_is_lit_at_once(live_web: Site, process: Process, bench: Bench) -> None:
    """The owner does not hold back the first start: one commit, one poke, one frame."""
    gate = bench.gate()
    run = bench.queue(gated(str(gate)))
    with watch(live_web, run) as viewer:
        process.drive_here(str(run.pk))
        viewer.read_until(lambda frame: any(event["kind"] == "node.started" for event in frame.get("events", ())))
    gate.touch()
    bench.ended(run)
    assert executions(gate) == 0


def test_runs_started_by_key_are_started_once(bench: Bench) -> None:
    first = bench.queue(chain(1), idempotency_key="order 7")
    again = run_start(workflow=first.workflow, actor=bench.actor, input={}, idempotency_key="order 7")
    assert again.pk == first.pk
