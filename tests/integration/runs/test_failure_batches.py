"""Fix once, resume the group: what each run will do is seen before, and then exactly that is done, whoever dies meanwhile."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graphapp.accounts.models import User
from runs.engine.states import RUN_TERMINAL
from runs.failures.batch_models import ResumeBatch, ResumeItem
from runs.failures.models import FailureEntry
from runs.models import NodeRun, Run
from runs.process import Process
from tests.builders import Graph
from tests.conftest import MakeWorker
from tests.support.bench import Bench
from tests.support.script import Script, finished, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]
RUNS = int(os.environ.get("GRAPHAPP_TEST_BATCH_RUNS", "60"))
"""In a soak 1,000."""


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


FIELDS = [{"name": name, "label": name, "type": "number", "default": 9} for name in ("early", "stays")]


def weak(file: Path, times: str | int, after: Path | None = None) -> Json:
    """Build work that is counted, a node that fails as its run's input says, and what follows."""
    file.touch()
    g = Graph()
    start = g.node("start", "start", fields=FIELDS)
    work = start.to(g.node("gate", "work", file=str(file), value={"n": 1}))
    paid = work.to(g.node("echo", "paid", cost_usd=0.5))
    last = paid.to(g.node("fail_n_times", "weak", times=times, code="auth"))
    if after is not None:
        after.touch()
        last = last.to(g.node("gate", "after", file=str(after)))
    last.to(g.node("output", "result"))
    return g.document()


def save(script: Script, workflow: str, document: Json) -> None:
    """Save and publish a draft."""
    revision = script.get(f"/workflows/{workflow}/draft")[1]["revision"]
    assert script.put(f"/workflows/{workflow}/draft", {"document": document, "revision": revision})[0] == 200
    assert script.post(f"/workflows/{workflow}/versions", {"note": "Fixed"})[0] == 201


def the_group(script: Script, count: int) -> str:
    """Wait for the group of so many runs."""
    wait_until(lambda: [one["count"] for one in script.get("/failures?state=all")[1]["items"]] == [count], 60)
    return str(script.get("/failures?state=all")[1]["items"][0]["id"])


def lines(tally: Path) -> list[str]:
    """Read which runs came to a gate."""
    file = tally.with_name(tally.name + ".tally")
    return file.read_text().splitlines() if file.exists() else []


def failed_runs(script: Script, process: Process, workflow: str, count: int) -> list[str]:
    """Run until so many have failed. The first one fails for good, and every second one early."""
    inputs = [{"early": 9 * (number % 2), "stays": 9 * (number == 0)} for number in range(count)]
    ids = [script.post(f"/workflows/{workflow}/runs", {"input": one})[1]["id"] for one in inputs]
    for run in ids:
        process.drive_here(run)
    wait_until(lambda: Run.objects.filter(pk__in=ids, status="failed").count() == count, 120)
    return ids


def test_the_runs_of_a_group_are_resumed_as_it_was_foreseen(script: Script, process: Process, tmp_path: Path) -> None:
    """The fix is one for all: what was done is taken over, what succeeds leaves the group, what fails again stays in it."""
    work = tmp_path / "work"
    workflow = workflow_id(script, weak(work, 9))
    runs = failed_runs(script, process, workflow, 5)
    group = the_group(script, 5)
    save(script, workflow, weak(work, "{{ start.stays }}"))
    status, batch = script.post(f"/failures/{group}/batches", {"version": "latest", "concurrency": 2})
    assert (status, batch["state"], batch["total"], batch["version"]) == (201, "draft", 5, 1)
    wait_until(lambda: script.get(f"/failure-batches/{batch['id']}")[1]["is_foreseen"])
    preview = script.get(f"/failure-batches/{batch['id']}")[1]
    assert (preview["foreseen"], preview["reused"], preview["again"], preview["repeating"]) == (5, 15, 10, 5)
    assert preview["saved_usd"] == pytest.approx(2.5)
    items = script.get(f"/failure-batches/{batch['id']}/items?limit=3")[1]
    rest = script.get(f"/failure-batches/{batch['id']}/items?after={items['next']}")[1]
    shown = [*items["items"], *rest["items"]]
    assert sorted(item["run"] for item in shown) == sorted(runs)
    assert {(tuple(item["nodes"]), tuple(item["repeats"])) for item in shown} == {(("weak", "result"), ("weak",))}
    assert Run.objects.count() == 5, "a preview starts nothing"
    assert script.post(f"/failure-batches/{batch['id']}/start")[1]["state"] == "running"
    wait_until(lambda: script.get(f"/failure-batches/{batch['id']}")[1]["state"] == "done", 60)
    report = script.get(f"/failure-batches/{batch['id']}")[1]
    assert report["counts"] == {"succeeded": 4, "failed": 1}
    assert script.get(f"/failure-batches/{batch['id']}/items?state=failed")[1]["items"][0]["error"]["code"] == "auth"
    assert len(lines(work)) == 5, "what was done is not done again"
    wait_until(lambda: script.get(f"/failures/{group}")[1]["open_count"] == 1)
    states = sorted(entry["state"] for entry in script.get(f"/failures/{group}/runs")[1]["items"])
    assert states == ["open", "recovered", "recovered", "recovered", "recovered", "replaced"]
    save(script, workflow, weak(work, 0))
    second = script.post(f"/failures/{group}/batches", {"version": "latest"})[1]
    assert second["total"] == 1
    script.post(f"/failure-batches/{second['id']}/start")
    wait_until(lambda: script.get(f"/failures/{group}")[1]["state"] == "resolved", 60)


def test_a_batch_is_paused_goes_on_and_is_stopped(script: Script, process: Process, tmp_path: Path) -> None:
    """What runs goes on to its end; what is left stays open in the group."""
    work, after = tmp_path / "work", tmp_path / "after"
    workflow = workflow_id(script, weak(work, 9, after))
    failed_runs(script, process, workflow, 4)
    group = the_group(script, 4)
    after.unlink()
    fixed = weak(work, 0, after)
    after.unlink()
    save(script, workflow, fixed)
    batch = script.post(f"/failures/{group}/batches", {"version": "latest", "concurrency": 1})[1]["id"]
    assert script.post(f"/failure-batches/{batch}/pause")[0] == 409, "it was not started"
    script.post(f"/failure-batches/{batch}/start")
    wait_until(lambda: len(lines(after)) == 1)
    assert script.post(f"/failures/{group}/batches", {"version": "latest"})[0] == 409
    assert script.post(f"/failure-batches/{batch}/pause")[1]["state"] == "paused"
    after.touch()
    wait_until(lambda: Run.objects.filter(status="succeeded").count() == 1)
    after.unlink()
    assert script.get(f"/failure-batches/{batch}")[1]["counts"] == {"pending": 3, "running": 1}
    script.post(f"/failure-batches/{batch}/start")
    wait_until(lambda: len(lines(after)) == 2)
    assert script.post(f"/failure-batches/{batch}/stop")[1]["counts"] == {"left": 2, "running": 1, "succeeded": 1}
    after.touch()
    wait_until(lambda: script.get(f"/failures/{group}")[1]["open_count"] == 2)
    assert script.post(f"/failure-batches/{batch}/start")[0] == 409


def test_nothing_is_done_twice_or_forgotten_when_workers_die_in_a_batch(
    script: Script, process: Process, make_worker: MakeWorker, tmp_path: Path
) -> None:
    """Mixed runs, as failed at different places: exactly the nodes run that have to, once, with workers killed all along."""
    first, second = tmp_path / "first", tmp_path / "second"
    workflow = workflow_id(script, _two_places(first, second, "{{ start.early }}", 9))
    runs = failed_runs(script, process, workflow, RUNS)
    wait_until(lambda: FailureEntry.objects.filter(state="open").count() == RUNS, 60)
    process.stop()
    groups = script.get("/failures")[1]["items"]
    assert sorted(group["count"] for group in groups) == sorted((RUNS // 2, RUNS - RUNS // 2))
    save(script, workflow, _two_places(first, second, 0, 0))
    env = {"NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests", "RUN_EXECUTOR": "tests.support.executors.plain_executor"}
    worker = make_worker(**env)
    batches = [
        script.post(f"/failures/{group['id']}/batches", {"version": "latest", "concurrency": 20})[1]["id"] for group in groups
    ]
    for batch in batches:
        script.post(f"/failure-batches/{batch}/start")
    for share in (5, 2):
        wait_until(lambda share=share: ResumeItem.objects.exclude(state="pending").count() >= RUNS // share, 120)  # type: ignore[misc]  # bound
        worker.kill9()
        worker = make_worker(**env)
    wait_until(lambda: ResumeBatch.objects.filter(state="done").count() == 2, 180 + RUNS)
    assert ResumeItem.objects.filter(state="succeeded").count() == RUNS
    followers = Run.objects.filter(kind="resume")
    assert followers.count() == RUNS
    assert set(followers.values_list("base_run_id", flat=True)) == {Run.objects.get(pk=run).pk for run in runs}
    assert not Run.objects.exclude(status__in=RUN_TERMINAL).exists()
    worked = NodeRun.objects.filter(run__in=followers, origin="", status="succeeded", node_id__in=("first", "second"))
    assert worked.filter(node_id="first").count() == RUNS // 2, "the first node only where it had not run"
    assert worked.filter(node_id="second").count() == RUNS
    wait_until(lambda: {one["state"] for one in script.get("/failures?state=all")[1]["items"]} == {"resolved"}, 60)


def _two_places(first: Path, second: Path, one: str | int, other: int) -> Json:
    first.touch()
    second.touch()
    g = Graph()
    start = g.node("start", "start", fields=FIELDS)
    weak_one = start.to(g.node("fail_n_times", "early", times=one, code="auth"))
    work = weak_one.to(g.node("gate", "first", file=str(first)))
    weak_other = work.to(g.node("fail_n_times", "late", times=other, code="auth"))
    weak_other.to(g.node("gate", "second", file=str(second))).to(g.node("output", "result"))
    return g.document()


def test_a_batch_runs_with_the_rights_that_whoever_made_it_has_now(
    script: Script, process: Process, people: Mapping[str, User], tmp_path: Path
) -> None:
    """Who has gone starts nothing any more, and the report says why."""
    workflow = workflow_id(script, weak(tmp_path / "work", 9))
    run = script.post(f"/workflows/{workflow}/runs", {})[1]["id"]
    finished(script, process, run)
    group = the_group(script, 1)
    batch = script.post(f"/failures/{group}/batches", {"version": "same"})[1]["id"]
    wait_until(lambda: script.get(f"/failure-batches/{batch}")[1]["is_foreseen"])
    ResumeBatch.objects.update(person=people["sam"])
    script.post(f"/failure-batches/{batch}/start")
    wait_until(lambda: script.get(f"/failure-batches/{batch}")[1]["state"] == "done")
    item = script.get(f"/failure-batches/{batch}/items")[1]["items"][0]
    assert (item["state"], item["error"]["code"]) == ("refused", "not_found")
