"""C18: a webhook lets in whom its owner meant: a random path and a signature over id, time and raw body, used once."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection

from editor.triggers.models import Trigger
from editor.triggers.selectors import token_of
from editor.triggers.services import trigger_rotate
from editor.triggers.signing import sign
from graphapp.accounts.models import User
from runs.journal.connection import release
from runs.models import Run
from runs.triggers.models import TriggerCall, TriggerNonce
from tests.conftest import person
from tests.support.script import Script
from tests.support.triggers import Hook, call, hook, published

BODY = b'{"who": "Ada"}'
Headers = dict[str, str]


@pytest.fixture
def theirs(olga: User) -> Hook:
    """A webhook that asks for a signature, which is what one does unless somebody chooses otherwise."""
    return hook(olga)


def changed(headers: Headers, **more: str) -> Headers:
    return {**headers, **{f"webhook-{name}": value for name, value in more.items()}}


def without(headers: Headers, name: str) -> Headers:
    return {key: value for key, value in headers.items() if key != f"webhook-{name}"}


WRONG: dict[str, tuple[str, Callable[[Headers], Headers]]] = {
    "missing": ("signature_missing", lambda h: {}),
    "no signature": ("signature_missing", lambda h: without(h, "signature")),
    "no id": ("signature_missing", lambda h: without(h, "id")),
    "no timestamp": ("signature_missing", lambda h: without(h, "timestamp")),
    "wrong": ("signature_wrong", lambda h: changed(h, signature="v1," + "A" * 43 + "=")),
    "truncated": ("signature_malformed", lambda h: changed(h, signature=h["webhook-signature"][:-1])),
    "empty": ("signature_malformed", lambda h: changed(h, signature="v1,")),
    "case changed": ("signature_wrong", lambda h: changed(h, signature="v1," + h["webhook-signature"][3:].swapcase())),
    "other scheme": ("signature_malformed", lambda h: changed(h, signature="v2" + h["webhook-signature"][2:])),
    "other id": ("signature_wrong", lambda h: changed(h, id="msg_other")),
    "other time": ("signature_wrong", lambda h: changed(h, timestamp=str(int(h["webhook-timestamp"]) + 1))),
    "time with sign": ("signature_malformed", lambda h: changed(h, timestamp="+" + h["webhook-timestamp"])),
    "time with digits of elsewhere": ("signature_malformed", lambda h: changed(h, timestamp="\u0661\u0667")),
    "two signature headers": (
        "signature_malformed",
        lambda h: changed(h, signature=f"{h['webhook-signature']},{h['webhook-signature']}"),
    ),
    "two time headers": (
        "signature_malformed",
        lambda h: changed(h, timestamp=f"{h['webhook-timestamp']},{h['webhook-timestamp']}"),
    ),
    "bearer in its place": ("signature_missing", lambda h: {"authorization": "Bearer " + h["webhook-signature"]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_signed_as_it_should_be_starts_nothing(name: str, theirs: Hook) -> None:
    code, change = WRONG[name]
    headers = change(theirs.signed(BODY))
    headers = {key: value.encode().decode("latin-1") for key, value in headers.items()}
    status, answer = call(theirs.path, BODY, headers)
    assert (status, answer["error"]["code"]) == (401, code)
    assert not Run.objects.exists()
    assert list(TriggerCall.objects.values_list("code", "status", "request")) == [(code, 401, {})]


@pytest.mark.parametrize("seconds", [-361, -301, 301, 361, 86_400])
def test_a_signature_is_good_for_five_minutes(seconds: int, theirs: Hook) -> None:
    status, answer = call(theirs.path, BODY, theirs.signed(BODY, at=time.time() + seconds))
    assert (status, answer["error"]["code"]) == (401, "signature_expired")
    assert not Run.objects.exists()


@pytest.mark.parametrize("place", range(0, len(BODY), 5))
def test_a_body_that_was_changed_by_a_byte_is_refused(place: int, theirs: Hook) -> None:
    other = bytes([*BODY[:place], BODY[place] ^ 1, *BODY[place + 1 :]])
    assert call(theirs.path, other, theirs.signed(BODY))[0] == 401
    assert not Run.objects.exists()


def test_a_signature_of_another_webhook_is_refused(theirs: Hook, olga: User) -> None:
    assert call(theirs.path, BODY, hook(olga).signed(BODY))[0] == 401
    assert not Run.objects.exists()


def test_a_signature_in_the_address_does_not_count(theirs: Hook) -> None:
    signed = theirs.signed(BODY)
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in signed.items())
    assert call(f"{theirs.path}?{query}", BODY)[0] == 401
    assert not Run.objects.exists()


def test_a_message_is_taken_once_even_if_redis_forgets_all(theirs: Hook) -> None:
    signed = theirs.signed(BODY)
    assert call(theirs.path, BODY, signed)[0] == 202
    cache.clear()
    for _ in range(3):
        status, answer = call(theirs.path, BODY, signed)
        assert (status, answer["error"]["code"]) == (401, "replayed")
    assert Run.objects.count() == TriggerNonce.objects.count() == 1


def test_a_message_of_the_test_address_is_not_taken_at_the_live_one_as_well(theirs: Hook) -> None:
    signed = theirs.signed(BODY)
    assert call(f"{theirs.path}/test", BODY, signed)[0] == 202
    assert call(theirs.path, BODY, signed)[1]["error"]["code"] == "replayed"


def test_a_delivery_that_is_signed_anew_gives_the_run_that_it_started(theirs: Hook) -> None:
    first = call(theirs.path, BODY, theirs.signed(BODY, id="msg_7", at=time.time() - 60))
    again = call(theirs.path, BODY, theirs.signed(BODY, id="msg_7"))
    assert first[0] == again[0] == 202
    assert (again[1]["run"], again[1]["repeated"]) == (first[1]["run"], True)
    assert Run.objects.count() == 1


def test_one_of_several_signatures_is_enough_where_keys_change(theirs: Hook) -> None:
    signed = theirs.signed(BODY)
    both = f"v1,{'A' * 43}= {signed['webhook-signature']}"
    assert call(theirs.path, BODY, {**signed, "webhook-signature": both})[0] == 202


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("auth", ["hmac", "bearer"])
def test_a_hundred_equal_deliveries_at_once_start_one_run(auth: str) -> None:
    theirs = hook(person("olga"), auth=auth, rate_per_minute=1000)
    now = time.time()

    def deliver(number: int) -> int:
        headers = theirs.signed(BODY, id="msg_1", at=now - number) if auth == "hmac" else {}
        bearer = {"authorization": f"Bearer {theirs.secret}", "idempotency-key": "order-1"} if auth == "bearer" else {}
        try:
            return call(theirs.path, BODY, {**headers, **bearer})[0]
        finally:
            release()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(deliver, range(100)))
    assert set(answers) == {202}
    assert Run.objects.count() == 1
    codes = list(TriggerCall.objects.values_list("code", flat=True))
    assert (codes.count("started"), codes.count("repeated")) == (1, 99)


@pytest.mark.django_db(transaction=True)
def test_the_same_message_many_times_at_once_is_taken_once() -> None:
    theirs = hook(person("olga"))
    signed = theirs.signed(BODY)

    def deliver(_: int) -> int:
        try:
            return call(theirs.path, BODY, signed)[0]
        finally:
            release()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(deliver, range(30)))
    assert sorted(answers) == [202] + [401] * 29
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic {key}", "{key}", "Bearer {key}x", "Bearer {head}", "bearer {swapped}"],
)
def test_a_key_that_is_not_the_key_starts_nothing(header: str, olga: User) -> None:
    theirs = hook(olga, auth="bearer")
    sent = header.format(key=theirs.secret, head=theirs.secret[:-1], swapped=theirs.secret.swapcase())
    assert call(theirs.path, BODY, {"authorization": sent} if header else {})[0] == 401
    assert call(f"{theirs.path}?key={theirs.secret}", BODY)[0] == 401
    assert not Run.objects.exists()
    assert call(theirs.path, BODY, {"authorization": f"Bearer {theirs.secret}"})[0] == 202


def test_without_authentication_a_run_gets_no_credentials_unless_somebody_chose_that(olga: User) -> None:
    plain, ticked = hook(olga, auth="none"), hook(olga, auth="none", credentials=True)
    assert call(plain.path, BODY)[0] == call(ticked.path, BODY)[0] == 202
    assert Run.objects.get(fired_by=plain.trigger).uses_credentials is False
    assert Run.objects.get(fired_by=ticked.trigger).uses_credentials is True


def test_an_address_is_256_random_bits_and_not_in_the_database(theirs: Hook) -> None:
    token = token_of(theirs.trigger)
    assert len(token) == 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM editor_trigger t")
        stored = str(cursor.fetchall())
    assert token not in stored
    assert theirs.secret not in stored
    assert call(f"/hooks/{token[:-1]}", BODY)[0] == 404
    assert call(f"/hooks/{theirs.trigger.token_digest}", BODY)[0] == 404
    assert call(f"/hooks/{theirs.trigger.pk}", BODY)[0] == 404


def test_a_body_over_a_mebibyte_is_refused(theirs: Hook) -> None:
    large = json.dumps({"who": "a" * 1024 * 1024}).encode()
    assert call(theirs.path, large, theirs.signed(large))[0] == 413
    assert not Run.objects.exists()


def test_a_webhook_takes_as_many_calls_a_minute_as_it_says(olga: User) -> None:
    theirs = hook(olga, auth="none", rate_per_minute=3)
    answers = [call(theirs.path, BODY)[0] for _ in range(6)]
    assert answers == [202, 202, 202, 429, 429, 429]
    assert TriggerCall.objects.filter(code="too_many_requests").count() == 1


def test_sixty_calls_a_minute_is_what_a_webhook_takes_unless_somebody_chose_otherwise(theirs: Hook) -> None:
    assert theirs.trigger.rate_per_minute == 60


def test_an_old_key_and_an_old_address_are_good_for_nothing(theirs: Hook, olga: User) -> None:
    old_path = theirs.path
    trigger = Trigger.objects.get(pk=theirs.trigger.pk)
    new = Hook(trigger, trigger_rotate(trigger=trigger, actor=olga, what="secret").secret)
    assert call(old_path, BODY, theirs.signed(BODY))[0] == 401
    assert call(old_path, BODY, new.signed(BODY))[0] == 202
    trigger_rotate(trigger=trigger, actor=olga, what="address")
    assert call(old_path, BODY, new.signed(BODY))[0] == 404
    assert call(new.path, BODY, new.signed(BODY))[0] == 202


def test_a_key_is_told_once_and_an_address_to_those_who_may_change_it(olga: User) -> None:
    workflow = published(olga)
    script = Script(olga)
    made = script.post(f"/workflows/{workflow.pk}/triggers", {"kind": "webhook", "name": "Orders"})[1]
    assert made["secret"].startswith("whsec_")
    read = script.get(f"/workflows/{workflow.pk}/triggers/{made['id']}")[1]
    assert "secret" not in read
    assert read["address"] == made["address"]
    log = script.get(f"/workflows/{workflow.pk}/triggers/{made['id']}/calls")[1]
    assert made["secret"] not in json.dumps([read, log])


def test_a_signature_is_what_the_standard_says() -> None:
    """The example of Standard Webhooks, so that its libraries can call."""
    signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed.signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
