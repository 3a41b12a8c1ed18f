"""Calls from outside: one counts, whenever it comes, and nobody can make up an address."""

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from graphapp.accounts.models import User
from runs import hooks
from runs.models import NodeRun, Run
from runs.process import Process
from runs.wiring import make_executor
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import assert_invariants
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    return make_process(make_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    bench.actor = people["olga"]
    return Script(people["olga"])


def calling_back(**params: Any) -> Json:
    """Build a workflow that hands an address out and waits for a call to it."""
    g = Graph()
    told = g.node("start", "start", fields=[]).to(g.node("set", "told", value="{{ run.wait_urls.paid }}"))
    paid = told.to(g.node("webhook_wait", "paid", **params))
    paid["out"].to(g.node("output", "out", value="{{ paid.body }}"))
    paid["timeout"].to(g.node("output", "late", name="late", value="{{ paid.url }}"))
    return g.document()


def waiting(script: Script, process: Process, document: Json) -> tuple[Run, str]:
    """Run until it waits; give the path of its address."""
    status, body = script.post(f"/workflows/{workflow_id(script, document)}/runs", {})
    assert status == 201, body
    process.drive_here(body["id"])
    run = Run.objects.get(pk=body["id"])
    wait_until(lambda: NodeRun.objects.filter(run=run, reason="webhook", status="waiting").exists())
    url = urlsplit(NodeRun.objects.get(run=run, node_id="told").output)
    assert (url.scheme, url.netloc) == ("http", "127.0.0.1")
    return run, url.path


def call(path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
    """Post to an address as a stranger does."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, json.dumps(body), content_type="application/json", **more)
    return answer.status_code, answer.json()


def ended(script: Script, process: Process, run: Run) -> Json:
    process.drive_here(str(run.pk))
    wait_until(lambda: script.get(f"/runs/{run.pk}")[1]["finished_at"])
    assert_invariants(run)
    found: Json = script.get(f"/runs/{run.pk}")[1]
    return found


def test_a_call_brings_the_run_back_with_what_it_says(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back())
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "waiting", 20)
    assert call(f"{path}?from=bank", {"amount": 5}) == (202, {"status": "accepted"})
    assert ended(script, process, run)["output"] == {"result": {"amount": 5}}
    told = script.get(f"/runs/{run.pk}")[1]["node_runs"]
    paid, plain = (next(one for one in told if one["key"] == key) for key in ("paid", "told"))
    (attempt,) = paid["attempts"]
    assert (attempt["n"], attempt["status"]) == (1, "succeeded")
    assert attempt["started_at"] <= attempt["waited_from"] <= attempt["finished_at"] == paid["finished_at"]
    assert plain["attempts"] == [], "the times of the node run say all"
    assert script.get(f"/runs/{run.pk}/nodes/paid")[1]["output"]["query"] == {"from": "bank"}
    assert call(path, {"amount": 6})[1]["error"]["code"] == "already_answered"


def test_of_many_calls_one_counts(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back())
    answers: list[int] = []

    def post(number: int) -> None:
        answers.append(call(path, number)[0])
        connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [202] + [409] * 7
    assert ended(script, process, run)["output"]["result"] in range(8)


def test_without_a_call_it_goes_on_at_its_limit(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back(timeout_seconds=0.2))
    done = ended(script, process, run)
    assert urlsplit(done["output"]["late"]).path == path
    assert call(path, 1)[0] == 409


def test_a_call_that_comes_too_early_is_held_for_a_while(
    script: Script, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = calling_back()
    document["nodes"].append({"id": "pause", "type": "wait", "params": {"seconds": 1}})
    document["edges"][1].update(target="pause")
    document["edges"].append({"id": "late", "source": "pause", "target": "paid"})
    run = Run.objects.get(pk=script.post(f"/workflows/{workflow_id(script, document)}/runs", {})[1]["id"])
    process.drive_here(str(run.pk))
    wait_until(lambda: NodeRun.objects.filter(run=run, node_id="told", status="succeeded").exists())
    path = urlsplit(NodeRun.objects.get(run=run, node_id="told").output).path
    with monkeypatch.context() as impatient:
        impatient.setattr(hooks, "PATIENCE_SECONDS", 0.1)
        assert call(path, "too early")[1]["error"]["code"] == "not_waiting"
    assert call(path, "early")[0] == 202
    assert ended(script, process, run)["output"] == {"result": "early"}


def test_addresses_cannot_be_made_up(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back())
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/hooks/wait/x", path.replace(":", ":x", 1)):
        assert call(wrong, 1)[0] == 404
    client = Client()
    assert client.get(path).status_code == 405
    assert NodeRun.objects.get(run=run, node_id="paid").status == "waiting"


def test_odd_bodies_are_read_or_refused(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back())
    client = Client()
    assert client.post(path, "{", content_type="application/json").status_code == 400
    assert client.post(path, "[" * 100_000, content_type="application/json").status_code == 400
    assert client.post(path, "x" * (hooks.MOST_BYTES + 1), content_type="text/plain").status_code == 413
    assert client.post(path, {"a": "1"}).status_code == 202
    assert ended(script, process, run)["output"] == {"result": {"a": "1"}}


def test_resuming_keeps_the_address(script: Script, process: Process) -> None:
    run, path = waiting(script, process, calling_back())
    script.post(f"/runs/{run.pk}/cancel")
    ended(script, process, run)
    assert call(path, 1)[0] == 409
    again = Run.objects.get(pk=script.post(f"/runs/{run.pk}/resume", {"kind": "resume"})[1]["id"])
    process.drive_here(str(again.pk))
    wait_until(lambda: NodeRun.objects.filter(run=again, reason="webhook", status="waiting").exists())
    assert NodeRun.objects.get(run=again, node_id="told").origin == "reused"
    assert call(path, 2)[0] == 202
    assert ended(script, process, again)["output"] == {"result": 2}
