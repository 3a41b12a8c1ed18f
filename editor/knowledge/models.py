"""Knowledge bases, their documents with the originals, and the passages that are searched."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HalfVectorField

from editor.permissions import Actor, visible_to

NAME_MAX = 200
DOCUMENT_NAME_MAX = 300
INDEXED_DIMENSIONS = (384, 512, 768, 1024, 1536, 3072)
"""Lengths of vectors that have an index of their own; others are searched row by row."""


ONE_OWNER = models.Q(owner__isnull=False, team__isnull=True) | models.Q(owner__isnull=True, team__isnull=False)
"""What belongs to somebody belongs to one person or to one team."""


class BaseQuerySet(models.QuerySet["KnowledgeBase"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see."""
        return self.filter(visible_to(actor, kind="knowledge"))


class KnowledgeBase(models.Model):
    """A named set of documents that is searched as one, by one embedding model."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="knowledge_bases")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="knowledge_bases")
    name = models.CharField(max_length=NAME_MAX)
    description = models.TextField(blank=True, default="")
    embedding_model = models.CharField(max_length=200)
    kit = models.CharField(max_length=60, blank=True, default="")
    """The key of the kit that a template made it from."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(BaseQuerySet)()
    GRANT_SUBJECT = "knowledge"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_OWNER, name="knowledge_of_person_or_team"),
            models.UniqueConstraint(fields=["owner", "kit"], condition=~models.Q(kit=""), name="knowledge_kit_once_per_owner"),
            models.UniqueConstraint(fields=["team", "kit"], condition=~models.Q(kit=""), name="knowledge_kit_once_per_team"),
        ]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="knowledge_recent")]
        ordering = ["-updated_at", "id"]

    def __str__(self) -> str:
        return self.name


class DocumentStatus(models.TextChoices):
    """Where a document is on its way to being searched."""

    WAITING = "waiting"
    READING = "reading"
    SPLITTING = "splitting"
    EMBEDDING = "embedding"
    READY = "ready"
    FAILED = "failed"


UNDER_WAY = (DocumentStatus.WAITING, DocumentStatus.READING, DocumentStatus.SPLITTING, DocumentStatus.EMBEDDING)


class Document(models.Model):
    """One document. Its row says what is to be done; whoever indexes it holds its lease.

    `generation` counts what was asked: adding, replacing and indexing anew each begin the next one. What is searched is
    `live_generation`, which changes in one step once the next is complete.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=DOCUMENT_NAME_MAX)
    kind = models.CharField(max_length=20, blank=True, default="")
    source_url = models.TextField(blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(default=0)
    status = models.CharField(max_length=20, choices=DocumentStatus.choices, default=DocumentStatus.WAITING)
    fault = models.JSONField(null=True, default=None)
    generation = models.PositiveIntegerField(default=1)
    live_generation = models.PositiveIntegerField(default=0)
    live_model = models.CharField(max_length=200, blank=True, default="")
    pages_total = models.PositiveIntegerField(default=0)
    pages_read = models.PositiveIntegerField(default=0)
    passages_total = models.PositiveIntegerField(default=0)
    passages_done = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    """What was left out of what is searched, in sentences."""
    lease = models.UUIDField(null=True, default=None)
    lease_expires_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    indexed_at = models.DateTimeField(null=True, default=None)

    class Meta:
        indexes = [
            models.Index(fields=["base", "-created_at"], name="document_recent"),
            models.Index(fields=["created_at"], condition=models.Q(status__in=UNDER_WAY), name="document_under_way"),
        ]
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.name


class DocumentFile(models.Model):
    """The original, in the database, so that a backup holds it and rows and files cannot part."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="file")
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"the original of {self.document_id}"


class Passage(models.Model):
    """A piece of a document: what a search gives. `start` and `end` are offsets in the text of its page or section."""

    id = models.BigAutoField(primary_key=True)
    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    generation = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    text = models.TextField()
    page = models.PositiveIntegerField(null=True)
    section = models.CharField(max_length=300, blank=True, default="")
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    dimension = models.PositiveIntegerField(null=True)
    embedding = HalfVectorField(null=True)
    words = models.GeneratedField(
        expression=models.Func("text", template="to_tsvector('english'::regconfig, %(expressions)s)"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "generation", "position"], name="passage_once"),
        ]
        indexes = [GinIndex(fields=["words"], name="passage_words")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.position}"


class KnowledgeQuestion(models.Model):
    """A search that somebody tries out: a worker answers it, because the models live in the workers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="questions")
    asked = models.JSONField()
    answer = models.JSONField(null=True, default=None)
    fault = models.JSONField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, default=None)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="question_age")]

    def __str__(self) -> str:
        return f"a question to {self.base_id}"
