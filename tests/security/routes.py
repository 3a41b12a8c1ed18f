"""Every route of the API as its own description names it, so that a new route is tested without being listed."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from editor.credential_services import credential_create
from editor.graph.faults import Fault
from editor.knowledge.services import base_create, document_add, question_ask
from editor.models import Credential, KnowledgeBase, Workflow
from editor.permissions import Role
from editor.services import document_read, version_publish, workflow_create
from editor.sharing.models import Right
from editor.sharing.services import link_create
from editor.triggers.outgoing import outgoing_create
from editor.triggers.services import trigger_create
from graphapp.accounts.models import Invitation, Membership, Team, User
from graphapp.accounts.sharing import grant_to_person
from graphapp.accounts.teams import member_invite, team_create
from runs.failures.batches import batch_create
from runs.failures.collect import collect_failures
from runs.failures.models import FailureGroup
from runs.failures.services import view_save
from runs.journal.abort import abort
from runs.journal.commit import Position
from runs.models import Delivery, NodeRun, Run
from runs.services import run_start
from tests.builders import hello

JSON, FILE = "application/json", "application/octet-stream"
SAFE = {"get", "head", "options"}

COLLEAGUE = "colleague@example.org"
"""Somebody to whom things are passed on."""
BODIES: Mapping[str, Any] = {
    "workflow_create": {"name": "Made"},
    "template_open": {"name": "Opened"},
    "workflow_rename": {"name": "Renamed"},
    "draft_save": {"document": hello("Saved"), "revision": 1},
    "version_publish": {"note": "Published"},
    "draft_restore": {"revision": 1},
    "run_answer": {"button": "yes"},
    "approval_delegate": {"to": COLLEAGUE, "note": "You know better."},
    "notification_read": {},
    "budget_set": {"usd": 5.0},
    "team_budget_set": {"usd": 5.0},
    "document_wrap_cycles": {"document": hello("Wrapped")},
    "run_start": {"input": {"who": "you"}},
    "run_resume": {"kind": "from_here", "node": "start"},
    "credential_create": {"kind": "model", "name": "made", "provider": "openai", "secret": "sk-canary-0123456789"},
    "credential_update": {"name": "renamed"},
    "credential_test": {},
    "default_models_set": {"cheap": "local/smollm2"},
    "value_preview": {"value": "{{ start.who }}"},
    "forecast_get": {"input": {"who": "you"}},
    "run_foresee": {"kind": "from_here", "node": "start"},
    "knowledge_create": {"name": "Handbook"},
    "knowledge_update": {"name": "Rules"},
    "knowledge_document_add_url": {"url": "https://example.org/a.html"},
    "knowledge_question_ask": {"query": "How long?"},
    "trigger_create": {"kind": "webhook", "name": "Orders"},
    "trigger_update": {"name": "Renamed"},
    "trigger_rotate": {"what": "secret"},
    "schedule_preview": {"cron": "0 9 * * *"},
    "link_create": {"right": "view"},
    "presence_beat": {"page": "p1"},
    "presence_leave": {"page": "p1"},
    "version_roll_back": {},
    "link_change": {"name": "For the press"},
    "replay_link_create": {},
    "shared_open": {},
    "shared_copy": {},
    "shared_run_start": {"input": {"who": "you"}},
    "team_create": {"name": "Made"},
    "team_rename": {"name": "Renamed"},
    "team_member_set": {"role": "viewer"},
    "team_invite": {"email": "new@example.org", "role": "viewer"},
    "grant_add": {"email": "new@example.org", "role": "viewer"},
    "grant_change": {"role": "editor"},
    "knowledge_grant_add": {"email": "new@example.org", "role": "viewer"},
    "knowledge_grant_change": {"role": "editor"},
    "workflow_transfer": {"email": "olga@example.org"},
    "knowledge_transfer": {"email": "olga@example.org"},
    "failure_set_state": {"state": "in_progress"},
    "failure_assign": {"email": None},
    "failure_comment": {"text": "I look at it."},
    "failure_merge": {"groups": ["00000000-0000-0000-0000-000000000000"]},
    "failure_split": {"causes": [1]},
    "failure_handle": {"reason": "Done by hand."},
    "failure_view_save": {"query": "state=all"},
    "outgoing_create": {"url": "https://example.org/told"},
    "outgoing_update": {"name": "Renamed"},
    "failure_batch_create": {"version": "same"},
}
"""A valid body for each operation that takes one; a new operation is not tested until it has one, and fails here."""

IMPORTED = {"name": "Imported", "draft": hello(), "versions": [{"number": 1, "document": hello()}]}
FILES = {"file_import": json.dumps({"format": "graphapp", "format_version": 1, "workflows": [IMPORTED]}).encode()}
"""A valid file for each operation that takes one of a kind of its own."""

OF_ENDED_RUNS = {"run_resume", "run_foresee", "replay_link_create"}
"""The operations that a run under way refuses: they are called with one that has ended."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    operation: str
    params: tuple[str, ...]
    takes_body: bool
    takes_file: bool = False
    is_public: bool = False

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE

    def body(self) -> str:
        return json.dumps(BODIES[self.operation]) if self.takes_body else ""

    def url(self, ids: Mapping[str, str]) -> str:
        url = self.path
        if self.operation in OF_ENDED_RUNS:
            ids = {**ids, "run_id": ids["ended_run_id"]}
        if self.operation.startswith("knowledge_grant"):
            ids = {**ids, "grant_id": ids["knowledge_grant_id"]}
        if self.operation in ("run_answer", "approval_delegate"):
            ids = {**ids, "key": ids["asked_key"]}
        url += "?name=a.txt" if self.takes_file else ""
        for name in self.params:
            url = url.replace(f"{{{name}}}", quote(ids[name], safe=""))
        return url

    def __str__(self) -> str:
        return self.operation


@cache
def routes() -> tuple[Route, ...]:
    """List every operation of the API's description that asks who calls."""
    return tuple(route for route in all_routes() if not route.is_public)


@cache
def all_routes() -> tuple[Route, ...]:
    """List every operation of the API's description."""
    return tuple(_routes(import_string(settings.GRAPHAPP_API).get_openapi_schema()))


def _routes(schema: Mapping[str, Any]) -> Iterator[Route]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            params = tuple(param["name"] for param in operation["parameters"] if param["in"] == "path")
            bodies = operation.get("requestBody", {}).get("content", {})
            taken = ("application/json" in bodies, FILE in bodies, not operation.get("security"))
            yield Route(method, path, operation["operationId"], params, *taken)


def call(client: Client, route: Route, ids: Mapping[str, str], **more: Any) -> Any:
    """Call a route as its owner would; `more` changes the body, its type, or adds headers."""
    body = (
        {"data": FILES.get(route.operation, b"Some text."), "content_type": FILE}
        if route.takes_file
        else {"data": route.body(), "content_type": JSON}
    )
    sent = {**body, **more}
    return client.generic(route.method.upper(), route.url(ids), **sent)


def signed_in(person: User, *, enforce_csrf_checks: bool = False) -> Client:
    """Open a browser session of a person."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def belongings(owner: User) -> dict[str, str]:
    """Give a person one of everything, and its ids by the names of path parameters."""
    User.objects.get_or_create(email=COLLEAGUE)
    workflow = workflow_create(actor=owner, name="Twin", document=document_read(hello()))
    version = version_publish(workflow=workflow, actor=owner)
    run, ended = [run_start(workflow=workflow, actor=owner, input={"who": "you"}, version="draft") for _ in range(2)]
    abort(Position(str(ended.pk), epoch=0, seq=0), Fault("internal", "It broke."))
    request = {"message": "", "fields": [], "buttons": [{"port": "yes", "label": ""}]}
    asked = {"run": run, "node_id": "asked", "status": "waiting", "reason": "approval", "attempt": 1}
    NodeRun.objects.create(**asked, output={"answer": "timeout", "request": request})
    credential = credential_create(actor=owner, kind="model", name="twin", provider="openai", secret="sk-twin-0123456789")
    runs = {"run_id": str(run.pk), "ended_run_id": str(ended.pk)}
    base = base_create(actor=owner, name="Handbook")
    document = document_add(base=base, actor=owner, name="a.txt", body=b"Some text.")
    question = question_ask(base=base, actor=owner, asked={"query": "What?"})
    team = team_create(actor=owner, name="Twin").team
    member = User.objects.create_user(f"member-{owner.email}")
    Membership.objects.create(team=team, user=member, role=Role.EDITOR)
    invited = member_invite(team=team, actor=owner, email=f"invited-{owner.email}", role=Role.VIEWER).invitation
    to: dict[str, Any] = {"actor": owner, "email": f"shared-{owner.email}", "role": Role.VIEWER}
    grants = [grant_to_person(thing=thing, **to).grant for thing in (workflow, base)]
    others = {
        **doors_of(owner, workflow, ended),
        **failures_of(owner, workflow),
        "team_id": str(team.pk),
        "user_id": str(member.pk),
        "invitation_id": str(invited.pk),
        "grant_id": str(grants[0].pk),
        "knowledge_grant_id": str(grants[1].pk),
        **link_of(owner, workflow),
        "base_id": str(base.pk),
        "document_id": str(document.pk),
        "question_id": str(question.pk),
        "number": "1",
        "entry": str(version.pk),
        "key": "say",
        "asked_key": "asked",
        "scope": "m#0/",
        "node": "say",
        "before": str(ended.pk),
        "template": "answer_from_documents",
        "credential_id": str(credential.pk),
    }
    return {"workflow_id": str(workflow.pk), **runs, **others}


def link_of(owner: User, workflow: Workflow) -> dict[str, str]:
    """Give a workflow a link that copies it."""
    link, token = link_create(workflow=workflow, actor=owner, right=Right.COPY)
    return {"link_id": str(link.pk), "token": token}


def failures_of(owner: User, workflow: Workflow) -> dict[str, str]:
    """Have the failed run collected, and its group be resumed, not yet started."""
    collect_failures()
    failure = FailureGroup.objects.get(workflow=workflow)
    batch = batch_create(group=failure, actor=owner, version="same", concurrency=1)
    view = view_save(actor=owner, name="Mine", query="assignee=me")
    return {"failure_id": str(failure.pk), "batch_id": str(batch.pk), "view": view.name}


def doors_of(owner: User, workflow: Workflow, ended: Run) -> dict[str, str]:
    """Give a workflow what starts its runs and who is told of their ends."""
    trigger = trigger_create(workflow=workflow, actor=owner, kind="webhook", name="Twin", config={}).trigger
    outgoing = outgoing_create(workflow=workflow, actor=owner, url="https://example.org/told", ends=["failed"]).outgoing
    delivery = Delivery.objects.create(outgoing=outgoing, run=ended, due_at=ended.created_at, created_at=ended.created_at)
    return {"trigger_id": str(trigger.pk), "outgoing_id": str(outgoing.pk), "delivery_id": str(delivery.pk)}


def owned_by_team(ids: Mapping[str, str], members: Mapping[User, Role]) -> Team:
    """Let a new team own what `belongings` made."""
    team = Team.objects.create(name="The team")
    for person, role in members.items():
        Membership.objects.create(team=team, user=person, role=role)
    for model, name in ((Workflow, "workflow_id"), (KnowledgeBase, "base_id"), (Credential, "credential_id")):
        model.objects.filter(pk=ids[name]).update(owner=None, team=team)
    return team


def unknown() -> dict[str, str]:
    """Give ids of the right form that nothing has."""
    return {
        "team_id": str(uuid4()),
        "user_id": "999999999",
        "invitation_id": str(uuid4()),
        "grant_id": str(uuid4()),
        "knowledge_grant_id": str(uuid4()),
        "workflow_id": str(uuid4()),
        "link_id": str(uuid4()),
        "token": secrets.token_urlsafe(32),
        "base_id": str(uuid4()),
        "document_id": str(uuid4()),
        "question_id": str(uuid4()),
        "run_id": str(uuid4()),
        "ended_run_id": str(uuid4()),
        "number": "1",
        "entry": "1",
        "asked_key": "asked",
        "key": "say",
        "scope": "m#0/",
        "node": "say",
        "before": str(uuid4()),
        "template": "nothing",
        "credential_id": str(uuid4()),
        "trigger_id": str(uuid4()),
        "failure_id": str(uuid4()),
        "view": "Mine",
        "outgoing_id": str(uuid4()),
        "delivery_id": str(uuid4()),
        "batch_id": str(uuid4()),
    }


def rows() -> dict[str, list[str]]:
    """Read every row of what people author and of what happened, to compare before and after."""
    models = [model for label in ("editor", "runs") for model in apps.get_app_config(label).get_models()]
    models += [Team, Membership, Invitation]
    assert Workflow in models
    return {model._meta.label: sorted(repr(row) for row in model._default_manager.values_list()) for model in models}
