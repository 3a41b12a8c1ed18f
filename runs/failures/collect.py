"""Finds what has failed and keeps it by cause. Any worker does this; whoever has the cursor locked does it now.

Nothing is told here by engines: what ended is found by when it ended, and what waits by its rows. What was found before is found
again and changes nothing, so that a worker may die anywhere.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from runs.engine.states import RunStatus
from runs.failures import statements
from runs.failures.causes import KIND_OF_CODE, LONGEST_MESSAGE, Broken, Cause, causes_of_failed, causes_of_survived, merged
from runs.failures.keep import Seen, follow_up, keep, retell
from runs.failures.models import FailureCursor, FailureKind
from runs.journal.connection import execute

logger = logging.getLogger(__name__)

CURSOR = "runs"
OVERLAP = timedelta(seconds=90)
"""A run's end may be written so much later than it was: the journal waits that long for the database."""
FIRST_LOOK = timedelta(days=30)
RUNS_AT_ONCE = 500
PAGES = 10
CAUSES_OF_A_RUN = 200
NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended. `base` is the run that it resumed."""

    id: str
    workflow: str
    version: int
    person: int | None
    status: str
    error: Any
    at: datetime
    created_at: datetime
    base: str | None


def collect_failures(*, most: int = RUNS_AT_ONCE) -> int:
    """Keep what has failed since the last look; say how many runs were new."""
    FailureCursor.objects.get_or_create(name=CURSOR, defaults={"at": timezone.now() - FIRST_LOOK})
    with transaction.atomic():
        cursor = FailureCursor.objects.select_for_update(skip_locked=True).filter(name=CURSOR).annotate(now=Now()).first()
        if cursor is None:
            return 0
        found, until = _ended_since(cursor.at - OVERLAP, most)
        cursor.at = min(until or cursor.now, cursor.now)
        cursor.save(update_fields=["at"])
        found += _held(most)
        retell()
    if found:
        logger.info("Collected the failures of %d runs.", found)
    return found


def _ended_since(since: datetime, most: int) -> tuple[int, datetime | None]:
    """Keep the failures of runs that ended since, by the page; say of how many, and where to go on if there is more."""
    found, after = 0, (since, NO_ID)
    for _ in range(PAGES):
        params = {"since": since, "after_at": after[0], "after_id": after[1], "most": most}
        page = [Ended(*row) for row in execute(statements.ENDED, params)]
        if page:
            found += _keep_ended(page)
            after = (page[-1].at, page[-1].id)
        if len(page) < most:
            return found, None
    return found, after[0]


def _keep_ended(page: Sequence[Ended]) -> int:
    broken = _broken([run.id for run in page])
    new = keep([seen for run in page for seen in _seen(run, broken.get(run.id, []))])
    follow_up([(run.base, run.id, run.status == RunStatus.SUCCEEDED) for run in page if run.base is not None])
    return new


def _seen(run: Ended, broken: Sequence[Broken]) -> Iterator[Seen]:
    failed = run.status == RunStatus.FAILED
    causes = causes_of_failed(run.error, broken) if failed else causes_of_survived(broken)
    for mark, cause in merged(causes, run.workflow):
        yield Seen(run.id, run.workflow, run.version, run.person, run.at, run.created_at, mark, cause)


def _broken(runs: list[str]) -> dict[str, list[Broken]]:
    """Read what failed in runs, alike ones together: of a map of thousands a few rows."""
    found: dict[str, list[Broken]] = {}
    params = {"runs": runs, "chars": LONGEST_MESSAGE, "most": CAUSES_OF_A_RUN}
    for run, key, code, message, at, times, is_handled in execute(statements.BROKEN, params):
        found.setdefault(run, []).append(Broken(key, code, message, at, times, is_handled))
    return found


def _held(most: int) -> int:
    """Keep what waits for a decision, and note of what waited that it does no more."""
    rows = execute(statements.HELD, {"most": most})
    seen = []
    for run, workflow, version, person, created_at, key, reason, message, at, times in rows:
        cause = Cause(key, reason, message[:LONGEST_MESSAGE], times, KIND_OF_CODE.get(reason, FailureKind.STUCK))
        mark = cause.fingerprint(workflow)
        seen.append(Seen(run, workflow, version, person, at, created_at, mark, cause, is_waiting=True))
    new = keep(seen)
    groups = [row[0] for row in execute(statements.RELEASED, {})]
    if groups:
        execute(statements.GROUP_SUMS, {"groups": groups})
    return new
