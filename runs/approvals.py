"""Who may answer an approval, and what waits for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Concat, Now
from django.utils import timezone

from editor.errors import NotFound
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import APPROVAL
from editor.permissions import Action, Actor, Role, can, role_of, visible_to
from runs.models import ApprovalRequest, Delegation, NodeRun, Run
from runs.selectors import as_uuid, stored_value

MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One approval that waits for somebody. `is_editor` says that they may look at the run as well."""

    run: Run
    node_run: NodeRun
    request: Mapping[str, Any]
    is_escalated: bool
    is_editor: bool
    passed_on: Sequence[Delegation] = ()


def run_to_answer(*, actor: Actor, run_id: object, key: str) -> Run:
    """Find the run of a question that the actor may answer. Others are told that there is none."""
    run = Run.objects.select_related("workflow", "version").filter(pk=as_uuid(run_id)).first()
    if run is None:
        raise NotFound
    if can(actor, Action.RUN_VIEW, run.workflow):
        return run
    asking = waiting_node_run(run, key)
    if asking is None or asking.reason != APPROVAL or not may_answer(actor, run, asking, request_of(asking)):
        raise NotFound
    return run


def waiting_node_run(run: Run, key: str) -> NodeRun | None:
    """Find a node run that waits."""
    scope, node_id = split_key(NodeKey(key))
    return NodeRun.objects.filter(run=run, scope_path=scope, node_id=node_id, status="waiting").first()


def request_of(node_run: NodeRun) -> Mapping[str, Any]:
    """Read what a waiting node run asks."""
    asked: Mapping[str, Any] = stored_value(node_run.output, node_run.output_sha)
    request: Mapping[str, Any] = asked["request"]
    return request


def may_answer(actor: Actor, run: Run, node_run: NodeRun, request: Mapping[str, Any]) -> bool:
    """Say whether somebody may answer: who may do everything with the workflow, who is named, and where nobody is named
    all who may run it.
    """
    if role_of(actor, run.workflow) >= Role.ADMIN:
        return True
    if node_run.reason == APPROVAL and request.get("who"):
        return _is_named(actor, node_run, request)
    return can(actor, Action.RUN_ANSWER, run.workflow) or _is_named(actor, node_run, request)


def _is_named(actor: Actor, node_run: NodeRun, request: Mapping[str, Any]) -> bool:
    email = actor.get_username().lower() if actor.is_authenticated and actor.is_active else ""
    if not email or node_run.reason != APPROVAL:
        return False
    if email in request.get("who", ()) or (email in request.get("escalate_to", ()) and is_escalated(node_run, request)):
        return True
    key = node_run.scope_path + node_run.node_id
    return Delegation.objects.filter(run_id=node_run.run_id, node_key=key, attempt=node_run.attempt, email=email).exists()


def delegations_of(run_id: UUID, key: str, attempt: int) -> Sequence[Delegation]:
    """List who has passed an approval on to whom, in order."""
    return list(Delegation.objects.filter(run_id=run_id, node_key=key, attempt=attempt))


def is_escalated(node_run: NodeRun, request: Mapping[str, Any]) -> bool:
    """Say whether the others are asked by now."""
    seconds, since = request.get("escalate_seconds"), node_run.started_at
    return seconds is not None and since is not None and timezone.now() >= since + timedelta(seconds=seconds)


def waiting_for(actor: Actor) -> Sequence[Waiting]:
    """List what waits for somebody, the oldest first."""
    email = actor.get_username().lower()
    answers = visible_to(actor, through="run__workflow__", action=Action.RUN_ANSWER)
    mine = Q(email=email, opens_at__lte=Now()) | (Q(email="") & answers)
    requests = open_requests().filter(mine).exclude(Exists(passed_on_by(actor))).select_related("run__workflow", "run__version")
    requests = requests.defer("run__version__document", "run__workflow__draft", "run__workflow__draft_problems")
    found: dict[tuple[object, str], Waiting] = {}
    for request in requests.order_by("opens_at", "id")[:MOST]:
        place = (request.run_id, request.node_key)
        if place not in found and (waiting := _waiting(actor, request)) is not None:
            found[place] = waiting
    return list(found.values())


def passed_on_by(actor: Actor) -> QuerySet[Delegation]:
    """Keep what somebody has passed on: it waits for another person, and they are asked no more."""
    same = {name: OuterRef(name) for name in ("run_id", "node_key", "attempt")}
    return Delegation.objects.filter(by_id=actor.pk, **same)


def _waiting(actor: Actor, request: ApprovalRequest) -> Waiting | None:
    node_run = node_run_of(request)
    if node_run is None:
        return None
    asked = request_of(node_run)
    is_editor = can(actor, Action.RUN_VIEW, request.run.workflow)
    passed_on = delegations_of(request.run_id, request.node_key, request.attempt)
    return Waiting(request.run, node_run, asked, is_escalated(node_run, asked), is_editor, passed_on)


def node_run_of(request: ApprovalRequest) -> NodeRun | None:
    """Find the node run that asks, if it still does."""
    scope, node_id = split_key(NodeKey(request.node_key))
    asking = NodeRun.objects.filter(run_id=request.run_id, scope_path=scope, node_id=node_id)
    return asking.filter(status="waiting", reason=APPROVAL, attempt=request.attempt).first()


def open_requests() -> QuerySet[ApprovalRequest]:
    """Keep the requests whose node run still waits."""
    there = asking().filter(run_id=OuterRef("run_id"), asked_key=OuterRef("node_key"), attempt=OuterRef("attempt"))
    return ApprovalRequest.objects.filter(Exists(there))


def asking() -> Any:
    """Keep the node runs that ask somebody; `asked_key` is their key."""
    return NodeRun.objects.filter(status="waiting", reason=APPROVAL).annotate(asked_key=Concat(F("scope_path"), F("node_id")))


def since(node_run: NodeRun) -> datetime:
    """Say since when a node run has asked."""
    return node_run.started_at or timezone.now()
