"""Schedules start what is due: once, whoever looks, and as their owner said about what was missed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from editor.models import Workflow
from editor.triggers.models import Trigger
from editor.triggers.services import trigger_create
from graphapp.accounts.models import User
from runs.journal.connection import release
from runs.models import Run
from runs.triggers.models import TriggerCall
from runs.triggers.schedule import fire_due
from runs.wiring import make_executor
from tests.conftest import person
from tests.support.bench import MakeProcess
from tests.support.script import Script
from tests.support.triggers import WHO, published
from tests.support.waiting import wait_until


def schedule(owner: User, workflow: Workflow | None = None, *, ago: timedelta | None = timedelta(0), **config: Any) -> Trigger:
    """Make a schedule, of this minute every day, that has been due for so long; None: that is due when it is."""
    config = {"cron": f"{datetime.now(UTC):%M %H} * * *", **config}
    made = trigger_create(
        workflow=workflow or published(owner), actor=owner, kind="schedule", name="Daily", config=config
    ).trigger
    if ago is not None:
        be_due(made, ago)
    return made


def be_due(trigger: Trigger, ago: timedelta = timedelta(0)) -> None:
    """Let a schedule have been due for so long, since the whole minute."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    Trigger.objects.filter(pk=trigger.pk).update(next_at=minute - ago)


def log(trigger: Trigger) -> list[str]:
    return list(TriggerCall.objects.filter(trigger=trigger).order_by("pk").values_list("code", flat=True))


def test_a_schedule_starts_its_run_and_is_due_again(olga: User) -> None:
    trigger = schedule(olga, input={"who": "Ada"})
    assert trigger.next_at is not None
    assert fire_due() == 1
    run = Run.objects.get()
    assert (run.trigger, run.fired_by_id, run.started_by_id, run.input) == ("schedule", trigger.pk, olga.pk, {"who": "Ada"})
    assert log(trigger) == ["started"]
    trigger.refresh_from_db()
    assert trigger.next_at > datetime.now(UTC)
    assert fire_due() == 0
    assert Run.objects.count() == 1


def test_a_field_for_it_is_told_for_when_the_run_is(olga: User) -> None:
    schedule(olga, published(olga, {"name": "due_at", "type": "text"}), cron="0 * * * *", ago=timedelta(hours=1))
    fire_due()
    assert datetime.fromisoformat(Run.objects.get().input["due_at"]).minute == 0


def test_what_is_off_not_yet_due_deleted_or_in_a_deleted_workflow_starts_nothing(olga: User) -> None:
    off, later, gone = schedule(olga), schedule(olga, ago=-timedelta(hours=1)), schedule(olga)
    Trigger.objects.filter(pk=off.pk).update(enabled=False)
    Workflow.objects.filter(pk=gone.workflow_id).update(archived_at=Now())
    assert fire_due() == 0
    assert log(off) == log(later) == log(gone) == []
    assert not Run.objects.exists()


def test_a_schedule_that_is_switched_on_again_makes_up_for_nothing(olga: User) -> None:
    trigger = schedule(olga, missed="all")
    script, path = Script(olga), f"/api/v1/workflows/{trigger.workflow_id}/triggers/{trigger.pk}"
    for enabled in (False, True):
        script._client.patch(path, json.dumps({"enabled": enabled}), content_type="application/json")
        trigger.refresh_from_db()
        assert (trigger.next_at is not None) is enabled
    assert fire_due() == 0


def test_missed_times_are_made_up_for_as_said(olga: User) -> None:
    away = timedelta(hours=5, minutes=30)
    skips, once, all_of = [schedule(olga, cron="0 * * * *", missed=missed, ago=away) for missed in ("skip", "once", "all")]
    assert fire_due() == 3
    assert Run.objects.filter(fired_by=skips).count() <= 1
    assert log(skips)[0] == "missed"
    assert 1 <= Run.objects.filter(fired_by=once).count() <= 2
    assert log(once)[0] == "missed"
    assert Run.objects.filter(fired_by=all_of).count() in (5, 6)
    assert "missed" not in log(all_of)


def test_what_keeps_a_run_from_starting_is_logged_and_the_schedule_goes_on(olga: User) -> None:
    trigger = schedule(olga, published(olga, {**WHO, "required": True}))
    assert fire_due() == 1
    assert log(trigger) == ["input_invalid"]
    trigger.refresh_from_db()
    assert trigger.next_at is not None
    assert trigger.next_at > datetime.now(UTC)
    Trigger.objects.filter(pk=trigger.pk).update(made_by=None)
    be_due(trigger)
    fire_due()
    assert log(trigger) == ["input_invalid", "nobody"]


def test_a_schedule_whose_runs_take_too_long_passes_over_a_time(olga: User) -> None:
    trigger = schedule(olga, cron="* * * * *")
    Trigger.objects.filter(pk=trigger.pk).update(most_active=1)
    fire_due()
    be_due(trigger, timedelta(minutes=30))
    fire_due()
    assert log(trigger)[:3] == ["started", "missed", "too_many_active"]
    assert Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_schedulers_at_once_start_each_run_once() -> None:
    olga = person("olga")
    workflow = published(olga)
    triggers = [schedule(olga, workflow) for _ in range(6)]

    def look(_: int) -> int:
        try:
            return fire_due()
        finally:
            release()

    with ThreadPoolExecutor(8) as threads:
        done = sum(threads.map(look, range(24)))
    assert done == len(triggers)
    assert [Run.objects.filter(fired_by=trigger).count() for trigger in triggers] == [1] * 6


def test_a_time_that_was_taken_is_not_taken_again_even_if_it_is_due_again(olga: User) -> None:
    trigger = schedule(olga, ago=None)
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    for _ in range(2):
        Trigger.objects.filter(pk=trigger.pk).update(next_at=due)
        fire_due()
    assert log(trigger)[:2] == ["started", "repeated"]


def test_two_worker_processes_start_and_finish_one_run(make_process: MakeProcess) -> None:
    olga = person("olga")
    for _ in range(2):
        make_process(make_executor)
    trigger = schedule(olga, input={"who": "Ada"})
    wait_until(lambda: Run.objects.filter(fired_by=trigger, status="succeeded").exists())
    trigger.refresh_from_db()
    assert trigger.last_fired_at is not None
    assert Run.objects.filter(fired_by=trigger).count() == 1
    assert log(trigger) == ["started"]


def test_the_next_ten_times_are_shown_with_their_offsets(olga: User) -> None:
    script = Script(olga)
    status, body = script.post("/schedules/preview", {"cron": "30 2 * * *", "time_zone": "Europe/Berlin"})
    assert (status, len(body["items"])) == (200, 10)
    assert all(one["local"].endswith(("02:30", "03:00")) and one["offset"] in ("+01:00", "+02:00") for one in body["items"])
    trigger = schedule(olga, cron="0 9 * * 1-5", time_zone="Asia/Kolkata")
    times = script.get(f"/workflows/{trigger.workflow_id}/triggers/{trigger.pk}/times")[1]["items"]
    assert {one["offset"] for one in times} == {"+05:30"}
    status, body = script.post("/schedules/preview", {"cron": "99 * * * *"})
    assert (status, body["error"]["data"]["fields"]["config.cron"][:23]) == (422, "The minute is not right")
