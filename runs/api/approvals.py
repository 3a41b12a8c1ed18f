"""What waits for somebody."""

from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from editor.api.http import actor_of, refusals
from runs.approvals import Waiting, since, waiting_for

router = Router(tags=["runs"])


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
        )


class ApprovalList(BaseModel):
    """What waits, the oldest first; a hundred at most."""

    items: list[ApprovalOut]


@router.get("/approvals", response={200: ApprovalList, **refusals()}, operation_id="approval_list")
def approval_list(request: HttpRequest) -> ApprovalList:
    """List the approvals that wait for whoever asks: those that name them, and those of their workflows that name nobody."""
    return ApprovalList(items=[ApprovalOut.of(one) for one in waiting_for(actor_of(request))])
