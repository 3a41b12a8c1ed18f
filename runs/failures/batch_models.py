"""Resuming the runs of a group together: one row for all of it, and one for each run."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.models import Workflow, WorkflowVersion
from editor.permissions import Actor, visible_to
from runs.failures.models import FailureGroup


class BatchState(models.TextChoices):
    """Where a batch is. Nothing runs before somebody has seen its preview and started it."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


LIVE = (BatchState.RUNNING, BatchState.PAUSED)


class ItemState(models.TextChoices):
    """What became of one run of a batch."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    """It could not be resumed, and the error says why."""
    LEFT = "left"
    """The batch was stopped before its turn."""


class BatchQuerySet(models.QuerySet["ResumeBatch"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the batches of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))


class ResumeBatch(models.Model):
    """Runs of one group that are resumed, so many at once, as whoever made it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(FailureGroup, on_delete=models.CASCADE, related_name="batches")
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.ForeignKey(WorkflowVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """What is run; None: what each run ran."""
    concurrency = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    total = models.PositiveIntegerField(default=0)
    is_foreseen = models.BooleanField(default=False)
    """The preview of every run is worked out."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(BatchQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group"], condition=Q(state__in=LIVE), name="resume_batch_one_at_a_time")]
        indexes = [models.Index(fields=["created_at"], condition=Q(state__in=("draft", "running")), name="resume_batch_at_work")]

    def __str__(self) -> str:
        return f"{self.total} runs of {self.group_id} ({self.state})"


class ResumeItem(models.Model):
    """One run of a batch."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ResumeBatch, on_delete=models.CASCADE, related_name="items", db_index=False)
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.PENDING)
    foreseen = models.JSONField(null=True, blank=True)
    """What it will take over, do, and may do twice (`runs.failures.foreseen`); None until somebody has looked."""
    cost_usd = models.FloatField(null=True, blank=True)
    """What it is likely to cost."""
    made = models.UUIDField(null=True, blank=True)
    """The run that resumes it."""
    error = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "run"], name="resume_item_once")]
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="resume_item_state"),
            models.Index(fields=["batch", "id"], condition=Q(foreseen__isnull=True), name="resume_item_unforeseen"),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id} ({self.state})"
