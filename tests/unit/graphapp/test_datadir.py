"""Where things are follows from the data directory alone, and a socket's path always fits."""

from pathlib import Path

import pytest

from graphapp import datadir
from graphapp.database import database_from


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("data", [Path("/srv/x"), Path("/home/somebody" + "/deep" * 30)])
def test_sockets_fit_and_addresses_are_the_same_for_everybody(monkeypatch: pytest.MonkeyPatch, data: Path, user: int) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert len(str(datadir.runtime_dir(data) / ".s.PGSQL.5432")) <= 103
    assert datadir.database_url(data) == datadir.database_url(data)
    assert database_from(datadir.database_url(data), pool_size=5)["HOST"] == str(datadir.runtime_dir(data))


def test_as_root_the_database_is_in_nobodys_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert datadir.postgres_dir(Path("/root/project/.data")).parent == Path("/var/lib/graphapp")


def test_a_database_address_is_read_with_its_escapes() -> None:
    found = database_from("postgresql://me:p%40ss@db.example:5433/graph?sslmode=require", pool_size=7)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require", "pool": {"min_size": 1, "max_size": 7, "timeout": 10}}
