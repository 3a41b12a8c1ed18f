"""Teams, invitations, shares and handing over, through the API and the pages behind links."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from editor.knowledge.services import base_create
from editor.models import Grant, KnowledgeBase, Workflow
from editor.permissions import Role, role_of
from editor.services import document_read, workflow_archive, workflow_create
from graphapp.accounts.models import Invitation, Membership, Team, User
from graphapp.accounts.teams import member_set, team_create
from runs.models import Run
from runs.services import run_start
from tests.builders import hello
from tests.conftest import PASSWORD
from tests.support.script import Script

pytestmark = pytest.mark.django_db

NEW = "new@example.org"


@pytest.fixture(autouse=True)
def sent_at_once(django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mails go out as they would after the commit."""
    monkeypatch.setattr("graphapp.accounts.invitations.transaction.on_commit", lambda work: work())


@pytest.fixture
def team(people: dict[str, User]) -> Team:
    """Olga's team, in which Ed edits and Vic views."""
    team = team_create(actor=people["olga"], name="Crew").team
    Membership.objects.create(team=team, user=people["ed"], role=Role.EDITOR)
    Membership.objects.create(team=team, user=people["vic"], role=Role.VIEWER)
    return team


def browser_of(person: User) -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def path_of(link: str) -> str:
    return "/invitations/" + link.rpartition("/")[2]


def test_a_stranger_follows_an_invitation_and_has_an_account_and_a_team(
    team: Team, people: dict[str, User], mailoutbox: list[Any]
) -> None:
    status, made = Script(user=people["olga"]).post(
        f"/teams/{team.pk}/invitations", {"email": " New@Example.org", "role": "runner"}
    )
    assert (status, made["email"]) == (201, NEW)
    (mail,) = mailoutbox
    assert (mail.to, made["link"] in mail.body) == ([NEW], True)
    assert made["link"].rpartition("/")[2] not in str(Invitation.objects.values())

    browser, path = Client(), path_of(made["link"])
    assert "the team Crew" in browser.get(path).content.decode()
    short = browser.post(path, {"name": "Nora New", "password": "short"})
    assert (short.status_code, User.objects.filter(email=NEW).exists()) == (422, False)
    answer = browser.post(path, {"name": "Nora New", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/teams")
    assert browser.get("/api/v1/teams").json()["items"][0]["role"] == "runner"
    assert role_of(User.objects.get(email=NEW), team) is Role.RUNNER

    for again in (Client(), browser):
        assert again.get(path).status_code == again.post(path, {"name": "X", "password": PASSWORD}).status_code == 410


def test_an_invitation_serves_its_address_alone_for_a_week_and_until_it_is_withdrawn(team: Team, people: dict[str, User]) -> None:
    olga = Script(user=people["olga"])

    def invited(email: str) -> dict[str, Any]:
        made: dict[str, Any] = olga.post(f"/teams/{team.pk}/invitations", {"email": email, "role": "admin"})[1]
        return made

    for_sam = invited(people["sam"].email)
    assert browser_of(people["vic"]).post(path_of(for_sam["link"])).status_code == 403
    replaced = for_sam
    for_sam = invited(people["sam"].email)
    assert browser_of(people["sam"]).post(path_of(replaced["link"])).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert browser_of(people["sam"]).post(path_of(for_sam["link"])).status_code == 410
    for_sam = invited(people["sam"].email)
    assert [one["email"] for one in olga.get(f"/teams/{team.pk}")[1]["invitations"]] == [people["sam"].email]
    assert olga.delete(f"/teams/{team.pk}/invitations/{for_sam['id']}")[0] == 204
    assert browser_of(people["sam"]).post(path_of(for_sam["link"])).status_code == 410
    assert role_of(people["sam"], team) is Role.NONE
    assert browser_of(people["sam"]).post(path_of(invited(people["sam"].email)["link"])).status_code == 302
    assert role_of(people["sam"], team) is Role.ADMIN


def test_who_may_sign_up_is_the_operators_setting(
    team: Team, people: dict[str, User], settings: Any, mailoutbox: list[Any]
) -> None:
    link = Script(user=people["olga"]).post(f"/teams/{team.pk}/invitations", {"email": NEW, "role": "viewer"})[1]["link"]
    form = {"email": "other@example.org", "password1": PASSWORD, "password2": PASSWORD}
    settings.GRAPHAPP_SIGNUP = "closed"
    assert b"Choose a password" not in Client().get(path_of(link)).content
    assert Client().post(path_of(link), {"name": "N", "password": PASSWORD}).status_code == 422
    assert Client().post("/accounts/signup/", form).status_code == 404
    settings.GRAPHAPP_SIGNUP, settings.ACCOUNT_EMAIL_VERIFICATION = "open", "mandatory"
    browser = Client()
    assert browser.get("/accounts/signup/").status_code == 200
    assert browser.post("/accounts/signup/", form).status_code == 302
    assert mailoutbox[-1].to == ["other@example.org"]
    assert browser.get("/api/v1/me").status_code == 401
    confirm = next(word for word in mailoutbox[-1].body.split() if "confirm-email" in word)
    browser.post("/" + confirm.split("/", 3)[3])
    assert EmailAddress.objects.get(email="other@example.org").verified


def test_nobody_takes_an_address_that_they_have_not_shown_to_hold(people: dict[str, User]) -> None:
    browser = browser_of(people["sam"])
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    browser.post("/accounts/email/", {"action_add": "", "email": "boss@example.org"})
    browser.post("/accounts/email/", {"action_primary": "", "email": "boss@example.org"})
    assert EmailAddress.objects.filter(email="boss@example.org", verified=False).exists()
    assert User.objects.get(pk=people["sam"].pk).email == "sam@example.org"


def test_a_team_keeps_an_owner_and_only_owners_change_owners(team: Team, people: dict[str, User]) -> None:
    olga, ed = people["olga"], people["ed"]
    member_set(team=team, actor=olga, user_id=ed.pk, role=Role.ADMIN)
    admin, owner, base = Script(user=ed), Script(user=olga), f"/teams/{team.pk}/members"
    for answer in (
        admin.put(f"{base}/{ed.pk}", {"role": "owner"}),
        admin.put(f"{base}/{olga.pk}", {"role": "viewer"}),
        admin.delete(f"{base}/{olga.pk}"),
        admin.post(f"/teams/{team.pk}/invitations", {"email": NEW, "role": "owner"}),
    ):
        assert answer[0] == 403
    for status, body in (owner.delete(f"{base}/{olga.pk}"), owner.put(f"{base}/{olga.pk}", {"role": "admin"})):
        assert (status, body["error"]["code"]) == (409, "last_owner")
    assert owner.put(f"{base}/{ed.pk}", {"role": "owner"})[0] == 200
    assert owner.delete(f"{base}/{olga.pk}")[0] == 204
    assert owner.get(f"/teams/{team.pk}")[0] == 404
    assert admin.delete(f"{base}/{people['vic'].pk}")[0] == 204


def test_a_team_is_deleted_only_when_it_owns_nothing_and_no_run_is_lost(team: Team, people: dict[str, User]) -> None:
    olga = people["olga"]
    kept, gone = [workflow_create(actor=people["ed"], name="Same", team=team, document=document_read(hello())) for _ in range(2)]
    run = run_start(workflow=gone, actor=people["ed"], input={"who": "you"})
    workflow_create(actor=olga, name="Same")
    base = base_create(actor=olga, name="Facts", team=team)
    workflow_archive(workflow=gone, actor=olga)
    script = Script(user=olga)
    status, body = script.delete(f"/teams/{team.pk}")
    assert (status, body["error"]["data"]) == (409, {"workflows": ["Same"], "knowledge_bases": ["Facts"]})
    assert Script(user=people["ed"]).delete(f"/teams/{team.pk}")[0] == 403
    assert script.post(f"/workflows/{kept.pk}/transfer", {"email": "ed@example.org"})[0] == 204
    assert script.post(f"/knowledge/{base.pk}/transfer", {"email": "olga@example.org"})[0] == 204
    assert script.delete(f"/teams/{team.pk}")[0] == 204
    assert Run.objects.visible_to(olga).get() == run
    assert role_of(people["ed"], Workflow.objects.get(pk=kept.pk)) is Role.OWNER
    assert role_of(olga, KnowledgeBase.objects.get(pk=base.pk)) is Role.OWNER
    assert not Team.objects.exists()


def test_what_is_handed_over_keeps_its_history_and_goes_to_teams_and_teammates_alone(team: Team, people: dict[str, User]) -> None:
    olga, sam = people["olga"], people["sam"]
    workflow_create(actor=olga, name="Same", team=team)
    workflow = workflow_create(actor=olga, name="Same", document=document_read(hello()))
    run = run_start(workflow=workflow, actor=olga, input={"who": "you"})
    theirs = team_create(actor=sam, name="Theirs").team
    script = Script(user=olga)
    for to, expected in (
        ({"email": "sam@example.org"}, 422),
        ({"email": "nobody@example.org"}, 422),
        ({}, 422),
        ({"team": str(theirs.pk)}, 404),
        ({"team": str(team.pk)}, 204),
    ):
        assert script.post(f"/workflows/{workflow.pk}/transfer", to)[0] == expected
    moved = Workflow.objects.get(pk=workflow.pk)
    assert (moved.owner_id, moved.team_id, moved.slug) == (None, team.pk, "same-2")
    assert run in Run.objects.visible_to(people["vic"])
    assert Script(user=people["ed"]).post(f"/workflows/{workflow.pk}/transfer", {"email": "ed@example.org"})[0] == 403


@pytest.mark.parametrize("kind", ["workflows", "knowledge"])
def test_sharing_by_address_says_nothing_of_who_has_an_account(kind: str, people: dict[str, User], mailoutbox: list[Any]) -> None:
    thing: Any = (
        workflow_create(actor=people["olga"], name="Shared")
        if kind == "workflows"
        else base_create(actor=people["olga"], name="Shared")
    )
    script, base = Script(user=people["olga"]), f"/{kind}/{thing.pk}/grants"
    answers = {email: script.post(base, {"email": email, "role": "editor"}) for email in ("sam@example.org", NEW)}
    shapes = []
    for email, (status, made) in answers.items():
        assert (status, made["kind"], made["email"], made["name"], len(made["link"])) == (
            201, "person", email, email, len(answers[NEW][1]["link"]),
        )  # fmt: skip
        shapes.append({name: type(value) for name, value in made.items()})
    assert shapes[0] == shapes[1]
    listed = script.get(base)[1]["items"]
    assert [{**one, "id": "", "created_at": "", "email": "", "name": ""} for one in listed[:1]] == [
        {**one, "id": "", "created_at": "", "email": "", "name": ""} for one in listed[1:]
    ]
    assert [mail.subject for mail in mailoutbox] == [mailoutbox[0].subject] * 2
    assert mailoutbox[0].body.count("\n") == mailoutbox[1].body.count("\n")

    assert role_of(people["sam"], thing) is Role.EDITOR
    browser = Client()
    answer = browser.post(path_of(answers[NEW][1]["link"]), {"name": "Nora", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, f"/{kind}/{thing.pk}")
    assert role_of(User.objects.get(email=NEW), thing) is Role.EDITOR
    assert browser_of(people["sam"]).post(path_of(answers["sam@example.org"][1]["link"]))["Location"] == f"/{kind}/{thing.pk}"


def test_a_share_is_changed_by_its_owner_and_let_go_of_by_its_receiver(team: Team, people: dict[str, User]) -> None:
    workflow = workflow_create(actor=people["olga"], name="Shared")
    olga, ed, base = Script(user=people["olga"]), Script(user=people["ed"]), f"/workflows/{workflow.pk}/grants"
    to_ed = olga.post(base, {"email": "ed@example.org", "role": "editor"})[1]
    to_team = olga.post(base, {"team": str(team.pk), "role": "runner"})[1]
    assert (to_team["name"], to_team["link"], role_of(people["vic"], workflow)) == ("Crew", "", Role.VIEWER)
    assert [one["kind"] for one in ed.get(base)[1]["items"]] == ["person", "team"]
    assert ed.post(base, {"email": "sam@example.org", "role": "viewer"})[0] == 403
    assert ed.put(f"{base}/{to_team['id']}", {"role": "viewer"})[0] == 403
    assert Script(user=people["vic"]).get(base)[0] == 403
    for wrong in ({"role": "viewer"}, {"email": "x", "role": "viewer"}, {"email": "olga@example.org", "role": "viewer"}):
        assert olga.post(base, wrong)[0] == 422
    assert olga.post(base, {"email": "ed@example.org", "role": "admin"})[0] == 422
    assert olga.post(base, {"email": "ED@example.org", "role": "viewer"})[1]["id"] == to_ed["id"]
    assert olga.put(f"{base}/{to_ed['id']}", {"role": "runner"})[1]["role"] == "runner"
    assert ed.delete(f"{base}/{to_ed['id']}")[0] == 204
    assert olga.delete(f"{base}/{to_team['id']}")[0] == 204
    assert not Grant.objects.exists()
    assert ed.get(f"/workflows/{workflow.pk}")[0] == 404


def test_a_deleted_account_leaves_its_teams_things_and_runs_and_nothing_of_its_own(team: Team, people: dict[str, User]) -> None:
    ed, olga, sam = people["ed"], people["olga"], people["sam"]
    ours = workflow_create(actor=ed, name="Ours", team=team, document=document_read(hello()))
    run = run_start(workflow=ours, actor=ed, input={"who": "you"})
    mine = workflow_create(actor=ed, name="Mine", document=document_read(hello()))
    base_create(actor=ed, name="Mine")
    Grant.objects.create(workflow=mine, person=sam, role=Role.RUNNER)
    browser, path = browser_of(ed), "/accounts/delete/"
    assert browser.get(path).status_code == 200
    for wrong in ({"email": "x@example.org", "password": PASSWORD}, {"email": ed.email, "password": "wrong"}):
        assert browser.post(path, wrong).status_code == 422
    theirs = team_create(actor=ed, name="Alone").team
    assert b"Alone" in browser.get(path).content
    right = {"email": ed.email, "password": PASSWORD}
    assert browser.post(path, right).status_code == 409
    theirs.delete()
    assert browser.post(path, right).status_code == 302
    assert browser.get("/api/v1/me").status_code == browser_of(ed).get("/api/v1/me").status_code == 401
    assert run in Run.objects.visible_to(olga)
    assert role_of(olga, Workflow.objects.get(pk=ours.pk)) is Role.OWNER
    assert Script(user=sam).get(f"/workflows/{mine.pk}")[0] == 404
    assert not KnowledgeBase.objects.exists()
    assert not User.objects.filter(email="ed@example.org").exists()
    right = {"email": olga.email, "password": PASSWORD}
    assert browser_of(olga).post(path, right).status_code == 409
