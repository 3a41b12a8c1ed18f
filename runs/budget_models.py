"""Budgets that many runs share, and what calls under way have set aside of them."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from editor.models import Workflow


class SharedBudget(models.Model):
    """What many runs may spend together in a day or a month (UTC), and what they have spent in the current one."""

    per = models.CharField(max_length=10, choices=[("day", "day"), ("month", "month")])
    usd = models.DecimalField(max_digits=18, decimal_places=9, null=True, blank=True)
    tokens = models.PositiveBigIntegerField(null=True, blank=True)
    asks = models.BooleanField(default=True)
    """A call that does not fit waits for a person; else it fails."""
    since = models.DateField()
    """The day with which the period began that `spent_usd` and `spent_tokens` are about."""
    spent_usd = models.DecimalField(max_digits=18, decimal_places=9, default=0)
    spent_tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"budget of {self.pk} per {self.per}"


class WorkflowBudget(SharedBudget):
    """What all runs of a workflow may spend together."""

    workflow = models.OneToOneField(Workflow, on_delete=models.CASCADE, primary_key=True, related_name="+")


class TeamBudget(SharedBudget):
    """What the runs of all workflows of a team may spend together."""

    team = models.OneToOneField("accounts.Team", on_delete=models.CASCADE, primary_key=True, related_name="+")


class Reservation(models.Model):
    """What one call under way may take of one shared budget. It counts while its run has the owner that made it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.UUIDField(db_default=RandomUUID(), db_index=True)
    """The same for all budgets that the call counts for."""
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_constraint=False, null=True, blank=True)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="+", db_constraint=False, null=True, blank=True
    )
    run_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    usd = models.DecimalField(max_digits=18, decimal_places=9)
    tokens = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(workflow__isnull=False, team__isnull=True) | Q(workflow__isnull=True, team__isnull=False),
                name="reservation_of_workflow_or_team",
            ),
        ]

    def __str__(self) -> str:
        return f"${self.usd} for {self.run_id}"
