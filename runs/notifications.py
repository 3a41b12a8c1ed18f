"""The notifications of each person: approvals that wait for them, runs of theirs that failed, and what was shared with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from editor.permissions import Actor
from runs.journal.connection import execute
from runs.models import ApprovalRequest, Notification

MOST_DELETED = 1000
FORGET = """
DELETE FROM runs_notification WHERE id IN (
    SELECT id FROM runs_notification WHERE created_at < now() - %(days)s::float8 * interval '1 day' LIMIT %(most)s::int
)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some notifications of a person, the newest first, and how many of all are unread."""

    items: Sequence[Notification]
    unread: int


def notification_list(*, actor: Actor, limit: int, before: datetime | None = None) -> Listed:
    """List what somebody was told of."""
    found = of(actor)
    unread = found.filter(read_at=None).count()
    if before is not None:
        found = found.filter(created_at__lt=before)
    return Listed(list(found.order_by("-created_at", "-id")[:limit]), unread)


def notification_read(*, actor: Actor, ids: Iterable[int] | None) -> int:
    """Mark notifications as read, or all of them, and give how many are left. Those of others are not found among one's own."""
    found = of(actor).filter(read_at=None)
    (found if ids is None else found.filter(pk__in=list(ids))).update(read_at=timezone.now())
    return of(actor).filter(read_at=None).count()


def of(actor: Actor) -> QuerySet[Notification]:
    """Keep what is told to one person: nobody sees those of others, whatever their role."""
    return Notification.objects.filter(person_id=actor.pk) if actor.is_authenticated else Notification.objects.none()


def notify(people: Iterable[Any], *, kind: str, about: str, title: str, text: str, path: str) -> None:
    """Tell people of something, by their ids; whoever was told of it is not told again."""
    rows = [
        Notification(person_id=person, kind=kind, about=about, title=title[:200], text=text[:500], path=path)
        for person in dict.fromkeys(people)
        if person is not None
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def about_approval(run_id: object, key: str, attempt: int) -> str:
    """Name an approval."""
    return f"approval {run_id} {attempt} {key}"


def path_of_approval(run_id: object, key: str) -> str:
    """Give the place of an approval's form: for people who may see nothing else of the run, too."""
    return f"/approvals?{urlencode({'run': str(run_id), 'key': key})}"


def approval_settled(run_id: object, key: str, attempt: int) -> None:
    """Take an approval that was answered off the unread ones of everybody."""
    found = Notification.objects.filter(about=about_approval(run_id, key, attempt), read_at=None)
    found.update(read_at=timezone.now())


def approvals_settled(requests: Iterable[ApprovalRequest]) -> None:
    """Do so for many, however they were settled."""
    abouts = {about_approval(one.run_id, one.node_key, one.attempt) for one in requests}
    Notification.objects.filter(about__in=abouts, read_at=None).update(read_at=timezone.now())


def forget_notifications(days: float) -> int:
    """Delete what is so many days old, read or not; say how much."""
    return len(execute(FORGET, {"days": days, "most": MOST_DELETED})) if days > 0 else 0
