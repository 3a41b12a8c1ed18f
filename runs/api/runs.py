"""Runs: start, list, read, resume, cancel."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status

from editor.api.http import WorkflowId, actor_of, refusals
from editor.selectors import workflow_get
from runs import resume, selectors, services
from runs.api.resume import PreviewOut, ResumeIn
from runs.api.schemas import DocumentOut, RunIn, RunOut, RunPage, RunState, RunSummary

router = Router(tags=["runs"])
RunId = WorkflowId


@router.post("/workflows/{workflow_id}/runs", response={201: RunOut, **refusals(409, 415, 422)}, operation_id="run_start")
def run_start(request: HttpRequest, workflow_id: WorkflowId, payload: RunIn) -> Status[RunOut]:
    """Start a run of the draft, of a published version, or of the latest one.

    The same `idempotency_key` gives the same run. 422 `graph_invalid` lists what keeps the workflow from running, and
    422 `input_invalid` the fields of the input that do not fit.
    """
    actor = actor_of(request)
    run = services.run_start(
        workflow=workflow_get(actor=actor, workflow_id=workflow_id),
        actor=actor,
        input=payload.input,
        version=payload.version,
        trigger="api",
        idempotency_key=payload.idempotency_key,
        budget={} if payload.budget is None else payload.budget.model_dump(exclude_none=True),
    )
    snapshot = selectors.Snapshot(run, None, ()) if run.seq == 0 else selectors.run_snapshot(actor=actor, run_id=run.pk)
    return Status(201, RunOut.of_snapshot(snapshot))


@router.get("/runs", response={200: RunPage, **refusals(422)}, operation_id="run_list")
def run_list(
    request: HttpRequest,
    workflow: str | None = None,
    status: RunState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: datetime | None = None,
) -> RunPage:
    """List runs, the newest first; `before` continues after the last one's `created_at`."""
    page = selectors.run_list(actor=actor_of(request), workflow_id=workflow, status=status, before=before, limit=limit)
    return RunPage(items=[RunSummary.of(run) for run in page.items], total=page.total)


@router.get("/runs/{run_id}", response={200: RunOut, **refusals()}, operation_id="run_get")
def run_get(request: HttpRequest, run_id: RunId) -> RunOut:
    """Read a run with its output and its node runs."""
    return RunOut.of_snapshot(selectors.run_snapshot(actor=actor_of(request), run_id=run_id))


@router.get("/runs/{run_id}/document", response={200: DocumentOut, **refusals()}, operation_id="run_document")
def run_document(request: HttpRequest, run_id: RunId) -> DocumentOut:
    """Read the graph that the run runs: it never changes, whatever becomes of the draft."""
    return DocumentOut(document=selectors.run_document(actor=actor_of(request), run_id=run_id))


@router.post("/runs/{run_id}/resume", response={201: RunOut, **refusals(409, 415, 422)}, operation_id="run_resume")
def run_resume(request: HttpRequest, run_id: RunId, payload: ResumeIn) -> Status[RunOut]:
    """Start a new run that takes over what an ended one has done, and does the rest.

    A result is taken over where the node and everything that came to it are the same. `kind` says which part of the graph
    is meant: all of it (`resume`, for runs that did not succeed), a node and what follows (`from_here`), the node alone
    (`only`), or all that leads to it (`to_here`). `edits` replaces inputs of nodes.
    """
    actor = actor_of(request)
    run = selectors.run_get(actor=actor, run_id=run_id)
    made = resume.run_resume(run=run, actor=actor, wish=payload.wish(), trigger="api", idempotency_key=payload.idempotency_key)
    return Status(201, RunOut.of_snapshot(selectors.run_snapshot(actor=actor, run_id=made.pk)))


@router.post("/runs/{run_id}/resume/preview", response={200: PreviewOut, **refusals(409, 415, 422)}, operation_id="run_foresee")
def run_foresee(request: HttpRequest, run_id: RunId, payload: ResumeIn) -> PreviewOut:
    """Say what such a run would do with each node, what may have effects twice, and what that cost before."""
    actor = actor_of(request)
    run = selectors.run_get(actor=actor, run_id=run_id)
    return PreviewOut.of(*resume.run_foresee(run=run, actor=actor, wish=payload.wish()))


@router.post("/runs/{run_id}/cancel", response={202: RunSummary, **refusals(415)}, operation_id="run_cancel")
def run_cancel(request: HttpRequest, run_id: RunId) -> Status[RunSummary]:
    """Ask for a run to be stopped. Asking again, or after its end, changes nothing."""
    actor = actor_of(request)
    run = services.run_cancel(run=selectors.run_get(actor=actor, run_id=run_id), actor=actor)
    return Status(202, RunSummary.of(run))
