"""What the editor's tests share: calls to the API as a person."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from editor.models import Workflow
from editor.services import document_read, workflow_create
from graphapp.accounts.models import User
from tests.builders import hello


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


class Api:
    """Calls the API as one person; what is not text is sent as JSON."""

    def __init__(self, person: User | None = None) -> None:
        self.client = Client(raise_request_exception=True)
        if person is not None:
            self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def __call__(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Answer:
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        answer = self.client.generic(method, f"/api/v1{path}", data, content_type=content_type)
        return Answer(answer.status_code, answer.content)


@pytest.fixture
def as_() -> Callable[[User | None], Api]:
    """Make an API client for a person."""
    return Api


@pytest.fixture
def api(olga: User) -> Api:
    """Call the API as Olga, who owns what the tests make."""
    return Api(olga)


@pytest.fixture
def workflow(olga: User) -> Workflow:
    """Olga's workflow at revision 1."""
    return workflow_create(actor=olga, name="Greeting", document=document_read(hello()))
