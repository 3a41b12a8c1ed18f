"""Runs the whole product on one machine: services, web, worker; keeps them running, and stops all of it in order."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import IO

from graphapp.embedded.children import Child
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.services import Server, data_folder, start_servers

READY_SECONDS = 90
WATCH_SECONDS = 0.5
FIRST_PATIENCE = 25.0
WEB = ("-m", "daphne", "-v", "0", "--http-timeout", "60", "--no-server-name")
WORKER = ("-m", "celery", "--quiet", "-A", "graphapp", "worker", "--without-gossip", "--without-mingle", "--without-heartbeat")


class Supervisor:
    """One start of the product, until it is told to stop."""

    def __init__(self, *, host: str, port: int, base_url: str, allow: list[str], say: Callable[[str], None]) -> None:
        self.host, self.port, self.base_url = host, port, base_url
        self._say = say
        self._data = data_folder()
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._servers: list[Server] = []
        self._lock: IO[str] | None = None
        env = {
            **os.environ,
            "GRAPHAPP_DATA_DIR": str(self._data),
            "GRAPHAPP_BASE_URL": base_url,
            "GRAPHAPP_HTTP_ALLOW": ",".join(allow),
            "PYTHONUNBUFFERED": "1",
        }
        self.children = [
            self._child("web", [*WEB, "-b", host, "-p", str(port), "graphapp.asgi:application"], env),
            self._child("worker", list(WORKER), env),
        ]

    def _child(self, name: str, arguments: list[str], env: dict[str, str]) -> Child:
        return Child(name, [sys.executable, *arguments], env=env, note=self._data / f"{name}.pid", say=self._say)

    def claim(self) -> None:
        """Make sure that nothing else runs here: no second start on the data directory, no leftovers, nobody on the port."""
        self._lock = (self._data / "up.lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            where = self._lock.read().strip() or "another address"
            raise StartFailure(
                f"GraphApp already runs on {self._data} at {where}: open that, stop it, or set GRAPHAPP_DATA_DIR to another."
            ) from None
        for child in self.children:
            child.clear()
        check_port(self.host, self.port)
        self._lock.truncate(0)
        self._lock.write(self.base_url)
        self._lock.flush()

    def start_services(self) -> None:
        """Start the embedded servers, or find them."""
        self._servers = start_servers(self._data)

    def start(self, name: str) -> None:
        """Start one process. The web process needs no tables to load, so it loads while they are brought up to date."""
        next(child for child in self.children if child.name == name).start()

    def wait_until_ready(self) -> None:
        """Wait until everything says that it is there."""
        limit = time.monotonic() + READY_SECONDS
        missing = "web"
        while not self._stop.wait(0.1):
            missing = not_ready(self.host, self.port)
            if not missing:
                return
            self._keep()
            if time.monotonic() > limit:
                raise StartFailure(f"GraphApp is not ready after {READY_SECONDS} s (missing: {missing}): see the lines above.")

    def watch(self) -> None:
        """Keep everything running until somebody says stop."""
        while not self._stop.wait(WATCH_SECONDS):
            self._keep()

    def listen(self) -> None:
        """Stop on Ctrl-C, on SIGTERM and when the terminal closes; the second time without waiting for work under way."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told)

    @property
    def is_stopping(self) -> bool:
        """Say whether it was told to stop."""
        return self._stop.is_set()

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _keep(self) -> None:
        for child in self.children:
            child.keep()
        for server in self._servers:
            if not server.is_running():
                self._say(f"{type(server).__name__} ended; it starts again.")
                try:
                    server.start()
                except StartFailure as failure:
                    self._say(str(failure))

    def stop(self) -> None:
        """Stop in order: first what works, then what it works on."""
        for child in self.children:
            child.ask_to_stop()
        limit = time.monotonic() + FIRST_PATIENCE
        while any(child.is_running() for child in self.children) and time.monotonic() < limit and not self._hurry.is_set():
            time.sleep(0.05)
        for child in self.children:
            child.stop(patience=0)
        for server in reversed(self._servers):
            server.stop()
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody uses, before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = f"stop what uses it, or take another with make run PORT={port + 1}"
            raise StartFailure(f"Port {port} of {host} cannot be used ({error.strerror}): {advice}.") from error


def not_ready(host: str, port: int) -> str:
    """Ask the web process what is still missing; empty when nothing is."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"127.0.0.1:{port}"})
        answer = connection.getresponse()
        return "" if answer.status == 200 else answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return "web"
    finally:
        connection.close()
