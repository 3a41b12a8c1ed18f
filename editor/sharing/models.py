"""Links that let whoever holds them see, run or copy one workflow, or look at one run."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from editor.permissions import Actor, visible_to

NAME_MAX = 120
RUNS_PER_HOUR = 60


class Right(models.TextChoices):
    """What a link is for. It is good for nothing else."""

    VIEW = "view"
    RUN = "run"
    COPY = "copy"
    REPLAY = "replay"


class LinkState(models.TextChoices):
    """Whether a link works, or why not."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED_UP = "used_up"


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the links of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))

    def working(self, now: datetime) -> Self:
        """Keep what is neither revoked nor over, of workflows that still stand and of people who may still sign in."""
        open_ended = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(open_ended, revoked_at__isnull=True, workflow__archived_at__isnull=True, made_by__is_active=True)

    def with_uses_left(self) -> Self:
        """Leave out what is used up."""
        return self.filter(Q(uses_limit__isnull=True) | Q(uses__lt=F("uses_limit")))


class ShareLink(models.Model):
    """One address that can be given away. Its token is kept as a digest only: nobody can read it here and use it.

    What a use is follows from the right: somebody who opens it (view, replay), a run (run), a copy (copy).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey("editor.Workflow", on_delete=models.CASCADE, related_name="links")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    """Whose rights it lends: runs that it starts are theirs."""
    name = models.CharField(max_length=NAME_MAX, blank=True, default="")
    right = models.CharField(max_length=10, choices=Right)
    version = models.ForeignKey("editor.WorkflowVersion", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """The version that it shows; empty: the newest one that is published."""
    run = models.UUIDField(null=True, blank=True)
    """Of a replay: the run. Runs are not known here, so this is no reference."""
    digest = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(max_length=128, blank=True, default="", editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    """Wrong passwords since `failing_since`."""
    failing_since = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    uses_limit = models.PositiveIntegerField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    """How many visitors opened it, whatever they did then."""
    runs_per_hour = models.PositiveIntegerField(default=RUNS_PER_HOUR)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(ShareLinkQuerySet)()

    class Meta:
        app_label = "editor"
        constraints = [
            models.CheckConstraint(condition=Q(right__in=list(Right)), name="link_right_known"),
            models.CheckConstraint(
                condition=Q(right="replay", run__isnull=False) | ~Q(right="replay"), name="link_replay_of_a_run"
            ),
        ]
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.right} link {self.name or self.id}"

    def state(self, now: datetime) -> LinkState:
        """Say whether it works."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return LinkState.EXPIRED
        if self.uses_limit is not None and self.uses >= self.uses_limit:
            return LinkState.USED_UP
        return LinkState.LIVE
