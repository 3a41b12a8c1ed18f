"""Form pages: from the start fields to a run, and a page that follows that run and no other."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from editor.triggers.models import Trigger
from graphapp.accounts.models import User
from runs.models import Run
from runs.process import Process
from runs.triggers.fields import read_file
from runs.triggers.form import SIGNER
from runs.wiring import make_executor
from tests.conftest import person
from tests.support.bench import MakeProcess
from tests.support.triggers import form_page, hook, published
from tests.support.waiting import wait_until

FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "who", "label": "Your name", "type": "text", "required": True, "help": "As on the order."},
    {"name": "story", "type": "long_text"},
    {"name": "age", "type": "number"},
    {"name": "agree", "label": "I agree", "type": "boolean"},
    {"name": "kind", "type": "choice", "choices": ["order", "return"], "default": "return"},
    {"name": "more", "type": "object"},
    {"name": "tags", "type": "list"},
    {"name": "doc", "type": "file"},
)


def fill(client: Client, path: str, **fields: Any) -> Any:
    """Fill a form in as a browser does: with its page's own hidden fields."""
    text = client.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    return client.post(path, {**hidden, **fields})


def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def test_a_page_has_the_fields_of_the_workflow_and_a_run_what_was_filled_in(olga: User) -> None:
    path = form_page(olga, published(olga, *FIELDS), title="Tell us", button="Go")
    text = stranger().get(f"{path}?age=5").content.decode()
    for part in (
        "<h1>Tell us</h1>",
        "Your name",
        "As on the order.",
        "<option selected>return</option>",
        'value="5"',
        ">Go</button>",
    ):
        assert part in text
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n\xff", "text/html")
    answer = fill(
        stranger(), path, field_0="Ada", field_1="a\r\nb", field_2="3,5", field_3="on", field_4="order",
        field_5='{"a": 1}', field_6="[1]", field_7=upload,
    )  # fmt: skip
    assert answer.status_code == 303
    run = Run.objects.get()
    doc = run.input.pop("doc")
    assert run.input == {
        "who": "Ada", "story": "a\nb", "age": 3.5, "agree": True, "kind": "order", "more": {"a": 1}, "tags": [1],
    }  # fmt: skip
    assert (doc["name"], doc["type"], doc["size"]) == ("a.pdf", "application/pdf", 10)
    assert (run.trigger, run.started_by_id, run.version.number) == ("form", olga.pk, 1)


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(olga: User) -> None:
    path = form_page(olga, published(olga, *FIELDS))
    answer = fill(stranger(), path, field_1="<b>kept</b>", field_2="old", field_4="other", field_5="{", field_6="{}")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This field is required." in text
    assert "Enter a number" in text
    assert "This is not valid JSON" in text
    assert "&lt;b&gt;kept&lt;/b&gt;" in text
    answer = fill(stranger(), path, field_0="Ada", field_4="other", field_6="{}")
    assert "This must be one of: order, return." in answer.content.decode()
    assert "This must be a list." in answer.content.decode()
    assert not Run.objects.exists()


def test_a_form_needs_its_pages_token_and_starts_one_run_however_often_it_is_sent(olga: User) -> None:
    path = form_page(olga)
    assert stranger().post(path, {"field_0": "Ada"}).status_code == 403
    client = stranger()
    text = client.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    answers = [client.post(path, {**hidden, "field_0": "Ada"}) for _ in range(3)]
    assert len({answer["Location"] for answer in answers}) == Run.objects.count() == 1


def test_a_result_page_knows_its_own_run_alone(olga: User) -> None:
    path, other = form_page(olga), form_page(olga)
    first = fill(stranger(), path, field_0="Ada")["Location"]
    page = stranger().get(first)
    assert page.status_code == 200
    assert 'data-live="working"' in page.content.decode()
    assert stranger().get(f"{first}?state").json() == {"state": "working"}
    run = Run.objects.get()
    ticket = first.rpartition("/")[2]
    foreign = hook(olga, auth="none").trigger
    tickets = (str(run.pk), ticket[:-1], SIGNER.sign_object([str(foreign.pk), str(run.pk)]))
    for wrong in (f"{other}/runs/{ticket}", *(f"{path}/runs/{one}" for one in tickets)):
        assert stranger().get(wrong).status_code == 404
        assert stranger().get(f"{wrong}?state").status_code == 404


def test_a_form_that_asks_for_a_sign_in_is_for_people_who_are(olga: User, sam: User) -> None:
    path = form_page(olga, sign_in=True)
    answer = stranger().get(path)
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, "/accounts/login/")
    client = Client()
    client.force_login(sam, "django.contrib.auth.backends.ModelBackend")
    location = fill(client, path, field_0="Sam")["Location"]
    assert client.get(location).status_code == 200
    assert stranger().get(location).status_code == 302
    assert Run.objects.get().started_by_id == olga.pk


def test_forms_that_are_closed_unknown_or_unpublished_are_not_there_and_busy_ones_say_so(olga: User) -> None:
    path = form_page(olga)
    Trigger.objects.update(rate_per_minute=1)
    assert fill(stranger(), path, field_0="Ada").status_code == 303
    answer = fill(stranger(), path, field_0="Ada")
    assert answer.status_code == 429
    assert "in a minute" in answer.content.decode()
    Trigger.objects.update(enabled=False)
    assert stranger().get(path).status_code == 404
    assert stranger().get("/forms/" + "x" * 43).status_code == 404


def test_a_page_runs_nothing_of_its_own_and_is_not_kept(olga: User) -> None:
    answer = stranger().get(form_page(olga, published(olga, {"name": "<script>x", "type": "text"}), description="<img src=x>"))
    text = answer.content.decode()
    assert "<script>x" not in text
    assert "<img" not in text
    assert "style=" not in text
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]


def test_files_that_are_too_large_are_refused(olga: User) -> None:
    path = form_page(olga, published(olga, {"name": "doc", "type": "file"}))
    answer = fill(stranger(), path, field_0=SimpleUploadedFile("a.txt", b"a" * (2 * 1024 * 1024 + 1)))
    assert answer.status_code == 422
    assert "2 MiB at most" in answer.content.decode()
    assert stranger().post(path, {"field_0": SimpleUploadedFile("a.txt", b"a" * (5 * 1024 * 1024))}).status_code == 413
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("said", "body", "kind"),
    [
        ("image/png", b"<svg onload=alert(1)>", "text/plain"),
        ("text/html", b"\x89PNG\r\n\x1a\n<script>", "image/png"),
        ("application/json", b"GIF89a/*<script>*/=1", "image/gif"),
        ("text/plain", b"MZ\x90\x00\x03", "application/octet-stream"),
        ("image/jpeg", b"\xff\xd8\xff\xe0<html>", "image/jpeg"),
        ("text/css", b"PK\x03\x04evil", "application/zip"),
        ("", b"", "text/plain"),
    ],
)
def test_a_file_is_what_it_holds_and_not_what_it_says(said: str, body: bytes, kind: str) -> None:
    uploaded = SimpleUploadedFile("x", body, said)
    uploaded.name = "C:\\temp\\..\\a\x00.txt"
    found = read_file(uploaded)
    assert (found["type"], found["name"], found["size"]) == (kind, "a.txt", len(body))
    assert found["text"].encode() == body if kind == "text/plain" else b64decode(found["base64"]) == body


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(make_executor)


def test_the_result_is_shown_as_text_and_stays(process: Process) -> None:
    path = form_page(person("olga"), thanks="We thank you.")
    location = fill(stranger(), path, field_0="<script>alert(1)</script>")["Location"]
    wait_until(lambda: stranger().get(f"{location}?state").json() == {"state": "ended"})
    for _ in range(2):
        text = stranger().get(location).content.decode()
        assert "We thank you." in text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
