"""Starts what is due. Any worker does this; the trigger's row decides who does, and the run's key that it is done once."""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from editor.errors import AppError
from editor.triggers.config import ScheduleConfig
from editor.triggers.cron import Cron, read_cron
from editor.triggers.models import Trigger
from runs.triggers.fire import fire, form_of
from runs.triggers.log import note

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
GRACE = timedelta(seconds=60)
"""A time that is later than this was missed: a worker that is restarted misses nothing."""
LOOKED_BACK = timedelta(days=31)
"""What was missed before is not even counted."""
DUE_FIELD = "due_at"
"""A field of this name is told for when the run is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """For which times runs are started now, how many are passed over, and when the schedule is due next."""

    starts: Sequence[datetime]
    passed_over: int
    next_at: datetime | None


def fire_due() -> int:
    """Start the runs of all schedules that are due; say of how many schedules."""
    done = 0
    while done < MOST_AT_ONCE and _fire_next():
        done += 1
    return done


def plan(config: ScheduleConfig, first: datetime, now: datetime) -> Plan:
    """Decide what follows from a schedule that has been due since `first`."""
    cron = read_cron(config.cron, config.time_zone)
    most = {"skip": 0, "once": 1, "all": config.most_missed}[config.missed]
    on_time: list[datetime] = []
    late: deque[datetime] = deque(maxlen=most)
    missed = 0
    for due in _due(cron, max(first, now - LOOKED_BACK), now):
        if now - due <= GRACE:
            on_time.append(due)
        else:
            late.append(due)
            missed += 1
    return Plan([*late, *on_time], missed - len(late), cron.after(now))


def _due(cron: Cron, first: datetime, now: datetime) -> Sequence[datetime]:
    found: list[datetime] = []
    for due in cron.all_after(first - timedelta(microseconds=1)):
        if due > now:
            break
        found.append(due)
    return found


def _fire_next() -> bool:
    """Take one schedule that is due. Its runs and its next time are committed together, or neither is."""
    with transaction.atomic():
        trigger = (
            Trigger.objects.standing()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("workflow", "made_by")
            .annotate(now=Now())
            .filter(kind=Trigger.Kind.SCHEDULE, enabled=True, next_at__lte=Now())
            .order_by("next_at")
            .first()
        )
        if trigger is None:
            return False
        _fire(trigger, trigger.now)  # type: ignore[attr-defined] # annotated above
        return True


def _fire(trigger: Trigger, now: datetime) -> None:
    config, first = trigger.settings, trigger.next_at
    if not isinstance(config, ScheduleConfig) or first is None:
        return
    todo = plan(config, first, now)
    if todo.passed_over:
        note(trigger, "missed", message=f"{todo.passed_over} times passed while nobody could start runs.", due_at=first)
    for due in todo.starts:
        _start(trigger, config, due)
    Trigger.objects.filter(pk=trigger.pk).update(next_at=todo.next_at)


def _start(trigger: Trigger, config: ScheduleConfig, due: datetime) -> None:
    """Start the run of one time. What keeps it from starting is logged; the schedule goes on."""
    try:
        with transaction.atomic():
            values = dict(config.input)
            if DUE_FIELD not in values and any(field.name == DUE_FIELD for field in form_of(trigger).fields):
                values[DUE_FIELD] = due.isoformat()
            fired = fire(trigger, values, key=due.astimezone(UTC).isoformat())
        note(trigger, "repeated" if fired.repeated else "started", run=fired.run, due_at=due)
    except AppError as error:
        note(trigger, error.code, message=error.message, due_at=due)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("A schedule could not start its run.", extra={"trigger": str(trigger.pk)})
        note(trigger, "internal", message="Something broke on our side; the schedule goes on.", due_at=due)
