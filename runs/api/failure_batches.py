"""Resuming the runs of a group together: preview, start, pause, stop, report."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from editor.permissions import Action
from runs.api.failure_schemas import PersonOut, person_or_none
from runs.failures import batches, selectors
from runs.failures.batch_models import ResumeBatch, ResumeItem
from runs.failures.batches import BatchShown, ItemPage

router = Router(tags=["failures"])
BatchId = WorkflowId
BatchStateName = Literal["draft", "running", "paused", "stopped", "done"]
ItemStateName = Literal["pending", "running", "succeeded", "failed", "refused", "left"]


class BatchIn(ApiModel):
    """How the open runs of a group are to be resumed."""

    version: Annotated[int, Field(ge=1)] | Literal["same", "draft", "latest"] = Field(
        default="latest", description="What to run: what each ran, the draft as it is now, the latest version, or one by number."
    )
    concurrency: Annotated[int, Field(ge=1, le=200)] = Field(default=10, description="So many run at once.")


class BatchBrief(BaseModel):
    """A batch in a few words."""

    id: str
    state: BatchStateName
    total: int
    version: int | None = Field(description="The version that is run; null for a draft, and for what each ran.")
    is_same: bool = Field(description="Whether each run runs what it ran.")
    concurrency: int
    person: PersonOut | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def facts(cls, batch: ResumeBatch) -> dict[str, Any]:
        names = ("state", "total", "concurrency", "created_at", "started_at", "finished_at")
        version = {"version": None if batch.version is None else batch.version.number, "is_same": batch.version is None}
        told = {name: getattr(batch, name) for name in names}
        return {"id": str(batch.pk), "person": person_or_none(batch.person), **version, **told}

    @classmethod
    def of_batch(cls, batch: ResumeBatch) -> Self:
        return cls.model_validate(cls.facts(batch))


class BatchOut(BatchBrief):
    """A batch with its preview and how far it is."""

    counts: dict[str, int] = Field(description="Runs by what became of them.")
    foreseen: int = Field(description="So many runs were looked at; the sums are of these.")
    is_foreseen: bool = Field(description="Whether all were.")
    reused: int = Field(description="Node results that are taken over.")
    again: int = Field(description="Nodes that run.")
    repeating: int = Field(description="Runs in which something with effects outside would happen again.")
    saved_usd: float = Field(description="What the results cost that are taken over.")
    likely_usd: float
    most_usd: float
    spent_usd: float = Field(description="What the runs have cost that were started.")

    @classmethod
    def of(cls, shown: BatchShown) -> Self:
        names = ["foreseen", "reused", "again", "repeating", "saved_usd", "likely_usd", "most_usd", "spent_usd"]
        told = {name: getattr(shown, name) for name in names}
        return cls.model_validate(
            {**cls.facts(shown.batch), "counts": dict(shown.counts), "is_foreseen": shown.batch.is_foreseen, **told}
        )


class BatchList(BaseModel):
    """The last batches of a group, the newest first."""

    items: list[BatchBrief]


class BatchItemOut(BaseModel):
    """One run of a batch: what resuming it does, and what became of it."""

    id: int
    run: str
    state: ItemStateName
    started_at: datetime = Field(description="When the run began that is resumed.")
    is_foreseen: bool
    reused: int
    again: int
    nodes: list[str] = Field(description="The first nodes that run.")
    repeats: list[str] = Field(description="Nodes with effects outside that have begun before and run again.")
    cost_usd: float | None
    made: str | None = Field(description="The run that resumes it.")
    error: dict[str, Any] | None

    @classmethod
    def of(cls, item: ResumeItem) -> Self:
        told = item.foreseen or {}
        return cls(
            id=item.pk,
            run=str(item.run_id),
            state=item.state,
            started_at=item.run.created_at,
            is_foreseen=item.foreseen is not None,
            reused=told.get("reused", 0),
            again=told.get("again", 0),
            nodes=told.get("nodes", []),
            repeats=told.get("repeats", []),
            cost_usd=item.cost_usd,
            made=None if item.made is None else str(item.made),
            error=item.error,
        )


class BatchItemPage(BaseModel):
    """One page of the runs of a batch."""

    items: list[BatchItemOut]
    next: int | None

    @classmethod
    def of(cls, page: ItemPage) -> Self:
        return cls(items=[BatchItemOut.of(item) for item in page.items], next=page.next)


ITEMS = {200: BatchItemPage, **refusals(422)}
CREATED = {201: BatchOut, **refusals(409, 415, 422)}


@router.post("/failures/{failure_id}/batches", response=CREATED, operation_id="failure_batch_create")
def failure_batch_create(request: HttpRequest, failure_id: WorkflowId, payload: BatchIn) -> Status[BatchOut]:
    """Gather the open runs of a group. Workers look what resuming each would do; nothing runs before `failure_batch_start`."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=Action.RUN_START)
    batch = batches.batch_create(group=group, actor=actor, version=payload.version, concurrency=payload.concurrency)
    return Status(201, BatchOut.of(batches.batch_shown(batch)))


@router.get("/failures/{failure_id}/batches", response={200: BatchList, **refusals()}, operation_id="failure_batch_list")
def failure_batch_list(request: HttpRequest, failure_id: WorkflowId) -> BatchList:
    """List the last batches of a group, the newest first."""
    group = selectors.group_get(actor=actor_of(request), group_id=failure_id)
    return BatchList(items=[BatchBrief.of_batch(batch) for batch in batches.batch_list(group=group)])


@router.get("/failure-batches/{batch_id}", response={200: BatchOut, **refusals()}, operation_id="failure_batch_get")
def failure_batch_get(request: HttpRequest, batch_id: BatchId) -> BatchOut:
    """Read a batch: its preview, and how far it is."""
    return BatchOut.of(batches.batch_shown(batches.batch_get(actor=actor_of(request), batch_id=batch_id)))


@router.get("/failure-batches/{batch_id}/items", response=ITEMS, operation_id="failure_batch_items")
def failure_batch_items(
    request: HttpRequest,
    batch_id: BatchId,
    state: ItemStateName | None = None,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BatchItemPage:
    """List the runs of a batch, with what resuming each does or did."""
    batch = batches.batch_get(actor=actor_of(request), batch_id=batch_id)
    return BatchItemPage.of(batches.item_list(batch=batch, state=state, after=after, limit=limit))


CHANGED = {200: BatchOut, **refusals(409, 415)}


@router.post("/failure-batches/{batch_id}/start", response=CHANGED, operation_id="failure_batch_start")
def failure_batch_start(request: HttpRequest, batch_id: BatchId) -> BatchOut:
    """Start a batch, or let one go on that is paused."""
    return BatchOut.of(batches.batch_shown(batches.batch_start(actor=actor_of(request), batch_id=batch_id)))


@router.post("/failure-batches/{batch_id}/pause", response=CHANGED, operation_id="failure_batch_pause")
def failure_batch_pause(request: HttpRequest, batch_id: BatchId) -> BatchOut:
    """Start no further run for now."""
    return BatchOut.of(batches.batch_shown(batches.batch_pause(actor=actor_of(request), batch_id=batch_id)))


@router.post("/failure-batches/{batch_id}/stop", response=CHANGED, operation_id="failure_batch_stop")
def failure_batch_stop(request: HttpRequest, batch_id: BatchId) -> BatchOut:
    """Start no further run ever. The runs that are left stay open in their group."""
    return BatchOut.of(batches.batch_shown(batches.batch_stop(actor=actor_of(request), batch_id=batch_id)))
