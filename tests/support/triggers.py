"""Published workflows with triggers, and calls of them as others make them."""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.test import Client

from editor.models import Workflow
from editor.services import document_read, version_publish, workflow_create
from editor.triggers.models import Trigger
from editor.triggers.selectors import token_of
from editor.triggers.services import trigger_create
from editor.triggers.signing import sign
from graphapp.accounts.models import User
from tests.builders import Graph

Json = dict[str, Any]


def asking(*fields: Json, **more: Any) -> Json:
    """Build a workflow that takes some fields and answers what it was given."""
    g = Graph()
    g.node("start", "start", fields=list(fields), **more).to(g.node("output", "out", value="{{ start }}"))
    return g.document()


WHO = {"name": "who", "type": "text"}


def published(owner: User, *fields: Json, **more: Any) -> Workflow:
    """Make a workflow that is published."""
    workflow = workflow_create(actor=owner, name="Orders", document=document_read(asking(*(fields or (WHO,)), **more)))
    version_publish(workflow=workflow, actor=owner)
    return workflow


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as its sender knows it."""

    trigger: Trigger
    secret: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/hooks/{token_of(self.trigger)}"

    def signed(self, body: bytes, *, id: str = "", at: float | None = None) -> dict[str, str]:
        """Sign a body; give the headers."""
        stamp = int(time.time() if at is None else at)
        return sign(self.secret, id or f"msg_{secrets.token_hex(8)}", stamp, body).headers()


def hook(owner: User, workflow: Workflow | None = None, **more: Any) -> Hook:
    """Make a webhook; keywords beside those of a trigger are its settings."""
    own = {name: more.pop(name) for name in ("version", "rate_per_minute", "most_active", "enabled") if name in more}
    made = trigger_create(workflow=workflow or published(owner), actor=owner, kind="webhook", name="Orders", config=more, **own)
    return Hook(made.trigger, made.secret)


def form_page(owner: User, workflow: Workflow | None = None, **config: Any) -> str:
    """Make a form page; give its path."""
    made = trigger_create(workflow=workflow or published(owner), actor=owner, kind="form", name="Form", config=config)
    return f"/forms/{token_of(made.trigger)}"


def call(path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any) -> tuple[int, Any]:
    """Post to an address as a stranger does."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = more.pop("content_type", "application/json")
    answer = Client(enforce_csrf_checks=True).post(path, raw, content_type=kind, headers=headers or {}, **more)
    return answer.status_code, answer.json()
