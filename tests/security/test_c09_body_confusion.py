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
from runs.models import Blob, Run
from tests.security.routes import Route, belongings, call, routes, rows
from tests.support.triggers import call as hook_call
from tests.support.triggers import form_page, hook, published

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
def test_a_body_is_one_object(route: Route, olga: User, script: Client) -> None:
    ids = belongings(olga)
    before = rows()
    for body in ("[]", "null", "1", '"{}"', '{"name": "a", "name": "b"}', "", "{}{}", '\ufeff{"name": "a"}'):
        assert call(script, route, ids, data=body).status_code == 422, body
    assert rows() == before


HOOK_TYPES = tuple(
    kind for kind in TYPES if kind not in {"", "application/x-www-form-urlencoded", "text/plain", "application/xml"}
)


def test_a_webhook_reads_a_body_by_the_one_type_it_says_it_is(olga: User) -> None:
    theirs = hook(olga, auth="none", rate_per_minute=1000)
    for content_type in HOOK_TYPES:
        assert hook_call(theirs.path, b'{"who": "Ada"}', content_type=content_type)[0] == 415, content_type
    assert not Run.objects.exists()


@pytest.mark.parametrize("more", SMUGGLED, ids=str)
def test_what_calls_itself_a_file_is_plain_data_to_a_webhook_and_to_its_run(more: dict[str, Any], olga: User) -> None:
    wide = hook(olga, published(olga, {"name": "who", "type": "file"}, allow_extra=True), auth="none")
    status, answer = hook_call(wide.path, {"who": {"path": "/etc/passwd"}, **more})
    assert status == 202
    run = Run.objects.get(pk=answer["run"])
    assert run.input == {"who": {"path": "/etc/passwd"}, **more}
    assert (run.started_by_id, run.uses_credentials, Blob.objects.count()) == (olga.pk, False, 0)


def test_a_form_page_takes_what_its_own_form_sends_and_files_only_as_files(olga: User) -> None:
    door = form_page(olga, published(olga, {"name": "doc", "type": "file"}, {"name": "who", "type": "text"}))
    for content_type in (*TYPES, "application/json"):
        if content_type != "application/x-www-form-urlencoded":
            body = json.dumps({"field_0": {"filepath": "/etc/passwd"}, "files": [{"path": "/etc/passwd"}]})
            assert Client().post(door, body, content_type=content_type).status_code == 415, content_type
    assert not Run.objects.exists()
    assert Client().post(door, {"field_0": "/etc/passwd", "field_0.path": "/etc/passwd", "field_1": "Ada"}).status_code == 303
    assert Run.objects.get().input == {"who": "Ada"}
    upload = SimpleUploadedFile("x.pdf", b"<script>", "application/pdf")
    upload.name = "../../etc/cron.d/x.pdf"
    assert Client().post(door, {"field_0": upload}).status_code == 303
    assert Run.objects.latest("created_at").input == {
        "doc": {"name": "x.pdf", "type": "text/plain", "size": 8, "text": "<script>"}
    }
    assert Blob.objects.count() == 0
