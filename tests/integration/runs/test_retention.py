"""Where large values lie, and what is kept no longer."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from pytest_django import Settings

from graphapp.blob_storage import blob_storage
from runs.blobs import read_blob
from runs.engine.states import Kind
from runs.journal import Fenced
from runs.journal.batch import Batch
from runs.journal.commit import Position, flush
from runs.journal.place import place
from runs.journal.retention import fold_old_events, sweep_blobs
from runs.models import Blob, Event, NodeRun, Run
from runs.process import Process
from runs.resume import Wish, run_resume
from tests.builders import Graph, chain
from tests.conftest import Site
from tests.support.bench import Bench
from tests.support.invariants import all_events, assert_invariants
from tests.support.object_store import object_store
from tests.support.viewer import Viewer


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    """Keep values of more than 50 kB in files."""
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("files", "{}", tmp_path)}
    settings.GRAPHAPP_BLOB_BYTES = 50_000
    return tmp_path / "blobs"


def large(size: int = 100_000) -> dict[str, Any]:
    """Build a run with a large value."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("odd", "work", kind="large", size=size)).to(
        g.node("output", "result", value="done")
    )
    return g.document()


def kept(folder: Path) -> list[Path]:
    """List the files of a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_large_values_lie_in_files_and_are_read_back(process: Process, bench: Bench, files: Path) -> None:
    run = bench.ended(bench.start(process, large()))
    assert run.status == "succeeded"
    blob = Blob.objects.get(pk=run.node_runs.get(node_id="work").output_sha)
    assert (bytes(blob.body), blob.size) == (b"", 100_002)
    assert [json.loads(path.read_text()) for path in kept(files)] == ["x" * 100_000]
    assert kept(files)[0].stat().st_mode & 0o077 == 0
    again = bench.ended(bench.start(process, large()))
    assert len(kept(files)) == 1
    follower = run_resume(run=again, actor=bench.actor, wish=Wish(Kind.FROM_HERE, node="result"))
    process.drive_here(str(follower.pk))
    assert bench.ended(follower).node_runs.get(node_id="work").origin == "reused"
    assert_invariants(follower)


def test_large_values_lie_in_an_object_store(process: Process, bench: Bench, settings: Settings) -> None:
    with object_store() as (address, objects):
        options = {
            "bucket_name": "runs", "endpoint_url": address, "access_key": "key", "secret_key": "secret",
            "region_name": "eu-west-1", "addressing_style": "path", "file_overwrite": True,
        }  # fmt: skip
        kind = "storages.backends.s3.S3Storage"
        settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage(kind, json.dumps(options), Path("/"))}
        settings.GRAPHAPP_BLOB_BYTES = 50_000
        run = bench.ended(bench.start(process, large()))
        sha = str(run.node_runs.get(node_id="work").output_sha)
        assert [json.loads(body) for body in objects.values()] == ["x" * 100_000]
        assert read_blob(sha) == "x" * 100_000
        run.delete()
        Blob.objects.update(last_used=F("last_used") - timedelta(days=2))
        assert (sweep_blobs(), objects) == (1, {})


def test_smaller_ones_stay_in_the_database(process: Process, bench: Bench, files: Path) -> None:
    run = bench.ended(bench.start(process, large(20_000)))
    assert kept(files) == []
    assert read_blob(str(run.node_runs.get(node_id="work").output_sha)) == "x" * 20_000


def test_a_late_owner_leaves_no_file(process: Process, bench: Bench, files: Path) -> None:
    run = bench.queue(chain(1))
    batch = Batch(inline_bytes=100)
    batch.keep("y" * 60_000)
    with pytest.raises(Fenced):
        flush(Position(str(run.pk), epoch=7, seq=0), batch, lease_seconds=1)
    assert kept(files) == []


def test_values_that_nothing_refers_to_are_deleted_after_a_while(process: Process, bench: Bench, files: Path) -> None:
    gone, stays = bench.ended(bench.start(process, large())), bench.ended(bench.start(process, large(90_000)))
    gone.delete()
    assert sweep_blobs() == 0
    Blob.objects.update(last_used=F("last_used") - timedelta(days=2))
    assert sweep_blobs() == 1
    assert [len(json.loads(path.read_text())) for path in kept(files)] == [90_000]
    assert read_blob(str(stays.node_runs.get(node_id="work").output_sha)) == "x" * 90_000


def test_a_value_that_is_stored_again_is_not_deleted(process: Process, bench: Bench, files: Path) -> None:
    """Its reference is on its way."""
    gone = bench.ended(bench.start(process, large()))
    gone.delete()
    Blob.objects.update(last_used=F("last_used") - timedelta(days=2))
    assert [one.path for one in place({str(Blob.objects.get().pk): b"x" * 100_002})] == [""]
    assert sweep_blobs() == 0
    assert len(kept(files)) == 1


def aged(run: Run, days: float) -> Run:
    """Let a run have ended so long ago."""
    Run.objects.filter(pk=run.pk).update(finished_at=F("finished_at") - timedelta(days=days))
    return run


def test_the_events_of_old_runs_are_folded(process: Process, bench: Bench) -> None:
    old, new = (bench.ended(bench.start(process, chain(3))) for _ in range(2))
    aged(old, 31)
    assert fold_old_events(0) == 0
    assert fold_old_events(30) == 1
    assert fold_old_events(30) == 0
    old.refresh_from_db()
    assert (old.has_events, Event.objects.filter(run=old).exists()) == (False, False)
    assert NodeRun.objects.filter(run=old, status="succeeded").count() == 5
    assert_invariants(new)


def test_a_viewer_of_a_folded_run_is_sent_what_it_came_to(process: Process, bench: Bench, live_web: Site) -> None:
    bench.actor = live_web.people["olga"]
    run = aged(bench.ended(bench.start(process, chain(3))), 31)
    seen = all_events(run)
    fold_old_events(30)
    for after in (0, 2):
        address = f"{live_web.ws_url}/ws/runs/{run.pk}/?after={after}"
        with Viewer(address, cookies=live_web.cookies("olga"), origin=live_web.url) as viewer:
            frame = viewer.read_until(lambda frame: frame["kind"] == "snapshot")
        assert (frame["seq"], frame["run"]["status"]) == (len(seen), "succeeded")


def test_a_folded_run_can_be_gone_on_from(process: Process, bench: Bench) -> None:
    run = aged(bench.ended(bench.start(process, chain(3))), 31)
    fold_old_events(30)
    follower = run_resume(run=run, actor=bench.actor, wish=Wish(Kind.ONLY, node="n1"))
    process.drive_here(str(follower.pk))
    assert bench.ended(follower).status == "succeeded"
    assert_invariants(follower)
