"""What happened: runs, node runs, attempts, events, and what waits to be consumed. Written by `runs.journal` alone.

Node runs, attempts and events have no foreign key in the database: their one writer inserts them in the statement that
updates their run, and the checks of a flush of hundreds of rows would cost more than its inserts.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from editor.fields import DocumentField
from editor.models import ShareLink, Workflow, WorkflowVersion
from editor.permissions import Actor, visible_to
from editor.triggers.models import Trigger
from runs.budget_models import Reservation, TeamBudget, WorkflowBudget
from runs.engine.states import RUN_TERMINAL, Kind, NodeStatus, RunStatus
from runs.failures.batch_models import ResumeBatch, ResumeItem
from runs.failures.models import FailureEntry, FailureGroup
from runs.notification_models import ApprovalRequest, Delegation, Notification
from runs.spending_models import Spending, SpendingDay
from runs.triggers.models import Delivery, TriggerCall, TriggerNonce

__all__ = [
    "ApprovalRequest", "Delegation", "Delivery", "FailureEntry", "FailureGroup", "Notification", "Reservation", "ResumeBatch",
    "ResumeItem", "Spending", "SpendingDay", "TeamBudget", "TriggerCall", "TriggerNonce", "WorkflowBudget",
]  # fmt: skip


def choices(enum: type[RunStatus] | type[NodeStatus] | type[Kind]) -> list[tuple[str, str]]:
    """List an enum's values as Django wants them."""
    return [(member.value, member.value) for member in enum]


class RunQuerySet(models.QuerySet["Run"]):
    """Filters only."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the runs of workflows that the actor may see. Those of shards are seen through their parents."""
        return self.filter(visible_to(actor, through="workflow__")).exclude(kind=Kind.SHARD)

    def with_shards(self) -> Self:
        """Say of each run whether others work on items of its maps: then it goes on while it waits."""
        live = Run.objects.filter(parent=models.OuterRef("pk"), kind=Kind.SHARD).exclude(status__in=RUN_TERMINAL)
        return self.annotate(has_shards=models.Exists(live))

    def shown_as(self, status: str) -> Self:
        """Keep the runs that a viewer sees in a status; on top of `with_shards`."""
        if status == RunStatus.RUNNING:
            return self.filter(Q(status=status) | Q(status=RunStatus.WAITING, has_shards=True))
        found = self.filter(status=status)
        return found.filter(has_shards=False) if status == RunStatus.WAITING else found


class Run(models.Model):
    """One execution of one version: the unit of ownership. `epoch` is the fencing token of its lease."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="runs")
    version = models.ForeignKey(WorkflowVersion, on_delete=models.PROTECT, related_name="runs")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    trigger = models.CharField(max_length=20, default="manual")
    fired_by = models.ForeignKey(Trigger, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    uses_credentials = models.BooleanField(default=True, db_default=True)
    """Whether it may use those of the person it runs as: not when anybody at all could start it."""
    link = models.ForeignKey(ShareLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    """The link by which it was started: it runs as whoever made that."""
    visitor = models.CharField(max_length=64, default="", blank=True)
    """Which visitor of the link started it: that one may read what comes of it, and no other."""
    kind = models.CharField(max_length=20, choices=choices(Kind), default=Kind.NORMAL.value)
    base_run = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followers")
    """The ended run whose results this one may take over."""
    from_node = models.CharField(max_length=1063, default="", blank=True)
    """What was asked for, in runs of a part of the graph: a node, or inside a container a node run or a whole item or turn."""
    edits = DocumentField(default=dict)
    """By key of a node run, values by input port that somebody set in place of those that arrive."""
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="started")
    """The run whose node started this one, without waiting for it."""
    parent_key = models.CharField(max_length=1063, default="", blank=True)
    shard = models.JSONField(null=True, blank=True)
    """Of kind ``shard``: which items of which map of the parent (`runs.engine.shards.Shard`). The parent has the rows of all."""
    depth = models.PositiveSmallIntegerField(default=0)
    """Runs that started one another to get here."""
    is_test = models.BooleanField(default=False)
    """Started from the editor to try things: pinned values count."""
    lineage_id = models.UUIDField(default=uuid.uuid4)
    """Kept by runs that resume one another: what was done under it is not done twice."""
    status = models.CharField(max_length=20, choices=choices(RunStatus), default=RunStatus.QUEUED)
    priority = models.SmallIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    seq = models.PositiveIntegerField(default=0)
    input = DocumentField(default=dict)
    output = DocumentField(null=True, blank=True)
    output_sha = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    error = models.JSONField(null=True, blank=True)
    usage = models.JSONField(default=dict)
    budget = models.JSONField(default=dict)
    """What it may spend (`runs.budget.Limits`): the version's settings, and what somebody decided since."""
    hinted_at = models.DateTimeField(null=True, blank=True)
    """When a worker was last told about this run, so that sweepers do not repeat each other."""
    awaits_turn = models.BooleanField(default=False, db_default=False)
    """Turned away because so many runs of the same person are worked on: one that ends lets it begin."""
    crash_count = models.PositiveSmallIntegerField(default=0)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    has_events = models.BooleanField(default=True)
    """Its events are kept; of an old run only what they came to is."""

    objects = models.Manager.from_queryset(RunQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="run_once_per_idempotency_key",
            ),
            models.CheckConstraint(condition=Q(status__in=list(RunStatus)), name="run_status_known"),
        ]
        indexes = [
            models.Index(fields=["fired_by", "status"], condition=Q(fired_by__isnull=False), name="run_fired"),
            models.Index(fields=["started_by"], condition=Q(status="running"), name="run_at_work"),
            models.Index(fields=["started_by"], condition=Q(awaits_turn=True), name="run_turned_away"),
            models.Index(fields=["wake_at"], condition=Q(status="waiting"), name="run_due"),
            models.Index(fields=["status", "priority", "created_at"], condition=Q(status="queued"), name="run_queue"),
            models.Index(fields=["workflow", "-created_at"], name="run_recent"),
            models.Index(fields=["output_sha"], condition=Q(output_sha__isnull=False), name="run_output_blob"),
            models.Index(fields=["finished_at"], condition=Q(has_events=True), name="run_with_events"),
            models.Index(fields=["link", "created_at"], condition=Q(link__isnull=False), name="run_by_link"),
            models.Index(fields=["parent", "status"], condition=Q(kind="shard"), name="run_shard"),
        ]

    def __str__(self) -> str:
        return f"run {self.id} ({self.status})"

    @property
    def shown_status(self) -> str:
        """What a viewer sees; on top of `RunQuerySet.with_shards`."""
        at_work = self.status == RunStatus.WAITING and getattr(self, "has_shards", False)
        return str(RunStatus.RUNNING) if at_work else str(self.status)


class NodeRun(models.Model):
    """One node in one scope of a run: the unit of commit. Edge states follow from these rows and are not stored."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="node_runs", db_index=False, db_constraint=False)
    scope_path = models.CharField(max_length=1000, default="", blank=True)
    node_id = models.CharField(max_length=63)
    status = models.CharField(max_length=20, choices=choices(NodeStatus))
    reason = models.CharField(max_length=40, default="", blank=True)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    losses = models.PositiveIntegerField(default=0)
    ports = models.JSONField(default=list)
    chosen = models.JSONField(default=list)
    params = DocumentField(null=True, blank=True)
    """The params with their templates resolved, as the work received them. Its inputs follow from other rows."""
    output = DocumentField(null=True, blank=True)
    output_sha = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    """The blob that holds the output, when it is too large for the row."""
    preview = models.TextField(blank=True, default="")
    error = models.JSONField(null=True, blank=True)
    usage = models.JSONField(null=True, blank=True)
    details = DocumentField(null=True, blank=True)
    opened = DocumentField(null=True, blank=True)
    """What a container works on: the items of a map, the first state of a loop."""
    opened_sha = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    progress = models.JSONField(null=True, blank=True)
    """How far a container is, and what its next owner needs to know."""
    degraded = models.BooleanField(default=False)
    key = models.CharField(max_length=64, default="", blank=True)
    """The node run key of a result that was taken over; of others it follows from version and rows."""
    origin = models.CharField(max_length=10, default="", blank=True)
    """Empty for work of this run, else ``reused``, ``cached`` or ``pinned``."""
    reused_from = models.UUIDField(null=True, blank=True)
    """The run in which the work was done."""
    stale = models.BooleanField(default=False)
    """Taken over although the node has changed since."""
    wake_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    """Of an agent that asks somebody for a limited time: when it goes on without an answer."""
    epoch = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "scope_path", "node_id"], name="node_run_once"),
            models.CheckConstraint(condition=Q(status__in=list(NodeStatus)), name="node_run_status_known"),
        ]
        indexes = [
            models.Index(fields=["run"], condition=Q(status="waiting", reason="approval"), name="node_run_asking"),
            models.Index(fields=["output_sha"], condition=Q(output_sha__isnull=False), name="node_run_output_blob"),
            models.Index(fields=["opened_sha"], condition=Q(opened_sha__isnull=False), name="node_run_opened_blob"),
            models.Index(fields=["finished_at"], condition=Q(usage__isnull=False), name="node_run_spent"),
            models.Index(fields=["run"], condition=Q(status="failed") | Q(degraded=True), name="node_run_broken"),
            models.Index(fields=["run"], condition=Q(status="waiting", reason__in=("budget", "uncertain")), name="node_run_held"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_path}{self.node_id} ({self.status})"


class Attempt(models.Model):
    """One try of a node run: the unit of side effect. Its row is committed before the work begins."""

    pk = models.CompositePrimaryKey("run_id", "node_key", "n")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts", db_index=False, db_constraint=False)
    node_key = models.CharField(max_length=1063)
    n = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    status = models.CharField(max_length=20)
    """``running``, ``succeeded``, ``failed``, ``lost``, ``cancelled`` or ``waiting``."""
    worker = models.CharField(max_length=80, default="", blank=True)
    error = models.JSONField(null=True, blank=True)
    usage = models.JSONField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.node_key} attempt {self.n}"


class Step(models.Model):
    """One recorded call of an agent: of its model, of a tool, or of another agent. It is written before the call and after it.

    Other nodes have a step for each call of a model, written after it: what it consumed is counted with the node run.
    """

    pk = models.CompositePrimaryKey("run_id", "node_key", "idx")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps", db_index=False, db_constraint=False)
    node_key = models.CharField(max_length=1063)
    """The agent's node run; of an agent that was asked by another one also where: ``boss!3/clerk``."""
    idx = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    """``llm``, ``tool`` or ``delegate``; ``call`` for a call of a model by a node that is no agent."""
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    """``running``, ``waiting``, ``succeeded`` or ``failed``."""
    data = DocumentField(null=True, blank=True)
    """What it was given, what came of it, and what somebody answered (`runs.steps`)."""
    data_sha = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    usage = models.JSONField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["data_sha"], condition=Q(data_sha__isnull=False), name="step_blob")]

    def __str__(self) -> str:
        return f"{self.node_key} step {self.idx} ({self.status})"


class Event(models.Model):
    """A numbered fact about a run: `seq` is 1..n without a gap, given by the run's owner in the same transaction."""

    pk = models.CompositePrimaryKey("run_id", "seq")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    node_key = models.CharField(max_length=1063, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    data = DocumentField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["run", "node_key", "seq"], condition=Q(kind="log"), name="event_log")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class RunInbox(models.Model):
    """What somebody asked of a run, until its owner takes it: the database picks the single winner of a dedupe key."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inbox", db_index=False)
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    consumed_seq = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "dedupe_key"], name="inbox_once")]
        indexes = [models.Index(fields=["run"], condition=Q(consumed_seq__isnull=True), name="inbox_open")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.run_id}"


class CacheEntry(models.Model):
    """A result that answers for equal work in later runs of its workflow, until it expires. `key` is a node run key."""

    pk = models.CompositePrimaryKey("workflow_id", "key")
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    run_id = models.UUIDField()
    """The run in which the work was done."""
    ports = models.JSONField(default=list)
    output = DocumentField(null=True, blank=True)
    output_sha = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not empty here
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:12]} until {self.expires_at}"


class Blob(models.Model):
    """A large value, by the SHA-256 of its canonical JSON: equal values are stored once."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    body = models.BinaryField()
    """The value, unless it lies outside the database."""
    path = models.CharField(max_length=200, blank=True, default="")
    """Where it lies in the storage ``blobs``; each row has a file of its own."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(auto_now_add=True, db_index=True)
    """When it was last stored; what nothing refers to is deleted a while after."""

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"
