"""An attempt always ends as an outcome; what leaves a node is JSON of bounded size."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from editor.graph.catalogue import Catalogue
from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType
from runs.context import Context, Services
from runs.executor import Done, Executor, Failed
from runs.prepare import json_fault
from runs.scripted import Script
from tests.unit.runs.nodes.world import World, executor, failed, node, outcome, work


class Odd(NodeType):
    """Does what its test says."""

    name = title = "odd"
    help = "Odd."
    category, icon = "data", "box"
    value: Any = None
    raises: Exception | None = None
    waits = False

    async def run(self, ctx: NodeContext, params: Any, inputs: Mapping[str, Any]) -> NodeResult:
        """Wait, raise or answer."""
        if self.waits:
            await asyncio.Event().wait()
        if self.raises is not None:
            raise self.raises
        return NodeResult(self.value)


def odd(**facts: Any) -> Executor:
    kind = Odd()
    vars(kind).update(facts)
    world = World()
    return Executor(Catalogue([kind]), Services(llm=world, http=world, sandbox=world, max_value_bytes=1000))


ODD = node("set", {}, type="odd", outputs=("out",), timeout_seconds=0.05)


async def fault_of(**facts: Any) -> str:
    found = await odd(**facts).run(work(ODD))
    assert isinstance(found, Failed)
    return found.fault.code


async def test_an_attempt_ends_at_its_time_limit() -> None:
    assert await fault_of(waits=True) == "timeout"


async def test_a_timeout_inside_the_work_is_not_the_nodes_own() -> None:
    assert await fault_of(raises=TimeoutError()) == "bug"


async def test_a_bug_is_logged_and_shown_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    found = await odd(raises=ValueError("secret")).run(work(ODD))
    assert isinstance(found, Failed)
    assert "secret" not in str(found.fault.to_json())
    assert found.fault.data["reference"] in caplog.text
    assert "secret" in caplog.text


async def test_cancellation_passes_through() -> None:
    running = asyncio.create_task(odd(waits=True).run(work(node("set", {}, type="odd"))))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def test_inline_work_that_waits_is_a_bug_and_not_a_hang() -> None:
    found = odd(waits=True).run_inline(work(ODD))
    assert isinstance(found, Failed)
    assert found.fault.code == "bug"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "invalid_output"), (float("inf"), "invalid_output"), (b"x", "invalid_output"), ({1: 2}, "invalid_output"),
        ((1,), "invalid_output"), ({"a": {1}}, "invalid_output"), (2**2000, "invalid_output"), ("x" * 2000, "output_too_large"),
        (["é" * 400], "output_too_large"), ([[]] * 600, "output_too_large"),
    ],
)  # fmt: skip
async def test_only_bounded_json_leaves_a_node(value: Any, code: str) -> None:
    assert await fault_of(value=value) == code


@pytest.mark.parametrize(("depth", "fits"), [(63, True), (64, True), (65, False), (5000, False)])
def test_values_are_at_most_64_deep(depth: int, fits: bool) -> None:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    assert (json_fault(value, 100_000) is None) is fits


@pytest.mark.parametrize("value", [None, True, 1, -1.5, "a", [], {}, {"a": [1, {"b": None}]}])
def test_json_leaves_unhindered(value: Any) -> None:
    assert json_fault(value, 1000) is None


async def test_what_came_in_may_go_out_whatever_its_size() -> None:
    large = "x" * 5000
    found = await odd(value=large).run(work(ODD, inputs={"in": large}))
    assert isinstance(found, Done)


async def test_a_disabled_node_passes_its_input_through() -> None:
    for type_name, params, port in (("llm", {}, "out"), ("router", {"cases": [{"port": "p", "when": "1"}]}, "else")):
        found = await outcome(type_name, params, node={"disabled": True})
        assert isinstance(found, Done)
        assert (found.value, found.ports) == ("came", (port,))


async def test_a_missing_value_names_node_param_and_expression() -> None:
    fault = await failed("set", {"value": {"x": "{{ nobody.name }}"}})
    assert (fault.code, fault.data["param"], fault.data["expression"]) == ("expression_error", "value", "nobody.name")


async def test_an_expression_that_is_no_path_goes_to_the_sandbox() -> None:
    world = World(value=6)
    found = await executor(world).run(work(node("set", {"value": "{{ a.n + 1 }}"})))
    assert isinstance(found, Done)
    assert (found.value, found.params["value"], world.sources) == (6, 6, ["a.n + 1"])


def test_a_script_stands_in_for_the_work() -> None:
    script = Script.from_json(
        {
            "n": [
                {"error": {"code": "timeout", "message": "m"}},
                {"error": {"code": "x", "retryable": True}},
                {"return": {"a": 1}, "ports": ["p"]},
            ],
            "other": {"return": 1},
        }
    )
    run = executor(script=script)
    outcomes = [run.run_inline(work(node("llm", {}), attempt=n)) for n in (1, 2, 3, 4)]
    assert [found.fault.retryable for found in outcomes if isinstance(found, Failed)] == [True, True]
    assert outcomes[2:] == [Done({"a": 1}, ("p",))] * 2
    assert run.is_inline(node("set", {})) is False
    assert run.is_inline(node("set", {}, id="else")) is True


async def test_a_script_takes_its_time() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    script = Script.from_json({"n": [{"sleep_seconds": 7, "return": 1}]}, sleep=sleep)
    assert await executor(script=script).run(work(node("llm", {}))) == Done(1)
    assert slept == [7]


@pytest.mark.parametrize("raw", [[], {"n": [{"returns": 1}]}, {"n": [{"error": "x"}]}, {"n": 3}])
def test_a_script_that_cannot_be_read_is_refused(raw: Any) -> None:
    with pytest.raises(ValidationError):
        Script.from_json(raw)


def test_the_idempotency_key_is_the_same_for_every_attempt() -> None:
    world = World()
    services = Services(llm=world, http=world, sandbox=world)
    keys = {Context(work(node("set", {}), attempt=n), services).idempotency_key for n in (1, 2)}
    other = Context(work(node("set", {}), key="each#1/n"), services).idempotency_key
    assert len(keys) == 1
    assert other not in keys


def test_a_context_is_as_nodes_are_promised() -> None:
    world = World()
    context: NodeContext = Context(work(node("set", {})), Services(llm=world, http=world, sandbox=world))
    assert (context.run_id, context.node_id, context.node_key) == ("run-1", "n", "n")
    assert (context.attempt, context.is_last_attempt, context.now) == (1, True, 1000.0)


async def test_a_value_of_many_parts_is_looked_at_to_its_end() -> None:
    kind, world = Odd(), World()
    run = Executor(Catalogue([kind]), Services(llm=world, http=world, sandbox=world))
    vars(kind).update(value=[0] * 30_000)
    assert isinstance(await run.run(work(node("set", {}, type="odd"))), Done)
    vars(kind).update(value=[*[0] * 30_000, float("nan")])
    assert isinstance(await run.run(work(node("set", {}, type="odd"))), Failed)
