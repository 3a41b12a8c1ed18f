"""Triggers of a workflow: make, change, switch, delete, and make keys and addresses anew."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import WithJsonSchema

from editor.api.http import WorkflowId, actor_of, refusals
from editor.api.trigger_schemas import (
    DueTimes,
    RotateIn,
    ScheduleIn,
    TimeZones,
    TriggerIn,
    TriggerList,
    TriggerMade,
    TriggerOut,
    TriggerPatch,
)
from editor.models import Workflow
from editor.permissions import Action, Actor
from editor.selectors import workflow_get
from editor.triggers import selectors, services
from editor.triggers.config import ScheduleConfig, config_of
from editor.triggers.cron import zones
from editor.triggers.models import Trigger

router = Router(tags=["triggers"])

TriggerId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
ONE = "/workflows/{workflow_id}/triggers/{trigger_id}"


def _newest(workflow: Workflow) -> int | None:
    return getattr(workflow, "latest_version", None)


def _found(request: HttpRequest, workflow_id: str, trigger_id: str, action: Action) -> tuple[Actor, Workflow, Trigger]:
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    return actor, workflow, selectors.trigger_get(actor=actor, workflow=workflow, trigger_id=trigger_id, action=action)


@router.get("/workflows/{workflow_id}/triggers", response={200: TriggerList, **refusals()}, operation_id="trigger_list")
def trigger_list(request: HttpRequest, workflow_id: WorkflowId) -> TriggerList:
    """List what starts runs of a workflow."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    return TriggerList.of(selectors.trigger_list(actor=actor, workflow=workflow), actor, _newest(workflow))


@router.post(
    "/workflows/{workflow_id}/triggers",
    response={201: TriggerMade, **refusals(409, 415, 422)},
    operation_id="trigger_create",
)
def trigger_create(request: HttpRequest, workflow_id: WorkflowId, payload: TriggerIn) -> Status[TriggerMade]:
    """Make a webhook, a schedule or a form page. Its runs are yours. The key of a webhook is told in this answer alone."""
    actor = actor_of(request)
    workflow = workflow_get(actor=actor, workflow_id=workflow_id)
    made = services.trigger_create(workflow=workflow, actor=actor, **payload.model_dump())
    return Status(201, TriggerMade.of_made(made, actor, _newest(workflow)))


@router.get(ONE, response={200: TriggerOut, **refusals()}, operation_id="trigger_get")
def trigger_get(request: HttpRequest, workflow_id: WorkflowId, trigger_id: TriggerId) -> TriggerOut:
    """Read a trigger."""
    actor, workflow, found = _found(request, workflow_id, trigger_id, Action.TRIGGER_VIEW)
    return TriggerOut.of(found, actor, _newest(workflow))


@router.patch(ONE, response={200: TriggerMade, **refusals(409, 415, 422)}, operation_id="trigger_update")
def trigger_update(request: HttpRequest, workflow_id: WorkflowId, trigger_id: TriggerId, payload: TriggerPatch) -> TriggerMade:
    """Change a trigger, or switch it on or off. Another way to authenticate gives it another key."""
    actor, workflow, found = _found(request, workflow_id, trigger_id, Action.TRIGGER_EDIT)
    made = services.trigger_update(trigger=found, actor=actor, changes=payload.changes())
    return TriggerMade.of_made(made, actor, _newest(workflow))


@router.post(f"{ONE}/rotate", response={200: TriggerMade, **refusals(409, 415, 422)}, operation_id="trigger_rotate")
def trigger_rotate(request: HttpRequest, workflow_id: WorkflowId, trigger_id: TriggerId, payload: RotateIn) -> TriggerMade:
    """Make a new key or a new address; the old one is good for nothing from then on."""
    actor, workflow, found = _found(request, workflow_id, trigger_id, Action.TRIGGER_EDIT)
    return TriggerMade.of_made(services.trigger_rotate(trigger=found, actor=actor, what=payload.what), actor, _newest(workflow))


@router.delete(ONE, response={204: None, **refusals(415)}, operation_id="trigger_delete")
def trigger_delete(request: HttpRequest, workflow_id: WorkflowId, trigger_id: TriggerId) -> Status[None]:
    """Delete a trigger and its log. What it started stays."""
    actor, _, found = _found(request, workflow_id, trigger_id, Action.TRIGGER_EDIT)
    services.trigger_delete(trigger=found, actor=actor)
    return Status(204, None)


@router.get(f"{ONE}/times", response={200: DueTimes, **refusals()}, operation_id="trigger_times")
def trigger_times(request: HttpRequest, workflow_id: WorkflowId, trigger_id: TriggerId) -> DueTimes:
    """List the next ten times at which a schedule is due; none while it is off, and none of others."""
    _, _, found = _found(request, workflow_id, trigger_id, Action.TRIGGER_VIEW)
    config = found.settings
    is_on = found.enabled and isinstance(config, ScheduleConfig)
    return DueTimes.of(selectors.next_times(config) if is_on and isinstance(config, ScheduleConfig) else ())


@router.post("/schedules/preview", response={200: DueTimes, **refusals(415, 422)}, operation_id="schedule_preview")
def schedule_preview(request: HttpRequest, payload: ScheduleIn) -> DueTimes:
    """List the next ten times of a schedule that is not saved. A wrong expression is refused with what is wrong."""
    actor_of(request)
    config = config_of("schedule", payload.model_dump())
    return DueTimes.of(selectors.next_times(config) if isinstance(config, ScheduleConfig) else ())


@router.get("/time-zones", response={200: TimeZones, **refusals()}, operation_id="time_zones")
def time_zones(request: HttpRequest) -> TimeZones:
    """List the names of time zones."""
    actor_of(request)
    return TimeZones(items=sorted(zones()))
