"""Failures by cause: the inbox, one group, and what people do about it."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status

from editor.api.http import WorkflowId, actor_of, refusals
from runs.api.failure_schemas import (
    EntryStateName,
    FailureAssignIn,
    FailureCommentIn,
    FailureCount,
    FailureDetailOut,
    FailureHandleIn,
    FailureMergeIn,
    FailurePage,
    FailureQuery,
    FailureRunPage,
    FailureSplitIn,
    FailureStateIn,
    FailureViewIn,
    FailureViewList,
    FailureViewOut,
    HandledOut,
    NoteOut,
    ReviewOut,
    ViewName,
)
from runs.failures import selectors, services
from runs.failures.review import group_review
from runs.failures.selectors import Per

router = Router(tags=["failures"])
FailureId = WorkflowId
CHANGED = {200: FailureDetailOut, **refusals(415, 422)}


@router.get("/failures", response={200: FailurePage, **refusals(422)}, operation_id="failure_list")
def failure_list(request: HttpRequest, wanted: Annotated[FailureQuery, Query()]) -> FailurePage:
    """List failures by cause, the one that was seen last first."""
    actor = actor_of(request)
    page = selectors.group_list(actor=actor, wanted=wanted.filter(), per=wanted.per, after=wanted.after, limit=wanted.limit)
    return FailurePage.of(page)


@router.get("/failures/count", response={200: FailureCount, **refusals()}, operation_id="failure_count")
def failure_count(request: HttpRequest) -> FailureCount:
    """Count the groups that call for work."""
    return FailureCount(open=selectors.group_count(actor_of(request)))


@router.get("/failures/views", response={200: FailureViewList, **refusals()}, operation_id="failure_view_list")
def failure_view_list(request: HttpRequest) -> FailureViewList:
    """List your named filters of the inbox."""
    return FailureViewList(items=[FailureViewOut.of(view) for view in selectors.view_list(actor_of(request))])


@router.put("/failures/views/{view}", response={200: FailureViewOut, **refusals(415, 422)}, operation_id="failure_view_save")
def failure_view_save(request: HttpRequest, view: ViewName, payload: FailureViewIn) -> FailureViewOut:
    """Keep a filter by its name."""
    return FailureViewOut.of(services.view_save(actor=actor_of(request), name=view, query=payload.query))


@router.delete("/failures/views/{view}", response={204: None, **refusals(415)}, operation_id="failure_view_delete")
def failure_view_delete(request: HttpRequest, view: ViewName) -> Status[None]:
    """Forget a named filter."""
    services.view_delete(actor=actor_of(request), name=view)
    return Status(204, None)


@router.get("/failures/{failure_id}", response={200: FailureDetailOut, **refusals()}, operation_id="failure_get")
def failure_get(request: HttpRequest, failure_id: FailureId, per: Per = "hour") -> FailureDetailOut:
    """Read a group. The id of one that was merged gives the group that it is in now."""
    return _detail(request, failure_id, per)


@router.get("/failures/{failure_id}/runs", response={200: FailureRunPage, **refusals(422)}, operation_id="failure_run_list")
def failure_run_list(
    request: HttpRequest,
    failure_id: FailureId,
    state: EntryStateName | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FailureRunPage:
    """List the runs of a group, the newest first."""
    group = selectors.group_get(actor=actor_of(request), group_id=failure_id)
    return FailureRunPage.of(selectors.entry_list(group=group, state=state or selectors.ALL, after=after, limit=limit))


@router.get("/failures/{failure_id}/review", response={200: ReviewOut, **refusals()}, operation_id="failure_review")
def failure_review(request: HttpRequest, failure_id: FailureId, run: str | None = None) -> ReviewOut:
    """Set a run of a group beside the last one of its workflow that succeeded.

    Without `run` it is about the last one that nothing has been done about.
    """
    return ReviewOut.of(group_review(actor=actor_of(request), group_id=failure_id, run_id=run))


@router.post("/failures/{failure_id}/state", response=CHANGED, operation_id="failure_set_state")
def failure_set_state(request: HttpRequest, failure_id: FailureId, payload: FailureStateIn) -> FailureDetailOut:
    """Say how far the work on a group is. One that is resolved comes back by itself when a new run fails of it."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    services.group_set_state(group=group, actor=actor, state=payload.state, ignore=payload.ignore(), text=payload.text)
    return _detail(request, failure_id)


@router.post("/failures/{failure_id}/assignee", response=CHANGED, operation_id="failure_assign")
def failure_assign(request: HttpRequest, failure_id: FailureId, payload: FailureAssignIn) -> FailureDetailOut:
    """Give a group to somebody who may see its workflow, or to nobody."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    services.group_assign(group=group, actor=actor, email=payload.email)
    return _detail(request, failure_id)


@router.post("/failures/{failure_id}/comments", response={201: NoteOut, **refusals(415, 422)}, operation_id="failure_comment")
def failure_comment(request: HttpRequest, failure_id: FailureId, payload: FailureCommentIn) -> Status[NoteOut]:
    """Say something about a group."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    note = services.group_comment(group=group, actor=actor, text=payload.text)
    return Status(201, NoteOut.of(note))


@router.post("/failures/{failure_id}/merge", response=CHANGED, operation_id="failure_merge")
def failure_merge(request: HttpRequest, failure_id: FailureId, payload: FailureMergeIn) -> FailureDetailOut:
    """Let a group take others of its workflow. New failures of their causes go to it from now on."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    others = [selectors.group_get(actor=actor, group_id=one, action=services.TRIAGE) for one in payload.groups]
    services.group_merge(group=group, actor=actor, others=others)
    return _detail(request, failure_id)


@router.post("/failures/{failure_id}/split", response={201: FailureDetailOut, **refusals(415, 422)}, operation_id="failure_split")
def failure_split(request: HttpRequest, failure_id: FailureId, payload: FailureSplitIn) -> Status[FailureDetailOut]:
    """Take causes out of a group into one of their own, which is the answer."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    made = services.group_split(group=group, actor=actor, causes=payload.causes)
    return Status(201, _detail(request, str(made.pk)))


@router.post("/failures/{failure_id}/handle", response={200: HandledOut, **refusals(415, 422)}, operation_id="failure_handle")
def failure_handle(request: HttpRequest, failure_id: FailureId, payload: FailureHandleIn) -> HandledOut:
    """Mark runs of a group as handled by other means, with a reason. A group with nothing left to do is resolved."""
    actor = actor_of(request)
    group = selectors.group_get(actor=actor, group_id=failure_id, action=services.TRIAGE)
    return HandledOut(count=services.entries_handle(group=group, actor=actor, runs=payload.runs, reason=payload.reason))


def _detail(request: HttpRequest, failure_id: str, per: Per = "hour") -> FailureDetailOut:
    return FailureDetailOut.of_detail(selectors.group_detail(actor=actor_of(request), group_id=failure_id, per=per))
