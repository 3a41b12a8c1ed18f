"""Others are told of the ends of runs: once for each, signed as we ask others to sign, and again until it has arrived."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db.models.functions import Now
from pytest_django import Settings

from editor.models import Grant, Workflow
from editor.permissions import Role
from editor.triggers.models import OutgoingWebhook
from editor.triggers.outgoing import MadeOutgoing, outgoing_create, outgoing_update
from editor.triggers.selectors import secret_of, token_of
from editor.triggers.signing import Signed, fault_of
from graphapp.accounts.models import User
from runs.models import Delivery, Run
from runs.payloads import to_json
from runs.process import Process
from runs.services import run_start
from runs.triggers.courier import Courier
from runs.wiring import make_courier, make_executor
from tests.conftest import person
from tests.security.routes import signed_in
from tests.support.bench import MakeProcess
from tests.support.indexing import Bureau, place_of
from tests.support.script import Script
from tests.support.triggers import hook, published
from tests.support.waiting import wait_until
from tests.unit.runs.providers.mock_openai import MockOpenAI, raw

pytestmark = [pytest.mark.enable_socket]

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OK = raw(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
BUSY = raw(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
GONE = raw(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")


def owner_of(workflow: Workflow) -> User:
    assert workflow.owner is not None
    return workflow.owner


def told(workflow: Workflow, server: MockOpenAI | None = None, **more: Any) -> MadeOutgoing:
    """Have a server told of the ends of a workflow's runs."""
    url = "http://127.0.0.1:9/told" if server is None else f"http://{place_of(server)}/told"
    given: dict[str, Any] = {"name": "Told", "url": url, "ends": ["succeeded", "failed"], **more}
    return outgoing_create(workflow=workflow, actor=owner_of(workflow), **given)


def ended(workflow: Workflow, status: str = "succeeded", **columns: Any) -> Run:
    """Make a run that has ended, with the messages that its end brings in the journal."""
    run = run_start(workflow=workflow, actor=owner_of(workflow), input={"who": "Ada"}, version="latest")
    Run.objects.filter(pk=run.pk).update(status=status, finished_at=Now(), output={"result": "Hello"}, **columns)
    for outgoing in workflow.outgoing_webhooks.all():
        Delivery.objects.create(outgoing=outgoing, run=run, due_at=LONG_AGO, created_at=run.created_at)
    run.refresh_from_db()
    return run


def again(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(due_at=LONG_AGO)


@pytest.fixture
def courier(bureau: Bureau) -> Courier:
    return make_courier(bureau.loop)


@pytest.mark.django_db
def test_a_message_is_signed_and_says_what_has_ended(olga: User, bureau: Bureau, settings: Settings) -> None:
    server = bureau.serve(OK)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    made = told(published(olga), server, sends_output=True)
    run = ended(made.outgoing.workflow)
    assert make_courier(bureau.loop).send_due() == 1
    (request,) = server.requests
    head = {name.lower(): value for name, _, value in (line.partition(": ") for line in request["head"].split("\r\n"))}
    body = request["body"]
    assert body["type"] == "run.succeeded"
    assert (body["data"]["run"]["id"], body["data"]["output"]) == (str(run.pk), {"result": "Hello"})
    signed = Signed(*(head[f"webhook-{name}"] for name in ("id", "timestamp", "signature")))
    assert fault_of(made.secret, signed, to_json(body).encode(), now=time.time()) == ""
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("arrived", 204, 1)
    assert made.secret not in json.dumps(body)


@pytest.mark.django_db
def test_output_is_told_to_those_alone_who_were_chosen_for_it(olga: User, bureau: Bureau, settings: Settings) -> None:
    server = bureau.serve(OK)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    made = told(published(olga), server)
    ended(made.outgoing.workflow, "failed", error={"code": "bad", "message": "No.", "data": {"key": "value"}})
    make_courier(bureau.loop).send_due()
    data = server.requests[0]["body"]["data"]
    assert "output" not in data
    assert data["error"] == {"code": "bad", "message": "No."}


@pytest.mark.django_db
def test_a_message_is_sent_until_it_arrives_or_six_attempts_have_failed(olga: User, bureau: Bureau, settings: Settings) -> None:
    server = bureau.serve(BUSY, BUSY, OK)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    ended(told(published(olga), server).outgoing.workflow)
    courier = make_courier(bureau.loop)
    delivery = Delivery.objects.get()
    for attempt in (1, 2):
        assert courier.send_due() == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", attempt, 503)
        assert courier.send_due() == 0
        again(delivery)
    courier.send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("arrived", 3)
    ids = {line for one in server.requests for line in one["head"].split("\r\n") if line.lower().startswith("webhook-id")}
    assert len(ids) == 1

    Delivery.objects.filter(pk=delivery.pk).update(state="waiting", attempts=5, due_at=LONG_AGO)
    server.answers = [BUSY]
    courier.send_due()
    delivery.refresh_from_db()
    assert (delivery.state, "the last of 6" in delivery.message) == ("given_up", True)


@pytest.mark.django_db
def test_who_is_gone_or_switched_off_is_told_nothing_more(olga: User, bureau: Bureau, settings: Settings) -> None:
    server = bureau.serve(GONE)
    settings.GRAPHAPP_HTTP_ALLOW = [place_of(server)]
    made = told(published(olga), server)
    ended(made.outgoing.workflow)
    courier = make_courier(bureau.loop)
    courier.send_due()
    assert list(Delivery.objects.values_list("state", "status")) == [("given_up", 410)]
    OutgoingWebhook.objects.update(enabled=False)
    ended(made.outgoing.workflow)
    courier.send_due()
    assert Delivery.objects.filter(state="given_up").count() == 2
    assert len(server.requests) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "http://[::1]:9/", "http://10.0.0.1/"])
def test_a_message_goes_nowhere_inside(url: str, olga: User, courier: Courier) -> None:
    ended(told(published(olga), url=url).outgoing.workflow)
    courier.send_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert "was not sent" in delivery.message


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["", "ftp://a/b", "https://", "https://u:p@host/", "https://host/#x", "https://host:0/", "//host", "x"]
)
def test_what_is_no_address_is_refused(url: str, olga: User) -> None:
    workflow = published(olga)
    status, body = Script(olga).post(f"/workflows/{workflow.pk}/outgoing-webhooks", {"url": url})
    assert (status, "url" in json.dumps(body)) == (422, True)


@pytest.mark.django_db
def test_another_host_gets_another_key(olga: User) -> None:
    made = told(published(olga), url="https://example.org/a")
    assert outgoing_update(outgoing=made.outgoing, actor=olga, changes={"url": "https://example.org/b"}).secret == ""
    other = outgoing_update(outgoing=made.outgoing, actor=olga, changes={"url": "https://example.com/b"}).secret
    assert other.startswith("whsec_")
    assert other != made.secret


@pytest.mark.django_db
def test_a_message_that_was_given_up_is_sent_again_when_somebody_asks(olga: User) -> None:
    made = told(published(olga))
    ended(made.outgoing.workflow)
    Delivery.objects.update(state="given_up", attempts=6)
    script, path = Script(olga), f"/workflows/{made.outgoing.workflow_id}/outgoing-webhooks/{made.outgoing.pk}/deliveries"
    (listed,) = script.get(path)[1]["items"]
    assert (listed["state"], listed["attempts"]) == ("given_up", 6)
    status, body = script.post(f"{path}/{listed['id']}/repeat")
    assert (status, body["state"], body["attempts"]) == (202, "waiting", 0)


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(make_executor)


def test_the_end_of_a_run_and_its_messages_are_committed_together(process: Process) -> None:
    """Of the ends that were chosen, of published versions unless tests were asked for, once for each."""
    workflow = published(person("olga"))
    every = told(workflow, ends=["succeeded", "failed", "cancelled"], includes_tests=True).outgoing
    fails, live = told(workflow, ends=["failed"]).outgoing, told(workflow, ends=["succeeded"]).outgoing
    off = told(workflow, enabled=False).outgoing
    runs = [run_start(workflow=workflow, actor=owner_of(workflow), input={}, version=version) for version in ("latest", "draft")]
    Run.objects.filter(pk=runs[1].pk).update(is_test=True)
    for run in runs:
        process.drive_here(str(run.pk))
    wait_until(lambda: Run.objects.filter(status="succeeded").count() == 2)
    assert Delivery.objects.filter(outgoing=every).count() == 2
    assert list(Delivery.objects.filter(outgoing=live).values_list("run_id", flat=True)) == [runs[0].pk]
    assert not Delivery.objects.filter(outgoing__in=[fails, off]).exists()


@pytest.mark.django_db
def test_addresses_and_keys_are_sealed_anew_with_the_newest_key(olga: User, settings: Settings) -> None:
    theirs = hook(olga)
    made = told(theirs.trigger.workflow)
    token = token_of(theirs.trigger)
    settings.GRAPHAPP_CREDENTIAL_KEY_FALLBACKS = [settings.GRAPHAPP_CREDENTIAL_KEY]
    settings.GRAPHAPP_CREDENTIAL_KEY = Fernet.generate_key().decode()
    call_command("rotate_credentials")
    settings.GRAPHAPP_CREDENTIAL_KEY_FALLBACKS = []
    theirs.trigger.refresh_from_db()
    made.outgoing.refresh_from_db()
    assert (token_of(theirs.trigger), secret_of(theirs.trigger), secret_of(made.outgoing)) == (token, theirs.secret, made.secret)


def test_the_address_is_told_to_those_who_may_change_it(olga: User, vic: User) -> None:
    workflow = published(olga)
    made = told(workflow)
    Grant.objects.create(workflow=workflow, person=vic, role=Role.VIEWER)
    path = f"/api/v1/workflows/{workflow.pk}/outgoing-webhooks"
    urls = [[one["url"] for one in signed_in(who).get(path).json()["items"]] for who in (olga, vic)]
    assert urls == [[made.outgoing.url], [""]]
