"""Keys, and what runs take over from earlier ones."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.graph.compile import compile_plan
from editor.graph.faults import Fault
from editor.graph.plan import Plan
from editor.graph.upgrade import load_document
from runs.engine.commands import Command, FailNode, FinishNode, StartRun
from runs.engine.events import NodeStarted
from runs.engine.foresee import Foreseen, foresee
from runs.engine.keys import run_key
from runs.engine.local import LocalWork, VirtualRun
from runs.engine.part import part_of
from runs.engine.restore import RunFact, restore
from runs.engine.reuse import Base, Reuse
from runs.engine.state import initial_state
from runs.engine.states import RUN_TERMINAL, Kind, NodeStatus
from tests.builders import Graph
from tests.semantics.catalogue import corpus_catalogue
from tests.semantics.pure import CaseRun, facts_of
from tests.unit.runs.engine.plans import build_plan
from tests.unit.runs.engine.test_properties import MANY, Sample, Trial, picture, samples, schedules

RUN = CaseRun("r", {}, {})


def play(plan: Plan, reuse: Reuse | None = None, *, failing: str = "") -> VirtualRun:
    """Run a plan of tasks that answer their key and what they received."""

    def execute(work: LocalWork) -> Command:
        if work.key == failing:
            return FailNode(work.at, work.key, work.attempt, Fault("broke", "x"))
        return FinishNode(work.at + 1, work.key, work.attempt, [work.key, dict(work.inputs)], work.node.outputs[:1])

    run = VirtualRun(plan, execute, RUN, reuse)
    run.expect(StartRun(0.0, {}))
    while run.step() is not None:
        pass
    return run


def base_of(run: VirtualRun, run_id: str) -> Base:
    """Give an ended run as one to go on from."""
    return Base(run_id, run.plan, run.state, {})


def test_a_result_is_that_of_the_run_that_did_the_work() -> None:
    """Taken over twice, a result still names the run in which it came about, and its key of then."""
    plan = build_plan({"a": {}, "b": {}, "c": {}}, ["a > b", "b > c"])
    first = play(plan, failing="b")
    second = play(plan, Reuse(base=base_of(first, "first")), failing="c")
    third = play(plan, Reuse(base=base_of(second, "second")))
    origins = {key: ns.origin for key, ns in third.state.nodes.items()}
    assert (origins["a"].run_id, origins["b"].run_id, origins["c"].how) == ("first", "second", "")
    assert origins["a"].key == run_key(plan, first.state, "a", {})


def test_part_of_a_node_in_a_container_is_that_of_the_outermost_one() -> None:
    """A run from inside a container starts the container again."""
    plan = build_plan({"a": {}, "b": {}, "c": {}}, ["a > b", "b > c"])
    assert part_of(plan, Kind.FROM_HERE, "b").levels[0].forced == {"b", "c"}
    with pytest.raises(KeyError):
        part_of(plan, Kind.ONLY, "nobody")


def test_foresight_tells_what_runs_and_what_it_did_cost() -> None:
    """Before a run: what is taken over, what runs for sure, what may, and what is left out."""
    plan = build_plan({"a": {}, "b": {"effect": "unsafe"}, "c": {}, "d": {}}, ["a > b", "b > c"])
    base = base_of(play(plan, failing="b"), "before")
    told = foresee(plan, Reuse(base=base), {"b": 0.5})
    assert [(one.node, one.what) for one in told] == [("a", "reused"), ("d", "reused"), ("b", "run"), ("c", "maybe")]
    assert told[2] == Foreseen("b", "run", effect="unsafe", cost_usd=0.5)
    only = foresee(plan, Reuse(base=base, part=part_of(plan, Kind.ONLY, "b")), {})
    assert {one.node: one.what for one in only} == {"a": "reused", "b": "run", "c": "left_out", "d": "left_out"}


@MANY
@given(samples(on_failure="continue"), schedules, schedules)
def test_resuming_a_run_whose_nodes_work_now_gives_what_a_whole_run_gives(
    sample: Sample, one: list[int], other: list[int]
) -> None:
    """What is taken over makes no difference to statuses and values, whatever had failed before."""
    broken = Trial(sample, one).finish()
    healthy = {key: ["out"] for key, ns in broken.state.nodes.items() if ns.status is NodeStatus.FAILED}
    mended = Sample(sample.nodes, sample.edges, {**sample.acts, **healthy}, "continue", sample.max_parallel)
    whole = Trial(mended, other).finish()
    resumed = Trial(mended, other)
    resumed.state = initial_state(resumed.plan, "r", Reuse(base=Base("before", broken.plan, broken.state)))
    resumed.finish()
    assert resumed.result() == whole.result()
    started = {event.key for event in resumed.events if isinstance(event, NodeStarted)}
    taken = {key for key, ns in resumed.state.nodes.items() if ns.origin.how}
    assert not started & taken
    assert all(broken.state.nodes[key].status is NodeStatus.SUCCEEDED for key in taken)


@MANY
@given(samples(races=True), schedules, schedules)
def test_resuming_what_succeeded_does_nothing_again(sample: Sample, one: list[int], other: list[int]) -> None:
    """Of an unchanged graph everything that succeeded is taken over, races as they were decided."""
    steady = {key: ["wait" if "wait" in acts[0] else "out"] for key, acts in sample.acts.items()}
    sample = Sample(sample.nodes, sample.edges, steady, sample.on_failure, sample.max_parallel)
    before = Trial(sample, one).finish()
    again = Trial(sample, other)
    again.state = initial_state(again.plan, "r", Reuse(base=Base("before", before.plan, before.state)))
    again.finish()
    lost = {key for key, ns in before.state.nodes.items() if ns.status is NodeStatus.CANCELLED}
    if not lost:
        assert not [event for event in again.events if isinstance(event, NodeStarted)]


@MANY
@given(samples(races=True), schedules, schedules)
def test_a_resumed_run_can_be_taken_over_at_any_moment(sample: Sample, one: list[int], other: list[int]) -> None:
    """The rows of a resumed run and its base are enough for the next owner."""
    before = Trial(sample, one).finish()
    reuse = Reuse(base=Base("before", before.plan, before.state))
    trial = Trial(sample, other)
    trial.state = initial_state(trial.plan, "r", reuse)
    trial.begin()
    numbers = iter(other)
    while trial.state.status not in RUN_TERMINAL:
        run = RunFact("r", trial.state.status, trial.state.started_at)
        assert picture(restore(trial.plan, run, facts_of(trial.state), reuse)) == picture(trial.state)
        trial.step(next(numbers, 0))


def test_a_race_that_was_taken_over_stays_decided_for_the_next_owner() -> None:
    """The later branch of the graph had won: rows of one moment are told in the order of then."""
    nodes = {"a": {}, "b": {}, "c": {}, "first": {"join": {"any": 1}}}
    wide = build_plan(nodes, ["a > first", "b > first"], on_failure="continue")
    narrow = build_plan(nodes, ["a > first", "b > first"], on_failure="continue", max_parallel=1)

    def execute(work: LocalWork) -> Command:
        if work.key in ("c", "first"):
            return FailNode(work.at + 20, work.key, work.attempt, Fault("broke", "x"))
        return FinishNode(work.at + (9 if work.key == "a" else 1), work.key, work.attempt, work.key, work.node.outputs[:1])

    before = VirtualRun(wide, execute, RUN)
    before.expect(StartRun(0.0, {}))
    while before.step() is not None:
        pass
    reuse = Reuse(base=base_of(before, "before"))
    resumed = VirtualRun(narrow, execute, RUN, reuse)
    resumed.expect(StartRun(0.0, {}))
    resumed.step()
    assert resumed.state.nodes["first"].status is NodeStatus.READY
    again = restore(narrow, RunFact("r", resumed.state.status, 0.0), facts_of(resumed.state), reuse)
    assert [state.nodes["first"].chosen for state in (before.state, resumed.state, again)] == [("e2",)] * 3


def drawn() -> dict[str, Any]:
    """Draw a small graph with expressions."""
    g = Graph()
    a = g.node("set", "a", value=1)
    b = g.node("set", "b", value="{{ a }}")
    a.to(b).to(g.node("merge", "c", mode="list")).to(g.node("output", "result"))
    return g.document()


def keys_of(document: dict[str, Any]) -> dict[str, str]:
    """Run a document and give the keys of its node runs."""
    plan = compile_plan(load_document(document), corpus_catalogue())
    run = play(plan)
    return {key: run_key(plan, run.state, key, {}) for key in run.state.nodes}


texts = st.text("abc \u00e9", max_size=8)
looks = st.fixed_dictionaries(
    {
        "name": texts,
        "position": st.fixed_dictionaries({"x": st.integers(-9, 9), "y": st.integers(-9, 9)}),
        "pinned": st.none() | st.integers(),
    }
)
patience = st.fixed_dictionaries(
    {
        "retry": st.fixed_dictionaries({"max_attempts": st.integers(1, 5)}),
        "timeout_seconds": st.integers(1, 9).map(float),
        "cache_seconds": st.none() | st.just(60.0),
    }
)


@MANY
@given(st.lists(looks, min_size=4, max_size=4), st.lists(patience, min_size=4, max_size=4), texts)
def test_how_a_graph_looks_changes_no_key(looks: list[dict[str, Any]], policies: list[dict[str, Any]], note: str) -> None:
    """Names, notes, positions, pins, retries and time limits are no part of a key (invariant 9)."""
    other = copy.deepcopy(drawn())
    for node, look, policy in zip(other["nodes"], looks, policies, strict=True):
        node.update(look)
        node["policy"] = {**node.get("policy", {}), **policy}
    other["annotations"] = [{"text": note}]
    assert keys_of(other) == keys_of(drawn())


@pytest.mark.parametrize("change", [{"params": {"value": 2}}, {"type_version": 1, "params": {"value": "{{ run.input }}"}}])
def test_what_a_node_does_changes_its_key(change: dict[str, Any]) -> None:
    """Params count, and so does what comes of them further on."""
    other = drawn()
    other["nodes"][0].update(change)
    changed = {key for key, value in keys_of(other).items() if value != keys_of(drawn())[key]}
    assert "a" in changed
