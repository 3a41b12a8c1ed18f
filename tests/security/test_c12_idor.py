"""C12: an id opens nothing by itself. What is another person's answers like what is not there, to the byte."""

import pytest

from graphapp.accounts.models import User
from tests.security.routes import Route, belongings, call, routes, rows, signed_in, unknown

pytestmark = pytest.mark.django_db

IDS = {"workflow_id", "run_id", "credential_id", "base_id", "team_id", "failure_id", "batch_id"}
WITH_IDS = [route for route in routes() if IDS & set(route.params)]


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_a_foreign_id_answers_like_an_unknown_one(route: Route, olga: User, ed: User, vic: User, sam: User) -> None:
    foreign_ids = belongings(olga)
    for person in (ed, vic, sam):
        belongings(person)
    before = rows()
    for person in (ed, vic, sam):
        client = signed_in(person)
        foreign = call(client, route, foreign_ids)
        nothing = call(client, route, unknown())
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.content == nothing.content
        assert _headers(foreign) == _headers(nothing)
    assert rows() == before


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_an_id_of_a_wrong_form_is_not_found(route: Route, olga: User) -> None:
    client = signed_in(olga)
    for odd in ("0", "x", "1' OR '1'='1", "%00", "..", "a" * 500, "\u2603", "None"):
        ids = {**unknown(), **dict.fromkeys(IDS, odd)}
        assert call(client, route, ids).status_code == 404, odd


@pytest.mark.parametrize("route", [route for route in routes() if route.method == "get" and not route.params], ids=str)
def test_a_list_holds_nothing_of_others(route: Route, olga: User, sam: User) -> None:
    foreign = belongings(olga)
    answer = call(signed_in(sam), route, {})
    assert answer.status_code == 200
    assert foreign["workflow_id"].encode() not in answer.content
    assert foreign["run_id"].encode() not in answer.content
    assert foreign["credential_id"].encode() not in answer.content
    assert foreign["base_id"].encode() not in answer.content
    assert foreign["team_id"].encode() not in answer.content
    assert foreign["failure_id"].encode() not in answer.content


def test_every_path_parameter_is_known() -> None:
    assert {name for route in routes() for name in route.params} <= set(unknown())


def _headers(answer: object) -> dict[str, str]:
    return {name: value for name, value in getattr(answer, "headers", {}).items() if name not in {"Set-Cookie", "Date"}}
