"""C17: a page of somebody else's cannot make a signed-in browser change anything."""

import pytest
from django.test import Client

from graphapp.accounts.models import User
from tests.security.matrix import OPERATIONS
from tests.security.routes import Route, belongings, call, routes, rows, signed_in

pytestmark = pytest.mark.django_db

UNSAFE = [route for route in routes() if not route.is_safe]


def browser(person: User) -> tuple[Client, str]:
    """Open a browser that is checked like a real one, and the token its page holds."""
    client = signed_in(person, enforce_csrf_checks=True)
    client.get("/")
    return client, client.cookies["csrftoken"].value


FORGED = {
    "no token": {},
    "empty token": {"HTTP_X_CSRFTOKEN": ""},
    "short token": {"HTTP_X_CSRFTOKEN": "x" * 32},
    "wrong token": {"HTTP_X_CSRFTOKEN": "x" * 64},
    "other site": {"HTTP_X_CSRFTOKEN": "{token}", "HTTP_ORIGIN": "https://evil.example"},
    "null origin": {"HTTP_X_CSRFTOKEN": "{token}", "HTTP_ORIGIN": "null"},
    "other port": {"HTTP_X_CSRFTOKEN": "{token}", "HTTP_ORIGIN": "http://testserver:1337"},
    "look-alike": {"HTTP_X_CSRFTOKEN": "{token}", "HTTP_ORIGIN": "http://testserver.evil.example"},
    "referer only": {"HTTP_REFERER": "http://testserver/"},
}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")


@pytest.mark.parametrize("route", UNSAFE, ids=str)
def test_a_change_without_the_pages_token_and_origin_is_refused(route: Route, olga: User) -> None:
    ids = belongings(olga)
    client, token = browser(olga)
    before = rows()
    for kind, headers in FORGED.items():
        answer = call(client, route, ids, **{name: value.replace("{token}", token) for name, value in headers.items()})
        assert answer.status_code == 403, kind
    assert rows() == before


@pytest.mark.parametrize("route", UNSAFE, ids=str)
def test_a_form_cannot_change_anything(route: Route, olga: User) -> None:
    ids = belongings(olga)
    client, token = browser(olga)
    before = rows()
    for content_type in FORMS:
        form = {"data": route.body() or "name=value", "content_type": content_type}
        assert call(client, route, ids, **form).status_code in {403, 415}, content_type
        assert call(client, route, ids, **form, HTTP_X_CSRFTOKEN=token).status_code == 415, content_type
    assert rows() == before


@pytest.mark.parametrize("route", UNSAFE, ids=str)
def test_the_page_itself_may_change_things(route: Route, olga: User) -> None:
    ids = belongings(olga)
    client, token = browser(olga)
    answer = call(client, route, ids, HTTP_X_CSRFTOKEN=token, HTTP_ORIGIN="http://testserver")
    assert answer.status_code < 300 or answer.status_code == OPERATIONS[route.operation].answer, answer.content


@pytest.mark.parametrize("route", routes(), ids=str)
def test_nothing_answers_without_a_session(route: Route, olga: User) -> None:
    ids = belongings(olga)
    before = rows()
    assert call(Client(), route, ids).status_code in {401, 403}
    assert rows() == before


@pytest.mark.parametrize("route", routes(), ids=str)
def test_no_other_origin_is_let_in_by_cors(route: Route, olga: User) -> None:
    answer = call(signed_in(olga), route, belongings(olga), HTTP_ORIGIN="https://evil.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
