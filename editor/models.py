"""What people author: workflows, their drafts, and immutable versions."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.fields import DocumentField
from editor.knowledge.models import ONE_OWNER, Document, DocumentFile, KnowledgeBase, KnowledgeQuestion, Passage
from editor.permissions import GRANTED, Actor, usable_by, visible_to
from editor.presence_models import Presence
from editor.sharing.models import ShareLink
from editor.triggers.models import OutgoingWebhook, Trigger

__all__ = [
    "Credential",
    "DefaultModels",
    "Document",
    "DocumentFile",
    "Grant",
    "KnowledgeBase",
    "KnowledgeQuestion",
    "OutgoingWebhook",
    "Passage",
    "Presence",
    "ShareLink",
    "Trigger",
    "Workflow",
    "WorkflowVersion",
]


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


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Filters only."""

    def usable_by(self, actor: Actor) -> Self:
        """Keep the actor's own and their teams': nobody sees or uses another person's."""
        return self.filter(usable_by(actor))


class Workflow(models.Model):
    """What a person or a team owns, names, shares and runs; its draft is the editable graph.

    `revision` counts the draft's saves: a save names the revision it started from, and lands only on that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="workflows")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="workflows")
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
    GRANT_SUBJECT = "workflow"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_OWNER, name="workflow_of_person_or_team"),
            models.UniqueConstraint(fields=["owner", "slug"], name="workflow_slug_once_per_owner"),
            models.UniqueConstraint(fields=["team", "slug"], name="workflow_slug_once_per_team"),
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


class Credential(models.Model):
    """A key of a person or a team, for a model provider or for HTTP requests.

    Documents name it; its secret is written and never read back.

    A model is called as ``name/model``: the name is what a document says, so it reads like a provider's.
    """

    class Kind(models.TextChoices):
        """What it is for."""

        MODEL = "model"
        HTTP = "http"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="credentials")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="credentials")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    provider = models.CharField(max_length=40)
    """A family of providers (`editor.families`), or for HTTP how it is sent."""
    settings = models.JSONField(default=dict)
    """What is no secret: an address, a version, a region, a user name."""
    hosts = models.JSONField(default=list)
    """Where it may be sent, as ``host`` or ``host:port``, and nowhere else."""
    sealed = models.TextField(blank=True, default="", editable=False)
    ends = models.CharField(max_length=4, blank=True, default="", editable=False)
    """The last letters of the secret, where it is long enough to show them."""
    test = models.JSONField(null=True, default=None, editable=False)
    """What came of the last test."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(CredentialQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_OWNER, name="credential_of_person_or_team"),
            models.UniqueConstraint(fields=["owner", "name"], name="credential_name_once_per_owner"),
            models.UniqueConstraint(fields=["team", "name"], name="credential_name_once_per_team"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Roles(models.Model):
    """Which models ``default/cheap`` and the others mean; empty where nothing was chosen."""

    cheap = models.CharField(max_length=200, blank=True, default="")
    good = models.CharField(max_length=200, blank=True, default="")
    judge = models.CharField(max_length=200, blank=True, default="")
    embedding = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class DefaultModels(Roles):
    """What they mean to a person."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="default_models"
    )

    def __str__(self) -> str:
        return f"default models of {self.owner_id}"


class TeamDefaultModels(Roles):
    """What they mean in a team's workflows, before what they mean to whoever runs one."""

    team = models.OneToOneField("accounts.Team", on_delete=models.CASCADE, primary_key=True, related_name="default_models")

    def __str__(self) -> str:
        return f"default models of {self.team_id}"


class Grant(models.Model):
    """One workflow or knowledge base, shared with one person or one team.

    `email` stands for a person who was asked in and has not come yet: it grants nothing before they have.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, null=True, related_name="grants")
    knowledge = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, null=True, related_name="grants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="grants")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, related_name="grants")
    email = models.EmailField(blank=True, default="")
    role = models.PositiveSmallIntegerField(choices=[(role.value, role.name.lower()) for role in GRANTED])
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(workflow__isnull=False, knowledge__isnull=True) | Q(workflow__isnull=True, knowledge__isnull=False),
                name="grant_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, team__isnull=True, email="")
                | Q(person__isnull=True, team__isnull=False, email="")
                | (Q(person__isnull=True, team__isnull=True) & ~Q(email="")),
                name="grant_to_one",
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in GRANTED]), name="grant_role_known"),
            models.UniqueConstraint(fields=["person", "workflow"], name="grant_workflow_person"),
            models.UniqueConstraint(fields=["team", "workflow"], name="grant_workflow_team"),
            models.UniqueConstraint(fields=["email", "workflow"], condition=~Q(email=""), name="grant_workflow_email"),
            models.UniqueConstraint(fields=["person", "knowledge"], name="grant_knowledge_person"),
            models.UniqueConstraint(fields=["team", "knowledge"], name="grant_knowledge_team"),
            models.UniqueConstraint(fields=["email", "knowledge"], condition=~Q(email=""), name="grant_knowledge_email"),
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.workflow_id or self.knowledge_id} to {self.person_id or self.team_id or self.email}"
