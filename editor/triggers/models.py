"""What starts runs, and who hears of their ends, as a workflow's authors have set it up."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.permissions import Actor, visible_to
from editor.triggers.config import AnyConfig, config_of


class TriggerQuerySet(models.QuerySet["Trigger"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the triggers of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))

    def standing(self) -> Self:
        """Leave out those of deleted workflows."""
        return self.filter(workflow__archived_at__isnull=True)


class Trigger(models.Model):
    """Starts runs of a workflow: when somebody calls, when a time has come, or when somebody fills in a form."""

    class Kind(models.TextChoices):
        """What starts them."""

        WEBHOOK = "webhook"
        SCHEDULE = "schedule"
        FORM = "form"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey("editor.Workflow", on_delete=models.CASCADE, related_name="triggers")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    """The number of the version that is run; empty for the latest published one."""
    config = models.JSONField(default=dict)
    """By kind, as in `editor.triggers.config`."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    """Whose runs they are: whoever decided last what the trigger does. Without them it starts nothing."""
    rate_per_minute = models.PositiveIntegerField(default=60)
    most_active = models.PositiveIntegerField(default=10)
    """How many of its runs may be under way at once."""
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - schedules have none
    sealed_token = models.TextField(blank=True, default="", editable=False)
    sealed_secret = models.TextField(blank=True, default="", editable=False)
    next_at = models.DateTimeField(null=True, blank=True)
    """Of a schedule that is on: when it is due next."""
    last_fired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(TriggerQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=Q(kind="schedule", enabled=True), name="trigger_due")]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> AnyConfig:
        """Read the config as what its kind says."""
        return config_of(self.kind, self.config)


class OutgoingQuerySet(models.QuerySet["OutgoingWebhook"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))


class OutgoingWebhook(models.Model):
    """An address that is told when runs of a workflow end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey("editor.Workflow", on_delete=models.CASCADE, related_name="outgoing_webhooks")
    name = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    url = models.CharField(max_length=2000)
    ends = models.JSONField(default=list)
    """Which ends of runs are told: ``succeeded``, ``failed``, ``cancelled``."""
    sends_output = models.BooleanField(default=False)
    includes_tests = models.BooleanField(default=False)
    """Whether runs of the draft are told as well."""
    sealed_secret = models.TextField(blank=True, default="", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(OutgoingQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["workflow"], condition=Q(enabled=True), name="outgoing_enabled")]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
