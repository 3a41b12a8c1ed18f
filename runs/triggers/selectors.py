"""Reads of the log."""

from collections.abc import Sequence

from editor.permissions import Action, Actor, require
from editor.triggers.models import Trigger
from runs.triggers.models import TriggerCall


def call_list(*, actor: Actor, trigger: Trigger, before: int | None = None, limit: int = 50) -> Sequence[TriggerCall]:
    """List the last calls of a trigger, the newest first."""
    require(actor, Action.TRIGGER_EDIT, trigger.workflow)
    found = TriggerCall.objects.filter(trigger=trigger)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])
