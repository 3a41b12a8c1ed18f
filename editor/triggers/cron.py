"""When a schedule is due: cron expressions in a time zone, as Debian's cron reads them on days when clocks change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
LONGEST = 200
BAD = re.compile(r"Bad (minute|hour|day-of-month|month|day-of-week)")
NAMES = {"day-of-month": FIELDS[2], "day-of-week": FIELDS[4]}
LAST_YEAR = 9000
"""No schedule is due later: the calendar ends at 9999."""


class CronError(ValueError):
    """Not an expression, or one that is never due; says what is wrong and how to write it."""


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression in a time zone.

    >>> from datetime import datetime, UTC
    >>> nine = read_cron("0 9 * * 1-5", "Europe/Berlin")
    >>> nine.after(datetime(2026, 3, 27, 12, tzinfo=UTC)).isoformat()
    '2026-03-30T09:00:00+02:00'
    """

    expression: str
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        """Give the first time due after a moment; None when there is none."""
        return next(self.all_after(moment), None)

    def all_after(self, moment: datetime) -> Iterator[datetime]:
        """Give the times due after a moment, the earliest first. An hour that does not exist is made up for at once."""
        if moment.year >= LAST_YEAR:
            return
        for due in CronSim(self.expression, moment.astimezone(self.zone)):
            if due.year >= LAST_YEAR:
                return
            if due.astimezone(UTC) > moment:
                yield due

    def first(self, count: int, moment: datetime) -> list[datetime]:
        """Give the next times after a moment."""
        return list(islice(self.all_after(moment), count))


def read_cron(expression: str, zone: str) -> Cron:
    """Read an expression of five fields.

    >>> read_cron("61 * * * *", "UTC")
    Traceback (most recent call last):
    editor.triggers.cron.CronError: The minute is not right in “61 * * * *”: it is the first of the five fields.
    >>> read_cron("* * * *", "UTC")
    Traceback (most recent call last):
    editor.triggers.cron.CronError: A cron expression has five fields: minute, hour, day, month, weekday. This one has 4.
    """
    fields = expression.split()
    if len(expression) > LONGEST or len(fields) != len(FIELDS):
        raise CronError(f"A cron expression has five fields: minute, hour, day, month, weekday. This one has {len(fields)}.")
    cron = Cron(" ".join(fields), zone_of(zone))
    try:
        is_ever_due = cron.after(datetime(2024, 1, 1, tzinfo=UTC)) is not None
    except CronSimError as error:
        raise CronError(_sentence(str(error), cron.expression)) from None
    if not is_ever_due:
        raise CronError(f"“{cron.expression}” is never due: no year has such a day.")
    return cron


def zone_of(name: str) -> ZoneInfo:
    """Find a time zone by its name.

    >>> zone_of("Mars/Olympus")
    Traceback (most recent call last):
    editor.triggers.cron.CronError: There is no time zone “Mars/Olympus”. Write one as Europe/Berlin, or UTC.
    """
    if name not in zones():
        raise CronError(f"There is no time zone “{name[:60]}”. Write one as Europe/Berlin, or UTC.")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """List the names of time zones."""
    return frozenset(available_timezones())


def _sentence(error: str, expression: str) -> str:
    found = BAD.search(error)
    if not found:
        return f"“{expression}” is no cron expression: {error}."
    name = NAMES.get(found[1], found[1])
    place = ("first", "second", "third", "fourth", "last")[FIELDS.index(name)]
    return f"The {name} is not right in “{expression}”: it is the {place} of the five fields."
