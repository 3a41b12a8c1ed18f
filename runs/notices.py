"""Tells people what waits for them: at once, again and again as asked, and those to whom it is escalated when it is.

Any worker does this; the rows decide who does. A notice is sent at most once: a mail that is lost is made up for by the list of
what waits, and by the next reminder.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from editor.permissions import Action, Role, can
from runs.approvals import asking, delegations_of, node_run_of, open_requests, request_of, since
from runs.models import ApprovalRequest, NodeRun, Run
from runs.notifications import about_approval, approvals_settled, notify, path_of_approval

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_FORGOTTEN = 1000
MOST_NOTICES = 20
"""Whoever has not answered after so many is told no more."""
MESSAGE_CHARS = 2000


def announce(base_url: str) -> int:
    """Find who is newly asked, and tell those whose time has come; say how many were told."""
    _find()
    _note()
    told = list(_due())
    for request, node_run in told:
        _tell(request, node_run, base_url)
    return len(told)


def forget_answered() -> int:
    """Delete the requests that nobody waits for any more."""
    still = open_requests().filter(pk=OuterRef("pk"))
    over = list(ApprovalRequest.objects.exclude(Exists(still)).only("run_id", "node_key", "attempt")[:MOST_FORGOTTEN])
    approvals_settled(over)
    return ApprovalRequest.objects.filter(pk__in=[one.pk for one in over]).delete()[0]


def _note() -> None:
    """Put what is asked by now into the notifications of those who are asked."""
    with transaction.atomic():
        rows = ApprovalRequest.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("run__workflow", "run__started_by")
        for request in (taken := list(rows.filter(noted=False, opens_at__lte=Now())[:MOST_AT_ONCE])):
            node_run = node_run_of(request)
            if node_run is not None:
                _notify(request, node_run)
        ApprovalRequest.objects.filter(pk__in=[one.pk for one in taken]).update(noted=True)


def _notify(request: ApprovalRequest, node_run: NodeRun) -> None:
    key, passed = request.node_key, _passed_on(request)
    message = str(request_of(node_run)["message"]) or "An answer is asked for."
    notify(
        [person.pk for person in _people(request)],
        kind="approval",
        about=about_approval(request.run_id, key, request.attempt),
        title=f"Waits for you: {request.run.workflow.name}",
        text=f"{passed} {message}".strip(),
        path=path_of_approval(request.run_id, key),
    )


def _people(request: ApprovalRequest) -> Sequence[Any]:
    """Give those who are asked, as far as they have an account: whoever is named, else those who hear of the workflow."""
    if not request.email:
        return list(_asked_by_default(request.run))
    return list(get_user_model().objects.filter(email__iexact=request.email, is_active=True))


def _passed_on(request: ApprovalRequest) -> str:
    """Say who has passed an approval on to the person that a request is for, and what they wrote."""
    last = [one for one in delegations_of(request.run_id, request.node_key, request.attempt) if one.email == request.email]
    if not last:
        return ""
    return f"{last[-1].by_email} passed this on to you." + (f" They write: {last[-1].note}" if last[-1].note else "")


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
    for passed in delegations_of(node_run.run_id, shared["node_key"], node_run.attempt):
        yield ApprovalRequest(**shared, email=passed.email, opens_at=passed.created_at, notice_at=passed.created_at)


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
    people = _people(request)
    if not people:
        logger.warning("An approval asks somebody who has no account here.", extra={"run": str(request.run_id)})
        return
    subject = f"{'Reminder: ' if request.notices > 1 else ''}An answer is asked for: {workflow.name}"
    text = _text(request, request_of(node_run), base_url)
    try:
        send_mail(" ".join(subject.split())[:200], text, None, [person.email for person in people])
    except OSError as error:
        logger.warning("A notice could not be sent (%s).", type(error).__name__, extra={"run": str(request.run_id)})


def _text(request: ApprovalRequest, asked: Mapping[str, Any], base_url: str) -> str:
    """Write a mail. Its link leads to the form, to be answered by whoever is signed in: it opens nothing by itself."""
    message = str(asked["message"])[:MESSAGE_CHARS] or "An answer is asked for."
    passed = _passed_on(request)
    link = base_url + path_of_approval(request.run_id, request.node_key)
    return f"{passed + chr(10) * 2 if passed else ''}{message}\n\nAnswer here: {link}\n"


def _asked_by_default(run: Run) -> QuerySet[Any]:
    """Find who hears of a question that names nobody: whose the workflow is; of a team's, who runs it, else the team's owners."""
    people: QuerySet[Any] = get_user_model().objects.filter(is_active=True)
    workflow = run.workflow
    if workflow.team_id is None:
        return people.filter(pk=workflow.owner_id)
    if run.started_by is not None and run.started_by.is_active and can(run.started_by, Action.RUN_ANSWER, workflow):
        return people.filter(pk=run.started_by.pk)
    return people.filter(memberships__team_id=workflow.team_id, memberships__role=Role.OWNER)
