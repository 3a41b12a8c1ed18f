"""The corpus with the shipped node types: the real executor and the loop of `run_graph`, on an event loop whose time jumps."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from editor.graph.catalogue import Catalogue
from runs.context import RunInfo
from runs.engine.commands import Command
from runs.engine.local import LiveRun, LocalWork, run_live
from runs.executor import Executor
from runs.management.commands.run_graph import executing
from runs.nodes import builtin_catalogue
from runs.scripted import Script
from tests.semantics.agents import services_of_corpus
from tests.semantics.catalogue import own_types
from tests.semantics.corpus import Case, broken_invariants, disagreements, load_cases
from tests.semantics.jumping import JumpingLoop
from tests.semantics.pure import Player, plan_of, play, played_script, seen_of

ALL = [case for case in load_cases() if not case.commands and case.reuse is None]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_shipped_nodes_keep_to_the_case(case: Case) -> None:
    """The same sentence holds when the real nodes do the work."""
    rehearsal, _ = play(case, plan_of(case))
    catalogue = Catalogue([*builtin_catalogue(), *own_types()])
    info = RunInfo(f"case-{case.id}", {"id": "w", "name": case.id}, case.input, "1970-01-01T00:00:00+00:00")
    executor = Executor(catalogue, services_of_corpus(), Script.from_json(played_script(case, rehearsal)))
    player = Player(case)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        loop = runner.get_loop()
        start = noting(player, executing(executor, info, clock=loop.time))
        live: LiveRun = runner.run(run_live(plan_of(case, catalogue), start, info, clock=loop.time))
    seen = seen_of(live, player)
    assert disagreements(case, seen) == []
    assert broken_invariants(seen) == []


Start = Callable[[LocalWork], Command | Awaitable[Command]]


def noting(player: Player, start: Start) -> Start:
    """Note what each node received, as the pure runner does."""

    def noted(work: LocalWork) -> Command | Awaitable[Command]:
        player.inputs[work.key] = dict(work.inputs)
        return start(work)

    return noted
