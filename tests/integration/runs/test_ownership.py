"""One run has one writer, whatever hints come and whoever thinks to be its owner."""

import threading
from collections.abc import Mapping
from dataclasses import replace

import pytest

from editor.graph.faults import NOTHING
from graphapp.accounts.models import User
from runs import journal
from runs.engine.events import RunStarted
from runs.engine.wire import to_wire
from runs.journal.commit import Position, flush
from runs.models import Event, Run
from runs.process import Process
from tests.builders import Graph, chain
from tests.support.bench import FAST_PACE, Bench, MakeProcess
from tests.support.invariants import assert_invariants
from tests.support.nodes import executions
from tests.support.waiting import wait_until


def gated(gate: str) -> dict[str, object]:
    """Build a workflow that waits at a gate."""
    g = Graph()
    g.node("start", "start", fields=[]).to(g.node("gate", "work", file=gate)).to(g.node("output", "result"))
    return g.document()


def batch(wires: int) -> journal.Batch:
    """Make a batch of so many events."""
    made = journal.Batch(inline_bytes=1000, durable=True)
    made.wires = [to_wire(RunStarted(1.0, NOTHING)) for _ in range(wires)]
    return made


def test_five_simultaneous_hints_make_one_owner(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.queue(gated(str(gate)))
    barrier, answers = threading.Barrier(5), []

    def hint() -> None:
        barrier.wait()
        answers.append(process.drive(str(run.pk)))

    threads = [threading.Thread(target=hint) for _ in range(5)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answers) == 4)
    assert answers == [False] * 4
    gate.touch()
    for thread in threads:
        thread.join()
    run.refresh_from_db()
    assert (run.epoch, executions(gate)) == (1, 1)
    assert_invariants(run)


def test_a_hint_for_an_ended_run_does_nothing(process: Process, bench: Bench) -> None:
    run = bench.ended(bench.start(process, chain(1)))
    assert process.drive(str(run.pk)) is False


def test_a_hint_for_an_unknown_run_does_nothing(process: Process) -> None:
    assert process.drive("00000000-0000-0000-0000-000000000000") is False


def test_runs_of_one_person_wait_for_their_turn(make_process: MakeProcess, bench: Bench, people: Mapping[str, User]) -> None:
    """Two at once: the third begins when one has ended, and somebody else's does not wait for it."""
    hinted: list[str] = []
    process = make_process(pace=replace(FAST_PACE, most_active=2))

    def note(run_id: str) -> bool:
        hinted.append(run_id)
        return True

    process._hint = note
    gates = [bench.gate(f"gate{number}") for number in range(3)]
    first, second, third = [bench.start(process, gated(str(gate))) for gate in gates]
    wait_until(lambda: executions(gates[0]) == executions(gates[1]) == 1)
    assert process.drive(str(third.pk)) is False
    bench.actor = people["ed"]
    other = bench.ended(bench.start(process, chain(1)))
    assert other.status == "succeeded"
    gates[0].touch()
    bench.ended(first)
    wait_until(lambda: str(third.pk) in hinted)
    process.drive_here(str(third.pk))
    for gate in gates:
        gate.touch()
    for run in (second, third):
        assert bench.ended(run).status == "succeeded"
        assert_invariants(run)


def test_only_those_who_were_turned_away_are_told_that_there_is_room(make_process: MakeProcess, bench: Bench) -> None:
    """A run that waits in the queue has a message of its own there; each turned away is told once."""
    process = make_process(pace=replace(FAST_PACE, most_active=1), hint=lambda run_id: True)
    gate = bench.gate()
    busy = bench.start(process, gated(str(gate)))
    wait_until(lambda: executions(gate) == 1)
    turned_away, queued = bench.queue(chain(1)), bench.queue(chain(1))
    assert process.drive(str(turned_away.pk)) is False
    gate.touch()
    bench.ended(busy)
    wait_until(lambda: not Run.objects.get(pk=turned_away.pk).awaits_turn)
    assert journal.next_in_turn(str(queued.pk)) is None
    for run in (turned_away, queued):
        process.drive_here(str(run.pk))
        assert bench.ended(run).status == "succeeded"


def test_what_has_begun_goes_on_whoever_else_is_at_work(make_process: MakeProcess, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.queue(chain(1))
    assert journal.claim(str(run.pk), "lost", lease_seconds=0) is not None
    process = make_process(pace=replace(FAST_PACE, most_active=1))
    busy = bench.start(process, gated(str(gate)))
    wait_until(lambda: executions(gate) == 1)
    process.drive_here(str(run.pk))
    assert bench.ended(run).status == "succeeded"
    gate.touch()
    assert bench.ended(busy).status == "succeeded"


def test_a_late_owner_writes_nothing_at_all(bench: Bench) -> None:
    run = bench.queue(chain(1))
    late = journal.claim(str(run.pk), "late", lease_seconds=0)
    current = journal.claim(str(run.pk), "current", lease_seconds=30)
    assert late is not None
    assert current is not None
    assert (late.epoch, current.epoch) == (1, 2)
    with pytest.raises(journal.Fenced):
        flush(Position(str(run.pk), late.epoch, 0), batch(3), lease_seconds=30)
    assert not Event.objects.filter(run=run).exists()
    assert flush(Position(str(run.pk), current.epoch, 0), batch(2), lease_seconds=30)
    assert Run.objects.get(pk=run.pk).seq == 2


def test_the_same_batch_cannot_land_twice(bench: Bench) -> None:
    run = bench.queue(chain(1))
    claim = journal.claim(str(run.pk), "me", lease_seconds=30)
    assert claim is not None
    flush(Position(str(run.pk), claim.epoch, 0), batch(2), lease_seconds=30)
    with pytest.raises(journal.Fenced):
        flush(Position(str(run.pk), claim.epoch, 0), batch(2), lease_seconds=30)
    assert Event.objects.filter(run=run).count() == 2


def test_an_owner_that_lost_its_lease_is_told_and_stops(process: Process, bench: Bench) -> None:
    gate = bench.gate()
    run = bench.start(process, gated(str(gate)))
    wait_until(lambda: executions(gate))
    Run.objects.filter(pk=run.pk).update(epoch=5, lease_owner="somebody else")
    wait_until(lambda: not process._drivers, what="the driver lets go")
    gate.touch()
    run.refresh_from_db()
    assert run.status == "running"
    Run.objects.filter(pk=run.pk).update(lease_owner=None)
    assert process.drive(str(run.pk))
    run.refresh_from_db()
    assert run.status == "succeeded"
    assert_invariants(run)
