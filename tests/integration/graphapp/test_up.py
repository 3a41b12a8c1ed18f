"""`manage.py up`, started, killed, started again and stopped as people do it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from graphapp import datadir
from graphapp.embedded.postgres import Postgres
from graphapp.embedded.process import recorded
from graphapp.embedded.redis_server import RedisServer
from tests.real.processes import ROOT, free_port, until

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]
LINK = re.compile(r"http://\S+/sign-in/\S+")


class Up:
    """One `manage.py up` on a data directory."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.data, self.port = data, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines: list[str] = []
        ours = {"DATABASE_URL", "REDIS_URL", "GRAPHAPP_BASE_URL"}
        env = {name: value for name, value in os.environ.items() if name not in ours}
        env |= {"GRAPHAPP_DATA_DIR": str(data), "GRAPHAPP_DRAIN_SECONDS": "2"}
        command = [sys.executable, "manage.py", "up", "--port", str(self.port)]
        self.child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        """Everything it said so far."""
        return "\n".join(self.lines)

    def ready(self) -> "Up":
        """Wait for the sign-in link."""
        until(lambda: bool(LINK.search(self.text)) or self.child.poll() is not None, 120, lambda: self.text)
        assert self.child.poll() is None, self.text
        return self

    def end(self, number: signal.Signals) -> int:
        """Send a signal and give the exit code."""
        self.child.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end."""
        code = self.child.wait(60)
        self._reader.join()
        assert self.child.stdout is not None
        self.child.stdout.close()
        return code

    def process(self, name: str) -> psutil.Process:
        """Find its web or worker process."""
        found = recorded(self.data / f"{name}.pid")
        assert found is not None
        return found


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="graphapp-up-"))
    yield folder
    for name in ("web", "worker"):
        left = recorded(folder / f"{name}.pid")
        if left is not None:
            left.kill()
    RedisServer(folder).stop()
    postgres = Postgres(folder)
    postgres.kill()
    for place in (postgres.home, datadir.runtime_dir(folder), folder):
        shutil.rmtree(place, ignore_errors=True)


def servers_live(data: Path) -> bool:
    return Postgres(data).is_running() or RedisServer(data).is_running()


def sign_in(up: Up) -> None:
    """Follow the printed link, as the owner does."""
    link = LINK.search(up.text)
    assert link is not None
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(f"{up.url}/readyz").json() == {"status": "ok", "missing": []}
        page = browser.get(link.group(0))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        browser.post(link.group(0), data={"csrfmiddlewaretoken": token.group(1)}, headers={"Origin": up.url})
        assert browser.get(f"{up.url}/api/v1/me").json()["email"]


def starts_once(up: Up) -> None:
    """See that a second start on the same folder says so in one sentence."""
    other = Up(up.data)
    assert other.wait() == 1
    assert f"already runs on {up.data} at {up.url}" in other.text
    assert len(other.lines) == 1


def comes_back(up: Up) -> None:
    """See that a killed child and a killed server are started again."""
    worker, database = up.process("worker"), Postgres(up.data).pid()
    worker.kill()
    until(lambda: recorded(up.data / "worker.pid") not in {None, worker}, 30, lambda: up.text)
    assert database is not None
    psutil.Process(database).kill()
    until(lambda: Postgres(up.data).pid() not in {None, database}, 30, lambda: up.text)
    until(lambda: httpx.get(f"{up.url}/readyz", timeout=15).status_code == 200, 60, lambda: up.text)


def test_one_command_serves_signs_in_comes_back_and_leaves_nothing_running(data: Path) -> None:
    up = Up(data).ready()
    sign_in(up)
    starts_once(up)
    comes_back(up)
    family = [up.process("web"), up.process("worker")]
    assert up.end(signal.SIGINT) == 0
    assert not any(member.is_running() for member in family)
    assert not servers_live(data)
    assert "Stopped." in up.text


def test_after_kill_nine_the_next_start_finds_everything_again(data: Path) -> None:
    first = Up(data).ready()
    database = Postgres(data).pid()
    orphan = first.process("web")
    first.end(signal.SIGKILL)
    assert orphan.is_running()
    assert Postgres(data).pid() == database
    second = Up(data, first.port).ready()
    assert Postgres(data).pid() == database
    assert not orphan.is_running()
    assert second.end(signal.SIGTERM) == 0
    assert not servers_live(data)


def test_a_taken_port_is_said_in_one_sentence(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = Up(data, port)
        assert up.wait() == 1
    assert f"Port {port}" in up.text
    assert f"make run PORT={port + 1}" in up.text
    assert len(up.lines) == 1
    assert not servers_live(data)
