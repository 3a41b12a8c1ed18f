"""The history of a workflow: list, read, restore."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from editor import selectors, services
from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.schemas import DraftSaved, HistoryOut, HistoryPage, HistoryWithDocument, ProblemOut, RestoreIn

router = Router(tags=["history"])


@router.get("/workflows/{workflow_id}/history", response={200: HistoryPage, **refusals(422)}, operation_id="history_list")
def history_list(
    request: HttpRequest,
    workflow_id: WorkflowId,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HistoryPage:
    """List what the workflow has been, the newest first: published versions, drafts that ran, and drafts that were kept."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    found = selectors.history_list(actor=actor, workflow=workflow, before=before, limit=limit + 1)
    return HistoryPage(items=[HistoryOut.of(version) for version in found[:limit]], has_more=len(found) > limit)


@router.get(
    "/workflows/{workflow_id}/history/{entry}", response={200: HistoryWithDocument, **refusals(422)}, operation_id="history_get"
)
def history_get(request: HttpRequest, workflow_id: WorkflowId, entry: int) -> HistoryWithDocument:
    """Read one entry of the history with its document."""
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    return HistoryWithDocument.of(selectors.history_get(actor=actor, workflow=workflow, entry=entry))


@router.post(
    "/workflows/{workflow_id}/history/{entry}/restore",
    response={200: DraftSaved, **refusals(409, 415, 422)},
    operation_id="draft_restore",
)
def draft_restore(request: HttpRequest, workflow_id: WorkflowId, entry: int, payload: RestoreIn) -> DraftSaved:
    """Make the draft what it was. What it is now is kept in the history.

    Where the revision has moved on nothing is restored, and the answer is 409 `revision_conflict`.
    """
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    version = selectors.history_get(actor=actor, workflow=workflow, entry=entry)
    saved = services.draft_restore(workflow=workflow, actor=actor, version=version, revision=payload.revision)
    return DraftSaved(revision=saved.revision, problems=[ProblemOut.of(problem) for problem in saved.problems])
