"""Who is what to a thing: by owning it, by a team, and by what it was shared as."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from editor.credential_selectors import belongings, credential_list
from editor.credential_services import credential_create, default_models_set
from editor.errors import Forbidden, NotFound
from editor.knowledge.services import base_create
from editor.models import Credential, Grant, KnowledgeBase, Workflow
from editor.permissions import Action, Role, can, role_of, roles_of, visible_to
from editor.selectors import workflow_get, workflow_list
from editor.services import workflow_create, workflow_duplicate
from graphapp.accounts.models import Membership, Team, User

pytestmark = pytest.mark.django_db


def team_with(name: str = "Crew", **members: Role) -> Team:
    """Make a team of some of the four, by name."""
    team = Team.objects.create(name=name)
    for person, role in members.items():
        Membership.objects.create(team=team, user=User.objects.get(email=f"{person}@example.org"), role=role)
    return team


@pytest.mark.parametrize("role", [role for role in Role if role])
def test_a_member_is_to_a_teams_things_what_they_are_in_the_team(people: dict[str, User], role: Role) -> None:
    team = team_with(olga=Role.OWNER, ed=role)
    workflow = workflow_create(actor=people["olga"], name="Ours", team=team)
    base = base_create(actor=people["olga"], name="Ours", team=team)
    key = credential_create(actor=people["olga"], kind="model", name="ours", provider="openai", secret="sk-0123456789", team=team)
    for thing in (workflow, base, key, team):
        assert role_of(people["ed"], thing) is role
        assert role_of(people["olga"], thing) is Role.OWNER
        assert role_of(people["sam"], thing) is Role.NONE


def test_a_role_is_the_most_of_all_ways_to_a_thing_and_no_more_than_what_a_member_is_in_a_team(people: dict[str, User]) -> None:
    workflow = workflow_create(actor=people["olga"], name="Shared")
    crew, board = team_with("Crew", ed=Role.RUNNER, vic=Role.OWNER), team_with("Board", ed=Role.VIEWER)
    Grant.objects.create(workflow=workflow, team=crew, role=Role.EDITOR)
    Grant.objects.create(workflow=workflow, team=board, role=Role.EDITOR)
    assert role_of(people["ed"], workflow) is Role.RUNNER
    assert role_of(people["vic"], workflow) is Role.EDITOR
    Grant.objects.create(workflow=workflow, person=people["ed"], role=Role.EDITOR)
    assert role_of(people["ed"], workflow) is Role.EDITOR
    assert role_of(people["sam"], workflow) is Role.NONE


def test_what_is_seen_by_several_ways_is_listed_once(people: dict[str, User]) -> None:
    ed = people["ed"]
    team, other = team_with("Crew", olga=Role.OWNER, ed=Role.EDITOR), team_with("Board", ed=Role.VIEWER)
    ours = workflow_create(actor=people["olga"], name="Ours", team=team)
    shared = workflow_create(actor=people["olga"], name="Shared")
    mine = workflow_create(actor=ed, name="Mine")
    workflow_create(actor=people["sam"], name="Hidden")
    for workflow in (ours, shared):
        Grant.objects.create(workflow=workflow, person=ed, role=Role.VIEWER)
        Grant.objects.create(workflow=workflow, team=other, role=Role.VIEWER)
    page = workflow_list(actor=ed)
    assert (page.total, [one.name for one in page.items]) == (3, ["Mine", "Shared", "Ours"])
    spaces = {"mine": [mine], "shared": [shared], str(team.pk): [ours], str(other.pk): []}
    assert {space: list(workflow_list(actor=ed, space=space).items) for space in spaces} == spaces
    for foreign in (str(team_with("Theirs", sam=Role.OWNER).pk), "nonsense"):
        with pytest.raises(NotFound):
            workflow_list(actor=ed, space=foreign)


def test_a_condition_and_a_role_always_say_the_same(people: dict[str, User]) -> None:
    teams = [team_with(f"Team {role}", olga=Role.OWNER, ed=role) for role in Role if role]
    for team in teams:
        workflow_create(actor=people["olga"], name="Ours", team=team)
        for role in (Role.VIEWER, Role.RUNNER, Role.EDITOR):
            shared = workflow_create(actor=people["olga"], name="Shared")
            Grant.objects.create(workflow=shared, team=team, role=role)
    everything = list(Workflow.objects.all())
    roles = roles_of(people["ed"], everything)
    for action in (Action.WORKFLOW_VIEW, Action.RUN_START, Action.DRAFT_SAVE, Action.WORKFLOW_ARCHIVE):
        found = set(Workflow.objects.filter(visible_to(people["ed"], action=action)))
        assert found == {one for one in everything if can(people["ed"], action, one)}
        assert roles == {one.pk: role_of(people["ed"], one) for one in everything}


def test_a_list_takes_as_many_queries_for_many_as_for_one(people: dict[str, User]) -> None:
    team = team_with(olga=Role.OWNER, ed=Role.EDITOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            roles_of(people["ed"], list(workflow_list(actor=people["ed"]).items))
        return len(seen)

    workflow_create(actor=people["olga"], name="Ours", team=team)
    one = queries()
    for _ in range(20):
        workflow_create(actor=people["olga"], name="Ours", team=team)
    assert queries() == one == 4


def test_one_owner_and_no_second_name_the_database_sees_to(people: dict[str, User]) -> None:
    team, olga = team_with(olga=Role.OWNER), people["olga"]
    mine, ours = workflow_create(actor=olga, name="Same"), workflow_create(actor=olga, name="Same", team=team)
    assert (mine.slug, ours.slug) == ("same", "same")
    assert workflow_create(actor=olga, name="Same", team=team).slug == "same-2"
    base = base_create(actor=olga, name="Base")
    for model, pk, wrong in (
        (Workflow, mine.pk, {"team": team}),
        (Workflow, mine.pk, {"owner": None}),
        (KnowledgeBase, base.pk, {"team": team}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=pk).update(**wrong)
    grants: tuple[dict[str, object], ...] = (
        {"workflow": mine, "knowledge": base, "person": olga, "role": Role.VIEWER},
        {"workflow": mine, "role": Role.VIEWER},
        {"workflow": mine, "team": team, "role": Role.OWNER},
    )
    for grant in grants:
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(**grant)


def test_only_who_edits_in_a_team_adds_to_it(people: dict[str, User]) -> None:
    team = team_with(olga=Role.OWNER, ed=Role.EDITOR, vic=Role.RUNNER)
    workflow = workflow_create(actor=people["ed"], name="Ours", team=team)
    for make in (workflow_create, base_create):
        with pytest.raises(Forbidden):
            make(actor=people["vic"], name="No", team=team)
        with pytest.raises(NotFound):
            make(actor=people["sam"], name="No", team=team)
    assert workflow_duplicate(workflow=workflow, actor=people["ed"]).team_id == team.pk
    assert workflow_duplicate(workflow=workflow, actor=people["vic"]).owner_id == people["vic"].pk


def test_a_grant_that_waits_for_somebody_by_their_address_grants_nothing(people: dict[str, User]) -> None:
    workflow = workflow_create(actor=people["olga"], name="Shared")
    Grant.objects.create(workflow=workflow, email=people["sam"].email, role=Role.EDITOR)
    with pytest.raises(NotFound):
        workflow_get(actor=people["sam"], workflow_id=workflow.pk)


def test_a_team_comes_before_the_person_and_serves_its_runners_alone(people: dict[str, User]) -> None:
    olga, ed, vic, sam = people.values()
    team = team_with(olga=Role.OWNER, ed=Role.RUNNER, vic=Role.VIEWER)
    for person, name in ((ed, "both"), (ed, "mine"), (sam, "both")):
        _key(person, name)
    ours = {name: _key(olga, name, team) for name in ("both", "ours")}
    default_models_set(actor=ed, chosen={"cheap": "mine/small", "good": "mine/large"})
    default_models_set(actor=olga, chosen={"cheap": "ours/small"}, team=team)

    found = belongings(str(ed.pk), str(team.pk))
    assert {name for name in found.credentials if len(name) < 10} == {"both", "ours", "mine"}
    assert found.credentials["both"].pk == ours["both"].pk
    assert found.defaults == {"cheap": "ours/small", "good": "mine/large"}
    assert belongings(str(ed.pk)).credentials["both"].owner_id == ed.pk
    for person in (vic, sam):
        others = belongings(str(person.pk), str(team.pk))
        assert others.defaults == {}
        assert not any(row.team_id for row in others.credentials.values())
    assert set(belongings("", str(team.pk)).credentials) >= {"both", "ours"}


def test_editors_may_use_a_teams_credentials_and_only_its_administrators_change_them(people: dict[str, User]) -> None:
    olga, ed, vic, sam = people.values()
    team = team_with(olga=Role.ADMIN, ed=Role.EDITOR, vic=Role.RUNNER)
    key = _key(olga, "ours", team)
    assert credential_list(actor=ed, team=team) == [key]
    assert can(ed, Action.CREDENTIAL_USE, key)
    assert not can(ed, Action.CREDENTIAL_EDIT, key)
    with pytest.raises(Forbidden):
        _key(ed, "another", team)
    for person, refusal in ((vic, Forbidden), (sam, NotFound)):
        assert key not in Credential.objects.usable_by(person)
        with pytest.raises(refusal):
            credential_list(actor=person, team=team)


def _key(person: User, name: str, team: Team | None = None) -> Credential:
    return credential_create(actor=person, kind="model", name=name, provider="openai", secret="sk-0123456789", team=team)
