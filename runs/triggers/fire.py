"""The one way in which a trigger starts a run: as the person whose trigger it is, once for each key, and not too many at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from editor.errors import AppError
from editor.models import WorkflowVersion
from editor.triggers.models import Trigger
from runs.engine.states import RUN_TERMINAL
from runs.models import Run
from runs.nodes.start import StartParams
from runs.services import Version, choose_version, run_start, start_params, started_before

NO_FIELDS = StartParams(allow_extra=True)


@dataclass(frozen=True, slots=True)
class Fired:
    """A run, and whether an earlier call with the same key had started it."""

    run: Run
    repeated: bool = False


def fire(trigger: Trigger, values: Mapping[str, Any], *, key: str | None, is_test: bool = False) -> Fired:
    """Start a run, or give the one that this key has started.

    The trigger's row is locked meanwhile: equal calls at one moment start one run, and no two take the last free place.
    """
    full_key = None if key is None else key_of(trigger, key, is_test=is_test)
    with transaction.atomic():
        row = Trigger.objects.select_for_update(of=("self",)).filter(pk=trigger.pk).first()
        if row is None:
            raise AppError("not_found", "There is no such address.", status=404)
        if full_key and (before := started_before(trigger.workflow, full_key)):
            return Fired(before, repeated=True)
        _check_room(trigger)
        run = run_start(
            workflow=trigger.workflow,
            actor=person_of(trigger),
            input=values,
            version=version_of(trigger, is_test=is_test),
            trigger=trigger.kind,
            idempotency_key=full_key,
            origin={"fired_by": trigger, "uses_credentials": trigger.settings.uses_credentials},
        )
        Trigger.objects.filter(pk=trigger.pk).update(last_fired_at=Now())
    return Fired(run)


def key_of(trigger: Trigger, key: str, *, is_test: bool = False) -> str:
    """Make the run's key of what the caller named its call by: no trigger answers for another one's."""
    return f"{'test' if is_test else trigger.kind}:{trigger.pk}:{hashlib.sha256(key.encode()).hexdigest()}"


def person_of(trigger: Trigger) -> Any:
    """Give the person whose runs these are."""
    person = trigger.made_by
    if person is None or not person.is_active:
        raise AppError("nobody", "Nobody is left whose runs this trigger's would be.", status=409)
    return person


def version_of(trigger: Trigger, *, is_test: bool) -> Version:
    """Say what is run: the draft for tests, else the pinned version, else the latest published one."""
    return "draft" if is_test else trigger.version or "latest"


def form_of(trigger: Trigger, *, is_test: bool = False) -> StartParams:
    """Give the fields that a run would take."""
    chosen: WorkflowVersion = choose_version(trigger.workflow, person_of(trigger), version_of(trigger, is_test=is_test))
    return start_params(chosen) or NO_FIELDS


def _check_room(trigger: Trigger) -> None:
    if Run.objects.filter(fired_by=trigger).exclude(status__in=RUN_TERMINAL).count() >= trigger.most_active:
        message = f"{trigger.most_active} runs of this trigger are under way already, which is as many as it may have."
        raise AppError("too_many_active", message, status=429, data={"most_active": trigger.most_active})
