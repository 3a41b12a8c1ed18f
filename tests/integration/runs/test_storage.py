"""A storage for large values that fails: what it does not take is kept in the database, and what it does not give is named."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from pytest_django import Settings

from runs import blobs
from runs.blobs import read_blob
from runs.engine.states import Kind
from runs.models import Attempt, Blob, Run
from runs.process import Process
from runs.resume import Wish, run_resume
from tests.builders import Graph
from tests.support.bench import Bench, error_of
from tests.support.invariants import assert_invariants
from tests.support.script import Script


class Flaky(FileSystemStorage):
    """Files on a disk that fails so many times, or until told otherwise."""

    failures = 0

    def _fail(self) -> None:
        if Flaky.failures:
            Flaky.failures -= 1
            raise OSError(28, "No space left on device")

    def _save(self, name: str, content: Any) -> str:
        self._fail()
        return str(super()._save(name, content))  # type: ignore[misc]  # unknown to the stubs

    def _open(self, name: str, mode: str = "rb") -> Any:
        self._fail()
        return super()._open(name, mode)  # type: ignore[misc]  # the same


@pytest.fixture
def disk(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep values of more than 50 kB on a disk that can fail."""
    place = {"BACKEND": f"{__name__}.Flaky", "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "blobs": place}
    settings.GRAPHAPP_BLOB_BYTES = 50_000
    monkeypatch.setattr(blobs, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(blobs, "_down_until", 0.0)
    monkeypatch.setattr(Flaky, "failures", 0)
    return tmp_path / "blobs"


def large() -> dict[str, Any]:
    """Build a run with a large value, and a node that leaves a trace after it."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("odd", "work", kind="large", size=100_000)).to(
        g.node("wait", "pause", seconds=0.0)
    ).to(g.node("output", "result", value="done"))
    return g.document()


def stored(run: Run) -> Blob:
    return Blob.objects.get(pk=run.node_runs.get(node_id="work").output_sha)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_storage_that_fails_for_a_moment_is_tried_again(process: Process, bench: Bench, disk: Path) -> None:
    Flaky.failures = 3
    run = bench.ended(bench.start(process, large()))
    assert (run.status, bytes(stored(run).body), len(files(disk))) == ("succeeded", b"", 1)


def test_what_a_storage_does_not_take_is_kept_in_the_database(process: Process, bench: Bench, disk: Path) -> None:
    """The run goes on with its first owner, nothing is done twice, and the storage is left alone for a while."""
    Flaky.failures = 1000
    run = bench.ended(bench.start(process, large()))
    assert (run.status, run.epoch, run.crash_count) == ("succeeded", 1, 0)
    assert set(Attempt.objects.filter(run=run).values_list("n", flat=True)) == {1}
    assert (stored(run).path, files(disk)) == ("", [])
    assert read_blob(stored(run).pk) == "x" * 100_000
    assert Flaky.failures == 996
    assert_invariants(run)


def test_what_a_storage_does_not_give_back_ends_the_run_by_name_and_nothing_is_lost(
    process: Process, bench: Bench, disk: Path
) -> None:
    base = bench.ended(bench.start(process, large()))
    follower = run_resume(run=base, actor=bench.actor, wish=Wish(Kind.FROM_HERE, node="result"))
    Flaky.failures = 1000
    script = Script(bench.actor)  # type: ignore[arg-type]  # made as a user
    status, body = script.get(f"/runs/{base.pk}/nodes/work")
    assert (status, body["error"]["code"]) == (503, "storage_unavailable")
    process.drive_here(str(follower.pk))  # the sweeper comes back to it
    bench.ended(follower, 40)
    follower.refresh_from_db()
    assert (follower.status, error_of(follower)["code"]) == ("failed", "storage_unavailable")
    Flaky.failures = 0
    again = run_resume(run=follower, actor=bench.actor, wish=Wish(Kind.RESUME))
    process.drive_here(str(again.pk))
    assert bench.ended(again).status == "succeeded"
    assert_invariants(again)
