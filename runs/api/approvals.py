"""What waits for somebody."""

from datetime import datetime
from typing import Annotated, Any, Self

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel, WorkflowId, actor_of, refusals
from runs.approvals import Waiting, run_to_answer, since, waiting_for
from runs.delegation import approval_delegate
from runs.models import Delegation

router = Router(tags=["runs"])


class DelegationOut(BaseModel):
    """That somebody has passed an approval on."""

    by: str
    to: str
    note: str
    at: datetime

    @classmethod
    def of(cls, one: Delegation) -> Self:
        """Give who passed it on to whom."""
        return cls(by=one.by_email, to=one.email, note=one.note, at=one.created_at)


class DelegationIn(ApiModel):
    """To whom an approval is passed on."""

    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)] = Field(
        description="The e-mail address of a person here."
    )
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class ApprovalOut(BaseModel):
    """One approval that waits for whoever asks. It is answered with `run_answer`."""

    run_id: str
    key: str
    attempt: int
    workflow: str = Field(description="The workflow's name.")
    message: str
    fields: list[dict[str, Any]]
    buttons: list[dict[str, Any]]
    since: datetime
    until: datetime | None = Field(description="When it goes on without an answer; null: never.")
    is_escalated: bool
    may_open: bool = Field(description="Whether whoever asks may look at the run as well.")
    passed_on: list[DelegationOut] = Field(description="Who has passed it on to whom, in order.")

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        """Give what waits."""
        node_run, request = waiting.node_run, waiting.request
        return cls(
            run_id=str(waiting.run.pk),
            key=node_run.scope_path + node_run.node_id,
            attempt=node_run.attempt,
            workflow=waiting.run.workflow.name,
            message=request["message"],
            fields=request["fields"],
            buttons=request["buttons"],
            since=since(node_run),
            until=node_run.wake_at,
            is_escalated=waiting.is_escalated,
            may_open=waiting.is_editor,
            passed_on=[DelegationOut.of(one) for one in waiting.passed_on],
        )


class ApprovalList(BaseModel):
    """What waits, the oldest first; a hundred at most."""

    items: list[ApprovalOut]


@router.get("/approvals", response={200: ApprovalList, **refusals()}, operation_id="approval_list")
def approval_list(request: HttpRequest) -> ApprovalList:
    """List the approvals that wait for whoever asks: those that name them, and those of their workflows that name nobody."""
    return ApprovalList(items=[ApprovalOut.of(one) for one in waiting_for(actor_of(request))])


@router.post(
    "/runs/{run_id}/delegations/{path:key}",
    response={201: DelegationOut, **refusals(409, 415, 422)},
    operation_id="approval_delegate",
)
def delegate(request: HttpRequest, run_id: WorkflowId, key: str, payload: DelegationIn) -> Status[DelegationOut]:
    """Let another person answer an approval that you may answer. They are told by mail, and see its form alone.

    You are asked no more, and may still answer. 422 `delegate_invalid` says why nobody can be asked at this address.
    """
    actor = actor_of(request)
    run = run_to_answer(actor=actor, run_id=run_id, key=key)
    return Status(201, DelegationOut.of(approval_delegate(run=run, actor=actor, key=key, to=payload.to, note=payload.note)))
