"""Workflows that run other workflows: what is pinned, what is checked, and runs that nobody waits for."""

from collections.abc import Mapping
from typing import Any

import pytest

from editor.models import WorkflowVersion
from graphapp.accounts.models import User
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


def greeting(word: str) -> Json:
    """Build a workflow that greets somebody by name."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "name", "type": "text", "required": True}])
    start.to(g.node("output", "out", value=f"{word}, {{{{ start.name }}}}"))
    return g.document()


def calling(called: str, **params: Any) -> Json:
    """Build a workflow that calls another one."""
    g = Graph()
    call = g.node("start", "start", fields=[]).to(
        g.node("run_workflow", "call", workflow=called, **{"input": {"name": "Ada"}, **params})
    )
    call.to(g.node("output", "out", value="{{ call }}"))
    return g.document()


def published(script: Script, document: Json) -> str:
    """Make a workflow and publish it."""
    made = workflow_id(script, document)
    status, body = script.post(f"/workflows/{made}/versions", {})
    assert status == 201, body
    return made


def redraw(script: Script, workflow: str, document: Json) -> None:
    """Save another draft and publish it."""
    revision = script.get(f"/workflows/{workflow}/draft")[1]["revision"]
    assert script.put(f"/workflows/{workflow}/draft", {"document": document, "revision": revision})[0] == 200
    assert script.post(f"/workflows/{workflow}/versions", {})[0] == 201


def start(script: Script, workflow: str, **more: Any) -> Run:
    status, body = script.post(f"/workflows/{workflow}/runs", more)
    assert status == 201, body
    return Run.objects.get(pk=body["id"])


def ended(script: Script, process: Process, run: Run) -> Json:
    process.drive_here(str(run.pk))
    wait_until(lambda: script.get(f"/runs/{run.pk}")[1]["finished_at"])
    assert_invariants(run)
    found: Json = script.get(f"/runs/{run.pk}")[1]
    return found


def test_a_workflow_gives_its_output_to_its_caller(script: Script, process: Process) -> None:
    run = start(script, workflow_id(script, calling(published(script, greeting("Hello")))))
    done = ended(script, process, run)
    assert done["output"] == {"result": {"result": "Hello, Ada"}}
    inner = script.get(f"/runs/{run.pk}/nodes/call%2Fout")[1]
    assert inner["input"]["inputs"] == {"in": {"name": "Ada"}}
    assert [one["key"] for one in script.get(f"/runs/{run.pk}/scopes/call%2F")[1]["node_runs"]] == ["call/start", "call/out"]


def test_a_slug_names_a_workflow_too(script: Script, process: Process) -> None:
    made = published(script, greeting("Hello"))
    slug = script.get(f"/workflows/{made}")[1]["slug"]
    done = ended(script, process, start(script, workflow_id(script, calling(slug))))
    assert done["status"] == "succeeded"


def test_what_is_called_is_settled_with_the_version(script: Script, process: Process) -> None:
    """T18c: a new version of the callee changes no version of the caller, and the caller's next draft run has it."""
    called = published(script, greeting("Hello"))
    caller = published(script, calling(called))
    redraw(script, called, greeting("Good day"))
    old = ended(script, process, start(script, caller, version=1))
    new = ended(script, process, start(script, caller))
    assert old["output"] == {"result": {"result": "Hello, Ada"}}
    assert new["output"] == {"result": {"result": "Good day, Ada"}}
    versions = WorkflowVersion.objects.filter(workflow_id=caller)
    assert versions.count() == 2
    assert len(set(versions.values_list("digest", flat=True))) == 2


def test_a_numbered_version_stays(script: Script, process: Process) -> None:
    called = published(script, greeting("Hello"))
    redraw(script, called, greeting("Good day"))
    done = ended(script, process, start(script, workflow_id(script, calling(called, version=1))))
    assert done["output"] == {"result": {"result": "Hello, Ada"}}


def test_what_cannot_be_called_is_refused_before_it_runs(script: Script, people: Mapping[str, User]) -> None:
    """Unknown, not published, no such version, and somebody else's: each is a problem at its node."""
    draft, foreign = workflow_id(script, greeting("Hello")), published(Script(people["ed"]), greeting("Secret"))
    mine = published(script, greeting("Hello"))
    for document, code in (
        (calling("nobody"), "call.unknown"),
        (calling(foreign), "call.unknown"),
        (calling(draft), "call.not_published"),
        (calling(mine, version=7), "call.no_version"),
    ):
        caller = workflow_id(script, document)
        for path in (f"/workflows/{caller}/runs", f"/workflows/{caller}/versions"):
            status, body = script.post(path, {})
            assert (status, body["error"]["code"]) == (422, "graph_invalid")
            problems = body["error"]["data"]["problems"]
            assert (problems[0]["code"], problems[0]["node_id"], problems[0]["param"]) == (code, "call", "workflow")


def test_an_input_that_does_not_fit_fails_the_call(script: Script, process: Process) -> None:
    run = start(script, workflow_id(script, calling(published(script, greeting("Hello")), input={"nam": "Ada"})))
    done = ended(script, process, run)
    assert (done["error"]["code"], done["error"]["data"]["fields"].keys()) == ("input_invalid", {"name", "nam"})
    assert not NodeRun.objects.filter(run=run, scope_path="call/").exists()


def test_a_detached_run_begins_once_and_is_not_waited_for(script: Script, process: Process) -> None:
    called = published(script, greeting("Hello"))
    run = start(script, workflow_id(script, calling(called, detached=True)))
    done = ended(script, process, run)
    other = Run.objects.get(parent=run)
    assert done["output"] == {"result": {"run_id": str(other.pk)}}
    assert (str(other.workflow_id), other.parent_key, other.depth, other.trigger) == (called, "call", 1, "workflow")
    assert ended(script, process, other)["output"] == {"result": "Hello, Ada"}
    again = script.post(f"/runs/{run.pk}/resume", {"kind": "from_here", "node": "out"})[1]
    ended(script, process, Run.objects.get(pk=again["id"]))
    assert Run.objects.filter(workflow_id=called).count() == 1


def test_detached_runs_that_start_themselves_end(script: Script, process: Process) -> None:
    """The depth counts across runs that start one another."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("run_workflow", "again", workflow="x", input={}, detached=True))
    made = workflow_id(script, g.document())
    document = g.document()
    document["nodes"][1]["params"]["workflow"] = made
    redraw(script, made, document)
    run: Run | None = start(script, made)
    depths = []
    while run is not None:
        depths.append(run.depth)
        last = ended(script, process, run)
        run = Run.objects.filter(parent=run).first()
    assert depths == list(range(9))
    assert last["error"]["code"] == "call_depth"
