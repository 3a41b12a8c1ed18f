"""What people author: workflows, their drafts, and immutable versions."""

import uuid

from django.conf import settings
from django.db import models


class Workflow(models.Model):
    """What a person owns, names, shares and runs; its draft is the editable graph.

    `revision` counts the draft's saves: a save names the revision it started from, and lands only on that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    slug = models.SlugField(max_length=80)
    draft = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "slug"], name="workflow_slug_once_per_owner")]
        indexes = [models.Index(fields=["owner", "-updated_at"])]
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.name


class WorkflowVersion(models.Model):
    """An immutable graph, found by its digest. `number` is set once it is published; a test run of a draft has none."""

    id = models.BigAutoField(primary_key=True)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    document = models.JSONField()
    note = models.CharField(max_length=500, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "digest"], name="version_once_per_digest"),
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} v{self.number or 'draft'}"
