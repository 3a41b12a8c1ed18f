"""What an orchestrator asks, and what every answer carries."""

import pytest
from django.test import Client

from graphapp import liveness
from tests.real.processes import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_connection() -> None:
    liveness.connection.cache_clear()


def test_a_process_that_serves_is_healthy() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_a_worker_it_is_not_ready_and_says_what_is_missing() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "missing": ["worker"]})


@pytest.mark.django_db(transaction=True)
def test_with_a_worker_it_is_ready_and_soon_after_its_end_it_is_not(real_worker: Worker) -> None:
    assert Client().get("/readyz").json() == {"status": "ok", "missing": []}
    real_worker.stop()
    assert Client().get("/readyz").json()["missing"] == ["worker"]


def test_every_answer_carries_the_security_headers() -> None:
    answer = Client().get("/accounts/login/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_an_unknown_host_is_refused() -> None:
    assert Client().get("/healthz", headers={"Host": "evil.example"}).status_code == 400
