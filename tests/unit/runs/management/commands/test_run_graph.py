"""`manage.py run_graph` as outside tools use it: one JSON object, an exit code, nothing but this process."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from editor.graph.context import LlmReply, LlmRequest, ToolCall
from editor.graph.nodetype import Usage
from runs.management.commands import run_graph
from runs.providers.models import Models

START = {"id": "start", "type": "start", "params": {"fields": [{"name": "n", "type": "number", "required": True}]}}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a document and give the printed object with the exit code."""

    def _run(document: object, given: str = "{}", mock: object = None) -> tuple[dict[str, Any], int]:
        file = tmp_path / "graph.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        options: dict[str, Any] = {"input": given}
        if mock is not None:
            options["mock"] = tmp_path / "mock.json"
            options["mock"].write_text(mock if isinstance(mock, str) else json.dumps(mock))
        with pytest.raises(SystemExit) as exit_:
            call_command("run_graph", str(file), **options)
        printed = json.loads(capsys.readouterr().out)
        assert set(printed) >= {"status", "output", "error", "nodes", "events", "cost_usd"}
        return printed, int(str(exit_.value.code))

    return _run


def graph(*nodes: dict[str, Any], edges: list[tuple[str, str]], **settings: Any) -> dict[str, Any]:
    """Build a document."""
    lines = [{"id": f"e{i}", "source": a, "target": b} for i, (a, b) in enumerate(edges)]
    return {"schema": 1, "settings": settings, "nodes": list(nodes), "edges": lines}


def test_succeeded_run_prints_output_and_every_node(run: Any) -> None:
    """The whole contract on a small graph."""
    document = graph(START, {"id": "out", "type": "output"}, edges=[("start", "out")])
    printed, code = run(document, '{"n": 4}')
    assert code == 0
    assert (printed["status"], printed["output"], printed["error"]) == ("succeeded", {"result": {"n": 4}}, None)
    assert printed["nodes"]["out"] == {"status": "succeeded", "output": {"n": 4}, "error": None, "attempts": 1}
    assert printed["events"] == 6
    assert printed["cost_usd"] == 0


def test_an_agent_calls_its_tools(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nodes beside the flow are there without a worker as well."""
    said = iter(
        [
            LlmReply("", "tool_calls", Usage(), "local/smollm2", (ToolCall("1", "double", '{"input": "21"}'),)),
            LlmReply("It is 42.", "stop", Usage(), "local/smollm2"),
        ]
    )

    async def complete(self: Models, request: LlmRequest, on_text: Any) -> LlmReply:
        return next(said)

    monkeypatch.setattr(Models, "complete", complete)
    double = {"id": "double", "type": "code", "params": {"source": "def main(input):\n    return 2 * int(input)\n"}}
    agent = {"id": "agent", "type": "agent", "params": {"prompt": "Double {{ start.n }}"}}
    document = graph(START, double, agent, {"id": "out", "type": "output"}, edges=[("start", "agent"), ("agent", "out")])
    tool = {"id": "t", "source": "double", "source_port": "tool", "target": "agent", "target_port": "tools"}
    printed, code = run({**document, "edges": [*document["edges"], tool]}, '{"n": 21}')
    assert (code, printed["output"]) == (0, {"result": "It is 42."}), printed


def test_mock_stands_in_for_any_node_attempt_by_attempt(run: Any) -> None:
    """Scripted failures are retried, and the last attempt repeats."""
    retry = {"retry": {"max_attempts": 3, "backoff_seconds": 0.01}}
    call = {"id": "call", "type": "http_request", "params": {"method": "GET", "url": "http://nowhere.invalid/"}, "policy": retry}
    document = graph(call, {"id": "out", "type": "output"}, edges=[("call", "out")])
    busy = {"error": {"code": "transient", "message": "busy", "retryable": True}}
    mock = {"call": [busy, {"sleep_seconds": 0.01, "return": 7}]}
    printed, code = run(document, mock=mock)
    assert (code, printed["output"], printed["nodes"]["call"]["attempts"]) == (0, {"result": 7}, 2)


def test_failed_run_exits_1_and_names_the_node(run: Any) -> None:
    """A `fail` node gives the run its own code."""
    stop = {"id": "stop", "type": "fail", "params": {"code": "no_stock", "message": "Nothing is left."}}
    printed, code = run(graph({"id": "a", "type": "set", "params": {"value": 1}}, stop, edges=[("a", "stop")]))
    assert (code, printed["status"], printed["error"]["code"]) == (1, "failed", "no_stock")
    assert printed["error"]["data"]["node"] == "stop"


def test_short_wait_is_slept_and_long_wait_ends_the_run_as_waiting(run: Any) -> None:
    """Nobody sits out an hour at a command line."""

    def waiting(seconds: float) -> dict[str, Any]:
        first = {"id": "a", "type": "set", "params": {"value": 1}}
        wait = {"id": "w", "type": "wait", "params": {"seconds": seconds}}
        return graph(first, wait, {"id": "out", "type": "output"}, edges=[("a", "w"), ("w", "out")])

    printed, code = run(waiting(0.05))
    assert (code, printed["status"]) == (0, "succeeded")
    printed, code = run(waiting(3600))
    assert (code, printed["status"], printed["output"]) == (0, "waiting", None)
    assert (printed["nodes"]["w"]["status"], printed["nodes"]["out"]["status"]) == ("waiting", "pending")


def test_run_time_limit_cancels_work_in_flight(run: Any) -> None:
    """The limit of the run holds here too."""
    slow = {"id": "a", "type": "set", "params": {"value": 1}}
    printed, code = run(graph(slow, edges=[], timeout_seconds=0.05), mock={"a": [{"sleep_seconds": 30, "return": 1}]})
    assert (code, printed["error"]["code"], printed["nodes"]["a"]["status"]) == (1, "run_timeout", "cancelled")


@pytest.mark.parametrize(
    ("document", "given", "mock", "code"),
    [
        ("not json", "{}", None, "document.malformed"),
        ("[" * 100_000, "{}", None, "document.malformed"),
        ('{"nodes": NaN}', "{}", None, "document.malformed"),
        ({"nodes": [{"id": "a", "type": "zzz"}]}, "{}", None, "node.unknown_type"),
        ({"nodes": [START]}, "[1]", None, "input.malformed"),
        ({"nodes": [START]}, "{", None, "input.malformed"),
        ({"nodes": [START]}, "{}", None, "input.invalid"),
        ({"nodes": [START]}, '{"n": 1, "more": 2}', None, "input.invalid"),
        ({"nodes": [START]}, '{"n": 1}', "{", "mock.malformed"),
        ({"nodes": [START]}, '{"n": 1}', {"start": [{"sleep": 1}]}, "mock.malformed"),
    ],
)
def test_what_cannot_be_run_exits_2_with_problems(run: Any, document: object, given: str, mock: object, code: str) -> None:
    """Never a traceback: the same object, with the problems."""
    printed, exit_code = run(document, given, mock)
    assert (exit_code, printed["status"]) == (2, "invalid")
    assert code in [problem["code"] for problem in printed["problems"]]


def test_missing_file_and_directory_are_problems(tmp_path: Path) -> None:
    """A path that cannot be read is said, not thrown."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(run_graph.Refused) as refused:
            run_graph.read_file(path, "document.malformed")
        assert refused.value.problems[0]["code"] == "document.malformed"
