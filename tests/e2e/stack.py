"""The whole product, started as a person starts it: ``manage.py up`` in a data directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"https?://\S+/\S*sign-?in\S*", re.IGNORECASE)


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Web, worker, PostgreSQL and Redis of one data directory, with the owner's sign-in link and an API client."""

    def __init__(self, data: Path, env: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**os.environ, "GRAPHAPP_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **(env or {})}
        self.lines: list[str] = []
        self.started_in = 0.0
        self._link = threading.Event()

    def __enter__(self) -> Self:
        began = time.monotonic()
        command = [sys.executable, "manage.py", "up", "--port", str(self.port)]
        self.child = subprocess.Popen(
            command, cwd=ROOT, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self.child.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.child.stdout,), daemon=True)
        self._reader.start()
        if not self._link.wait(timeout=120):
            self.stop()
            raise RuntimeError("The product printed no sign-in link:\n" + "\n".join(self.lines[-40:]))
        self.started_in = time.monotonic() - began
        self.api = httpx.Client(
            base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {self.manage('issue_api_key')}"}, timeout=30
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.api.close()
        self.stop()

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                self.lines.append(line.rstrip())
                found = LINK.search(line)
                if found:
                    self.sign_in_link = found.group(0)
                    self._link.set()

    def stop(self) -> int:
        """Stop it as Ctrl-C does and give its exit code."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
        code = self.child.wait(timeout=60)
        self._reader.join(timeout=10)
        return code

    def manage(self, *arguments: str) -> str:
        """Run a management command on the same data directory and give what it prints last."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            text=True,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip().splitlines()[-1]

    def workflow(self, name: str, document: Mapping[str, Any]) -> str:
        """Make a workflow of this document and give its id."""
        answer = self.api.post("/workflows", json={"name": name, "document": document})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def document(self, base: str, name: str, body: bytes, seconds: float = 60) -> dict[str, Any]:
        """Upload a document into a knowledge base and give it once it is ready or failed."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = self.api.post(f"/knowledge/{base}/documents", params={"name": name}, content=body, headers=headers)
        assert answer.status_code == 201, answer.text
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            document: dict[str, Any] = self.api.get(f"/knowledge/{base}/documents/{answer.json()['id']}").json()
            if document["status"] in {"ready", "failed"}:
                return document
            time.sleep(0.05)
        raise TimeoutError(f"The document was not indexed in {seconds} s: {document}")

    def run(self, workflow: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Start a run of the draft and give it as it was answered."""
        answer = self.api.post(f"/workflows/{workflow}/runs", json={"input": given or {}, "version": "draft"})
        assert answer.status_code == 201, answer.text
        run: dict[str, Any] = answer.json()
        return run

    def finished(self, run_id: str, seconds: float = 60) -> dict[str, Any]:
        """Wait for a run to end and give it."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            run: dict[str, Any] = self.api.get(f"/runs/{run_id}").json()
            if run["status"] in {"succeeded", "failed", "cancelled"}:
                return run
            time.sleep(0.02)
        raise TimeoutError(f"Run {run_id} did not end in {seconds} s: {run}")
