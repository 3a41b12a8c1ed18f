"""C14: what expressions and code receive holds no secret of this installation, of any person, or of any run."""

import asyncio
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings as installed

from editor.credential_services import credential_create
from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue, sign_in_link_make
from runs.process import Process
from runs.providers.config import KEY_VARIABLES
from runs.sandbox.pool import Job
from runs.wiring import make_executor
from tests.builders import Graph
from tests.security.sandboxes import result_of, sandbox
from tests.security.test_c16_secrets_in_logs import assert_absent, redis_url
from tests.support.bench import FAST_PACE, FAST_RHYTHM, Bench

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket, pytest.mark.timeout(120)]

LOOKS = """
def main(input, inputs, run):
    found = [repr(input), repr(inputs), repr(run)]
    for name in ("environ", "settings", "secrets", "credentials", "vars", "env"):
        found.append(name)
    print(found)
    return found
"""
EXPRESSIONS = ("{{ run }}", "{{ [run, input, inputs] }}", "{{ str(run) + str(inputs) }}", "{{ {'all': run}['all'] }}")


def planted(olga: User, sam: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Plant thirty secrets: of the operator, of who runs, of somebody else, and of the session."""
    secrets = [f"planted-{number:02}/K+ey={number}&x" for number in range(24)]
    variables = [*KEY_VARIABLES.values()][:8]
    for name, secret in zip([*variables, "AWS_SECRET_ACCESS_KEY", "SENTRY_DSN"], secrets[:10], strict=True):
        monkeypatch.setenv(name, secret)
    for number, secret in enumerate(secrets[10:]):
        who, kind = (olga if number % 2 else sam), ("model" if number % 4 < 2 else "http")
        provider = {"provider": "openai"} if kind == "model" else {"provider": "bearer", "hosts": ["shop.example.org"]}
        credential_create(actor=who, kind=kind, name=f"k{number}", secret=secret, **provider)
    found = [api_key_issue(user=olga, name="a"), api_key_issue(user=sam, name="b"), sign_in_link_make(olga).rsplit("/", 1)[1]]
    database = installed.DATABASES["default"]
    more = [installed.SECRET_KEY, olga.password, str(database["PASSWORD"] or database["HOST"])]
    return [*secrets, *found, *more]


def looking() -> dict[str, Any]:
    """Draw code and expressions of every place that has some, which take all that they are given."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "q", "type": "text"}])
    out = g.node("output", "result", value="{{ [look, say] }}")
    start.to(g.node("code", "look", source=LOOKS)).to(out)
    start.to(g.node("set", "say", value={str(n): text for n, text in enumerate(EXPRESSIONS)})).to(out)
    start.to(g.node("router", "way", cases=[{"port": "a", "when": "{{ str(run) == '' }}"}]))
    start.to(g.node("template", "text", text="{{ str(run) }} {{ str(input) }}"))
    policy = {"policy": {"on_error": "skip", "retry": {"max_attempts": 1}}}
    start.to(g.node("llm", "ask", keys=policy, model="k1/gpt-4o-mini", prompt="{{ str(run) }}", fallback_models=[]))
    start.to(g.node("http_request", "call", keys=policy, url="https://shop.example.org/{{ str(input) }}", credential="k3"))
    return g.document()


def test_thirty_planted_secrets_are_in_nothing_that_a_sandbox_receives(
    olga: User, sam: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = planted(olga, sam, monkeypatch)
    assert len({secret for secret in secrets if len(secret) >= 8}) == 30
    received: list[str] = []
    real = Job.run

    def noted(job: Job, session: Any) -> object:
        received.append(repr((job.program, job.values, job.policy)))
        return real(job, session)

    monkeypatch.setattr(Job, "run", noted)
    process = Process(
        make_executor, FAST_PACE, FAST_RHYTHM, base_url="http://127.0.0.1", redis_url=redis_url(), hint=lambda run_id: False
    )
    process.start()
    try:
        bench = Bench(olga, tmp_path)
        run = bench.ended(bench.start(process, looking(), {"q": "hello"}), 60)
    finally:
        process.stop()
    assert len(received) >= 6, "code and expressions were run"
    assert any("hello" in one for one in received)
    for secret in secrets:
        assert_absent(secret, "\n".join(received))
        assert_absent(secret, str(run.output))


def test_a_process_of_the_sandbox_has_none_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a program that broke out would find a key there."""
    monkeypatch.setenv("OPENAI_API_KEY", "planted-env/K+ey=1")

    async def look() -> str:
        async with sandbox() as box:
            await result_of(box, "def main():\n    return 1\n")
            children = [one for one in psutil.Process().children(recursive=True) if "monty" in " ".join(one.cmdline())]
            assert children, "the sandbox has a process"
            return " ".join(Path(f"/proc/{one.pid}/environ").read_text() for one in children)

    assert "planted-env" not in asyncio.run(look())
