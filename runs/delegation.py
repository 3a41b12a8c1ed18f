"""Passing an approval on: whoever may answer may let another person answer, who is told and sees the form alone."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from editor.errors import AppError, Forbidden, Invalid
from editor.graph.nodetype import APPROVAL
from editor.permissions import Actor
from runs.approvals import delegations_of, may_answer, request_of, waiting_node_run
from runs.models import ApprovalRequest, Delegation, Run

MOST_IN_A_ROW = 20


def approval_delegate(*, run: Run, actor: Actor, key: str, to: str, note: str = "") -> Delegation:
    """Pass on what a node run asks. Those who were asked before may still answer: the first answer counts."""
    node_run = waiting_node_run(run, key)
    if node_run is None or node_run.reason != APPROVAL:
        raise AppError("not_waiting", "Nothing is asked here any more.", status=409)
    if not may_answer(actor, run, node_run, request_of(node_run)):
        raise Forbidden
    email = to.strip().lower()
    before = delegations_of(run.pk, key, node_run.attempt)
    _check(actor, email, before)
    with transaction.atomic():
        made, _ = Delegation.objects.get_or_create(
            run=run, node_key=key, attempt=node_run.attempt, email=email,
            defaults={"by_id": actor.pk, "by_email": actor.get_username(), "note": note.strip()},
        )  # fmt: skip
        now = timezone.now()
        ApprovalRequest.objects.update_or_create(
            run=run, node_key=key, attempt=node_run.attempt, email=email,
            defaults={"opens_at": now, "notice_at": now, "notices": 0, "noted": False},
        )  # fmt: skip
        mine = ApprovalRequest.objects.filter(run=run, node_key=key, attempt=node_run.attempt, email=actor.get_username().lower())
        mine.update(notice_at=None)
    return made


def _check(actor: Actor, email: str, before: Sequence[Delegation]) -> None:
    """Refuse whom nobody could reach, and passing on without an end."""
    wrong = ""
    if email == actor.get_username().lower():
        wrong = "This is you: answer it here, or name somebody else."
    elif not get_user_model().objects.filter(email__iexact=email, is_active=True).exists():
        wrong = "Nobody here has this address. Ask for an invitation for them first."
    elif len(before) >= MOST_IN_A_ROW:
        wrong = f"This was passed on {MOST_IN_A_ROW} times already."
    if wrong:
        raise Invalid("delegate_invalid", wrong, data={"fields": {"to": wrong}})
