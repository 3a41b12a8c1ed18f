"""When schedules are due on the days on which clocks change, and what follows from times that were missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from editor.errors import Invalid
from editor.triggers.config import ScheduleConfig, config_of
from editor.triggers.cron import read_cron
from runs.triggers.schedule import plan

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(expression: str, after: str, count: int, zone: str = BERLIN) -> list[str]:
    return [moment.isoformat()[5:] for moment in read_cron(expression, zone).first(count, at(after))]


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("30 2 * * *", "2026-03-28 12:00", ["03-29T03:00:00+02:00", "03-30T02:30:00+02:00"]),
        ("30 2 * * *", "2026-10-24 12:00", ["10-25T02:30:00+02:00", "10-26T02:30:00+01:00"]),
        ("0 9 * * *", "2026-03-28 09:00", ["03-29T09:00:00+02:00", "03-30T09:00:00+02:00"]),
        ("30 * * * *", "2026-03-29 00:00", ["03-29T01:30:00+01:00", "03-29T03:30:00+02:00"]),
        ("30 * * * *", "2026-10-25 00:00", ["10-25T02:30:00+02:00", "10-25T02:30:00+01:00", "10-25T03:30:00+01:00"]),
        ("*/30 * * * *", "2026-03-29 00:20", ["03-29T01:30:00+01:00", "03-29T03:00:00+02:00"]),
        ("0 0 29 2 *", "2026-01-01 00:00", ["02-29T00:00:00+01:00", "02-29T00:00:00+01:00"]),
        ("0 9 * * 1-5", "2026-11-27 12:00", ["11-30T09:00:00+01:00", "12-01T09:00:00+01:00"]),
    ],
)
def test_days_on_which_clocks_change(expression: str, after: str, expected: list[str]) -> None:
    """An hour that does not exist is made up for at once; one that comes twice counts once, unless it is due every hour."""
    assert due(expression, after, len(expected)) == expected


@pytest.mark.parametrize("expression", ["30 2 * * *", "0 * * * *", "*/20 * * * *", "15 1-3 * * *"])
@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
def test_times_that_follow_one_another_are_the_same_as_those_listed_at_once(expression: str, zone: str) -> None:
    cron = read_cron(expression, zone)
    for start in ("2026-03-07 00:00", "2026-03-28 12:00", "2026-10-03 00:00", "2026-10-24 22:00", "2026-10-31 20:00"):
        listed, moment = cron.first(60, at(start)), at(start)
        for expected in listed:
            following = cron.after(moment)
            assert following is not None
            assert following.astimezone(UTC) == expected.astimezone(UTC)
            assert following.astimezone(UTC) > moment
            moment = following.astimezone(UTC)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "five fields"),
        ("* * * *", "This one has 4."),
        ("* * * * * *", "This one has 6."),
        ("@daily", "five fields"),
        ("60 * * * *", "The minute is not right"),
        ("0 24 * * *", "The hour is not right"),
        ("0 0 32 * *", "The day of the month is not right"),
        ("0 0 30 2 *", "day of the month"),
        ("0 0 1 13 *", "The month is not right"),
        ("0 0 * * 8", "The day of the week is not right"),
        ("0 0 * * MO", "The day of the week is not right"),
        ("*/0 * * * *", "The minute is not right"),
        ("5-1 * * * *", "The minute is not right"),
        ("0 0 31 4,6 1#6", "not right"),
        ("; rm -rf /", "five fields"),
        ("a b c d e", "The minute is not right"),
        ("9" * 150 + " * * * *", "The minute is not right"),
        ("9" * 300 + " * * * *", "at most 200"),
    ],
)
def test_an_expression_that_is_wrong_says_where(expression: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        config_of("schedule", {"cron": expression})
    assert said in refusal.value.data["fields"]["config.cron"]


def test_a_time_zone_that_is_not_there_is_refused_by_name() -> None:
    for zone in ("Mars/Olympus", "../../etc/passwd", "", "europe/berlin\x00"):
        with pytest.raises(Invalid) as refusal:
            config_of("schedule", {"cron": "0 9 * * *", "time_zone": zone})
        assert "There is no time zone" in refusal.value.data["fields"]["config.time_zone"]


def test_the_end_of_the_calendar_is_the_end_of_a_schedule() -> None:
    cron = read_cron("* * * * *", "Pacific/Kiritimati")
    assert cron.after(datetime(9999, 12, 31, 23, 59, tzinfo=UTC)) is None
    assert cron.after(datetime(8999, 12, 31, 23, 0, tzinfo=UTC)) is None


def planned(missed: str, *, first: str, now: str, **more: Any) -> tuple[list[str], int, str]:
    config = config_of("schedule", {"cron": "0 * * * *", "missed": missed, **more})
    assert isinstance(config, ScheduleConfig)
    found = plan(config, at(first), at(now))
    assert found.next_at is not None
    return [f"{moment:%H:%M}" for moment in found.starts], found.passed_over, f"{found.next_at:%H:%M}"


def test_what_was_missed_is_passed_over_made_up_for_once_or_wholly() -> None:
    away = {"first": "2026-06-01 03:00", "now": "2026-06-01 08:30"}
    assert planned("skip", **away) == ([], 6, "09:00")
    assert planned("once", **away) == (["08:00"], 5, "09:00")
    assert planned("all", **away) == (["03:00", "04:00", "05:00", "06:00", "07:00", "08:00"], 0, "09:00")
    assert planned("all", **away, most_missed=2) == (["07:00", "08:00"], 4, "09:00")


def test_a_moment_late_is_not_missed() -> None:
    for missed in ("skip", "once", "all"):
        assert planned(missed, first="2026-06-01 03:00", now="2026-06-01 03:00:45") == (["03:00"], 0, "04:00")
    assert planned("skip", first="2026-06-01 03:00", now="2026-06-01 03:01:01") == ([], 1, "04:00")


def test_a_year_away_is_worked_out_in_a_moment() -> None:
    config = config_of("schedule", {"cron": "* * * * *", "missed": "all", "most_missed": 100})
    assert isinstance(config, ScheduleConfig)
    found = plan(config, at("2025-06-01 00:00"), at("2026-06-01 00:00:30"))
    assert len(found.starts) == 101
    assert found.starts[-1] - found.starts[0] == timedelta(minutes=100)
