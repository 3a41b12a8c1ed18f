"""People answer: one winner, any time before the limit, and nothing is held while a run waits for them."""

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from editor.graph.nodetype import APPROVAL
from graphapp.accounts.models import User
from runs.driver.mail import answer_key
from runs.journal.inbox import ask
from runs.models import NodeRun, Run, RunInbox
from runs.process import Process
from runs.wiring import make_executor
from tests.builders import Graph
from tests.support.bench import Bench, MakeProcess
from tests.support.invariants import all_events, assert_invariants
from tests.support.script import Script, workflow_id
from tests.support.waiting import wait_until

Json = dict[str, Any]


@pytest.fixture
def process(make_process: MakeProcess) -> Process:
    """Drive runs with all that a worker has: what stands in fields may be expressions."""
    return make_process(make_executor)


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def asking(**params: Any) -> Json:
    """Build a draft that a person may edit, send or drop."""
    g = Graph()
    start = g.node("start", "start", fields=[])
    draft = g.node("set", "draft", value={"text": "Dear Ada"})
    text = {"name": "text", "type": "long_text", "required": True, "default": "{{ draft.text }}, hello"}
    review = g.node("approval", "review", message="Send “{{ draft.text }}”?", fields=[text], **params)
    start.to(draft).to(review)
    review["approve"].to(g.node("output", "sent", name="sent", value="{{ review.values.text }}"))
    review["reject"].to(g.node("output", "dropped", name="dropped", value="{{ review.by }}"))
    review["timeout"].to(g.node("output", "late", name="late", value="{{ review.answer }}"))
    return g.document()


def waiting(script: Script, process: Process, document: Json) -> Run:
    """Run a document until it waits for a person."""
    status, started = script.post(f"/workflows/{workflow_id(script, document)}/runs", {})
    assert status == 201, started
    process.drive_here(started["id"])
    run = Run.objects.get(pk=started["id"])
    wait_until(lambda: NodeRun.objects.filter(run=run, reason=APPROVAL, status="waiting").exists())
    return run


def answer(script: Script, run: Run, body: Json, key: str = "review") -> tuple[int, Any]:
    """Answer."""
    return script.post(f"/runs/{run.pk}/answers/{quote(key, safe='')}", body)


def ended(script: Script, process: Process, run: Run) -> Json:
    """Drive a run to its end."""
    process.drive_here(str(run.pk))
    wait_until(lambda: script.get(f"/runs/{run.pk}")[1]["finished_at"])
    assert_invariants(run)
    found: Json = script.get(f"/runs/{run.pk}")[1]
    return found


def test_a_person_edits_and_answers(script: Script, process: Process) -> None:
    run = waiting(script, process, asking())
    detail = script.get(f"/runs/{run.pk}/nodes/review")[1]
    assert detail["output"]["request"]["message"] == "Send “Dear Ada”?"
    assert detail["output"]["values"] == {"text": "Dear Ada, hello"}
    assert answer(script, run, {"button": "approve", "values": {"text": "Dear Ada!"}})[0] == 202
    done = ended(script, process, run)
    assert (done["status"], done["output"]) == ("succeeded", {"sent": "Dear Ada!"})
    review = script.get(f"/runs/{run.pk}/nodes/review")[1]
    assert (review["output"]["answer"], review["output"]["by"], review["ports"]) == ("approve", "olga@example.org", ["approve"])


def test_a_parked_run_holds_nothing_and_goes_on_with_the_answer(script: Script, process: Process) -> None:
    run = waiting(script, process, asking())
    wait_until(lambda: Run.objects.get(pk=run.pk).status == "waiting", 20)
    run.refresh_from_db()
    assert (run.lease_owner, run.wake_at) == (None, None)
    assert answer(script, run, {"button": "reject"})[0] == 202
    done = ended(script, process, run)
    assert done["output"] == {"dropped": "olga@example.org"}
    kinds = [event["kind"] for event in all_events(run)]
    assert kinds[kinds.index("run.waiting") + 1] == "run.resumed"


def test_the_first_answer_counts(script: Script, process: Process, people: Mapping[str, User]) -> None:
    run = waiting(script, process, asking())
    statuses: list[int] = []

    def press(button: str) -> None:
        statuses.append(answer(Script(people["olga"]), run, {"button": button})[0])
        connection.close()

    presses = [threading.Thread(target=press, args=(button,)) for button in ("approve", "reject") * 4]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(statuses) == [202] + [409] * 7
    assert len(ended(script, process, run)["output"]) == 1
    assert answer(script, run, {"button": "approve"})[1]["error"]["code"] == "not_waiting"


def test_without_an_answer_it_goes_on_at_its_limit(script: Script, process: Process) -> None:
    run = waiting(script, process, asking(timeout_seconds=0.5))
    done = ended(script, process, run)
    assert done["output"] == {"late": "timeout"}
    assert RunInbox.objects.filter(run=run, kind="answer", consumed_seq=None).count() == 0


def test_an_answer_that_was_accepted_beats_the_limit(script: Script, process: Process) -> None:
    """The answer is in the inbox and nobody has heard of it when the time is over: it still counts."""
    run = waiting(script, process, asking(timeout_seconds=2))

    request = script.get(f"/runs/{run.pk}/nodes/review")[1]["output"]
    value = {**request, "answer": "approve", "values": {"text": "in time"}, "by": "somebody"}
    payload = '{"key": "review", "attempt": 1, "ports": ["approve"], "value": %s}'

    assert ask(str(run.pk), "answer", answer_key("review", 1), payload % json.dumps(value))
    assert ended(script, process, run)["output"] == {"sent": "in time"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"button": "maybe"}, "answer_invalid"),
        ({"button": "timeout"}, "answer_invalid"),
        ({"button": "approve", "values": {"text": 5}}, "answer_invalid"),
        ({"button": "approve", "values": {"other": "x"}}, "answer_invalid"),
        ({"button": ""}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_changes_nothing(
    script: Script, process: Process, body: Json, code: str
) -> None:
    run = waiting(script, process, asking())
    status, refusal = answer(script, run, body)
    assert (status, refusal["error"]["code"]) == (422, code)
    assert not RunInbox.objects.filter(run=run).exists()
    assert answer(script, run, {"button": "approve"})[0] == 202


def test_items_of_a_map_are_answered_one_by_one(script: Script, process: Process) -> None:
    g = Graph()
    each = g.node("map", "each", items=["a", "b"])
    g.node("approval", "ok", parent=each, message="{{ item }}?", buttons=[{"port": "yes"}])["yes"].to(
        g.node("set", "said", parent=each, value="{{ ok.request.message }}")
    )
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    run = waiting(script, process, g.document())
    wait_until(lambda: NodeRun.objects.filter(run=run, reason=APPROVAL, status="waiting").count() == 2)
    for key in ("each#1/ok", "each#0/ok"):
        assert answer(script, run, {"button": "yes"}, key)[0] == 202
    assert ended(script, process, run)["output"] == {"result": ["a?", "b?"]}
