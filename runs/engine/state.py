"""The picture of one run in its owner's memory.

The state is mutable and belongs to one owner: `evolve` updates it in place, at a cost that does not grow with the graph.
Edges are not stored. What an edge carries follows from the node run at its source (`readiness.edge_outcome`), and each
join counts how its edges resolved.

The lists of what is to be done next (`ready`, `retries`, `waits`, `deadlines`, `to_cancel`, `to_skip`) are part of the
state: `evolve` keeps them, `decide` only looks at them. The heads of the four heaps are always live.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from editor.graph.document import AnyOf
from editor.graph.faults import NOTHING, Fault
from editor.graph.ids import NodeId, ScopePath, node_key
from editor.graph.nodetype import APPROVAL, WEBHOOK
from editor.graph.plan import ROOT, CallSpec, LoopSpec, MapSpec, Plan, PlanEdge, PlanNode, PlanScope
from runs.engine.events import EXECUTED, Origin
from runs.engine.states import NODE_TERMINAL, NodeStatus, RunStatus

if TYPE_CHECKING:
    from runs.engine.reuse import Reuse
    from runs.engine.shards import Shard, Sharding

Rank = tuple[int, str, tuple[int, ...], str]
"""The order in which ready node runs start: topological index, node id, numbers of the scopes from the outside in, key."""

ROOT_PATH = ScopePath("")

LISTED = 100
"""Failed items that are listed by number."""

RETRY = "retry"
LOST = "lost"
BUDGET = "budget"
"""The next call of a model does not fit into what is left of the budget."""
UNCERTAIN = "uncertain"
"""The worker was lost, and nobody knows whether the work has happened."""
QUESTIONS = frozenset({APPROVAL, WEBHOOK, BUDGET, UNCERTAIN})
"""Reasons of waiting for an answer: it may come before the moment at which the wait ends by itself."""
BACKOFF = frozenset({RETRY, LOST})
"""Reasons of waiting for another attempt. Any other reason is the node's own: its attempt goes on when the time has come."""


@dataclass(slots=True, eq=False)
class NodeState:
    """One node run: where it is, what it gave, and how its incoming edges resolved so far."""

    key: str
    node: PlanNode
    scope: "ScopeState"
    rank: Rank
    quorum: int
    """For ``any`` joins: how many taken edges are enough. 0 for the other joins."""
    required: tuple[str, ...]
    """Input ports without which the node is skipped."""
    pending: int
    """Incoming edges that have not resolved."""
    taken: int = 0
    failed: int = 0
    arrived: list[PlanEdge] | None = None
    """For ``any`` joins: the taken edges as they came, until the join decides."""
    decided: bool = False
    doomed: bool = False
    """Every path from here leads into a join that is decided: what becomes ready is cancelled."""
    status: NodeStatus = NodeStatus.PENDING
    reason: str = ""
    """Of waiting; of being cancelled; how a failure was handled (``port``, ``skip`` or empty)."""
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    value: Any = None
    ports: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    fault: Fault | None = None
    degraded: bool = False
    wake_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    origin: Origin = EXECUTED
    edits: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Values by input port that somebody set in place of those that arrived."""
    box: "Box | None" = None
    """Of containers: what their graph has come to. Set while it runs and kept when it has ended."""

    @property
    def is_terminal(self) -> bool:
        """Say whether this node run has ended."""
        return self.status in NODE_TERMINAL


@dataclass(slots=True, eq=False)
class ScopeState:
    """One instance of a graph in a run: the root, a turn of a loop, an item of a map."""

    path: ScopePath
    plan: PlanScope
    nodes: dict[str, NodeState] = field(default_factory=dict)
    open: int = 0
    """Node runs that have not ended."""
    failure: str | None = None
    """The key of the first unhandled failure."""
    owner: NodeState | None = None
    """The container that it is an instance of; None for the root."""
    index: int = 0
    """Which turn or item it is."""
    numbers: tuple[int, ...] = ()
    """Which turn or item it is, and those around it, from the outside in. A called workflow adds none."""
    called: Plan | None = None
    """Of a called workflow: its plan. Nothing inside sees anything of the caller but the input of the call."""
    entry: Any = None
    """What the nodes with which it begins receive as ``input``: the item, or the loop's state."""
    names: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Names of its own that expressions inside see: ``item`` and ``index``, or ``loop``."""
    is_dead: bool = False
    """Cancelled from outside: nothing in it becomes ready any more."""


@dataclass(slots=True, eq=False)
class MapBox:
    """A map at work. Items before `next` have been opened; `live` ones have not ended."""

    spec: MapSpec
    base: str
    """Begins the paths of its scopes."""
    value: list[Any]
    """The items, from number `first` on."""
    first: int = 0
    next: int = 0
    live: dict[int, ScopeState] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    fault: Fault | None = None
    """Why it stops."""
    first_failure: tuple[int, Fault] | None = None
    """Of the failed items the first in order, whichever failed first: owners that come later tell the same."""
    results: dict[int, Any] = field(default_factory=dict)
    """By item, for those that have a result."""
    failures: list[int] = field(default_factory=list)
    """The first items that failed, as they did."""
    opened_at: float = 0.0
    deadline: float | None = None
    """When it runs out of time."""
    is_split: bool = False
    """Its items are shared out to runs of their own."""
    shards: dict[int, int] = field(default_factory=dict)
    """By the first item of a shard at work: its share of the map's concurrency."""

    @property
    def end(self) -> int:
        """The number after that of the last item."""
        return self.first + len(self.value)


@dataclass(slots=True, eq=False)
class LoopBox:
    """A loop at work: `next` counts the turns that were opened."""

    spec: LoopSpec
    base: str
    value: Any
    """The state after the last turn that ended; at first the initial one."""
    next: int = 0
    live: dict[int, ScopeState] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    fault: Fault | None = None
    results: dict[int, Any] = field(default_factory=dict)
    """By turn: the state after it."""
    scores: dict[int, float] = field(default_factory=dict)
    left: tuple[str, Any] | None = None
    """The port and the value with which an exit node left."""
    verdict: tuple[bool, bool] | None = None
    """What was found after the last turn: whether ``until`` holds, and whether ``while`` does."""
    is_asked: bool = False
    """The shell is evaluating the last turn."""
    initial: Any = None
    go_on: bool = True
    """Whether ``while`` held before the first turn."""
    failures: list[int] = field(default_factory=list)
    opened_at: float = 0.0
    deadline: float | None = None


@dataclass(slots=True, eq=False)
class CallBox:
    """A called workflow at work: one scope, of another plan."""

    spec: CallSpec
    base: str
    value: Any
    """The input of the call."""
    plan: Plan
    next: int = 0
    live: dict[int, ScopeState] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    fault: Fault | None = None
    results: dict[int, Any] = field(default_factory=dict)
    """Under 0, the output of the called workflow."""
    failures: list[int] = field(default_factory=list)
    opened_at: float = 0.0
    deadline: float | None = None


Box = MapBox | LoopBox | CallBox


@dataclass(slots=True, eq=False)
class RunState:
    """One run. `nodes` holds every node run by key, `active` those that are ready, running or waiting."""

    run_id: str
    max_parallel: int
    status: RunStatus = RunStatus.QUEUED
    scopes: dict[str, ScopeState] = field(default_factory=dict)
    nodes: dict[str, NodeState] = field(default_factory=dict)
    active: dict[str, NodeState] = field(default_factory=dict)
    running: int = 0
    ready: list[Rank] = field(default_factory=list)
    retries: list[tuple[float, Rank]] = field(default_factory=list)
    waits: list[tuple[float, Rank]] = field(default_factory=list)
    deadlines: list[tuple[float, Rank]] = field(default_factory=list)
    """When containers whose graph is at work run out of time."""
    to_cancel: dict[str, str] = field(default_factory=dict)
    to_skip: dict[str, NodeStatus] = field(default_factory=dict)
    to_close: dict[str, None] = field(default_factory=dict)
    """Paths of scopes in which everything has ended and whose container has not been told."""
    due: dict[str, None] = field(default_factory=dict)
    """Keys of containers that have a next step: open a scope, ask for a verdict, or end."""
    boxes: int = 0
    """Containers whose graph is at work: they are running and hold no slot."""
    calls: int = 0
    """Runs that started one another to get here: they count for the depth of calls."""
    shards: int = 0
    """Shards of maps that are at work in runs of their own."""
    recalled: list[tuple[str, int]] = field(default_factory=list)
    """Shards that are to be stopped, by what their scopes' paths begin with and their first item; the owner empties it."""
    asked: int = 0
    """Turns that the shell is evaluating."""
    begun: Counter[str] = field(default_factory=Counter)
    """By lane, how many runs of a node with a limit of its own have begun and not ended."""
    started_at: float | None = None
    reuse: "Reuse | None" = None
    """What this run may take over instead of working, for runs that follow an earlier one or use pinned values."""
    sharding: "Sharding | None" = None
    """When maps are shared out; None where they never are."""
    shard: "Shard | None" = None
    """Of the run of a shard: what it is about."""

    @property
    def root(self) -> ScopeState:
        """Give the outermost scope."""
        return self.scopes[ROOT_PATH]


def initial_state(plan: Plan, run_id: str = "", reuse: "Reuse | None" = None) -> RunState:
    """Give the state of a run of which nothing has happened yet.

    Parameters
    ----------
    plan : Plan
        What is run.
    run_id : str
        The run's id: with key and attempt it seeds the jitter of retries.
    reuse : Reuse or None
        What it may take over.

    Returns
    -------
    RunState
        Queued, with every node run of the root scope pending.

    Examples
    --------
    >>> from editor.graph.plan import Plan, PlanScope
    >>> initial_state(Plan("", {"": PlanScope("", (), "continue")}, {})).status.value
    'queued'
    """
    state = RunState(run_id, plan.max_parallel, reuse=reuse)
    open_scope(state, ROOT_PATH, plan.scopes[ROOT])
    return state


def open_scope(
    state: RunState, path: ScopePath, plan: PlanScope, *, owner: NodeState | None = None, numbers: tuple[int, ...] = ()
) -> ScopeState:
    """Add an instance of a graph to the state, in place, with every node run pending.

    Parameters
    ----------
    state : RunState
        Updated in place.
    path : ScopePath
        Where the instance stands.
    plan : PlanScope
        Its graph.
    owner : NodeState or None
        The container that it is an instance of.
    numbers : tuple of int
        Which turn or item it is, and those around it.

    Returns
    -------
    ScopeState
        The new scope.
    """
    scope = ScopeState(path, plan, open=len(plan.nodes), owner=owner, numbers=numbers)
    for node in plan.nodes:
        key = node_key(path, NodeId(node.id))
        quorum = node.join.any if isinstance(node.join, AnyOf) else 0
        ns = NodeState(
            key=key,
            node=node,
            scope=scope,
            rank=(node.order, node.id, numbers, key),
            quorum=quorum,
            required=tuple(name for name, port in node.inputs.items() if port.required),
            pending=len(node.incoming),
            arrived=[] if quorum else None,
            edits=NOTHING if state.reuse is None else state.reuse.edits.get(key, NOTHING),
        )
        scope.nodes[node.id] = ns
        state.nodes[key] = ns
    state.scopes[path] = scope
    return scope


def next_wake(state: RunState) -> float | None:
    """Give the earliest moment at which a waiting node run goes on, in seconds since 1970, or None.

    Parameters
    ----------
    state : RunState
        The run.

    Returns
    -------
    float or None
        When a `Wake` command will have an effect. A retry that finds no free slot starts when one is given up.
    """
    moments = [heap[0][0] for heap in (state.waits, state.deadlines) if heap]
    if state.retries and state.running < state.max_parallel:
        moments.append(state.retries[0][0])
    return min(moments, default=None)


def due_questions(state: RunState, at: float) -> list[NodeState]:
    """List the node runs that have waited for an answer as long as they may.

    Parameters
    ----------
    state : RunState
        The run.
    at : float
        When.

    Returns
    -------
    list of NodeState
        A `Wake` ends them: their owner first makes sure that nobody has answered.
    """
    due = (state.nodes[rank[-1]] for moment, rank in state.waits if moment <= at)
    return [ns for ns in due if ns.reason in QUESTIONS and ns.status is NodeStatus.WAITING]
