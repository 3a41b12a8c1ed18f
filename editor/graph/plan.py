"""The frozen structure that the engine reads: derived from a document, never stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.document import Join, OnError, RetryPolicy
from editor.graph.faults import NOTHING
from editor.graph.nodetype import Port

ROOT = ""
"""The id of the root scope."""


@dataclass(frozen=True, slots=True)
class PlanEdge:
    """One edge, by number: its place in the document is its order."""

    index: int
    id: str
    source: str
    source_port: str
    target: str
    target_port: str


DEFAULT_CONCURRENCY = 10
DEFAULT_MAX_ITERATIONS = 25


@dataclass(frozen=True, slots=True)
class MapSpec:
    """What a map does with its items. `tolerated` failures are allowed: a number, a share of the items, or None for all."""

    body: "PlanScope"
    concurrency: int = DEFAULT_CONCURRENCY
    tolerated: int | None = 0
    tolerated_percent: float | None = None
    keeps_errors: bool = False
    """A failed item's place holds its error, not null."""
    omit_empty: bool = False


@dataclass(frozen=True, slots=True)
class LoopSpec:
    """How a loop goes on. `is_judged` says that an expression is evaluated after each turn; `exits` are in topological order."""

    body: "PlanScope"
    max_iterations: int = DEFAULT_MAX_ITERATIONS
    on_limit: str = "fail"
    is_judged: bool = False
    exits: tuple[tuple[str, str], ...] = ()
    """Ids of the body's exit nodes with the ports they leave by."""


MAX_CALLS = 8
"""Workflows that may be at work inside one another."""


@dataclass(frozen=True, slots=True)
class CallSpec:
    """Which workflow a node runs. `load` gives its plan, which never changes: it is asked for when the call begins.

    `detached` starts a run of its own, and does not wait for it. `budget_usd` is what the call may cost.
    """

    version: int
    """The id of the version that was pinned when the caller's version was made."""
    load: Callable[[], "Plan"]
    detached: bool = False
    budget_usd: float | None = None


ContainerSpec = MapSpec | LoopSpec | CallSpec


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One node, ready to be decided on and run.

    `incoming` and `outgoing` hold the scope's edges in document order. `inline` says that the node may be fused into the
    driver's tick: its type is cheap and no param needs the sandbox. `order` is its topological index in its scope.
    """

    id: str
    type: str
    type_version: int
    name: str
    scope: str
    order: int
    params: Mapping[str, Any]
    join: Join
    on_error: OnError
    retry: RetryPolicy
    timeout_seconds: float | None
    effect: str
    inline: bool
    disabled: bool
    inputs: Mapping[str, Port]
    outputs: tuple[str, ...]
    incoming: tuple[PlanEdge, ...]
    outgoing: tuple[PlanEdge, ...]
    references: frozenset[str]
    """Root names that its expressions use: node ids, ``input``, ``inputs``, ``run``, ``item``, ``index``, ``loop``."""
    config_hash: str
    on_uncertain: str = "ask"
    """For ``unsafe`` work that was in flight when its worker was lost: ``ask``, ``fail`` or ``retry``."""
    pinned: Any = None
    """In test runs, the value that stands in for the node's work; None where nothing is pinned."""
    max_parallel: int | None = None
    """Of its runs in all items and turns of a run, so many have begun and not ended."""
    cache_seconds: float | None = None
    """How long a result may answer for equal work in later runs; None where it must not."""
    container: ContainerSpec | None = None
    """Of nodes that hold a graph: the graph, and how it is run."""
    tools: tuple[str, ...] = ()
    """Of agents: the ids of what they may call."""
    journals: bool = False
    """Its work is a sequence of recorded steps."""


@dataclass(frozen=True, slots=True)
class PlanTool:
    """What an agent may call: a node, what a model is told of it, and whether somebody is asked before each call.

    `takes_text` says that its one argument ``input`` is the node's input; of others the arguments are.
    """

    node: PlanNode
    description: str
    parameters: Mapping[str, Any]
    takes_text: bool
    approval: bool = False


@dataclass(frozen=True, slots=True)
class PlanScope:
    """One graph: the root, or the body of a container. Its nodes are in topological order."""

    id: str
    nodes: tuple[PlanNode, ...]
    on_failure: str
    results: tuple[str, ...] = ()
    """Ids of the nodes that give the body's result: its output nodes, or its only end. The later one that ran counts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled document.

    Parameters
    ----------
    digest : str
        SHA-256 of the canonical document.
    scopes : Mapping
        By container id; ``""`` is the root.
    nodes : Mapping
        Every node by its id.
    max_parallel : int
        Node runs that may be running at once.
    timeout_seconds : float or None
        How long a run may take.
    budget_usd, budget_tokens, budget_seconds : float or None, int or None, float or None
        What a run may spend, and for how long it may work before it begins nothing more.
    """

    digest: str
    scopes: Mapping[str, PlanScope]
    nodes: Mapping[str, PlanNode]
    max_parallel: int = 20
    timeout_seconds: float | None = None
    budget_usd: float | None = None
    budget_tokens: int | None = None
    budget_seconds: float | None = None
    outputs: tuple[str, ...] = field(default=())
    """Ids of the root's output nodes, in document order."""
    tools: Mapping[str, PlanTool] = field(default_factory=lambda: NOTHING)
    """By node id, what agents may call: no node of the flow."""
