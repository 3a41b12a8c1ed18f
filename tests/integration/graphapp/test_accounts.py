"""Signing in: by link once, by password with a throttle, by API key; and nobody signs up."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from graphapp.accounts.models import ApiKey, SignInLink, User
from graphapp.accounts.services import api_key_issue, api_key_user, owner_ensure, sign_in_link_make, sign_in_link_take
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def test_a_link_signs_in_once_and_a_preview_does_not_use_it_up(olga: User) -> None:
    path = sign_in_link_make(olga)
    preview = Client().get(path)
    assert preview.status_code == 200
    browser = Client()
    browser.get(path)
    answer = browser.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(browser)
    again = Client()
    assert again.post(path).status_code == 410
    assert not signed_in(again)


def test_a_link_is_stored_as_its_digest_and_ends_after_its_minutes(olga: User) -> None:
    token = sign_in_link_make(olga).rpartition("/")[2]
    assert token not in str(SignInLink.objects.values())
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sign_in_link_take(token) is None


def test_a_link_of_a_person_who_was_let_go_signs_nobody_in(olga: User) -> None:
    token = sign_in_link_make(olga).rpartition("/")[2]
    User.objects.update(is_active=False)
    assert sign_in_link_take(token) is None


def test_the_links_page_asks_for_the_csrf_token(olga: User) -> None:
    assert Client(enforce_csrf_checks=True).post(sign_in_link_make(olga)).status_code == 403


def test_there_is_one_owner() -> None:
    assert owner_ensure() == owner_ensure()
    assert not owner_ensure().has_usable_password()
    with pytest.raises(IntegrityError):
        User.objects.create_user("second@example.org", is_owner=True)


def test_an_api_key_is_kept_as_its_digest_and_notes_its_use(olga: User) -> None:
    key = api_key_issue(user=olga, name="script")
    assert key not in str(ApiKey.objects.values())
    assert key.startswith(ApiKey.objects.get().prefix)
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.json() == {"email": olga.email, "name": "Olga", "csrf_header": "X-CSRFToken"}
    assert ApiKey.objects.get().last_used_at is not None


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}])
def test_a_revoked_key_opens_nothing(olga: User, change: dict[str, object]) -> None:
    key = api_key_issue(user=olga, name="script")
    ApiKey.objects.update(**change)
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()) == (401, {"error": {"code": "unauthenticated", "message": ANY, "data": {}}})


def test_a_wrong_key_is_refused_even_with_a_session(olga: User) -> None:
    browser = Client()
    browser.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    assert signed_in(browser)
    assert browser.get("/api/v1/me", headers={"Authorization": "Bearer gk_wrong"}).status_code == 401


def test_issue_api_key_prints_the_key_and_nothing_else(capsys: pytest.CaptureFixture[str], settings: object) -> None:
    settings.GRAPHAPP_EMBEDDED_DATABASE = False  # type: ignore[attr-defined]  # the test's database is at hand already
    call_command("issue_api_key", name="script")
    (line,) = capsys.readouterr().out.splitlines()
    found = api_key_user(line)
    assert found is not None
    assert found.is_owner


def test_a_password_signs_in_by_e_mail_address(olga: User) -> None:
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "OLGA@example.org", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(browser)


def test_many_wrong_passwords_close_the_door_for_a_while(olga: User) -> None:
    browser = Client()
    for _ in range(8):
        answer = browser.post("/accounts/login/", {"login": olga.email, "password": "wrong"})
    assert b"Too many attempts" in answer.content
    answer = browser.post("/accounts/login/", {"login": olga.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert not signed_in(browser)


def test_nobody_signs_up() -> None:
    assert Client().get("/accounts/signup/").status_code == 404
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post("/accounts/signup/", form).status_code == 404
    assert not User.objects.exists()


def test_a_reset_answers_alike_for_known_and_unknown_addresses(olga: User, mailoutbox: list[object]) -> None:
    known = Client().post("/accounts/password/reset/", {"email": olga.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_account_pages_are_ours_and_obey_the_policy(olga: User) -> None:
    browser = Client()
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        page = browser.get(path)
        assert b"graphapp/accounts.css" in page.content
        assert b"<script" not in page.content
        assert b"style=" not in page.content
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    browser.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/"):
        assert browser.get(path).status_code == 200
