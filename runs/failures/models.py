"""Failures by cause, and what people do about them. All of it follows from runs, except for what people decided."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.models import Workflow, WorkflowVersion
from editor.permissions import Actor, visible_to


class GroupState(models.TextChoices):
    """Where a group is on its way through people's hands."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    IGNORED = "ignored"
    REGRESSED = "regressed"
    """It came back after it was resolved."""


OPEN_STATES = (GroupState.NEW, GroupState.ASSIGNED, GroupState.IN_PROGRESS, GroupState.REGRESSED)


class FailureKind(models.TextChoices):
    """What a failure did to its run."""

    FAILED = "failed"
    STUCK = "stuck"
    """Somebody has to look before it can go on: uncertain, or poison."""
    BUDGET = "budget"
    DEGRADED = "degraded"
    """The run went on without it."""


class EntryState(models.TextChoices):
    """What became of one run of a group."""

    OPEN = "open"
    RECOVERED = "recovered"
    """A run that resumed it succeeded."""
    REPLACED = "replaced"
    """A run that resumed it failed, and stands in its place."""
    HANDLED = "handled"
    """Somebody said so, with a reason."""
    ANSWERED = "answered"
    """It waited for somebody, and does so no more."""


class GroupQuerySet(models.QuerySet["FailureGroup"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the groups of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))


class FailureGroup(models.Model):
    """Failures of one cause, as people see them. The sums follow from its causes and entries."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="failure_groups", db_index=False)
    node_key = models.CharField(max_length=1063, blank=True, default="")
    """Which node, without turns and items; empty where no node failed."""
    node_name = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=200)
    message = models.TextField()
    """Of the last failure."""
    kind = models.CharField(max_length=10, choices=FailureKind.choices)
    state = models.CharField(max_length=12, choices=GroupState.choices, default=GroupState.NEW)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=0)
    """Runs that it happened to."""
    open_count = models.PositiveIntegerField(default=0)
    """Those of them that nothing has been done about."""
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    first_version = models.ForeignKey(WorkflowVersion, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    """The version in which it began."""
    resolved_at = models.DateTimeField(null=True, blank=True)
    ignore_until = models.DateTimeField(null=True, blank=True)
    ignore_above = models.PositiveIntegerField(null=True, blank=True)
    """The count beyond which it is ignored no more."""
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Another group that took its causes: links to this one lead there."""

    objects = models.Manager.from_queryset(GroupQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["workflow", "-last_seen"], condition=Q(merged_into=None), name="failure_group_recent"),
            models.Index(fields=["ignore_until"], condition=Q(ignore_until__isnull=False), name="failure_group_ignored"),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.node_key or 'the run'} ({self.state})"


class FailureCause(models.Model):
    """One fingerprint, and the group that it belongs to: people may merge and split groups, and it stays so."""

    id = models.BigAutoField(primary_key=True)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=32)
    group = models.ForeignKey(FailureGroup, on_delete=models.CASCADE, related_name="causes")
    node_key = models.CharField(max_length=1063, blank=True, default="")
    code = models.CharField(max_length=200)
    message = models.TextField()
    count = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    first_version = models.ForeignKey(WorkflowVersion, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "fingerprint"], name="failure_cause_once")]

    def __str__(self) -> str:
        return f"{self.fingerprint[:12]} ({self.count})"


class FailureEntry(models.Model):
    """That one run failed of a cause, or went on without what failed, or waits because of it."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="failures", db_index=False)
    cause = models.ForeignKey(FailureCause, on_delete=models.CASCADE, related_name="entries")
    group = models.ForeignKey(FailureGroup, on_delete=models.CASCADE, related_name="entries", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=FailureKind.choices)
    is_waiting = models.BooleanField(default=False)
    """The run is under way and waits for somebody."""
    node_key = models.CharField(max_length=1063, blank=True, default="")
    """The first node run that it happened to."""
    times = models.PositiveIntegerField(default=1)
    """How many node runs of this run it happened to."""
    message = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.OPEN)
    follower = models.UUIDField(null=True, blank=True)
    """The run that resumed it and has ended."""
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "cause"], name="failure_entry_once")]
        indexes = [
            models.Index(fields=["group", "-at", "-id"], name="failure_entry_recent"),
            models.Index(fields=["group", "id"], condition=Q(state="open"), name="failure_entry_open"),
            models.Index(fields=["run"], condition=Q(is_waiting=True), name="failure_entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id} of group {self.group_id} ({self.state})"


class FailureHour(models.Model):
    """How often a cause was seen in an hour."""

    pk = models.CompositePrimaryKey("cause_id", "hour")
    cause = models.ForeignKey(FailureCause, on_delete=models.CASCADE, related_name="hours", db_index=False)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} at {self.hour}"


class FailurePerson(models.Model):
    """That a cause hit a run of somebody."""

    pk = models.CompositePrimaryKey("cause_id", "person_id")
    cause = models.ForeignKey(FailureCause, on_delete=models.CASCADE, related_name="people", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.person_id} by cause {self.cause_id}"


class FailureNote(models.Model):
    """What somebody said or did about a group, or what it did by itself."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(FailureGroup, on_delete=models.CASCADE, related_name="notes", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=20)
    """``comment``, or what was done: ``assigned``, ``state``, ``merged``, ``split``, ``handled``, ``resumed``, ``regressed``."""
    text = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["group", "id"], name="failure_note_order")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class FailureView(models.Model):
    """A filter of the inbox that somebody named."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    """As it stands in the address of the page."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="failure_view_once")]

    def __str__(self) -> str:
        return self.name


class FailureCursor(models.Model):
    """Up to when ended runs were looked at. Whoever has the row locked looks."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.at}"
