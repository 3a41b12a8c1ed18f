"""The six invariants of a run, read from the database after whatever has happened to it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from editor.graph.ids import NodeKey, split_key
from runs.engine.fold import fold
from runs.engine.states import NODE_TERMINAL, RUN_TERMINAL
from runs.journal.summary import NOT_TOLD
from runs.models import Attempt, NodeRun, Run
from runs.selectors import events_after
from runs.shards import bases_of

ENDS = ("run.succeeded", "run.failed", "run.cancelled")
COMPARED = ("status", "attempt", "ports", "degraded")


def all_events(run: Run) -> list[dict[str, Any]]:
    """Read every event of a run."""
    found: list[dict[str, Any]] = []
    while page := events_after(run.pk, len(found), 1000):
        found += page
    return found


def assert_invariants(run: Run, *, expected: Mapping[str, Any] | None = None) -> None:
    """Fail with everything that is wrong with an ended run; `expected` are the values of its nodes without any fault."""
    run.refresh_from_db()
    wrong = [*_lost(run), *_doubled(run), *_stuck(run), *_wrong(run, expected or {}), *_gaps(run), *_dishonest(run)]
    assert not wrong, "\n".join(wrong)


def _lost(run: Run) -> Iterator[str]:
    """I1: every accepted run ends, and its last event says so."""
    if run.status not in RUN_TERMINAL:
        yield f"I1: the run is {run.status}"
    kinds = [event["kind"] for event in all_events(run)]
    ends = [index for index, kind in enumerate(kinds) if kind in ENDS]
    if ends != [len(kinds) - 1] or kinds[-1] != f"run.{run.status}":
        yield f"I1: a run that {run.status} must end with that event, once: {kinds[-3:]}"


def _doubled(run: Run) -> Iterator[str]:
    """I2: a node run ends at most once."""
    ends = Counter(event["node"] for event in all_events(run) if event["kind"] in ("node.finished", "node.skipped"))
    yield from (f"I2: {key} ended {times} times" for key, times in ends.items() if times > 1)


def _stuck(run: Run) -> Iterator[str]:
    """I3: nothing is left open, and nobody holds the run."""
    rows = NodeRun.objects.filter(run=run).exclude(status__in=NODE_TERMINAL)
    yield from (f"I3: {row}" for row in rows)
    yield from (f"I3: {row} is {row.status}" for row in Attempt.objects.filter(run=run, finished_at=None))
    if run.lease_owner is not None:
        yield f"I3: held by {run.lease_owner}"


def _wrong(run: Run, expected: Mapping[str, Any]) -> Iterator[str]:
    """I4: values are those of a run without a fault; folding the events gives the rows."""
    rows = {row.scope_path + row.node_id: row for row in NodeRun.objects.filter(run=run)}
    for key, value in expected.items():
        if rows[key].output != value:
            yield f"I4: {key} gave {rows[key].output!r} and not {value!r}"
    bases = bases_of(run.pk)
    rows = {key: row for key, row in rows.items() if is_told(row.scope_path, bases)}
    view = fold(all_events(run))
    if view["status"] != run.status:
        yield f"I4: the events say {view['status']}, the row {run.status}"
    if view["nodes"].keys() != rows.keys():
        yield f"I4: events and rows know different nodes: {view['nodes'].keys() ^ rows.keys()}"
        return
    for key, row in rows.items():
        told = {name: view["nodes"][key][name] for name in COMPARED}
        kept = {name: getattr(row, name) for name in COMPARED}
        if row.status == "succeeded" and told != kept:
            yield f"I4: events say {told} of {key}, its row {kept}"
        elif told["status"] != kept["status"]:
            yield f"I4: events say {told['status']} of {key}, its row {kept['status']}"
        far = view["nodes"][key]["progress"]
        if far and {name: (row.progress or {}).get(name) for name in far} != far:
            yield f"I4: events say that {key} is at {far}, its row {row.progress}"


def is_told(scope: str, bases: list[str]) -> bool:
    """Say whether the events of a run tell what happens in a scope: items that are shared out are told by their counts."""
    return not re.search(NOT_TOLD, scope) and not any(scope.startswith(f"{base}#") for base in bases)


def _gaps(run: Run) -> Iterator[str]:
    """I5: events are numbered 1..seq."""
    numbers = [event["seq"] for event in all_events(run)]
    if numbers != list(range(1, run.seq + 1)):
        yield f"I5: {len(numbers)} events for seq {run.seq}"


def _dishonest(run: Run) -> Iterator[str]:
    """I6: each attempt that began has its row, numbered without a gap, and none starts after the run's end."""
    events = all_events(run)
    begun = {(event["node"], event["data"]["attempt"]) for event in events if event["kind"] == "node.started"}
    rows = {(row.node_key, row.n) for row in Attempt.objects.filter(run=run)}
    bases = bases_of(run.pk)
    told = {(key, number) for key, number in rows if is_told(split_key(NodeKey(key))[0], bases)}
    if begun != told:
        story = [event for event in events if event["node"] in {key for key, _ in begun ^ told}]
        yield f"I6: attempts in events alone: {begun - told}, in rows alone: {told - begun}; {story}"
    tried = Counter(key for key, _ in rows)
    for row in NodeRun.objects.filter(run=run):
        if tried[row.scope_path + row.node_id] != row.attempt:
            yield f"I6: {row} says that it tried {row.attempt} times"
