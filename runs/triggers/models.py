"""What happened at the door: calls of triggers, signatures that were used, and messages to outgoing webhooks."""

import uuid

from django.db import models
from django.db.models import Q

from editor.triggers.models import OutgoingWebhook, Trigger


class TriggerCall(models.Model):
    """One time that a trigger was called, or was due, and what came of it."""

    id = models.BigAutoField(primary_key=True)
    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="calls", db_index=False)
    at = models.DateTimeField(auto_now_add=True)
    is_test = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the answer; a schedule has none."""
    code = models.CharField(max_length=40)
    """``started``, ``repeated``, or why nothing was started."""
    message = models.CharField(max_length=500, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    """Of a schedule: for when."""
    run = models.ForeignKey("runs.Run", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    request = models.JSONField(default=dict)
    """Of a call that was let in: its type, size and beginning, with known secrets hidden."""

    class Meta:
        indexes = [
            models.Index(fields=["trigger", "-id"], name="trigger_call_recent"),
            models.Index(fields=["at"], name="trigger_call_age"),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.at}"


class TriggerNonce(models.Model):
    """A signed message that was let in: it is not let in again while its signature is good."""

    id = models.BigAutoField(primary_key=True)
    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trigger", "digest"], name="trigger_nonce_once")]

    def __str__(self) -> str:
        return self.digest[:12]


class Delivery(models.Model):
    """A message to an outgoing webhook about the end of a run. It is written with that end, and sent until it arrives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outgoing = models.ForeignKey(OutgoingWebhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    state = models.CharField(max_length=10, default="waiting", db_default="waiting")
    """``waiting``, ``arrived`` or ``given_up``."""
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()
    """When it is sent next; while it is under way, when it is sent again if nobody says what came of it."""
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the last answer."""
    message = models.CharField(max_length=500, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outgoing", "run"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["outgoing", "-created_at"], name="delivery_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} to {self.outgoing_id} ({self.state})"
