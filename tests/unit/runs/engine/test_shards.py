"""How the items of a map are shared out: all of them, once each, and never more at once than the map allows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.graph.faults import Fault
from editor.graph.plan import ROOT, LoopSpec, MapSpec, Plan, PlanScope
from runs.engine.events import ShardEnd, ShardOpened
from runs.engine.shards import Sharding, has_step, is_to_split, next_step, opened, read_end, take
from runs.engine.state import MapBox, NodeState, RunState, initial_state
from tests.unit.runs.engine.plans import build_plan

BODY = PlanScope("m", (), "continue")


def at_work(items: int, spec: MapSpec, rules: Sharding) -> tuple[RunState, NodeState, MapBox]:
    """Give a run whose map is shared out."""
    state = initial_state(a_plan(), "r")
    state.sharding = rules
    return state, state.nodes["m"], MapBox(spec, "m", list(range(items)), is_split=True)


def a_plan() -> Plan:
    """Give a plan of one node, which stands for the map."""
    return build_plan({"m": {}}, [])


@given(
    items=st.integers(1, 3000),
    concurrency=st.integers(2, 60),
    size=st.integers(1, 700),
    most=st.integers(2, 9),
    picks=st.lists(st.integers(0, 8)),
)
def test_every_item_is_in_one_shard_and_the_map_keeps_its_limit(
    items: int, concurrency: int, size: int, most: int, picks: list[int]
) -> None:
    state, ns, box = at_work(items, MapSpec(BODY, concurrency), Sharding(0, size, most))
    seen: list[int] = []
    turns = iter(picks)
    while has_step(state, box):
        events = next_step(state, ns, box, 1.0)
        if not isinstance(events[0], ShardOpened):
            break
        for event in events:
            assert isinstance(event, ShardOpened)
            seen += range(event.shard.first, event.shard.last)
            assert event.shard.max_parallel >= 1
            opened(state, box, event.shard)
        assert len(box.shards) <= most
        assert sum(box.shards.values()) <= min(concurrency, state.max_parallel)
        live = sorted(box.shards)
        take(state, box, ShardEnd(live[next(turns, 0) % len(live)], {}))
        if box.next >= box.end:
            for first in sorted(box.shards):
                take(state, box, ShardEnd(first, {}))
    assert seen == list(range(items))
    assert state.shards == 0


@pytest.mark.parametrize(("tolerated", "stops"), [(0, True), (1, True), (2, False), (None, False)])
def test_failures_add_up_over_shards(tolerated: int | None, stops: bool) -> None:
    state, _, box = at_work(10, MapSpec(BODY, 4, tolerated=tolerated), Sharding(0, 5, 4))
    fault = Fault("odd", "Odd.")
    for first in (5, 0):
        take(state, box, ShardEnd(first, {}, done=4, failed=1, failures=(first + 1,), first_failure=(first + 1, fault)))
    assert (box.fault is not None) is stops
    assert (box.done, box.failed, sorted(box.failures)) == (8, 2, [1, 6])
    assert box.first_failure == (1, fault)


@pytest.mark.parametrize(("limit", "is_split"), [(None, True), (2, False)])
def test_a_map_with_a_node_that_has_a_limit_of_its_own_is_not_shared_out(limit: int | None, is_split: bool) -> None:
    state, ns, _ = at_work(0, MapSpec(BODY), Sharding(above=3, size=2, most=4))
    inner = build_plan({"w": {"max_parallel": limit}}, []).scopes[ROOT]
    loop = replace(inner.nodes[0], id="l", max_parallel=None, container=LoopSpec(inner))
    ns.node = replace(ns.node, container=MapSpec(replace(inner, nodes=(loop,)), 4))
    assert is_to_split(state, ns, [1, 2, 3, 4]) is is_split


def test_a_share_of_the_items_counts_for_all_of_them() -> None:
    spec = replace(MapSpec(BODY, 4), tolerated_percent=20.0, tolerated=None)
    state, ns, box = at_work(50, spec, Sharding(0, 10, 4))
    (event, *_) = next_step(state, ns, box, 1.0)
    assert isinstance(event, ShardOpened)
    assert event.shard.tolerated == 10


def test_a_run_that_ended_without_an_output_has_done_nothing() -> None:
    end = read_end(5, None, {"code": "poison", "message": "Lost."})
    assert (end.results, end.done, end.failed) == ({}, 0, 0)
    assert end.fault is not None
    assert end.fault.code == "poison"
