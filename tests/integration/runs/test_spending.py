"""What was spent: by day, workflow, model and provider, the same before and after a day is summed up."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from editor.models import Workflow
from editor.services import document_read, version_publish, workflow_archive, workflow_create
from graphapp.accounts.models import User
from runs.journal.spending import forget_sums, sum_up_days
from runs.models import NodeRun, Run, Spending, SpendingDay
from runs.spent import REPORT
from tests.builders import hello
from tests.support.script import Script

NOW = datetime.now(UTC)
GPT, LOCAL = "openai/gpt-4o-mini", "local/smollm2"


@pytest.fixture
def script(people: Mapping[str, User]) -> Script:
    """Call as olga."""
    return Script(people["olga"])


def workflow_of(person: User, name: str) -> Workflow:
    """Make a workflow with a version."""
    workflow = workflow_create(actor=person, name=name, document=document_read(hello()))
    version_publish(workflow=workflow, actor=person)
    return workflow


def spent(workflow: Workflow, days_ago: int, model: str = GPT, usd: float = 0.0, tokens: int = 100) -> Run:
    """Write a run of one node run that used something so many days ago."""
    at = NOW - timedelta(days=days_ago)
    usage = {"input_tokens": tokens, "output_tokens": 10, "cost_usd": usd, "model": model}
    version = workflow.versions.get()
    run = Run.objects.create(workflow=workflow, version=version, status="succeeded", usage=usage, finished_at=at)
    Run.objects.filter(pk=run.pk).update(created_at=at)
    NodeRun.objects.create(run=run, node_id="ask", status="succeeded", usage=usage, started_at=at, finished_at=at)
    NodeRun.objects.create(run=run, node_id="start", status="succeeded", started_at=at, finished_at=at)
    return run


def report(script: Script, query: str = "") -> Any:
    """Ask what was spent."""
    status, answer = script.get(f"/spending{query}")
    assert status == 200, answer
    return answer


def test_it_is_told_by_workflow_model_provider_and_day_beside_the_period_before(script: Script, olga: User) -> None:
    triage, drafts = workflow_of(olga, "Triage"), workflow_of(olga, "Drafts")
    dearest = spent(triage, 0, usd=0.5)
    spent(triage, 3, LOCAL, tokens=1000)
    spent(drafts, 3, usd=0.25)
    spent(drafts, 40, usd=0.1)
    spent(drafts, 90, usd=9.0)
    answer = report(script)
    assert answer["total"] == {"node_runs": 3, "input_tokens": 1200, "output_tokens": 30, "cost_usd": 0.75}
    assert (answer["before"]["cost_usd"], answer["before"]["node_runs"]) == (0.1, 1)
    assert [(one["name"], one["spent"]["cost_usd"], one["before"]["cost_usd"]) for one in answer["workflows"]] == [
        ("Triage", 0.5, 0.0),
        ("Drafts", 0.25, 0.1),
    ]
    assert [(one["key"], one["spent"]["node_runs"]) for one in answer["models"]] == [(GPT, 2), (LOCAL, 1)]
    assert [one["key"] for one in answer["providers"]] == ["openai", "local"]
    assert len(answer["days"]) == 30
    assert {day["day"]: day["cost_usd"] for day in answer["days"] if day["node_runs"]} == {
        (NOW - timedelta(days=3)).date().isoformat(): 0.25,
        NOW.date().isoformat(): 0.5,
    }
    assert answer["runs"][0]["id"] == str(dearest.pk)
    assert [run["usage"]["cost_usd"] for run in answer["runs"]] == [0.5, 0.25, 0.0]
    one = report(script, f"?workflow={drafts.pk}")
    assert ([w["name"] for w in one["workflows"]], one["total"]["cost_usd"]) == (["Drafts"], 0.25)


def test_days_that_are_summed_up_read_the_same_and_outlive_their_runs(script: Script, olga: User) -> None:
    triage = workflow_of(olga, "Triage")
    for days_ago, usd in ((0, 0.5), (2, 0.25), (2, 0.25), (5, 0.125)):
        spent(triage, days_ago, usd=usd)
    before = report(script)
    assert sum_up_days() == SpendingDay.objects.count() >= 4
    assert sum_up_days() == 0
    assert sorted(Spending.objects.values_list("node_runs", "cost_usd")) == [(1, 0.125), (2, 0.5)]
    assert report(script) == before
    forget_sums()
    sum_up_days()
    assert report(script) == before
    NodeRun.objects.all().delete()
    Run.objects.all().delete()
    assert report(script)["total"]["cost_usd"] == 0.625
    workflow_archive(workflow=triage, actor=olga)
    assert [(one["name"], one["is_archived"]) for one in report(script)["workflows"]] == [("Triage", True)]


def test_nobody_sees_what_others_spent(script: Script, olga: User, sam: User) -> None:
    theirs = workflow_of(sam, "Theirs")
    spent(theirs, 0, usd=1.0)
    spent(theirs, 2, usd=1.0)
    for _ in range(2):
        answer = report(script)
        assert (answer["total"]["node_runs"], answer["workflows"], answer["runs"]) == (0, [], [])
        assert script.get(f"/spending?workflow={theirs.pk}")[0] == 404
        sum_up_days()


@pytest.mark.parametrize("query", ["?first=2025-01-02&last=2025-01-01", "?first=2023-01-01&last=2025-01-01", "?first=soon"])
def test_a_period_that_is_none_is_refused(script: Script, olga: User, query: str) -> None:
    status, answer = script.get(f"/spending{query}")
    assert status == 422, answer


MANY = """
INSERT INTO runs_noderun (
    run_id, scope_path, node_id, status, reason, attempt, failures, losses, ports, chosen, preview, degraded, key, origin, stale,
    epoch, usage, finished_at
)
SELECT %(run)s, 'm#' || n || '/', 'ask', 'succeeded', '', 1, 0, 0, '[]', '[]', '', false, '', '', false, 1,
    jsonb_build_object('input_tokens', 10, 'output_tokens', 5, 'cost_usd', 0.001, 'model', 'openai/m' || n %% 3),
    now() - (n %% 60) * interval '1 day'
FROM generate_series(1, 30000) n
"""


def test_a_long_period_reads_sums_and_of_the_node_runs_only_the_newest(script: Script, olga: User) -> None:
    workflow = workflow_of(olga, "Much")
    run = spent(workflow, 0)
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"run": run.pk})
        while sum_up_days():
            pass
        cursor.execute("ANALYZE runs_noderun")
        cursor.execute("ANALYZE runs_spending")
        today = NOW.date()
        params: dict[str, Any] = {
            "workflows": [str(workflow.pk)],
            "before": today - timedelta(days=59),
            "first": today - timedelta(days=29),
            "end": today + timedelta(days=1),
        }
        cursor.execute(f"EXPLAIN {REPORT}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "node_run_spent" in plan, plan
    assert "Seq Scan on runs_noderun" not in plan, plan
    assert report(script)["total"]["node_runs"] == 15_001
