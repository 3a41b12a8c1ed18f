"""The access matrix: every operation of the API and every socket as every kind of actor, each cell declared in one table."""

from collections.abc import Mapping

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from editor.permissions import NEEDS, Role
from graphapp.accounts.models import Membership, User
from runs.routing import websocket_urlpatterns
from runs.sockets import NOT_SIGNED_IN, NOT_YOURS
from tests.conftest import Site
from tests.security.matrix import OPERATIONS, SIGNED_IN, SOCKETS, Row
from tests.security.routes import belongings, call, owned_by_team, routes, signed_in
from tests.security.test_c13_verbs import ACTIONS
from tests.support.viewer import Viewer

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]

MEMBERS = {role.name.lower(): role for role in Role if role}
STRANGERS = ("outsider", "staff")
ACTORS = ("anonymous", *STRANGERS, *MEMBERS)


def actors_of(ids: Mapping[str, str], owner: User) -> dict[str, User]:
    """Make one person of each kind, and give what was made to a team of those who are members."""
    people = {
        name: User.objects.create_user(f"{name}@example.org", is_staff=name == "staff", is_superuser=name == "staff")
        for name in ACTORS[1:]
    }
    members = {people[name]: role for name, role in MEMBERS.items()}
    owned_by_team(ids, {owner: Role.OWNER, **members})
    for person, role in members.items():
        Membership.objects.create(team_id=ids["team_id"], user=person, role=role)
    return people


def contents() -> dict[str, tuple[int, str]]:
    """Sum up every table of what people author, of what happened and of teams, in one query."""
    models = [model for label in ("editor", "runs") for model in apps.get_app_config(label).get_models()]
    names = {model._meta.label: model._meta.db_table for model in models}
    names |= {"accounts.Team": "accounts_team", "accounts.Membership": "accounts_membership"}
    names |= {"accounts.Invitation": "accounts_invitation"}
    each = "SELECT '{}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    query = " UNION ALL ".join(each.format(label, table) for label, table in names.items())
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {label: (count, digest) for label, count, digest in cursor.fetchall()}


def test_the_table_has_a_line_for_each_operation_and_socket_and_says_what_the_permissions_say() -> None:
    assert set(OPERATIONS) == {route.operation for route in routes()}
    assert set(SOCKETS) == {str(pattern.pattern) for pattern in websocket_urlpatterns}
    for operation, line in OPERATIONS.items():
        action = ACTIONS[operation]
        assert line.least == (SIGNED_IN if action is None else NEEDS[action]), operation


@pytest.mark.parametrize("actor", ACTORS)
def test_each_actor_gets_in_where_the_table_says_and_changes_nothing_else(actor: str, olga: User) -> None:
    ids = belongings(olga)
    people = actors_of(ids, olga)
    client = Client() if actor == "anonymous" else signed_in(people[actor])
    before, wrong = contents(), {}
    for route in routes():
        with transaction.atomic():
            status = call(client, route, ids).status_code
            after = contents()
            transaction.set_rollback(True)
        changed = {label for label in after if after[label] != before[label]}
        line = OPERATIONS[route.operation]
        if not as_declared(actor, line, status, changed):
            wrong[route.operation] = (status, changed)
    assert wrong == {}


def as_declared(actor: str, line: Row, status: int, changed: set[str]) -> bool:
    """Compare one cell with its declaration."""
    if actor == "anonymous":
        return status == 401 and not changed
    role = MEMBERS.get(actor, Role.NONE)
    if role >= line.least:
        return (status == line.answer or (line.answer is None and status < 300)) and changed <= line.changes
    return status in ({404} if actor in STRANGERS else {403, 404}) and not changed


def test_each_socket_serves_whom_the_table_says(live_web: Site) -> None:
    owner = live_web.people["olga"]
    ids = belongings(owner)
    site = Site(live_web.web, actors_of(ids, owner))
    least = SOCKETS["ws/runs/<str:run_id>/"]
    assert least is not None
    for actor in ACTORS:
        cookies = {} if actor == "anonymous" else site.cookies(actor)
        with Viewer(f"{site.ws_url}/ws/runs/{ids['run_id']}/", cookies=cookies, origin=site.url) as viewer:
            if MEMBERS.get(actor, Role.NONE) >= least:
                assert viewer.read()["kind"] in {"events", "snapshot", "heartbeat"}
            else:
                assert viewer.close_code() == (NOT_SIGNED_IN if actor == "anonymous" else NOT_YOURS)
                assert viewer.frames == []
