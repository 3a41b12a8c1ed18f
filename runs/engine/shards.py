"""Maps of very many items: their items are shared out to runs of their own, and any worker takes one.

The rules of a map stay as they are. Who works on which items is all that differs: a shard is a range of items, with its share
of the map's concurrency, and its run sees all that the map's own run sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from editor.graph.faults import Fault
from editor.graph.plan import LoopSpec, MapSpec, PlanScope
from runs.engine import maps
from runs.engine.events import Event, Progress, RunFailed, RunSucceeded, ShardEnd, ShardOpened
from runs.engine.scopes import succeed
from runs.engine.state import LISTED, MapBox, NodeState, RunState


@dataclass(frozen=True, slots=True)
class Sharding:
    """When a map is shared out.

    Parameters
    ----------
    above : int
        Maps of more items than this are.
    size : int
        Items of one shard.
    most : int
        Shards of one map that are at work at once.
    """

    above: int = 2000
    size: int = 500
    most: int = 8


@dataclass(frozen=True, slots=True)
class Shard:
    """What the run of a shard is about: items `first` to `last` (exclusive) of the map `key`, in its attempt of this number.

    `concurrency` and `max_parallel` are its share of what the map and the run allow; `tolerated` failed items are no reason to
    stop, None if no number is.
    """

    key: str
    attempt: int
    first: int
    last: int
    concurrency: int
    max_parallel: int
    tolerated: int | None = None

    def spec(self, spec: MapSpec) -> MapSpec:
        """Give the map's rules as they hold for this shard.

        Parameters
        ----------
        spec : MapSpec
            The rules of the map.

        Returns
        -------
        MapSpec
        """
        return replace(spec, concurrency=self.concurrency, tolerated=self.tolerated, tolerated_percent=None)


@dataclass(frozen=True, slots=True)
class Split:
    """What is committed of a map that is shared out: the shards at work with their share, and how others ended."""

    live: Mapping[int, int]
    ended: tuple[ShardEnd, ...] = ()


def is_to_split(state: RunState, ns: NodeState, items: Any) -> bool:
    """Say whether a map is shared out.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        A container that is about to open.
    items : Any
        What it works on.

    Returns
    -------
    bool
        Maps of the root scope alone are: what is inside another container belongs to that one's worker. So does what
        holds a node with a limit of its own.
    """
    spec, rules = ns.node.container, state.sharding
    if rules is None or state.shard is not None or not isinstance(spec, MapSpec) or ns.scope.path:
        return False
    return len(items) > rules.above and _most(state, spec, len(items)) > 1 and not _has_limits(spec.body)


def _has_limits(scope: PlanScope) -> bool:
    """Say whether a node in a graph has a limit of its own, which one worker has to keep."""
    inner = (node.container for node in scope.nodes)
    within = any(_has_limits(spec.body) for spec in inner if isinstance(spec, MapSpec | LoopSpec))
    return within or any(node.max_parallel is not None for node in scope.nodes)


def _most(state: RunState, spec: MapSpec, items: int) -> int:
    """Say how many shards are at work at once: each works on one item at least."""
    rules = state.sharding or Sharding()
    return min(spec.concurrency, state.max_parallel, rules.most, -(-items // rules.size))


def has_step(state: RunState, box: MapBox) -> bool:
    """Say whether a map that is shared out has a next step: a shard to begin, or its end.

    Parameters
    ----------
    state : RunState
        The run.
    box : MapBox
        The map's state.

    Returns
    -------
    bool
    """
    if box.fault is not None:
        return True
    if box.next < box.end:
        return len(box.shards) < _most(state, box.spec, len(box.value))
    return not box.shards


def next_step(state: RunState, ns: NodeState, box: MapBox, at: float) -> tuple[Event, ...]:
    """Begin as many shards as may be at work, or end the map.

    Parameters
    ----------
    state : RunState
        The run.
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
    if box.next >= box.end:
        return (succeed(ns, at, maps.output(box)),)
    return tuple(_openings(state, ns, box, at))


def _openings(state: RunState, ns: NodeState, box: MapBox, at: float) -> Iterator[ShardOpened]:
    """Share what is left of the map's concurrency among the shards that begin."""
    size = (state.sharding or Sharding()).size
    places = _most(state, box.spec, len(box.value)) - len(box.shards)
    allowed = min(box.spec.concurrency, state.max_parallel)
    free, first = allowed - sum(box.shards.values()), box.next
    while places > 0 and first < box.end:
        share = max(1, -(-free // places))
        last = min(first + size, box.end)
        parallel = max(1, state.max_parallel * share // allowed)
        shard = Shard(ns.key, ns.attempt, first, last, share, parallel, _tolerated(box))
        yield ShardOpened(at, ns.key, box.base, shard, told(box))
        free, places, first = free - share, places - 1, last


def _tolerated(box: MapBox) -> int | None:
    """Say after how many failures a shard stops by itself: those that are too many for the whole map."""
    spec = box.spec
    return spec.tolerated if spec.tolerated_percent is None else int(spec.tolerated_percent * len(box.value) / 100)


def told(box: MapBox) -> Progress:
    """Say how far a map is that is shared out, as far as its own run knows.

    Parameters
    ----------
    box : MapBox
        Its state.

    Returns
    -------
    Progress
        Items of shards that have ended; nothing counts as running here.
    """
    return Progress(len(box.value), box.done, box.failed, 0, tuple(box.shards))


def opened(state: RunState, box: MapBox, shard: Shard) -> None:
    """Note that a shard has begun, in place.

    Parameters
    ----------
    state : RunState
        The run.
    box : MapBox
        The map's state.
    shard : Shard
        The shard.
    """
    box.shards[shard.first] = shard.concurrency
    box.next = max(box.next, shard.last)
    state.shards += 1


def take(state: RunState, box: MapBox, end: ShardEnd) -> None:
    """Take in what became of a shard, in place. Too many failures, or a shard that could not do its work, stop the map.

    Parameters
    ----------
    state : RunState
        The run.
    box : MapBox
        The map's state.
    end : ShardEnd
        How the shard ended.
    """
    if box.shards.pop(end.first, None) is not None:
        state.shards -= 1
    box.results.update(end.results)
    box.done += end.done
    box.failed += end.failed
    box.failures.extend(end.failures[: LISTED - len(box.failures)])
    if end.first_failure is not None and (box.first_failure is None or end.first_failure[0] < box.first_failure[0]):
        box.first_failure = end.first_failure
    if end.fault is not None:
        box.fault = end.fault
    elif box.first_failure is not None and not maps.is_tolerated(box):
        box.fault = box.first_failure[1]


def recall(state: RunState, box: MapBox) -> None:
    """Note that the shards at work are not wanted any more, in place.

    Parameters
    ----------
    state : RunState
        The run. Its owner tells them.
    box : MapBox
        The map's state.
    """
    state.recalled += [(box.base, first) for first in box.shards]
    state.shards -= len(box.shards)
    box.shards.clear()


def is_over(box: MapBox) -> bool:
    """Say whether the map of a shard has nothing left to do.

    Parameters
    ----------
    box : MapBox
        Its state.

    Returns
    -------
    bool
    """
    return not box.live and (box.fault is not None or box.next >= box.end)


def end(box: MapBox, at: float) -> tuple[Event, ...]:
    """End the run of a shard: its output says what became of its items.

    Parameters
    ----------
    box : MapBox
        The state of its map, in which nothing is left to do.
    at : float
        When.

    Returns
    -------
    tuple of Event
    """
    first = box.first_failure
    output = {
        "results": sorted(([index, value] for index, value in box.results.items()), key=lambda one: int(one[0])),
        "done": box.done,
        "failed": box.failed,
        "failures": list(box.failures),
        "first_failure": None if first is None else [first[0], first[1].to_json()],
    }
    if box.fault is not None:
        return (RunFailed(at, box.fault, output),)
    return (RunSucceeded(at, output),)


def read_end(first: int, output: Mapping[str, Any] | None, error: Mapping[str, Any] | None) -> ShardEnd:
    """Read how a shard ended from what its run came to.

    Parameters
    ----------
    first : int
        Its first item.
    output, error : Mapping or None
        Of its run.

    Returns
    -------
    ShardEnd
    """
    told = output or {}
    failure = told.get("first_failure")
    return ShardEnd(
        first=first,
        results={index: value for index, value in told.get("results", ())},
        done=told.get("done", 0),
        failed=told.get("failed", 0),
        failures=tuple(told.get("failures", ())),
        first_failure=None if failure is None else (failure[0], Fault.from_json(failure[1])),
        fault=None if error is None else Fault.from_json(error),
    )
