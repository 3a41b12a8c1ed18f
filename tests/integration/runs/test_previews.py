"""What an expression gives before it is run: the values of the newest run, pinned values first, and never a side effect."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graphapp.accounts.models import User
from runs.models import Run
from runs.process import Process
from tests.builders import Graph
from tests.support.bench import Bench
from tests.support.script import Script, finished, workflow_id

Json = dict[str, Any]
Preview = Callable[..., Json]


@pytest.fixture
def script(bench: Bench, people: Mapping[str, User]) -> Script:
    """Call as olga."""
    bench.actor = people["olga"]
    return Script(people["olga"])


def drawing() -> Json:
    """Draw a value, a map over it with a loop inside, and a node that nothing has run."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "city", "type": "text", "label": "", "required": False, "default": "Oslo"}])
    rows = g.node("set", "rows", value=[{"n": 3, "tags": ["a", "b"]}, {"n": 5, "tags": []}])
    each = g.node("map", "each", items="{{ input }}")
    double = g.node("set", "double", value="{{ item.n }}", parent=each)
    again = g.node(
        "loop", "again", parent=each, initial=0, max_iterations=2, on_limit="best", until="more.done", score="more.turn"
    )
    g.node("set", "more", parent=again, value={"n": "{{ item.n }}", "done": False, "turn": "{{ loop.index }}"})
    double.to(again)
    rows.to(g.node("merge", "joined"))
    start.to(rows).to(each).to(g.node("output", "result"))
    return g.document()


@pytest.fixture
def workflow(script: Script) -> str:
    """Save it."""
    return workflow_id(script, drawing())


@pytest.fixture
def ran(script: Script, process: Process, workflow: str) -> Json:
    """Run it once."""
    run: Json = finished(script, process, script.post(f"/workflows/{workflow}/runs", {})[1]["id"])
    assert run["status"] == "succeeded"
    return run


@pytest.fixture
def preview(script: Script, workflow: str) -> Preview:
    """Ask what a value gives at a node."""

    def ask(node: str, value: Any, **more: Any) -> Json:
        status, answer = script.post(f"/workflows/{workflow}/nodes/{node}/preview", {"value": value, **more})
        assert status == 200, answer
        return dict(answer)

    return ask


def known(script: Script, workflow: str, node: str, query: str = "") -> dict[str, Json]:
    """List what a node sees, by name."""
    status, answer = script.get(f"/workflows/{workflow}/nodes/{node}/names{query}")
    assert status == 200, answer
    return {one["name"]: one for one in answer["names"]}


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    ("node", "value", "gives"),
    [
        ("result", "{{ start.city }} has {{ len(rows) }} rows", "Oslo has 2 rows"),
        ("result", {"tags": "{{ rows[0].tags }}", "{{ start.city }}": 1}, {"tags": ["a", "b"], "Oslo": 1}),
        ("each", "{{ [row.n for row in input] }}", [3, 5]),
        ("double", "{{ item.n + index }}", 3),
        ("more", "{{ [item.n, loop.index, double] }}", [3, 0, 3]),
        ("result", "{{ run.input }} {{ run.workflow.name }}", '{"city": "Oslo"} Hello'),
    ],
)
def test_a_value_is_what_the_run_would_make_of_it(preview: Preview, node: str, value: Any, gives: Any) -> None:
    assert preview(node, value)["value"] == gives


@pytest.mark.usefixtures("ran")
def test_an_expression_needs_no_braces(preview: Preview) -> None:
    assert preview("each", "input[0].n > 2", is_expression=True)["value"] is True
    assert preview("again", "more.turn == 1 and loop.index == 1 and loop.result == more", is_expression=True)["value"] is True


@pytest.mark.usefixtures("ran")
def test_another_item_is_looked_at(preview: Preview, script: Script, workflow: str) -> None:
    assert preview("double", "{{ item.n }}", scope="each#1/")["value"] == 5
    assert preview("more", "{{ double }}", scope="each#1/again#1/")["value"] == 5
    assert known(script, workflow, "more", "?scope=each%231/again%231/")["loop"]["value"] == {
        "index": 1,
        "state": {"n": 5, "done": False, "turn": 0},
    }


@pytest.mark.usefixtures("ran")
def test_names_come_with_their_values_the_nearest_first(script: Script, workflow: str) -> None:
    names = known(script, workflow, "result")
    assert list(names) == ["input", "each", "rows", "start", "inputs", "run"]
    assert names["start"] == {"name": "start", "kind": "node", "origin": "run", "value": {"city": "Oslo"}}
    assert "double" not in names


def test_before_the_first_run_there_are_names_without_values(preview: Preview, script: Script, workflow: str) -> None:
    names = known(script, workflow, "result")
    assert {name: one["origin"] for name, one in names.items()} == {"each": "", "rows": "", "start": "", "inputs": "run"}
    answer = preview("result", "{{ start.city + rows }}")
    assert answer == {"run": None, "value": None, "error": None, "missing": ["rows", "start"]}


@pytest.mark.usefixtures("ran")
def test_a_pinned_value_comes_before_that_of_the_run(preview: Preview, script: Script, workflow: str) -> None:
    draft = script.get(f"/workflows/{workflow}/draft")[1]
    document = draft["document"]
    next(node for node in document["nodes"] if node["id"] == "rows")["pinned"] = [{"n": 40}]
    script.put(f"/workflows/{workflow}/draft", {"document": document, "revision": draft["revision"]})
    assert preview("each", "{{ input[0].n }}")["value"] == 40
    assert known(script, workflow, "each")["rows"]["origin"] == "pinned"


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    ("value", "code", "says"),
    [
        ("{{ start.town }}", "expression_error", "town"),
        ("{{ rows + 1 }}", "expression_error", "no value"),
        ("{{ rows", "expression_error", "not closed"),
        ("{{ nobody.name }}", "expression_error", "nobody"),
        ("{{ [x for x in range(10 ** 9)] }}", "expression_error", "too much time or memory"),
        ("{{ __import__('os').system('true') }}", "expression_error", "no value"),
    ],
)
def test_what_has_no_value_says_why(preview: Preview, value: str, code: str, says: str) -> None:
    error = preview("result", value)["error"]
    assert error["code"] == code
    assert says in error["message"]


@pytest.mark.usefixtures("ran")
def test_nothing_is_started_or_written(preview: Preview) -> None:
    before = list(Run.objects.values_list("pk", "seq"))
    preview("result", "{{ rows }}")
    assert list(Run.objects.values_list("pk", "seq")) == before


def test_a_run_of_another_workflow_is_not_looked_into(script: Script, ran: Json) -> None:
    other = workflow_id(script, drawing())
    assert script.get(f"/workflows/{other}/nodes/result/names?run={ran['id']}")[0] == 404
    assert script.get(f"/workflows/{other}/nodes/nobody/names")[0] == 404


@pytest.mark.usefixtures("ran")
def test_a_value_must_fit_the_param_that_it_is_for(preview: Preview) -> None:
    assert preview("joined", "{{ ['first', 'deep'][0] }}", param="mode")["error"] is None
    wrong = preview("joined", "{{ start.city }}", param="mode")
    assert (wrong["value"], wrong["error"]["code"]) == ("Oslo", "bad_params")
    assert wrong["error"]["message"] == "mode must be 'list', 'first', 'object' or 'deep'."
    assert preview("again", "more.turn == 1", is_expression=True, param="until")["error"] is None
