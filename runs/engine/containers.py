"""What loops and maps have in common: their scopes, and how their state follows from what happens in them."""

from dataclasses import replace
from heapq import heappush

from editor.graph.faults import Fault
from editor.graph.ids import ScopePath
from editor.graph.plan import ROOT, LoopSpec, MapSpec
from runs.engine import calls, loops, maps, shards
from runs.engine.commands import FailNode
from runs.engine.conclude import conclude_attempt
from runs.engine.events import ContainerOpened, Event, Progress, ScopeClosed, TurnJudged
from runs.engine.readiness import FAIL_FAST, LOST_RACE
from runs.engine.scopes import scope_result
from runs.engine.state import LISTED, Box, CallBox, LoopBox, MapBox, NodeState, RunState, ScopeState, open_scope
from runs.engine.states import NODE_TERMINAL, NodeStatus

UNEXPLAINED = Fault("bug", "A node failed without saying why.")


def begin(state: RunState, ns: NodeState, event: ContainerOpened) -> None:
    """Let a container's graph begin, in place: from here on it holds no slot.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The container.
    event : ContainerOpened
        What it works on.
    """
    spec = ns.node.container
    base = ns.key if event.attempt <= 1 else f"{ns.key}~{event.attempt}"
    if spec is None or ns.box is not None:
        return
    state.running -= 1
    state.boxes += 1
    limit = ns.node.timeout_seconds
    if isinstance(spec, MapSpec):
        ns.box = _map_box(state, ns, spec, base, event)
    elif isinstance(spec, LoopSpec):
        ns.box = LoopBox(spec, base, event.value, initial=event.value, go_on=event.go_on)
    else:
        ns.box = CallBox(spec, base, event.value, spec.load())
        limit = min((one for one in (limit, ns.box.plan.timeout_seconds) if one is not None), default=None)
    ns.box.opened_at = event.at
    if limit is not None and state.shard is None:
        ns.box.deadline = event.at + limit
        heappush(state.deadlines, (ns.box.deadline, ns.rank))
    consider(state, ns, ns.box)


def _map_box(state: RunState, ns: NodeState, spec: MapSpec, base: str, event: ContainerOpened) -> MapBox:
    """Give the state of a map at its beginning: of all its items, or of those of a shard."""
    shard = state.shard
    if shard is None or ns.key != shard.key:
        return MapBox(spec, base, event.value, is_split=event.is_split)
    return MapBox(shard.spec(spec), base, event.value, shard.first, next=shard.first)


def open_next(state: RunState, ns: NodeState, box: Box, index: int) -> ScopeState:
    """Open an item of a map or a turn of a loop, in place.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The container.
    box : Box
        Its state.
    index : int
        Which one, from 0 on.

    Returns
    -------
    ScopeState
        The new scope; nothing in it is ready yet.
    """
    if isinstance(box, CallBox):
        path = ScopePath(f"{box.base}/")
        scope = open_scope(state, path, box.plan.scopes[ROOT], owner=ns, numbers=ns.scope.numbers)
    else:
        path = ScopePath(f"{box.base}#{index}/")
        scope = open_scope(state, path, box.spec.body, owner=ns, numbers=(*ns.scope.numbers, index))
    scope.index = index
    if isinstance(box, CallBox):
        scope.called, scope.entry = box.plan, box.value
    elif isinstance(box, MapBox):
        scope.entry = box.value[index - box.first]
        scope.names = {"item": scope.entry, "index": index}
    else:
        scope.entry = box.value
        scope.names = {"loop": {"index": index, "state": scope.entry}}
        box.verdict = None
    box.live[index] = scope
    box.next = max(box.next, index + 1)
    if not scope.open:
        state.to_close[path] = None
    consider(state, ns, box)
    return scope


def close(state: RunState, ns: NodeState, box: Box, event: ScopeClosed) -> None:
    """Take in what became of an item or a turn, in place.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The container.
    box : Box
        Its state.
    event : ScopeClosed
        How the scope ended.
    """
    scope = box.live.pop(event.index, None)
    if scope is None:
        return
    state.to_close.pop(scope.path, None)
    if event.status == "succeeded":
        box.done += 1
    elif event.status == "failed":
        box.failed += 1
        if len(box.failures) < LISTED:
            box.failures.append(event.index)
    if isinstance(box, MapBox):
        maps.take(box, event, scope_result(scope))
    elif isinstance(box, CallBox):
        calls.take(box, event, scope)
    else:
        loops.take(box, event, scope)
    if box.fault is not None:
        for other in box.live.values():
            kill(state, other, FAIL_FAST)
    consider(state, ns, box)


def judge(state: RunState, ns: NodeState, box: LoopBox, event: TurnJudged) -> None:
    """Take in what a loop's expressions gave after a turn, in place.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The loop.
    box : LoopBox
        Its state.
    event : TurnJudged
        The verdict.
    """
    forget_question(state, box)
    box.verdict = (event.until, event.go_on)
    if event.score is not None:
        box.scores[event.index] = event.score
    consider(state, ns, box)


def ask(state: RunState, ns: NodeState, box: LoopBox) -> None:
    """Note that the shell evaluates a turn, in place.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The loop.
    box : LoopBox
        Its state.
    """
    if not box.is_asked:
        box.is_asked = True
        state.asked += 1
    consider(state, ns, box)


def forget_question(state: RunState, box: LoopBox) -> None:
    """Note that no verdict is waited for any more, in place.

    Parameters
    ----------
    state : RunState
        The run.
    box : LoopBox
        The loop's state.
    """
    if box.is_asked:
        box.is_asked = False
        state.asked -= 1


def leave(state: RunState, ns: NodeState, box: Box) -> None:
    """End the attempt of a container, in place: what is at work in it is cancelled, without cleanup.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The container.
    box : Box
        Its state.
    """
    state.boxes -= 1
    state.due.pop(ns.key, None)
    if isinstance(box, LoopBox):
        forget_question(state, box)
    if isinstance(box, MapBox):
        shards.recall(state, box)
    for scope in box.live.values():
        state.to_close.pop(scope.path, None)
        kill(state, scope, ns.reason or FAIL_FAST)


def kill(state: RunState, scope: ScopeState, reason: str) -> None:
    """Cancel a scope from outside, in place: all that has not ended is to be cancelled, and nothing cleans up.

    Parameters
    ----------
    state : RunState
        The run.
    scope : ScopeState
        The scope. What is nested in it follows when its containers are cancelled.
    reason : str
        Why.
    """
    scope.is_dead = True
    for ns in scope.nodes.values():
        if ns.status not in NODE_TERMINAL:
            state.to_cancel.setdefault(ns.key, reason)


def consider(state: RunState, ns: NodeState, box: Box) -> None:
    """Keep the list of containers that have a next step, in place.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        The container.
    box : Box
        Its state.
    """
    if _has_step(state, box):
        state.due[ns.key] = None
    else:
        state.due.pop(ns.key, None)


def _has_step(state: RunState, box: Box) -> bool:
    if isinstance(box, MapBox):
        return shards.has_step(state, box) if box.is_split else maps.has_step(box)
    return calls.has_step(box) if isinstance(box, CallBox) else loops.has_step(box)


def next_step(state: RunState, ns: NodeState, at: float) -> tuple[Event, ...]:
    """Give what a container does next.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        A container that is due.
    at : float
        When.

    Returns
    -------
    tuple of Event
        Scopes that open, a question, or the end of the container's attempt.
    """
    box = ns.box
    if box is None:
        return ()
    if isinstance(box, MapBox) and state.shard is not None and ns.key == state.shard.key and shards.is_over(box):
        return shards.end(box, at)
    if box.fault is not None:
        return (conclude_attempt(state, ns, FailNode(at, ns.key, ns.attempt, box.fault)),)
    if isinstance(box, MapBox) and box.is_split:
        return shards.next_step(state, ns, box, at)
    if isinstance(box, MapBox):
        return maps.next_step(ns, box, at)
    return calls.next_step(ns, box, at) if isinstance(box, CallBox) else loops.next_step(state, ns, box, at)


def run_out(state: RunState, ns: NodeState, at: float) -> Event:
    """End the attempt of a container that has taken too long.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        A container at work.
    at : float
        When.

    Returns
    -------
    Event
    """
    limit = (ns.box.deadline or at) - ns.box.opened_at if ns.box is not None else 0.0
    message = f"The node did not finish within {limit:g} s."
    fault = Fault("timeout", message, "Raise the time limit in the node's policy, or give it less to do.", retryable=True)
    return conclude_attempt(state, ns, FailNode(at, ns.key, ns.attempt, fault))


def close_scope(state: RunState, scope: ScopeState, at: float) -> ScopeClosed:
    """Say how a scope ended in which every node run has ended.

    Parameters
    ----------
    state : RunState
        The run.
    scope : ScopeState
        The scope of a container.
    at : float
        When.

    Returns
    -------
    ScopeClosed
        With the first unhandled failure, which names its node and its item or turn.
    """
    owner, box, index = *_container_of(scope), scope.index
    status = ending(scope)
    now = progress(box)
    counted = replace(
        now,
        done=now.done + (status == "succeeded"),
        failed=now.failed + (status == "failed"),
        running=now.running - 1,
    )
    fault = _failure(state, scope, box, index) if status == "failed" else None
    return ScopeClosed(at, owner.key, index, status, counted, fault)


def _container_of(scope: ScopeState) -> tuple[NodeState, Box]:
    """Give the container of a scope, with its state."""
    owner = scope.owner
    if owner is None or owner.box is None:
        raise ValueError(f"Scope {scope.path!r} belongs to no container that is at work.")
    return owner, owner.box


def ending(scope: ScopeState) -> str:
    """Say how a scope ended in which every node run has ended.

    Parameters
    ----------
    scope : ScopeState
        The scope.

    Returns
    -------
    str
        ``failed`` after an unhandled failure, ``cancelled`` if it was stopped from outside, else ``succeeded``.
    """
    if scope.failure is not None:
        return "failed"
    stopped = (ns.status is NodeStatus.CANCELLED and ns.reason != LOST_RACE for ns in scope.nodes.values())
    return "cancelled" if any(stopped) else "succeeded"


def _failure(state: RunState, scope: ScopeState, box: Box, index: int) -> Fault:
    """Give the first unhandled failure of a scope as its container reports it."""
    key = scope.failure or ""
    fault = state.nodes[key].fault or UNEXPLAINED
    if isinstance(box, CallBox):
        return replace(fault, data={"inner": key, **fault.data})
    which = "index" if isinstance(box, MapBox) else "turn"
    return replace(fault, data={"inner": key, **fault.data, which: index})


def progress(box: Box) -> Progress:
    """Say how far a container is.

    Parameters
    ----------
    box : Box
        Its state.

    Returns
    -------
    Progress
        Of a map all items are known; of a loop nobody knows how many turns it will take.
    """
    if isinstance(box, MapBox) and box.is_split:
        return shards.told(box)
    total = len(box.value) if isinstance(box, MapBox) else 1 if isinstance(box, CallBox) else None
    return Progress(total, box.done, box.failed, len(box.live))
