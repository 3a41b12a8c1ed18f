"""What nodes wrote is read by place, by node, by level and by text, however long it is."""

import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from graphapp.accounts.models import User
from runs.journal.connection import execute
from runs.process import Process
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.script import Script, finished, workflow_id

Json = dict[str, Any]
WRITTEN = int(os.environ.get("GRAPHAPP_TEST_LOG_LINES", "20000"))
"""With GRAPHAPP_TEST_LOG_LINES=1000000 the same holds."""
WRITE = """
INSERT INTO runs_event (run_id, seq, at, kind, node_key, data)
SELECT %(run)s::uuid, 10000 + n, now() + n * interval '1 millisecond', 'log', 'say', json_build_object('attempt', 1,
    'level', CASE WHEN n %% 1000 = 0 THEN 'warning' ELSE 'info' END, 'message', 'row ' || n || ' of 100%% in a_b')
FROM generate_series(1, %(count)s::int) n
"""


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def ran(script: Script, process: Process) -> str:
    """Run something short to the end."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("set", "say", value="done")).to(g.node("output", "end"))
    run: str = script.post(f"/workflows/{workflow_id(script, g.document())}/runs")[1]["id"]
    finished(script, process, run)
    return run


def lines(script: Script, run: str, **asked: object) -> Json:
    """Read a part of the log."""
    status, answer = script.get(f"/runs/{run}/logs?{urlencode(asked)}")
    assert status == 200, answer
    found: Json = answer
    return found


def test_a_log_of_any_length_is_read_by_place_and_searched(script: Script, process: Process) -> None:
    run = ran(script, process)
    execute(WRITE, {"run": run, "count": WRITTEN})
    execute("ANALYZE runs_event", {})
    took: dict[str, float] = {}

    def read(name: str, **asked: object) -> Json:
        began = time.perf_counter()
        answer = lines(script, run, **asked)
        took[name] = time.perf_counter() - began
        return answer

    begin = read("first page", limit=3)
    assert [line["message"] for line in begin["lines"]] == [f"row {n} of 100% in a_b" for n in (1, 2, 3)]
    assert (begin["total"], begin["lines"][0]["node"]) == (WRITTEN, "say")
    end = read("last page", offset=WRITTEN - 2, node="say")
    assert [line["message"] for line in end["lines"]] == [f"row {n} of 100% in a_b" for n in (WRITTEN - 1, WRITTEN)]
    middle = read("middle", offset=WRITTEN // 2, limit=2)
    assert [line["message"] for line in middle["lines"]] == [f"row {WRITTEN // 2 + n} of 100% in a_b" for n in (1, 2)]
    assert read("beyond the end", offset=WRITTEN)["lines"] == []
    found = read("a text", search=f"ROW {WRITTEN} ")
    assert [line["message"] for line in found["lines"]] == [f"row {WRITTEN} of 100% in a_b"]
    assert read("warnings", level="warning", limit=1)["total"] == WRITTEN // 1000
    for special, total in (("100%", WRITTEN), ("a_b", WRITTEN), ("a.b", 0), ("1_0%", 0), ("\\", 0), ("\0", WRITTEN)):
        assert lines(script, run, search=special, limit=1)["total"] == total, special
    assert lines(script, run, node="end")["total"] == 0
    assert script.get(f"/runs/{run}/nodes/say")[1]["log_lines"] == WRITTEN
    assert max(took.values()) < 5, took


def test_places_that_cannot_be_are_refused(script: Script, process: Process) -> None:
    run = ran(script, process)
    for asked in ("offset=-1", "limit=0", "limit=1001", "level=loud", f"search={'x' * 201}"):
        assert script.get(f"/runs/{run}/logs?{asked}")[0] == 422, asked
    assert lines(script, run)["total"] == 0


def test_a_log_is_downloaded_whole_or_in_part(script: Script, process: Process) -> None:
    run = ran(script, process)
    execute(WRITE, {"run": run, "count": 12_001})
    answer, whole = script.download(f"/runs/{run}/logs/file")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run}-log.txt"'
    assert [line.split("row ")[1] for line in whole.splitlines()] == [f"{number} of 100% in a_b" for number in range(1, 12_002)]
    assert whole.splitlines()[-1].endswith(" info say: row 12001 of 100% in a_b")
    _, some = script.download(f"/runs/{run}/logs/file?{urlencode({'level': 'warning', 'node': 'say', 'search': 'ROW 3'})}")
    assert [line.split()[1:5] for line in some.splitlines()] == [["warning", "say:", "row", "3000"]]
