"""Which events of loops and maps are told one by one, and which are summed up: a map of thousands stays readable."""

import re
from typing import Any

from runs.engine.containers import progress
from runs.engine.events import ContainerOpened, Event, ScopeClosed, ScopeOpened, ShardClosed, ShardOpened, TurnAsked
from runs.engine.state import CallBox, LoopBox, MapBox, NodeState, ScopeState
from runs.engine.wire import Wire, progress_data

TOLD = 20
"""Items or turns of a container that are told node by node: what a viewer can follow."""
TOLD_LEVELS = 2
_INDEX = re.compile(r"#(\d+)/")
NOT_TOLD = r"#(\d{3,}|[2-9]\d)/|#.*#.*#"
"""The same, for the database: paths of scopes whose events are summed up."""


def is_told(scope: ScopeState, most: int = TOLD) -> bool:
    """Say whether each event in a scope is an event of the run.

    >>> import re
    >>> [bool(re.search(NOT_TOLD, path)) for path in ("", "m#19/", "m#20/", "a#1/b#2/", "a#1/b#2/c#0/")]
    [False, False, True, False, True]
    """
    numbers = scope.numbers
    return not numbers or (len(numbers) <= TOLD_LEVELS and max(numbers) < most)


def is_summed(event: Event) -> bool:
    """Say whether an event only moves a container on: failed items and judged turns are told each."""
    if isinstance(event, ShardClosed):
        return not event.end.failures
    return isinstance(event, ContainerOpened | ScopeOpened | ShardOpened | TurnAsked) or (
        isinstance(event, ScopeClosed) and event.fault is None
    )


def told_by(ns: NodeState, most: int = TOLD) -> NodeState:
    """Give the nearest container around a node run, or it itself, whose events are told."""
    while not is_told(ns.scope, most) and ns.scope.owner is not None:
        ns = ns.scope.owner
    return ns


def summary(ns: NodeState, at: float) -> Wire | None:
    """Say how far a container is; None where it has not begun."""
    if ns.box is None or isinstance(ns.box, CallBox):
        return None
    return {"kind": "map.progress", "at": at, "node": ns.key, "data": progress_data(progress(ns.box))}


def kept(ns: NodeState) -> dict[str, Any] | None:
    """Give what is kept of a container at work: for viewers, and for its next owner."""
    box = ns.box
    if box is None:
        return None
    if isinstance(box, CallBox):
        return {"is_call": True, "attempt": ns.attempt, "next": box.next, "go_on": True, "scores": {}, "opened_at": box.opened_at}
    split = {"split": [list(one) for one in box.shards.items()]} if isinstance(box, MapBox) and box.is_split else {}
    go_on, scores = (box.go_on, box.scores) if isinstance(box, LoopBox) else (True, {})
    return {
        **progress_data(progress(box)),
        "attempt": ns.attempt,
        "next": box.next,
        "go_on": go_on,
        "scores": {str(turn): score for turn, score in scores.items()},
        "failures": box.failures,
        "opened_at": box.opened_at,
        **split,
    }
