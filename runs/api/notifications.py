"""What one person was told of."""

from datetime import datetime
from typing import Annotated, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from editor.api.http import ApiModel, actor_of, refusals
from runs.models import Notification
from runs.notifications import notification_list, notification_read

router = Router(tags=["notifications"])

NotificationKind = Literal["approval", "run_failed", "shared"]
MOST_IDS = 500


class NotificationOut(BaseModel):
    """One thing that you would want to know, and the page where it is."""

    id: int
    kind: NotificationKind
    title: str
    text: str
    path: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, one: Notification) -> Self:
        """Give a notification."""
        return cls.model_validate(one, from_attributes=True)


class NotificationList(BaseModel):
    """The newest first, with how many of all are unread."""

    items: list[NotificationOut]
    unread: int


class NotificationReadIn(ApiModel):
    """Which ones were read."""

    ids: Annotated[list[int], Field(max_length=MOST_IDS)] | None = Field(default=None, description="Null: all of them.")


class NotificationsLeft(BaseModel):
    """How many are unread now."""

    unread: int


@router.get("/notifications", response={200: NotificationList, **refusals(422)}, operation_id="notification_list")
def list_notifications(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=100)] = 30, before: datetime | None = None
) -> NotificationList:
    """List what you were told of; `before` continues after the last one's `created_at`."""
    found = notification_list(actor=actor_of(request), limit=limit, before=before)
    return NotificationList(items=[NotificationOut.of(one) for one in found.items], unread=found.unread)


@router.post("/notifications/read", response={200: NotificationsLeft, **refusals(415, 422)}, operation_id="notification_read")
def read_notifications(request: HttpRequest, payload: NotificationReadIn) -> NotificationsLeft:
    """Mark some or all of yours as read. Ids that are not yours change nothing."""
    return NotificationsLeft(unread=notification_read(actor=actor_of(request), ids=payload.ids))
