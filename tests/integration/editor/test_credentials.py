"""Credentials over the API: written, used, and never read back."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from pytest_django import Settings

from editor.credential_selectors import opened
from editor.credential_services import credential_create
from editor.models import Credential
from editor.services import document_read, workflow_create
from editor.vault import Sealed
from graphapp.accounts.models import User
from tests.builders import Graph
from tests.integration.editor.conftest import Api

pytestmark = pytest.mark.django_db

KEY = "sk-canary-0123456789-abcd"
MODEL = {"kind": "model", "name": "openai", "provider": "openai", "secret": KEY}
HTTP = {"kind": "http", "name": "shop", "provider": "bearer", "secret": KEY, "hosts": ["api.example.com"]}


def test_a_key_goes_in_and_never_comes_out(api: Api) -> None:
    made = api("POST", "/credentials", MODEL)
    assert (made.status, made.json["ends"], made.json["has_secret"], made.json["hosts"]) == (
        201,
        "abcd",
        True,
        ["api.openai.com"],
    )
    place = f"/credentials/{made.json['id']}"
    answers = [made, api("GET", "/credentials"), api("GET", place), api("PATCH", place, {"name": "mine"}), api("GET", place)]
    assert all(answer.status < 300 and KEY.encode() not in answer.body for answer in answers)
    row = Credential.objects.get()
    assert KEY not in row.sealed
    assert opened(row).secret == KEY
    assert KEY not in repr(opened(row))


def test_a_short_key_shows_nothing_of_itself(api: Api) -> None:
    assert api("POST", "/credentials", {**HTTP, "secret": "hunter2-hunter2"}).json["ends"] == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "local"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"secret": ""}, "secret"),
        ({"secret": "two\nlines"}, "secret"),
        ({"provider": "nobody"}, "provider"),
        ({"provider": "azure"}, "base_url"),
        ({"provider": "bedrock", "settings": {"region": "no where"}}, "region"),
        ({"settings": {"base_url": "ftp://example.com"}}, "base_url"),
        ({"settings": {"base_url": "https://me:pass@example.com"}}, "base_url"),
        ({"settings": {"region": "us-east-1"}}, "region"),
        ({**HTTP, "hosts": []}, "hosts"),
        ({**HTTP, "hosts": ["https://api.example.com/"]}, "hosts"),
        ({**HTTP, "provider": "basic"}, "username"),
        ({**HTTP, "provider": "header", "settings": {"field": "a b"}}, "field"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(change: dict[str, Any], field: str, api: Api) -> None:
    refused = api("POST", "/credentials", {**MODEL, **change})
    assert (refused.status, list(refused.json["error"]["data"]["fields"])) == (422, [field])
    assert not Credential.objects.exists()


def test_a_name_is_used_once_by_a_person(api: Api, sam: User, as_: Callable[[User], Api]) -> None:
    assert api("POST", "/credentials", MODEL).status == 201
    assert (api("POST", "/credentials", MODEL).status, as_(sam)("POST", "/credentials", MODEL).status) == (409, 201)


def test_where_a_key_goes_changes_only_with_the_key(api: Api) -> None:
    for body, change in ((MODEL, {"settings": {"base_url": "https://evil.example"}}), (HTTP, {"hosts": ["evil.example"]})):
        place = f"/credentials/{api('POST', '/credentials', body).json['id']}"
        refused = api("PATCH", place, change)
        assert (refused.status, list(refused.json["error"]["data"]["fields"])) == (422, ["secret"])
        assert api("GET", place).json["hosts"] != ["evil.example"]
        assert api("PATCH", place, {**change, "secret": "another-key-0123456789"}).json["hosts"] == ["evil.example"]


def test_the_workflows_that_name_a_credential_are_listed(api: Api, olga: User) -> None:
    model, http = api("POST", "/credentials", MODEL).json["id"], api("POST", "/credentials", HTTP).json["id"]
    asks, calls = Graph(), Graph()
    asks.node("llm", "ask", model="openai/gpt-4o", prompt="Hi")
    calls.node("http_request", "get", url="https://api.example.com", credential="shop")
    workflow_create(actor=olga, name="Asks", document=document_read(asks.document()))
    workflow_create(actor=olga, name="Calls", document=document_read(calls.document()))
    assert [one["name"] for one in api("GET", f"/credentials/{model}/uses").json["items"]] == ["Asks"]
    assert [one["name"] for one in api("GET", f"/credentials/{http}/uses").json["items"]] == ["Calls"]
    assert (api("DELETE", f"/credentials/{model}").status, api("GET", f"/credentials/{model}").status) == (204, 404)


def test_roles_mean_what_a_person_chose_and_else_what_is_shipped(api: Api) -> None:
    assert api("GET", "/default-models").json["chosen"]["cheap"] == ""
    chosen = api("PUT", "/default-models", {"cheap": "openai/gpt-4o-mini"}).json
    assert (chosen["chosen"]["cheap"], chosen["fallbacks"]["good"]) == ("openai/gpt-4o-mini", "local/smollm2")
    for wrong in ("default/good", "gpt", "{{ x }}/y"):
        assert api("PUT", "/default-models", {"cheap": wrong}).status == 422


def test_keys_are_sealed_anew_with_the_newest_key_and_the_old_one_can_go(olga: User, settings: Settings) -> None:
    row = credential_create(actor=olga, kind="model", name="openai", provider="openai", secret=KEY)
    settings.GRAPHAPP_CREDENTIAL_KEY_FALLBACKS = [settings.GRAPHAPP_CREDENTIAL_KEY]
    settings.GRAPHAPP_CREDENTIAL_KEY = Fernet.generate_key().decode()
    assert opened(row).secret == KEY
    call_command("rotate_credentials")
    settings.GRAPHAPP_CREDENTIAL_KEY_FALLBACKS = []
    with pytest.raises(Sealed):
        opened(row)
    row.refresh_from_db()
    assert opened(row).secret == KEY


def test_a_sealed_key_does_not_open_in_another_row(olga: User) -> None:
    one, two = (credential_create(actor=olga, kind="model", name=name, provider="openai", secret=KEY) for name in ("a", "b"))
    one.sealed, two.sealed = two.sealed, one.sealed
    for row in (one, two):
        with pytest.raises(Sealed):
            opened(row)
