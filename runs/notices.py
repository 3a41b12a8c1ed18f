"""Tells people what waits for them: at once, again and again as asked, and those to whom it is escalated when it is.

Any worker does this; the rows decide who does. A notice is sent at most once: a mail that is lost is made up for by the list of
what waits, and by the next reminder.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from editor.permissions import Action, Role, can
from runs.approvals import asking, node_run_of, open_requests, request_of, since
from runs.models import ApprovalRequest, NodeRun, Run

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_NOTICES = 20
"""Whoever has not answered after so many is told no more."""
MESSAGE_CHARS = 2000


def announce(base_url: str) -> int:
    """Find who is newly asked, and tell those whose time has come; say how many were told."""
    _find()
    told = list(_due())
    for request, node_run in told:
        _tell(request, node_run, base_url)
    return len(told)


def forget_answered() -> int:
    """Delete the requests that nobody waits for any more."""
    still = open_requests().filter(pk=OuterRef("pk"))
    return ApprovalRequest.objects.exclude(Exists(still)).delete()[0]


def _find() -> None:
    """Note whom the node runs ask that nobody has noted yet."""
    known = ApprovalRequest.objects.filter(run_id=OuterRef("run_id"), node_key=OuterRef("asked_key"), attempt=OuterRef("attempt"))
    new = asking().exclude(Exists(known))[:MOST_AT_ONCE]
    ApprovalRequest.objects.bulk_create([row for one in new for row in _requests(one)], ignore_conflicts=True)


def _requests(node_run: NodeRun) -> Iterator[ApprovalRequest]:
    """Say whom a node run asks. Who may edit the workflow sees it in the list and is only reminded."""
    request, began = request_of(node_run), since(node_run)
    remind = request.get("remind_seconds")
    shared: dict[str, Any] = {
        "run_id": node_run.run_id, "node_key": node_run.scope_path + node_run.node_id, "attempt": node_run.attempt,
        "remind_seconds": remind,
    }  # fmt: skip
    for email in request.get("who", ()):
        yield ApprovalRequest(**shared, email=email, opens_at=began, notice_at=began)
    if not request.get("who"):
        reminded = began + timedelta(seconds=remind) if remind else None
        yield ApprovalRequest(**shared, email="", opens_at=began, notice_at=reminded)
    if request.get("escalate_seconds") is not None:
        later = began + timedelta(seconds=request["escalate_seconds"])
        for email in request.get("escalate_to", ()):
            if email not in request.get("who", ()):
                yield ApprovalRequest(**shared, email=email, opens_at=later, notice_at=later)


def _due() -> Iterator[tuple[ApprovalRequest, NodeRun]]:
    """Take the notices whose time has come: once taken they count as sent."""
    with transaction.atomic():
        rows = ApprovalRequest.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("run__workflow", "run__started_by")
        taken = list(rows.filter(notice_at__lte=Now()).order_by("notice_at")[:MOST_AT_ONCE])
        for request in taken:
            request.notices += 1
            goes_on = request.remind_seconds is not None and request.notices < MOST_NOTICES
            request.notice_at = timezone.now() + timedelta(seconds=request.remind_seconds or 0) if goes_on else None
        ApprovalRequest.objects.bulk_update(taken, ["notices", "notice_at"])
    for request in taken:
        node_run = node_run_of(request)
        if node_run is not None:
            yield request, node_run


def _tell(request: ApprovalRequest, node_run: NodeRun, base_url: str) -> None:
    """Send one mail, to people who have an account here and to nobody else."""
    workflow = request.run.workflow
    people = _named(request.email) if request.email else _asked_by_default(request.run)
    if not people:
        logger.warning("An approval asks somebody who has no account here.", extra={"run": str(request.run_id)})
        return
    subject = f"{'Reminder: ' if request.notices > 1 else ''}An answer is asked for: {workflow.name}"
    try:
        send_mail(" ".join(subject.split())[:200], _text(request_of(node_run), base_url), None, people)
    except OSError as error:
        logger.warning("A notice could not be sent (%s).", type(error).__name__, extra={"run": str(request.run_id)})


def _named(email: str) -> list[str]:
    return list(get_user_model().objects.filter(email__iexact=email, is_active=True).values_list("email", flat=True)[:1])


def _asked_by_default(run: Run) -> list[str]:
    """Find who hears of a question that names nobody: whose the workflow is; of a team's, who runs it, else the team's owners."""
    people: QuerySet[Any] = get_user_model().objects.filter(is_active=True)
    workflow = run.workflow
    if workflow.team_id is None:
        found = people.filter(pk=workflow.owner_id)
    elif run.started_by is not None and run.started_by.is_active and can(run.started_by, Action.RUN_ANSWER, workflow):
        found = people.filter(pk=run.started_by.pk)
    else:
        found = people.filter(memberships__team_id=workflow.team_id, memberships__role=Role.OWNER)
    return list(found.values_list("email", flat=True))


def _text(request: Mapping[str, Any], base_url: str) -> str:
    message = str(request["message"])[:MESSAGE_CHARS] or "An answer is asked for."
    return f"{message}\n\nAnswer here: {base_url}/approvals\n"
