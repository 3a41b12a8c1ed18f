"""Whom approvals ask, to whom somebody has passed one on, and what each person should hear of."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ApprovalRequest(models.Model):
    """That one person is asked by a node run, from some moment on; and when they are told of it, again and again.

    It follows from the node run that waits, and may be made anew. An empty `email` stands for whoever may edit the workflow.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="approval_requests")
    node_key = models.CharField(max_length=1063)
    attempt = models.PositiveIntegerField()
    email = models.CharField(max_length=254, blank=True, default="", db_index=True)
    opens_at = models.DateTimeField()
    """From when on they may answer: later for those to whom it is escalated."""
    remind_seconds = models.FloatField(null=True, blank=True)
    notice_at = models.DateTimeField(null=True, blank=True)
    """When they are told next."""
    notices = models.PositiveIntegerField(default=0)
    noted = models.BooleanField(default=False, db_default=False)
    """Whether it stands in the list of notifications of whoever is asked."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "node_key", "attempt", "email"], name="approval_request_once"),
        ]
        indexes = [
            models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="approval_notice_due"),
            models.Index(fields=["opens_at"], condition=Q(noted=False), name="approval_unnoted"),
        ]

    def __str__(self) -> str:
        return f"{self.node_key} asks {self.email or 'its editors'}"


class Notification(models.Model):
    """That something happened which one person would want to know. It says where to look, and opens nothing by itself."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    """``approval``, ``run_failed`` or ``shared``."""
    about = models.CharField(max_length=1200)
    """What it is about: nobody is told twice of the same."""
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True, default="", db_default="")
    path = models.CharField(max_length=1500)
    """The page of the thing, without the site."""
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "about"], name="notification_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notification_recent"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["about"], condition=Q(read_at__isnull=True), name="notification_about"),
            models.Index(fields=["created_at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}: {self.title}"


class Delegation(models.Model):
    """That somebody who was asked has passed an approval on to another person. It is kept with the run."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="delegations")
    node_key = models.CharField(max_length=1063)
    attempt = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_email = models.CharField(max_length=254)
    """Whose decision it was, also when there is no account any more."""
    email = models.CharField(max_length=254)
    note = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "node_key", "attempt", "email"], name="delegation_once"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by_email} passed {self.node_key} on to {self.email}"
