"""What a run may cost: nodes by how often they run, branches by how often they were taken, time by the longest way."""

from typing import Any

import pytest

from editor.catalogue import get_catalogue
from editor.graph.compile import compile_plan
from editor.graph.plan import Plan
from editor.graph.upgrade import load_document
from runs.engine.forecast import Amount, Basis, Range, forecast, spread
from tests.builders import Graph


def compiled(graph: Graph) -> Plan:
    """Compile a drawing."""
    return compile_plan(load_document(graph.document()), get_catalogue(), {})


def flat(amount: float) -> Range:
    """Give a range that is certain."""
    return Range(amount, amount, amount)


def taking(usd: float, seconds: float = 0.0) -> Amount:
    """Give what some work takes."""
    return Amount(flat(usd), flat(usd * 1000), flat(seconds))


def asking(g: Graph, name: str, **more: Any) -> Any:
    """Draw a node that asks a model."""
    return g.node("llm", name, prompt="Hello.", **more)


def test_what_runs_side_by_side_adds_money_and_takes_the_longer_time() -> None:
    g = Graph()
    start = g.node("start", "start", fields=[])
    end = g.node("output", "result")
    for name in ("a", "b"):
        start.to(asking(g, name)).to(end)
    told = forecast(compiled(g), Basis({"a": taking(1, 4), "b": taking(2, 9), "result": taking(0, 1)}))
    assert (told.usd, told.tokens, told.seconds) == (flat(3), flat(3000), flat(10))


def routed() -> Plan:
    """Draw a dear and a cheap branch."""
    g = Graph()
    router = g.node("router", "route", cases=[{"port": "dear", "when": "input == 1"}])
    g.node("start", "start", fields=[]).to(router)
    end = g.node("output", "result", keys={"policy": {"join": {"any": 1}}})
    router["dear"].to(asking(g, "big")).to(end)
    router["else"].to(asking(g, "small")).to(end)
    return compiled(g)


@pytest.mark.parametrize(
    ("shares", "likely"), [({"dear": 0.25, "else": 0.75}, 0.25 * 8 + 0.75), ({"else": 1.0}, 1.0), (None, 4.5)]
)
def test_branches_count_by_how_often_they_were_taken(shares: dict[str, float] | None, likely: float) -> None:
    amounts = {"big": taking(8, 8), "small": taking(1, 1), "result": taking(0, 2)}
    told = forecast(routed(), Basis(amounts, shares={"route": shares} if shares else {}))
    assert told.usd.likely == pytest.approx(likely)
    assert told.usd.high == (1 if shares == {"else": 1.0} else 9)
    assert told.usd.low == (1 if shares == {"else": 1.0} else 0)
    assert told.seconds.low >= 2, "what both branches lead to runs for certain"


def test_a_map_multiplies_money_by_items_and_time_by_rounds() -> None:
    g = Graph()
    each = g.node("map", "each", items="{{ input.rows }}", concurrency=4)
    g.node("start", "start", fields=[]).to(each).to(g.node("output", "result"))
    asking(g, "work", parent=each)
    plan, amounts = compiled(g), {"each/work": taking(1, 2)}
    told = forecast(plan, Basis(amounts, {"each": Range(4, 9, 12)}))
    assert (told.usd, told.seconds) == (Range(4, 9, 12), Range(2, 6, 6))
    unknown = forecast(plan, Basis(amounts))
    assert (unknown.usd.low, unknown.usd.likely, unknown.usd.high) == (1, 10, 100)


def test_a_loop_that_has_not_run_is_bounded_by_its_limit() -> None:
    g = Graph()
    loop = g.node("loop", "revise", until="loop.index > 2", max_iterations=5)
    g.node("start", "start", fields=[]).to(loop).to(g.node("output", "result"))
    asking(g, "draft", parent=loop)
    told = forecast(compiled(g), Basis({"revise/draft": taking(1, 2)}))
    assert (told.usd, told.seconds) == (Range(1, 3, 5), Range(2, 6, 10))


def test_what_is_taken_over_costs_nothing_and_what_may_run_only_in_part() -> None:
    plan = routed()
    chances = {"big": Range(), "small": Range(0, 0.5, 1), "route": Range()}
    told = forecast(plan, Basis({"big": taking(8), "small": taking(2)}, chances=chances))
    assert told.usd == Range(0, 1, 2)


def test_the_spread_leaves_out_what_was_rare() -> None:
    assert spread([*[1.0] * 19, 100.0]) == Range(1, 1, 1)
    assert spread([7.0]) == Range(7, 7, 7)
