"""What people author: workflows, their drafts, and immutable versions."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.fields import DocumentField
from editor.permissions import Actor, visible_to


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see, archived or not."""
        return self.filter(visible_to(actor))

    def active(self) -> Self:
        """Leave out what was deleted: its runs stay readable, it does not."""
        return self.filter(archived_at__isnull=True)


class VersionQuerySet(models.QuerySet["WorkflowVersion"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the versions of workflows that the actor may see."""
        return self.filter(visible_to(actor, through="workflow__"))

    def published(self) -> Self:
        """Leave out what was only ever run as a draft."""
        return self.filter(number__isnull=False)


class Workflow(models.Model):
    """What a person owns, names, shares and runs; its draft is the editable graph.

    `revision` counts the draft's saves: a save names the revision it started from, and lands only on that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    slug = models.SlugField(max_length=80)
    draft = DocumentField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    node_count = models.PositiveIntegerField(default=0)
    """Counted when the draft is saved, so that lists need not load documents."""
    draft_problems = models.JSONField(null=True, default=None, editable=False)
    draft_rules = models.CharField(max_length=32, default="", editable=False)
    """By which rules `draft_problems` were found; empty: nobody has looked."""
    sample = models.CharField(max_length=80, blank=True, default="")
    """The shipped sample it was made from; kept when it is archived, so that a deleted sample stays deleted."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(WorkflowQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "slug"], name="workflow_slug_once_per_owner"),
            models.UniqueConstraint(fields=["owner", "sample"], condition=~Q(sample=""), name="workflow_sample_once_per_owner"),
        ]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="workflow_recent")]
        ordering = ["-updated_at", "id"]

    def __str__(self) -> str:
        return self.name


class WorkflowVersion(models.Model):
    """An immutable graph, found by its digest. `number` is set once it is published; a test run of a draft has none.

    Published versions may repeat a digest (restoring version 1 as version 3); the unnumbered one of a digest is unique.
    """

    id = models.BigAutoField(primary_key=True)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    document = DocumentField()
    calls = models.JSONField(default=dict)
    """By node id, the versions that its nodes run; 0 is this one itself."""
    note = models.CharField(max_length=500, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(VersionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "digest"], condition=Q(number__isnull=True), name="version_once_per_unnumbered_digest"
            ),
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, published_at__isnull=True) | Q(number__gte=1, published_at__isnull=False),
                name="version_numbered_when_published",
            ),
        ]
        indexes = [models.Index(fields=["workflow", "digest"], name="version_by_digest")]

    def __str__(self) -> str:
        return f"{self.workflow_id} v{self.number or 'draft'}"
