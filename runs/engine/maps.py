"""Maps: one graph for each item, some at a time, results in the order of the items."""

from typing import Any

from runs.engine.events import Event, Progress, ScopeClosed, ScopeOpened
from runs.engine.scopes import EMPTY, succeed
from runs.engine.state import MapBox, NodeState


def has_step(box: MapBox) -> bool:
    """Say whether a map has a next step: items to open, or its end.

    Parameters
    ----------
    box : MapBox
        The map's state.

    Returns
    -------
    bool
    """
    if box.fault is not None:
        return not box.live
    if box.next < box.end:
        return len(box.live) < box.spec.concurrency
    return not box.live


def take(box: MapBox, event: ScopeClosed, result: Any) -> None:
    """Take in what became of an item, in place. One failure too many stops the map.

    Parameters
    ----------
    box : MapBox
        The map's state.
    event : ScopeClosed
        How the item ended.
    result : Any
        The result of its body, or `EMPTY`.
    """
    if event.status == "succeeded":
        if result is not EMPTY:
            box.results[event.index] = result
    elif event.status == "failed" and event.fault is not None:
        if box.spec.keeps_errors:
            fault = event.fault
            error = {"code": fault.code, "message": fault.message, "index": event.index}
            box.results[event.index] = {"error": error}
        if box.first_failure is None or event.index < box.first_failure[0]:
            box.first_failure = event.index, event.fault
        if not is_tolerated(box):
            box.fault = box.first_failure[1]


def is_tolerated(box: MapBox) -> bool:
    """Say whether the failures of a map so far are no reason to stop it.

    Parameters
    ----------
    box : MapBox
        The map's state.

    Returns
    -------
    bool
    """
    spec = box.spec
    if spec.tolerated_percent is not None:
        return box.failed * 100 <= spec.tolerated_percent * len(box.value)
    return spec.tolerated is None or box.failed <= spec.tolerated


def next_step(ns: NodeState, box: MapBox, at: float) -> tuple[Event, ...]:
    """Open as many items as may be at work, or end the map.

    Parameters
    ----------
    ns : NodeState
        The map.
    box : MapBox
        Its state.
    at : float
        When.

    Returns
    -------
    tuple of Event
    """
    total, live = len(box.value), len(box.live)
    if box.next >= box.end:
        return (succeed(ns, at, output(box)),)
    last = min(box.end, box.next + box.spec.concurrency - live)
    return tuple(
        ScopeOpened(at, ns.key, index, Progress(total, box.done, box.failed, live + number))
        for number, index in enumerate(range(box.next, last), 1)
    )


def output(box: MapBox) -> list[Any]:
    """Give the output of a map that is over.

    Parameters
    ----------
    box : MapBox
        Its state.

    Returns
    -------
    list
        In the order of the items. An item without a result gives null, or nothing with ``omit_empty``.
    """
    results = box.results
    if box.spec.omit_empty:
        return [results[index] for index in sorted(results)]
    return [results.get(index) for index in range(len(box.value))]
