"""Calling the API as somebody, and driving what was started."""

import json
from collections.abc import Mapping
from typing import Any

from django.test import Client

from graphapp.accounts.models import User
from runs.process import Process
from tests.support.waiting import wait_until


class Script:
    """Calls the API as somebody."""

    def __init__(self, user: User | None) -> None:
        self._client = Client(raise_request_exception=False)
        if user is not None:
            self._client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def get(self, path: str) -> tuple[int, Any]:
        """Read."""
        answer = self._client.get(f"/api/v1{path}")
        return answer.status_code, answer.json()

    def download(self, path: str) -> tuple[Any, str]:
        """Read a file to its end, as text."""
        answer = self._client.get(f"/api/v1{path}")
        return answer, b"".join(answer).decode()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Ask for something."""
        return self._send("POST", path, body or {})

    def put(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """Put something in the place of another."""
        return self._send("PUT", path, body)

    def delete(self, path: str) -> tuple[int, Any]:
        """Take something away."""
        return self._send("DELETE", path, {})

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        answer = self._client.generic(method, f"/api/v1{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None


def workflow_id(script: Script, document: Mapping[str, Any]) -> str:
    """Make a workflow."""
    status, body = script.post("/workflows", {"name": "Hello", "document": document})
    assert status == 201, body
    return str(body["id"])


def finished(script: Script, process: Process, run_id: str) -> Any:
    """Drive a run and read it once it has ended."""
    process.drive_here(run_id)
    wait_until(lambda: script.get(f"/runs/{run_id}")[1]["finished_at"])
    return script.get(f"/runs/{run_id}")[1]
