"""Drafts: read and save."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from editor import selectors, services
from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.schemas import DraftIn, DraftOut, DraftSaved, ProblemOut, WorkflowOut

router = Router(tags=["drafts"])


@router.get("/workflows/{workflow_id}/draft", response={200: DraftOut, **refusals()}, operation_id="draft_get")
def draft_get(request: HttpRequest, workflow_id: WorkflowId) -> HttpResponse:
    """Read the editable graph, its revision, and everything that is wrong with it."""
    actor = actor_of(request)
    draft = selectors.draft_get(actor=actor, workflow_id=workflow_id)
    problems = ",".join(ProblemOut.of(problem).model_dump_json() for problem in draft.problems)
    head = f'{{"workflow":{WorkflowOut.of(draft.workflow, actor).model_dump_json()},"revision":{draft.workflow.revision}'
    return HttpResponse(f'{head},"problems":[{problems}],"document":{draft.text}}}', content_type="application/json")


@router.put("/workflows/{workflow_id}/draft", response={200: DraftSaved, **refusals(409, 415, 422)}, operation_id="draft_save")
def draft_save(request: HttpRequest, workflow_id: WorkflowId, payload: DraftIn) -> DraftSaved:
    """Save the editable graph onto the revision it was made from.

    A draft may be saved with problems. Where the revision has moved on nothing is saved, and the answer is 409
    `revision_conflict` with the current revision and document. What is not a graph document is refused with 422.
    """
    actor = actor_of(request)
    workflow = selectors.workflow_get(actor=actor, workflow_id=workflow_id)
    document = services.document_read(payload.document)
    saved = services.draft_save(workflow=workflow, actor=actor, document=document, revision=payload.revision)
    return DraftSaved(revision=saved.revision, problems=[ProblemOut.of(problem) for problem in saved.problems])
