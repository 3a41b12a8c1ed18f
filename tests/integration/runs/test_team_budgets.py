"""The budget that all runs of a team's workflows share: together they never spend more, and admins of the team decide."""

from collections.abc import Mapping
from typing import Any

import pytest

from editor.models import Workflow
from editor.permissions import Role
from graphapp.accounts.models import Membership, Team, User
from runs.models import NodeRun, Reservation, Run
from runs.process import Process
from tests.builders import Graph
from tests.integration.runs.test_budgets import ended, priced_executor, ten_calls, two_calls
from tests.integration.runs.test_workflow_budgets import begun, waits_for_room
from tests.support.bench import Bench, MakeProcess
from tests.support.script import Script
from tests.support.waiting import wait_until

Json = dict[str, Any]
USD = {"usd": 7.0, "on": "fail", "per": "day"}


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(priced_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    bench.actor = people["olga"]
    return Script(people["olga"])


@pytest.fixture
def team(people: Mapping[str, User]) -> Team:
    """Olga owns a team in which Ed edits and Vic runs."""
    team = Team.objects.create(name="Support")
    for name, role in (("olga", Role.OWNER), ("ed", Role.EDITOR), ("vic", Role.RUNNER)):
        Membership.objects.create(team=team, user=people[name], role=role)
    return team


def workflow_of(script: Script, document: Json, team: Team | None) -> str:
    space = {} if team is None else {"team": str(team.pk)}
    status, body = script.post("/workflows", {"name": "Hello", "document": document, **space})
    assert status == 201, body
    return str(body["id"])


def limit(script: Script, team: Team, **budget: Any) -> Json:
    status, body = script.put(f"/teams/{team.pk}/budget", budget)
    assert status == 200, body
    found: Json = body
    return found


def standing(script: Script, team: Team) -> Json:
    found: Json = script.get(f"/teams/{team.pk}/budget")[1]
    return found


def is_settled(script: Script, team: Team) -> bool:
    now = standing(script, team)
    return not now["held_usd"] and not now["held_tokens"]


def asked_of(script: Script, run: Run) -> tuple[str, Json]:
    """Give where a run asks about its budget, and what."""
    held = NodeRun.objects.filter(run=run, reason="budget").get()
    return f"/runs/{run.pk}/answers/{held.node_id}", script.get(f"/runs/{run.pk}/nodes/{held.node_id}")[1]["output"]["request"]


def test_two_workflows_at_once_spend_no_more_than_their_team_may(
    script: Script, process: Process, make_process: MakeProcess, team: Team
) -> None:
    """With an owner each, and one of them with a budget of its own: of twenty calls exactly seven are made."""
    limit(script, team, **USD)
    workflows = [workflow_of(script, ten_calls(3), team) for _ in range(2)]
    assert script.put(f"/workflows/{workflows[0]}/budget", {"usd": 100.0})[0] == 200
    runs = [begun(script, process, workflows[0]), begun(script, make_process(priced_executor), workflows[1])]
    values = [value for run in runs for value in ended(script, process, run)["output"]["result"]]
    refused = [value["error"] for value in values if value != "lab/large"]
    assert (len(values) - len(refused), {one["code"] for one in refused}) == (7, {"budget"})
    assert "The runs of the team “Support” have spent $7.00 of $7.00 today" in refused[-1]["message"]
    wait_until(lambda: is_settled(script, team))
    now = standing(script, team)
    assert (now["spent_usd"], now["spent_tokens"], now["per"]) == (7.0, 700, "day")
    own = script.get(f"/workflows/{workflows[0]}/budget")[1]["spent_usd"]
    assert own == ended(script, process, runs[0])["usage"]["cost_usd"]
    assert not Reservation.objects.exists()


def test_only_admins_of_the_team_raise_what_it_may_spend(
    script: Script, process: Process, team: Team, people: Mapping[str, User]
) -> None:
    """Runs of two workflows ask. Runners and editors are told who decides; one answer of an admin lets both go on."""
    limit(script, team, usd=0.5)
    runs = [begun(script, process, workflow_of(script, two_calls(), team)) for _ in range(2)]
    wait_until(lambda: all(waits_for_room(run) for run in runs))
    path, request = asked_of(script, runs[0])
    assert "The runs of the team “Support” have spent $0.00 of $0.50 this month" in request["message"]
    assert "Only admins of the team may raise its budget." in request["message"]
    assert [field["name"] for field in request["fields"]] == ["team_usd", "model"]
    for name in ("vic", "ed"):
        other = Script(people[name])
        refused = other.post(path, {"button": "raise", "values": {"team_usd": 5}})
        assert (refused[0], refused[1]["error"]["message"]) == (403, "Only admins of the team may raise its budget.")
        assert other.put(f"/teams/{team.pk}/budget", {"usd": 5})[0] == 403
        assert other.get(f"/teams/{team.pk}/budget")[1]["usd"] == 0.5
    too_low = script.post(path, {"button": "raise", "values": {"team_usd": 0.2}})
    assert (too_low[0], too_low[1]["error"]["data"]["fields"].keys()) == (422, {"team_usd"})
    assert script.post(path, {"button": "raise", "values": {"team_usd": 5}})[0] == 202
    assert [ended(script, process, run)["status"] for run in runs] == ["succeeded"] * 2
    wait_until(lambda: standing(script, team)["spent_usd"] == 4.0)
    assert standing(script, team)["usd"] == 5.0


def test_a_runner_goes_on_with_a_cheaper_model_instead(
    script: Script, process: Process, team: Team, people: Mapping[str, User]
) -> None:
    limit(script, team, usd=1.5)
    run = begun(script, process, workflow_of(script, two_calls(), team))
    wait_until(lambda: waits_for_room(run))
    assert Script(people["vic"]).post(asked_of(script, run)[0], {"button": "cheaper"})[0] == 202
    assert ended(script, process, run)["output"] == {"result": "lab/small"}


def test_a_workflow_of_a_persons_own_neither_counts_nor_is_limited(script: Script, process: Process, team: Team) -> None:
    limit(script, team, usd=1.0, on="fail")
    assert ended(script, process, begun(script, process, workflow_of(script, two_calls(), None)))["status"] == "succeeded"
    now = standing(script, team)
    assert (now["spent_usd"], now["held_usd"]) == (0.0, 0.0)


def test_a_workflow_counts_from_when_it_is_moved_into_the_team_until_it_leaves(
    script: Script, process: Process, team: Team, people: Mapping[str, User]
) -> None:
    limit(script, team, usd=3.0)
    workflow = workflow_of(script, two_calls(), None)
    ended(script, process, begun(script, process, workflow))
    assert script.post(f"/workflows/{workflow}/transfer", {"team": str(team.pk)})[0] == 204
    assert standing(script, team)["spent_usd"] == 0.0
    ended(script, process, begun(script, process, workflow))
    wait_until(lambda: is_settled(script, team))
    assert standing(script, team)["spent_usd"] == 2.0
    run = begun(script, process, workflow)
    wait_until(lambda: waits_for_room(run))
    assert standing(script, team)["spent_usd"] == 3.0
    assert script.post(f"/workflows/{workflow}/transfer", {"email": people["olga"].email})[0] == 204
    assert ended(script, process, run)["status"] == "succeeded"
    assert standing(script, team)["spent_usd"] == 3.0


def test_a_run_that_waits_while_its_workflow_moves_counts_for_the_new_team(script: Script, process: Process, team: Team) -> None:
    """It began in nobody's team, asks about its own budget, and asks about the team's once it may spend more of its own."""
    limit(script, team, usd=0.5)
    workflow = workflow_of(script, two_calls(budget_usd=1.5), None)
    run = begun(script, process, workflow)
    wait_until(lambda: waits_for_room(run))
    path, request = asked_of(script, run)
    assert [field["name"] for field in request["fields"]] == ["limit_usd", "model"]
    assert script.post(f"/workflows/{workflow}/transfer", {"team": str(team.pk)})[0] == 204
    assert script.post(path, {"button": "raise", "values": {"limit_usd": 9}})[0] == 202
    asked = NodeRun.objects.filter(run=run, status="waiting", reason="budget")
    wait_until(lambda: "team_usd" in str(list(asked.values_list("output", flat=True))))
    assert script.put(f"/teams/{team.pk}/budget", {})[0] == 200
    assert ended(script, process, run)["status"] == "succeeded"


def test_what_was_spent_before_counts_for_a_new_budget(script: Script, process: Process, team: Team) -> None:
    for _ in range(2):
        ended(script, process, begun(script, process, workflow_of(script, two_calls(), team)))
    ended(script, process, begun(script, process, workflow_of(script, two_calls(), None)))
    assert limit(script, team, usd=4.0, on="fail")["spent_usd"] == 4.0
    workflow = Workflow.objects.filter(team=team).first()
    assert workflow is not None
    assert ended(script, process, begun(script, process, str(workflow.pk)))["error"]["code"] == "budget"


def test_a_call_counts_once_for_a_team_that_has_both_workflows(script: Script, process: Process, team: Team) -> None:
    """A called workflow of the team in a workflow of the team; in one of a person's own it counts for the team alike."""
    limit(script, team, usd=50.0)
    called = workflow_of(script, ten_calls(1), team)
    assert script.post(f"/workflows/{called}/versions", {})[0] == 201
    g = Graph()
    first = g.node("start", "start", fields=[]).to(g.node("run_workflow", "call", workflow=called, input={}))
    first.to(g.node("output", "out"))
    for whose, spent in ((team, 10.0), (None, 20.0)):
        ended(script, process, begun(script, process, workflow_of(script, g.document(), whose)))
        wait_until(lambda: is_settled(script, team))
        assert standing(script, team)["spent_usd"] == spent
