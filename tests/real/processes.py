"""The product's own processes as a test sees them: started on the test's stores, killed, stopped, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil
import redis

from graphapp.embedded.process import stop_process

ROOT = Path(__file__).parents[2]
PROMPT: Mapping[str, str] = {
    "GRAPHAPP_LEASE_SECONDS": "3",
    "GRAPHAPP_RENEW_SECONDS": "1",
    "GRAPHAPP_SWEEP_SECONDS": "0.5",
    "GRAPHAPP_PARK_AFTER_SECONDS": "1",
    "GRAPHAPP_DRAIN_SECONDS": "5",
    "GRAPHAPP_WORKER_CONCURRENCY": "20",
}
"""A worker in tests notices everything ten times sooner."""


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], seconds: float, what: Callable[[], str]) -> None:
    """Wait for a state."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise AssertionError(f"Waited {seconds} s in vain.\n{what()}")
        time.sleep(0.02)


class Process:
    """A child of the test, with its output in a file."""

    name = "process"

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self.env = {**os.environ, **env}
        self.log_path = log
        self._child: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Say what to run."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Say whether it does its work."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._child is not None
        return self._child.pid

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    @property
    def is_alive(self) -> bool:
        """Say whether it lives."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self.log_path.open("ab") as out:
            self._child = subprocess.Popen(
                self.command(), cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        until(lambda: self.is_ready() or not self.is_alive, 60, self._story)
        assert self.is_alive, self._story()

    def restart(self) -> None:
        """Start it again, stopped first if it still runs."""
        self.stop()
        self.start()

    def kill9(self) -> None:
        """End it as a power cut would, with its own children."""
        assert self._child is not None
        family = psutil.Process(self._child.pid).children(recursive=True)
        self._child.kill()
        self._child.wait()
        for member in family:
            if member.is_running():
                member.kill()

    def sigstop(self) -> None:
        """Freeze it."""
        os.kill(self.pid, signal.SIGSTOP)

    def sigcont(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def sigterm(self) -> None:
        """Ask it to end, and do not wait."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds: float = 30) -> int:
        """Wait for its end and give its exit code."""
        assert self._child is not None
        return self._child.wait(seconds)

    def stop(self) -> None:
        """End it in order, frozen or not."""
        if self.is_alive and self._child is not None:
            os.kill(self.pid, signal.SIGCONT)
            stop_process(psutil.Process(self.pid), patience=15)
            self._child.wait()

    def _story(self) -> str:
        return f"{self.name}:\n{self.log[-4000:]}"


class Worker(Process):
    """A Celery worker."""

    name = "worker"

    def command(self) -> list[str]:
        """Run it as `manage.py up` does."""
        return [
            sys.executable, "-m", "celery", "--quiet", "-A", "graphapp", "worker",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip

    def is_ready(self) -> bool:
        """See its sign of life."""
        store = redis.Redis.from_url(self.env["REDIS_URL"])
        try:
            return str(self.pid).encode() in [store.get(key) for key in store.scan_iter("graphapp:worker:*")]
        finally:
            store.close()


class Web(Process):
    """A Daphne server."""

    name = "web"

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        super().__init__({**env, "GRAPHAPP_BASE_URL": self.url, "GRAPHAPP_HTTP_ALLOW": f"127.0.0.1:{self.port}"}, log)

    def command(self) -> list[str]:
        """Run it as `manage.py up` does."""
        return [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), "graphapp.asgi:application"]

    def is_ready(self) -> bool:
        """Ask it."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False
