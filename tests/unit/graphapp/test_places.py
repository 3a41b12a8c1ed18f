"""What keeps the product from starting is said in one sentence."""

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from graphapp.embedded.errors import StartFailure
from graphapp.embedded.places import check_space, private_folder
from graphapp.embedded.process import record, recorded
from graphapp.embedded.supervisor import check_port


def test_a_full_disk_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1024))
    with pytest.raises(StartFailure, match="free some space, or set GRAPHAPP_DATA_DIR"):
        check_space(tmp_path)


def test_a_private_folder_is_closed_and_never_somebody_elses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "mine")
    assert folder.stat().st_mode & 0o077 == 0
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(StartFailure, match="belongs to somebody else"):
        private_folder(tmp_path / "link")
    monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(StartFailure, match="belongs to somebody else"):
        private_folder(folder)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartFailure, match="choose another GRAPHAPP_DATA_DIR"):
        private_folder(tmp_path / "file" / "below")


def test_a_recycled_pid_is_not_taken_for_the_child(tmp_path: Path) -> None:
    note = tmp_path / "web.pid"
    assert recorded(note) is None
    record(note, 1)
    assert recorded(note) is not None
    note.write_text('{"pid": 1, "born": 12345.0}')
    assert recorded(note) is None
    note.write_text("not a note")
    assert recorded(note) is None


def test_a_taken_port_names_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartFailure, match=f"make run PORT={port + 1}"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
