"""C09: a body is JSON and says so once. What calls itself a file in it is refused, and names nothing on the server's disk.

That a browser cannot send a form is C17's; here a script with a key sends what confuses parsers.
"""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue
from tests.security.routes import Route, belongings, call, routes, rows

pytestmark = pytest.mark.django_db

WITH_BODY = [route for route in routes() if route.takes_body]
TYPES = (
    "",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json+x",
    "application/x-www-form-urlencoded, application/json",
    "application/json, multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x; type=application/json",
    'multipart/related; type="application/json"',
    "application/octet-stream",
    "application/xml",
    "application/zip",
)
SMUGGLED: tuple[dict[str, Any], ...] = (
    {"files": [{"filepath": "/etc/passwd", "name": "a.json", "type": "application/json"}]},
    {"file": "/etc/passwd"},
    {"path": "../../manage.py"},
    {"upload": {"path": "/etc/passwd", "size": 3}},
    {"__proto__": {"is_owner": True}},
    {"constructor": {"prototype": {}}},
    {"user": 1, "is_owner": True},
)


@pytest.fixture
def script(olga: User) -> Client:
    """Call as a script of olga's, which no token protects."""
    return Client(headers={"authorization": f"Bearer {api_key_issue(user=olga, name='test')}"})


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_only_json_is_read(route: Route, olga: User, script: Client) -> None:
    ids = belongings(olga)
    before = rows()
    for content_type in TYPES:
        assert call(script, route, ids, content_type=content_type).status_code == 415, content_type
    assert rows() == before


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_an_upload_is_refused(route: Route, olga: User, script: Client) -> None:
    ids = belongings(olga)
    before = rows()
    parts = {"payload": SimpleUploadedFile("../../x.json", route.body().encode(), "application/json"), **json.loads(route.body())}
    form = encode_multipart(BOUNDARY, {name: value if name == "payload" else str(value) for name, value in parts.items()})
    assert call(script, route, ids, data=form, content_type=MULTIPART_CONTENT).status_code == 415
    assert call(script, route, ids, data=form, content_type="application/json").status_code == 422
    assert rows() == before


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_a_body_names_no_file_and_no_foreign_field(route: Route, olga: User, script: Client) -> None:
    ids = belongings(olga)
    before = rows()
    for more in SMUGGLED:
        answer = call(script, route, ids, data=json.dumps({**json.loads(route.body()), **more}))
        assert answer.status_code == 422, more
    assert rows() == before


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
@pytest.mark.parametrize("body", ["[]", "null", "1", '"{}"', '{"name": "a", "name": "b"}', "", "{}{}", '\ufeff{"name": "a"}'])
def test_a_body_is_one_object(route: Route, body: str, olga: User, script: Client) -> None:
    ids = belongings(olga)
    before = rows()
    assert call(script, route, ids, data=body).status_code == 422
    assert rows() == before
