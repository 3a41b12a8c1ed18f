"""Maps of very many items: several workers share them, and nobody who looks at the run can tell."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from graphapp.accounts.models import User
from runs.engine.shards import Sharding
from runs.engine.states import RUN_TERMINAL, Kind
from runs.models import Attempt, NodeRun, Run
from runs.publish import channel_layer, run_group
from tests.builders import Graph
from tests.support.bench import FAST_PACE, Bench, MakeProcess
from tests.support.invariants import assert_invariants
from tests.support.nodes import executions
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]
PACE = replace(FAST_PACE, sharding=Sharding(above=20, size=25, most=3))


class Pair:
    """Two worker processes, which are told in turn."""

    def __init__(self, make_process: MakeProcess) -> None:
        self.both = [make_process(pace=PACE, hint=self.hint) for _ in range(2)]
        self._next = cycle(self.both)

    def hint(self, run_id: str) -> bool:
        """Tell one of them about a run."""
        next(self._next).drive_here(run_id)
        return True


@pytest.fixture
def pair(make_process: MakeProcess) -> Pair:
    """Two workers."""
    return Pair(make_process)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def started(script: Script, pair: Pair, document: Json, **body: Any) -> Run:
    """Start a run of a document."""
    status, run = script.post(f"/workflows/{workflow_id(script, document)}/runs", body)
    assert status == 201, run
    pair.hint(run["id"])
    return Run.objects.get(pk=run["id"])


def shards_of(run: Run) -> list[Run]:
    """List the runs of a run's shards by their first item."""
    return sorted(Run.objects.filter(parent=run, kind=Kind.SHARD), key=lambda one: share(one)["first"])


def share(shard: Run) -> Json:
    """Say what a shard is about."""
    assert shard.shard is not None
    return dict(shard.shard)


def ended(script: Script, run: Run) -> Json:
    """Wait until a run and all its shards have ended, and read it."""
    wait_until(lambda: script.get(f"/runs/{run.pk}")[1]["finished_at"])
    wait_until(lambda: all(one.status in RUN_TERMINAL for one in shards_of(run)))
    assert_invariants(run)
    found: Json = script.get(f"/runs/{run.pk}")[1]
    return found


def mapping(kind: str = "echo", params: Json | None = None, bad: int = -1, **of_map: Any) -> Json:
    """Build a map of a hundred items over one node; one of them may be bad."""
    g = Graph()
    before = g.node("set", "before", value={"rows": [{"n": n, "bad": 9 * (n == bad)} for n in range(100)], "word": "w"})
    each = g.node("map", "each", items="{{ before.rows }}", **{"concurrency": 12, **of_map})
    work = g.node(kind, "work", parent=each, **(params or {}))
    work.to(g.node("set", "well", parent=each, value="{{ before.word }}{{ index }}{{ item.n }}"))
    g.node("start", "start", fields=[]).to(before).to(each).to(g.node("output", "result"))
    return g.document()


def each_of(run: Json) -> Json:
    """Give the node run of the map."""
    found: Json = next(row for row in run["node_runs"] if row["key"] == "each")
    return found


def test_several_workers_share_a_large_map(script: Script, pair: Pair) -> None:
    run = started(script, pair, mapping(params={"cost_usd": 0.25}))
    done = ended(script, run)
    assert (done["status"], done["output"]) == ("succeeded", {"result": [f"w{number}{number}" for number in range(100)]})
    assert [(share(one)["first"], share(one)["last"]) for one in shards_of(run)] == [(0, 25), (25, 50), (50, 75), (75, 100)]
    assert len(set(Attempt.objects.filter(run=run).exclude(node_key="each").values_list("worker", flat=True))) == 2
    assert each_of(done)["progress"] == {
        "total": 100, "done": 100, "failed": 0, "running": 0, "failures": [], "scores": {}, "parts": [],
    }  # fmt: skip
    assert done["usage"]["cost_usd"] == pytest.approx(25.0)
    assert NodeRun.objects.filter(run=run).count() == 204


def test_the_workers_share_the_concurrency_of_the_map(script: Script, pair: Pair, bench: Bench) -> None:
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}, concurrency=8))
    wait_until(lambda: executions(gate) == 8)
    assert [share(one)["concurrency"] for one in shards_of(run)] == [3, 3, 2]
    gate.touch()
    assert ended(script, run)["status"] == "succeeded"
    assert executions(gate) == 100


def test_the_run_goes_on_for_who_looks_while_others_work(script: Script, pair: Pair, bench: Bench) -> None:
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}))
    bench.until(run, lambda now: now.status == "waiting")
    assert run.lease_owner is None
    wait_until(lambda: executions(gate) == 12)
    looked = script.get(f"/runs/{run.pk}")[1]
    assert looked["status"] == "running"
    parts = each_of(looked)["progress"]["parts"]
    assert [(part["first"], part["done"], part["running"]) for part in sorted(parts, key=lambda part: part["first"])] == [
        (0, 0, 4), (25, 0, 4), (50, 0, 4),
    ]  # fmt: skip
    shown = script.get("/runs?status=running")[1]["items"]
    assert [one["id"] for one in shown] == [str(run.pk)]
    assert script.get("/runs?status=waiting")[1]["total"] == 0
    assert script.get(f"/runs/{shards_of(run)[0].pk}")[0] == 404
    inside = script.get(f"/runs/{run.pk}/scopes/{quote('each#26/', safe='')}")[1]["node_runs"]
    assert [(row["node_id"], row["status"]) for row in inside] == [("work", "running")]
    gate.touch()
    assert ended(script, run)["status"] == "succeeded"


def test_viewers_are_told_how_far_each_share_is(script: Script, pair: Pair, bench: Bench) -> None:
    gate, layer = bench.gate(), channel_layer()
    document = mapping("gate", params={"file": str(gate)})
    status, told = script.post(f"/workflows/{workflow_id(script, document)}/runs", {})
    assert status == 201, told

    async def listen() -> list[Json]:
        channel = await layer.new_channel("test.")
        await layer.group_add(run_group(told["id"]), channel)
        pair.hint(told["id"])
        heard: list[Json] = []
        while sum(bool(one.get("is_over")) for one in heard) < 4:
            async with asyncio.timeout(20):
                heard.append(await layer.receive(channel))
            if sum(one.get("running") == 4 for one in heard) == 3:
                gate.touch()
        return heard

    heard = [one for one in async_to_sync(listen)() if one["type"] == "run.part"]
    assert {one["node"] for one in heard} == {"each"}
    assert {(one["first"], one["done"]) for one in heard if one["is_over"]} == {(0, 25), (25, 25), (50, 25), (75, 25)}
    ended(script, Run.objects.get(pk=told["id"]))


def test_what_one_item_received_can_be_read(script: Script, pair: Pair) -> None:
    run = started(script, pair, mapping())
    ended(script, run)
    status, detail = script.get(f"/runs/{run.pk}/nodes/{quote('each#57/work', safe='')}")
    assert (status, detail["input"]["inputs"], detail["output"]) == (200, {"in": {"n": 57, "bad": 0}}, {"n": 57, "bad": 0})
    assert [one["n"] for one in detail["attempts"]] == [1]


def failing(*bad: int, **of_map: Any) -> Json:
    """Build a map of which some items fail."""
    g = Graph()
    each = g.node("map", "each", items=[{"bad": number in bad} for number in range(100)], concurrency=12, **of_map)
    odd = g.node("router", "odd", parent=each, cases=[{"port": "bad", "when": "item.bad"}])
    odd["bad"].to(g.node("fail", "stop", parent=each, code="odd", message="Odd."))
    odd["else"].to(g.node("set", "well", parent=each, value="{{ index }}"))
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    return g.document()


def test_failures_of_all_workers_count_together(script: Script, pair: Pair) -> None:
    """Each worker sees one failure, and the map allows two."""
    run = started(script, pair, failing(3, 41, 77, on_item_error={"tolerate": 2}))
    done = ended(script, run)
    assert (done["status"], each_of(done)["error"]["code"]) == ("failed", "odd")
    run = started(script, pair, failing(3, 41, on_item_error={"tolerate": 2}))
    done = ended(script, run)
    assert done["status"] == "succeeded"
    assert sorted(each_of(done)["progress"]["failures"]) == [3, 41]
    assert [index for index, value in enumerate(done["output"]["result"]) if value != index] == [3, 41]


WEAK = {"times": "{{ input.bad }}", "code": "auth"}


def test_one_failed_item_stops_the_others(script: Script, pair: Pair) -> None:
    run = started(script, pair, mapping("fail_n_times", WEAK, bad=60))
    done = ended(script, run)
    assert (done["status"], each_of(done)["error"]["data"]["index"]) == ("failed", 60)


def test_cancelling_reaches_every_worker(script: Script, pair: Pair, bench: Bench) -> None:
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}))
    wait_until(lambda: executions(gate) == 12)
    assert script.post(f"/runs/{run.pk}/cancel")[0] == 202
    assert ended(script, run)["status"] == "cancelled"
    assert {one.status for one in shards_of(run)} == {"cancelled"}
    assert {row.status for row in NodeRun.objects.filter(run=run, node_id="work")} == {"cancelled"}


def test_a_share_whose_worker_died_is_cleared_up_after_its_map_was_stopped(script: Script, pair: Pair, bench: Bench) -> None:
    """Its next owner learns at once that it is not wanted any more: what was at work in it ends all the same."""
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}))
    wait_until(lambda: executions(gate) == 12)
    lost = shards_of(run)[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run SET lease_owner = 'gone', lease_expires_at = now() + interval '2 seconds', epoch = epoch + 1 "
            "WHERE id = %s",
            [lost.pk],
        )
    assert script.post(f"/runs/{run.pk}/cancel")[0] == 202
    assert ended(script, run)["status"] == "cancelled"
    assert NodeRun.objects.filter(run=run, node_id="work", status="cancelled").count() == 12


def test_a_person_answers_inside_a_shared_map(script: Script, pair: Pair) -> None:
    g = Graph()
    each = g.node("map", "each", items=list(range(30)), concurrency=12)
    review = g.node("approval", "review", parent=each, message="Item?")
    review["approve"].to(g.node("set", "well", parent=each, value="{{ item }}"))
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    run = started(script, pair, g.document())
    for number in range(30):
        asked = NodeRun.objects.filter(run=run, scope_path=f"each#{number}/", node_id="review", status="waiting")
        wait_until(asked.exists)
        key = quote(f"each#{number}/review", safe="")
        assert script.post(f"/runs/{run.pk}/answers/{key}", {"button": "approve"})[0] == 202
    assert ended(script, run)["output"] == {"result": list(range(30))}


def test_a_run_that_goes_on_takes_over_the_items_of_all_workers(script: Script, pair: Pair, bench: Bench) -> None:
    tally = bench.gate("tally")
    tally.touch()
    run = started(script, pair, mapping("fail_n_times", {**WEAK, "file": str(tally)}, bad=60))
    assert ended(script, run)["status"] == "failed"
    well, before = NodeRun.objects.filter(run=run, node_id="work", status="succeeded").count(), executions(tally)
    edits = {"each#60/work": {"in": {"n": 60, "bad": 0}}}
    status, again = script.post(f"/runs/{run.pk}/resume", {"edits": edits})
    assert status == 201, again
    pair.hint(again["id"])
    resumed = Run.objects.get(pk=again["id"])
    assert ended(script, resumed)["status"] == "succeeded"
    assert len(shards_of(resumed)) == 4
    assert executions(tally) - before == 100 - well
    assert NodeRun.objects.filter(run=resumed, node_id="work", origin="reused").count() == well > 0


def test_one_item_is_done_again_and_the_others_are_taken_over(script: Script, pair: Pair, bench: Bench) -> None:
    tally = bench.gate("tally")
    tally.touch()
    run = started(script, pair, mapping("gate", params={"file": str(tally)}))
    assert ended(script, run)["status"] == "succeeded"
    status, again = script.post(f"/runs/{run.pk}/resume", {"kind": "only", "node": "each#60/"})
    assert status == 201, again
    pair.hint(again["id"])
    resumed = Run.objects.get(pk=again["id"])
    assert ended(script, resumed)["status"] == "succeeded"
    assert executions(tally) == 101
    assert NodeRun.objects.filter(run=resumed, node_id="work", origin="reused").count() == 99


def test_a_budget_stays_in_one_place(script: Script, pair: Pair) -> None:
    """What is reserved is reserved by one owner: a run with a budget shares nothing out."""
    run = started(script, pair, mapping(), budget={"usd": 5})
    assert ended(script, run)["status"] == "succeeded"
    assert shards_of(run) == []


def test_a_worker_that_cannot_do_its_share_fails_the_map_and_leaves_nothing_open(
    script: Script, pair: Pair, bench: Bench
) -> None:
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}))
    wait_until(lambda: executions(gate) == 12)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run SET crash_count = 9, lease_owner = 'gone', lease_expires_at = now() - interval '1 minute' "
            "WHERE id = %s",
            [shards_of(run)[1].pk],
        )
    done = ended(script, run)
    assert (done["status"], each_of(done)["error"]["code"]) == ("failed", "poison")
    assert not NodeRun.objects.filter(run=run, finished_at=None).exists()


def test_a_run_that_is_given_up_tells_nothing_of_the_items_of_others(script: Script, pair: Pair, bench: Bench) -> None:
    """The items at work in other runs end with it, and are no events of it: no item of a shared map is."""
    gate = bench.gate()
    run = started(script, pair, mapping("gate", params={"file": str(gate)}))
    wait_until(lambda: executions(gate) == 12 and Run.objects.get(pk=run.pk).status == "waiting")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run SET status = 'running', crash_count = 9, lease_owner = 'gone', "
            "lease_expires_at = now() - interval '1 minute' WHERE id = %s",
            [run.pk],
        )
    done = ended(script, run)
    assert (done["status"], done["error"]["code"]) == ("failed", "poison")
    wait_until(lambda: all(one.status in RUN_TERMINAL for one in shards_of(run)))
    assert not NodeRun.objects.filter(run=run, finished_at=None).exists()
