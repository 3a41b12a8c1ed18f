"""An agent calls tools until it answers. What is recorded is not done again (T19), and what it may do is fixed by its edges."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from editor.graph.compile import compile_plan
from editor.graph.context import HttpReply, LlmReply, LlmRequest, Step, TextSink, ToolCall
from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from editor.graph.plan import Plan
from editor.graph.upgrade import load_document
from runs.budget import Limits, RunBudget
from runs.executor import Done, Failed, Held, Outcome
from runs.nodes import builtin_catalogue
from runs.steps import Place, Records
from tests.builders import Graph
from tests.unit.runs.nodes.world import World, executor, work

Script = Callable[[LlmRequest], LlmReply]
COST = 0.25


def calls(*wanted: tuple[str, Mapping[str, Any]]) -> LlmReply:
    """A turn that asks for tools."""
    asked = tuple(ToolCall(f"c{place}", name, json.dumps(args)) for place, (name, args) in enumerate(wanted))
    return LlmReply("", "tool_calls", Usage(5, 2, COST, "a/b"), "a/b", asked)


def says(text: str) -> LlmReply:
    """A turn that answers."""
    return LlmReply(text, "stop", Usage(5, 2, COST, "a/b"), "a/b")


@dataclass(slots=True)
class Models(World):
    """Models that answer by name as their scripts say; the last answer of each repeats."""

    scripts: Mapping[str, Sequence[LlmReply | Fault]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    pause: float = 0.0

    async def complete(self, request: LlmRequest, on_text: TextSink) -> LlmReply:
        """Give the model's next answer."""
        await asyncio.sleep(self.pause)
        script = self.scripts[request.model]
        asked = sum(one.model == request.model for one in self.llm)
        self.answers = [script[min(asked, len(script) - 1)]] * (len(self.llm) + 1)
        return await World.complete(self, request, on_text)

    async def call_main(self, source: str, names: Mapping[str, Any], on_print: TextSink) -> Any:
        """Note which tool ran, and give what it was given."""
        self.ran.append(source)
        if isinstance(self.value, Fault):
            return await World.evaluate(self, source, names)
        return {"got": names["input"]}


@dataclass(slots=True)
class Office:
    """One agent's workflow in a world that remembers."""

    plan: Plan
    world: Models
    steps: dict[Place, Step] = field(default_factory=dict)
    budget: RunBudget | None = None
    written: list[tuple[str, int, str]] = field(default_factory=list)
    dies_at: tuple[str, int, str] | None = None

    async def keep(self, key: str, step: Step) -> None:
        """Keep a step; at the chosen one the worker dies just after."""
        self.steps[key, step.idx] = step
        self.written.append((key, step.idx, step.status))
        await asyncio.sleep(0)
        if (key, step.idx, step.status) == self.dies_at:
            self.dies_at = None
            raise asyncio.CancelledError

    async def run(self, **more: Any) -> Outcome:
        """Let the agent work, or go on."""
        node = self.plan.nodes["boss"]
        records = Records(dict(self.steps), self.keep)
        order = work(node, records=records, toolbox=self.plan.tools, budget=self.budget, **more)
        return await executor(self.world).run(order)

    async def done(self) -> Done:
        """Let the agent work until it answers."""
        found = await self.run()
        assert isinstance(found, Done), found
        return found

    async def failed(self) -> Fault:
        """Let the agent work until it fails."""
        found = await self.run()
        assert isinstance(found, Failed), found
        return found.fault

    def answer(self, held: Outcome, button: str, **values: Any) -> None:
        """Answer what the agent asks."""
        assert isinstance(held, Held), held
        place = (held.value["step"]["key"], held.value["step"]["idx"])
        self.steps[place] = replace(self.steps[place], answer={"button": button, "values": values, "by": "olga"})


def office(scripts: Mapping[str, Sequence[LlmReply | Fault]], build: Callable[[Graph], None], **params: Any) -> Office:
    """An agent called boss, with the tools that `build` adds."""
    g = Graph()
    boss = g.node("agent", "boss", **{"model": "a/b", "prompt": "Do it.", **params})
    g.node("start", "start", fields=[]).to(boss).to(g.node("output", "result"))
    build(g)
    document = load_document(g.document())
    return Office(compile_plan(document, builtin_catalogue()), Models(scripts=scripts))


def tool(g: Graph, kind: str, name: str, to: str = "boss", tool: Mapping[str, Any] | None = None, **params: Any) -> None:
    """Attach a tool."""
    made = g.node(kind, name, keys={"policy": {"tool": dict(tool or {"description": f"Does {name}."})}}, **params)
    g.edges.append({"id": f"t_{name}_{to}", "source": made.id, "source_port": "tool", "target": to, "target_port": "tools"})


def two(g: Graph) -> None:
    """Two tools of code."""
    tool(g, "code", "p", source="p")
    tool(g, "code", "q", source="q")


PQ = [calls(("p", {"input": "1"}), ("q", {"input": "2"})), says("Done.")]


async def test_turns_go_on_until_the_model_answers_and_each_call_is_a_step() -> None:
    it = office({"a/b": PQ}, two)
    found = await it.done()
    assert (found.value, found.details["turns"], found.details["tool_calls"]) == ("Done.", 2, 2)
    assert [(step.idx, step.kind, step.name, step.status) for _, step in sorted(it.steps.items())] == [
        (0, "llm", "a/b", "succeeded"), (1, "tool", "p", "succeeded"),
        (2, "tool", "q", "succeeded"), (3, "llm", "a/b", "succeeded"),
    ]  # fmt: skip
    assert [message["role"] for message in it.world.llm[1].messages] == ["system", "user", "assistant", "tool", "tool"]
    assert it.world.llm[1].messages[3]["content"] == '{"got": "1"}'
    assert found.usage is None, "each step says what it consumed, and nothing is counted twice"
    assert sum(step.usage.cost_usd for step in it.steps.values() if step.usage) == 2 * COST


async def test_a_step_is_kept_before_its_call_and_after_it() -> None:
    it = office({"a/b": PQ}, two)
    await it.done()
    assert it.written[0] == ("boss", 0, "running")
    for idx in range(4):
        assert [status for _, one, status in it.written if one == idx] == ["running", "succeeded"]


@pytest.mark.parametrize("dies_at", [(0, "succeeded"), (1, "running"), (1, "succeeded"), (2, "succeeded"), (3, "running")])
async def test_after_a_death_nothing_recorded_is_done_again(dies_at: tuple[int, str]) -> None:
    """T19 (a): at whichever step the worker dies, the answer is that of a run without a death."""
    it = office({"a/b": PQ}, two)
    it.dies_at = ("boss", *dies_at)
    with pytest.raises(asyncio.CancelledError):
        await it.run()
    recorded = {idx: step.status for (_, idx), step in it.steps.items() if step.status == "succeeded"}
    asked, ran = len(it.world.llm), list(it.world.ran)
    found = await it.done()
    assert found.value == "Done."
    assert len(it.world.llm) - asked == sum(idx not in recorded for idx in (0, 3))
    again = it.world.ran[len(ran) :]
    assert again == [name for name, idx in (("p", 1), ("q", 2)) if idx not in recorded]
    assert sorted(idx for _, idx in it.steps) == [0, 1, 2, 3]


async def test_parallel_calls_are_under_way_at_once() -> None:
    it = office({"a/b": PQ}, two)
    await it.done()
    assert it.written.index(("boss", 2, "running")) < it.written.index(("boss", 1, "succeeded"))


async def test_a_model_that_never_stops_meets_a_clear_limit() -> None:
    """T19 (b)."""
    endless = {"a/b": [calls(("p", {"input": "x"}))]}
    it = office(endless, two, max_turns=1)
    fault = await it.failed()
    assert (fault.code, it.world.ran) == ("turn_limit", [])
    it = office(endless, two, max_turns=50, max_tool_calls=3)
    assert ((await it.failed()).code, it.world.ran) == ("tool_call_limit", ["p", "p", "p"])
    it = office(endless, two, max_turns=50, max_tool_calls=50, max_usd=4 * COST)
    fault = await it.failed()
    assert (fault.code, fault.retryable) == ("budget", False)
    assert sum(step.usage.cost_usd for step in it.steps.values() if step.usage) <= 4 * COST
    it = office(endless, two, max_turns=50, max_tool_calls=50, max_tokens=30)
    assert (await it.failed()).code == "budget"


LIMITS: list[tuple[dict[str, Any], str, str, int]] = [
    ({"max_turns": 3}, "turn_limit", "Most turns", 2),
    ({"max_tool_calls": 3}, "tool_call_limit", "Most tool calls", 3),
    ({"max_tokens": 40}, "budget", "Most tokens", 4),
    ({"max_usd": 5 * COST}, "budget", "Most money", 4),
    ({"max_seconds": 0.3}, "time_limit", "Most seconds", 0),
]
"""Each limit alone, with how many calls are made before it: a call is set aside at twice of what it takes."""


@pytest.mark.parametrize(("limit", "code", "names", "ran"), LIMITS, ids=[next(iter(limit)) for limit, *_ in LIMITS])
async def test_each_limit_alone_ends_the_agent_with_its_own_name_and_what_helps(
    limit: dict[str, Any], code: str, names: str, ran: int
) -> None:
    wide = {"max_turns": 100, "max_tool_calls": 500, "max_seconds": 600}
    it = office({"a/b": [calls(("p", {"input": "x"}))]}, two, **{**wide, **limit})
    it.world.pause = 0.05 if code == "time_limit" else 0.0
    fault = await it.failed()
    assert (fault.code, fault.retryable) == (code, False)
    assert names in fault.hint, fault
    assert len(it.world.ran) == ran or code == "time_limit"
    assert {step.status for step in it.steps.values()} <= {"succeeded", "running", "failed"}


async def test_at_the_last_turn_it_may_be_asked_to_answer_instead() -> None:
    it = office({"a/b": [calls(("p", {"input": "x"})), says("So far.")]}, two, max_turns=2, on_limit="answer")
    assert (await it.done()).value == "So far."
    assert [len(request.tools) for request in it.world.llm] == [2, 0]


async def test_a_limit_of_time_stops_it() -> None:
    it = office({"a/b": PQ}, two, max_seconds=5)
    it.steps["boss", 9] = Step(9, "tool", "old", "succeeded", seconds=6.0)
    assert (await it.failed()).code == "time_limit"


async def test_a_tool_that_fails_is_told_to_the_model() -> None:
    """T19 (d)."""
    it = office({"a/b": PQ}, two)
    it.world.value = Fault("code_error", "It broke.", "Mend it.")
    assert (await it.done()).value == "Done."
    assert json.loads(it.world.llm[1].messages[3]["content"]) == {"error": "code_error", "message": "It broke. Mend it."}
    assert it.steps["boss", 1].status == "failed"
    assert len(it.world.ran) == 2, "a recorded failure is not tried again"


async def test_a_budget_that_is_used_up_in_a_tool_is_the_agents_failure() -> None:
    """T19 (d)."""
    it = office({"a/b": PQ}, two)
    it.world.value = Fault("budget", "Used up.")
    assert (await it.failed()).code == "budget"


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("rm", "{}", "tool_unknown"),
        ("p", "no json", "tool_arguments"),
        ("p", "[1]", "tool_arguments"),
        ("p", "{}", "tool_arguments"),
        ("p", '{"input": 7}', "tool_arguments"),
        ("p", '{"input": "x", "url": "http://127.0.0.1/"}', "tool_arguments"),
    ],
)
async def test_what_is_no_tool_or_does_not_fit_runs_nothing(name: str, arguments: str, code: str) -> None:
    turn = LlmReply("", "tool_calls", Usage(), "a/b", (ToolCall("c", name, arguments),))
    it = office({"a/b": [turn, says("Done.")]}, two)
    assert (await it.done()).value == "Done."
    assert it.world.ran == []
    assert json.loads(it.world.llm[1].messages[3]["content"])["error"] == code


def forecast(g: Graph) -> None:
    """A tool of which one argument is open, and everything else is fixed."""
    tool(g, "http_request", "weather", url="https://weather.example.org/{{ args.city }}", headers={"x-run": "{{ run.id }}"})


async def test_a_model_fills_in_what_names_args_and_nothing_else() -> None:
    it = office({"a/b": [calls(("weather", {"city": "Bonn"})), says("Sun.")]}, forecast)
    it.world.reply = HttpReply(200, {"content-type": "text/plain"}, b"sunny", "https://weather.example.org/Bonn")
    assert (await it.done()).value == "Sun."
    (sent,) = it.world.http
    assert (sent.url, dict(sent.headers)) == ("https://weather.example.org/Bonn", {"x-run": "run-1"})
    (told,) = it.world.llm[0].tools
    assert told.parameters == {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False,
    }  # fmt: skip
    it = office({"a/b": [calls(("weather", {"city": "Bonn", "url": "http://127.0.0.1/"})), says("No.")]}, forecast)
    await it.done()
    assert it.world.http == []


def guarded(g: Graph) -> None:
    """A tool before which somebody is asked."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "to": {"type": "string"}}, "required": ["n"]}
    tool(g, "code", "pay", tool={"description": "Pays.", "approval": True, "parameters": schema}, source="pay")


PAY = [calls(("pay", {"n": 5, "to": "ann"})), says("Paid.")]


async def test_a_call_that_needs_approval_waits_and_shows_its_arguments() -> None:
    it = office({"a/b": PAY}, guarded)
    held = await it.run()
    assert isinstance(held, Held)
    assert (held.reason, it.world.ran) == ("approval", [])
    fields = {one["name"]: (one["type"], one.get("default")) for one in held.value["request"]["fields"]}
    assert fields == {"n": ("number", 5), "to": ("text", "ann"), "note": ("text", None)}
    assert isinstance(await it.run(), Held), "as long as nobody has answered, it waits"
    it.answer(held, "approve", n=3, to="bob", note=None)
    assert (await it.done()).value == "Paid."
    assert len(it.world.llm) == 2, "the model is not asked again for the turn that it took"
    assert it.steps["boss", 1].input == {"n": 3, "to": "bob"}
    assert json.loads(it.world.llm[1].messages[3]["content"]) == {"got": {"n": 3, "to": "bob"}}


async def test_a_refusal_is_told_to_the_model() -> None:
    it = office({"a/b": PAY}, guarded)
    it.answer(await it.run(), "reject", n=5, to="ann", note="Too much.")
    assert (await it.done()).value == "Paid."
    assert it.world.ran == []
    heard = json.loads(it.world.llm[1].messages[3]["content"])
    assert (heard["error"], "Too much." in heard["message"]) == ("rejected", True)


async def test_arguments_that_somebody_changed_must_fit_as_well() -> None:
    it = office({"a/b": PAY}, guarded)
    it.answer(await it.run(), "approve", n="many")
    await it.done()
    assert (it.world.ran, it.steps["boss", 1].error["code"]) == ([], "tool_arguments")  # type: ignore[index]


async def test_other_calls_of_the_turn_are_done_before_somebody_is_asked() -> None:
    both = [calls(("pay", {"n": 1}), ("p", {"input": "x"})), says("Done.")]

    def build(g: Graph) -> None:
        guarded(g)
        tool(g, "code", "p", source="p")

    it = office({"a/b": both}, build)
    held = await it.run()
    assert (it.world.ran, it.steps["boss", 2].status) == (["p"], "succeeded")
    it.answer(held, "approve", n=1)
    await it.done()
    assert it.world.ran == ["p", "pay"]


async def test_a_person_is_asked_as_a_tool() -> None:
    def ask(g: Graph) -> None:
        tool(g, "approval", "ask", message="{{ args.question }}", buttons=[{"port": "red"}, {"port": "blue"}])

    it = office({"a/b": [calls(("ask", {"question": "Which one?"})), says("Red.")]}, ask)
    held = await it.run()
    assert isinstance(held, Held)
    assert held.value["request"]["message"] == "Which one?"
    it.answer(held, "red")
    assert (await it.done()).value == "Red."
    assert json.loads(it.world.llm[1].messages[3]["content"])["answer"] == "red"


async def test_unsafe_work_that_was_cut_off_is_not_repeated_unasked() -> None:
    def send(g: Graph) -> None:
        tool(g, "http_request", "send", method="POST", url="https://x.example.org/", body={"text": "{{ input }}"})

    it = office({"a/b": [calls(("send", {"input": "x"})), says("Sent.")]}, send)
    it.dies_at = ("boss", 1, "running")
    with pytest.raises(asyncio.CancelledError):
        await it.run()
    held = await it.run()
    assert isinstance(held, Held)
    assert it.world.http == []
    it.answer(held, "done", result={"id": 1})
    assert (await it.done()).value == "Sent."
    assert it.world.http == []


def staff(g: Graph) -> None:
    """A specialist, who has a tool of its own."""
    tool(g, "agent", "clerk", model="c/d", prompt="{{ input }}")
    tool(g, "code", "look", to="clerk", source="look")


async def test_an_agent_asks_another_one_whose_steps_are_kept_beneath() -> None:
    scripts = {
        "a/b": [calls(("clerk", {"input": "Look it up."})), says("Blue.")],
        "c/d": [calls(("look", {"input": "sky"})), says("It is blue.")],
    }
    it = office(scripts, staff)
    assert (await it.done()).value == "Blue."
    assert sorted((key, idx, step.kind) for (key, idx), step in it.steps.items()) == [
        ("boss", 0, "llm"), ("boss", 1, "delegate"), ("boss", 2, "llm"),
        ("boss!1/clerk", 0, "llm"), ("boss!1/clerk", 1, "tool"), ("boss!1/clerk", 2, "llm"),
    ]  # fmt: skip
    assert it.steps["boss", 1].output == "It is blue."
    assert [tool.name for tool in it.world.llm[0].tools] == ["clerk"], "what the clerk may do, the boss may not"
    assert it.world.llm[1].messages[1]["content"] == "Look it up."


async def test_a_death_inside_a_delegation_goes_on_there() -> None:
    scripts = {
        "a/b": [calls(("clerk", {"input": "x"})), says("Blue.")],
        "c/d": [calls(("look", {"input": "sky"})), says("It is blue.")],
    }
    it = office(scripts, staff)
    it.dies_at = ("boss!1/clerk", 1, "succeeded")
    with pytest.raises(asyncio.CancelledError):
        await it.run()
    assert (await it.done()).value == "Blue."
    assert (it.world.ran, len(it.world.llm)) == (["look"], 4)


async def test_agents_that_ask_one_another_in_a_circle_end_at_the_depth_limit_within_the_budget() -> None:
    """T19 (c)."""

    def circle(g: Graph) -> None:
        tool(g, "agent", "b", model="c/d", prompt="{{ input }}")
        tool(g, "agent", "a2", to="b", model="e/f", prompt="{{ input }}")
        g.edges.append({"id": "back", "source": "b", "source_port": "tool", "target": "a2", "target_port": "tools"})

    scripts = {
        "a/b": [calls(("b", {"input": "x"})), says("End.")],
        "c/d": [calls(("a2", {"input": "x"}))] * 4 + [says("c")],
        "e/f": [calls(("b", {"input": "x"}))] * 3 + [says("e")],
    }
    it = office(scripts, circle, max_usd=100.0)
    assert (await it.done()).value == "End."
    assert max(key.count("!") for key, _ in it.steps) == 7
    assert any((step.error or {}).get("code") == "delegation_depth" for step in it.steps.values())
    it = office(scripts, circle, max_usd=5 * COST)
    assert (await it.failed()).code == "budget"
    assert sum(step.usage.cost_usd for step in it.steps.values() if step.usage) <= 5 * COST


async def test_the_budget_of_the_run_holds_for_an_agent_and_asks() -> None:
    it = office({"a/b": PQ}, two)
    it.budget = RunBudget(Limits(usd=2 * COST), {})
    held = await it.run()
    assert isinstance(held, Held)
    assert held.reason == "budget"
    it.budget = RunBudget(Limits(usd=5.0), {})
    assert (await it.done()).value == "Done."
    assert it.world.ran == ["p", "q"]


async def test_a_final_answer_matches_its_schema_or_is_repaired_once() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    it = office({"a/b": [says("none"), says('{"n": 1}')]}, two, output_schema=schema)
    found = await it.done()
    assert found.value == {"n": 1}
    assert "JSON" in found.details["repaired"]
    it = office({"a/b": [says("none")]}, two, output_schema=schema)
    assert (await it.failed()).code == "invalid_output"


def test_what_an_agent_may_call_is_named_by_the_node_types() -> None:
    tools = {kind.name for kind in builtin_catalogue() if kind.tool}
    assert tools == {"agent", "approval", "code", "http_request", "run_workflow", "search_knowledge"}
