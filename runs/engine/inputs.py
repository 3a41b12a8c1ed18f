"""What a node receives: the values of its taken edges by port, and the names that its expressions see."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from editor.graph.faults import NOTHING
from editor.graph.nodetype import Turn
from editor.graph.plan import Plan, PlanEdge
from runs.engine.readiness import TAKEN, edge_outcome
from runs.engine.state import LoopBox, NodeState, RunState, ScopeState
from runs.engine.states import NodeStatus


class RunFacts(Protocol):
    """What expressions see as ``run``."""

    @property
    def id(self) -> str: ...
    @property
    def workflow(self) -> Mapping[str, Any]: ...
    @property
    def input(self) -> Mapping[str, Any]: ...
    @property
    def started_at(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def wait_urls(self) -> Mapping[str, str]: ...


def node_inputs(plan: Plan, state: RunState, key: str) -> dict[str, Any]:
    """Give the values that a node run received, by input port.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        The run.
    key : str
        The node run.

    Returns
    -------
    dict
        By port name, in edge order. A ``list`` port has a list of all taken values and a ``first`` port the first one;
        any other port has its value, or a list when several edges were taken. A port without a taken edge is absent.
        A port that somebody edited has the edited value.
        Of an ``any`` join only the chosen edges count. The nodes with which an item or a turn begins receive the item, or
        the loop's state, at port ``in``.
    """
    ns = state.nodes[key]
    if not ns.node.incoming and ns.scope.owner is not None and ns.scope.called is None:
        return {"in": ns.scope.entry} | dict(ns.edits)
    taken: dict[str, list[Any]] = {}
    for edge, source in taken_edges(ns):
        value = error_value(source) if source.status is NodeStatus.FAILED else source.value
        taken.setdefault(edge.target_port, []).append(value)
    return {port: _gather(ns, port, values) for port, values in taken.items()} | dict(ns.edits)


def node_sources(plan: Plan, state: RunState, key: str) -> dict[str, tuple[str, ...]]:
    """Give the ids of the nodes whose values a node run received, by input port.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        The run.
    key : str
        The node run.

    Returns
    -------
    dict
        By port name, in edge order: one id for each taken edge.
    """
    taken: dict[str, list[str]] = {}
    for edge, source in taken_edges(state.nodes[key]):
        taken.setdefault(edge.target_port, []).append(source.node.id)
    return {port: tuple(ids) for port, ids in taken.items()}


def taken_edges(ns: NodeState) -> Iterator[tuple[PlanEdge, NodeState]]:
    """List the taken edges of a node run with their sources, in edge order; of an ``any`` join the chosen ones.

    Parameters
    ----------
    ns : NodeState
        A node run whose join has decided.

    Yields
    ------
    tuple of PlanEdge and NodeState
        The edge, and the node run that it comes from.
    """
    sources = ns.scope.nodes
    chosen = frozenset(ns.chosen) if ns.quorum else None
    for edge in ns.node.incoming:
        source = sources[edge.source]
        if edge_outcome(source, edge.source_port) is TAKEN and (chosen is None or edge.id in chosen):
            yield edge, source


def _gather(ns: NodeState, port: str, values: list[Any]) -> Any:
    """Shape the values of one port as the port takes them."""
    declared = ns.node.inputs.get(port)
    takes = "single" if declared is None else declared.takes
    if takes == "list":
        return values
    if takes == "first" or len(values) == 1:
        return values[0]
    return values


def error_value(ns: NodeState) -> dict[str, Any]:
    """Give what a failed node run sends out on its ``error`` port.

    Parameters
    ----------
    ns : NodeState
        A failed node run.

    Returns
    -------
    dict
        The fault as JSON, with the key of the node run as ``node``.
    """
    fault = {} if ns.fault is None else ns.fault.to_json()
    return {**fault, "node": ns.key}


class VisibleNames(Mapping[str, Any]):
    """The names of one node run, looked up when asked for: a graph of thousands of nodes costs nothing here.

    Inside containers the names of the nearest scope come first, and those of the scopes around it after them.
    """

    __slots__ = ("_inputs", "_ns", "_run", "_scope")

    def __init__(self, ns: NodeState, inputs: Mapping[str, Any], run: RunFacts, scope: ScopeState | None = None) -> None:
        self._ns = ns
        self._scope = scope or ns.scope
        self._inputs = inputs
        self._run = run

    def __getitem__(self, name: str) -> Any:
        if name == "run":
            return {**run_names(self._run), **self._call()}
        if name == "inputs":
            return dict(self._inputs)
        if name == "input":
            return self._inputs["in"]
        if self._ns.edits and (port := _edited_port(self._ns, name)):
            return self._ns.edits[port]
        scope: ScopeState | None = self._scope
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            source = scope.nodes.get(name)
            if source is not None:
                if source.status is not NodeStatus.SUCCEEDED:
                    break
                return source.value
            scope = _around(scope)
        raise KeyError(name)

    def _call(self) -> Mapping[str, Any]:
        """Give what a called workflow sees as its own input."""
        *_, outermost = _outwards(self._scope)
        return NOTHING if outermost.called is None else {"input": outermost.entry}

    def __iter__(self) -> Iterator[str]:
        yield from ("run", "inputs")
        if "in" in self._inputs:
            yield "input"
        seen: set[str] = set()
        for scope in _outwards(self._scope):
            ended = (name for name, ns in scope.nodes.items() if ns.status is NodeStatus.SUCCEEDED)
            found = [name for name in (*scope.names, *ended) if name not in seen]
            seen.update(found)
            yield from found

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _edited_port(ns: NodeState, name: str) -> str:
    """Find the edited port to which a node alone gave the value: the edit then stands for the node's output as well."""
    ports = [edge.target_port for edge, source in taken_edges(ns) if source.node.id == name]
    alone = [port for port in ports if sum(edge.target_port == port for edge, _ in taken_edges(ns)) == 1]
    return next((port for port in alone if port in ns.edits), "")


def _outwards(scope: ScopeState) -> Iterator[ScopeState]:
    """List a scope and those around it, from the inside out. A called workflow sees nothing of its caller."""
    inner: ScopeState | None = scope
    while inner is not None:
        yield inner
        inner = _around(inner)


def _around(scope: ScopeState) -> ScopeState | None:
    """Give the scope around one; None where nothing of it is seen."""
    return None if scope.owner is None or scope.called is not None else scope.owner.scope


def visible_names(plan: Plan, state: RunState, key: str, run: RunFacts) -> VisibleNames:
    """Give the names that expressions of a node run see.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        The run.
    key : str
        The node run.
    run : RunFacts
        What ``run`` shows.

    Returns
    -------
    VisibleNames
        ``run``, ``inputs``, ``input`` where port ``in`` has a value, and each node that succeeded by its id: those of the
        node's own scope and of the scopes around it. In a map ``item`` and ``index``, in a loop ``loop``.
    """
    return VisibleNames(state.nodes[key], node_inputs(plan, state, key), run)


def turn_of(ns: NodeState) -> Turn:
    """Give the turn of a loop that is to be judged.

    Parameters
    ----------
    ns : NodeState
        A loop whose turn has ended.

    Returns
    -------
    Turn
        Its number, the state it began with, and the state after it.
    """
    box = _loop_box(ns)
    index = box.next - 1
    return Turn(index, box.initial if index == 0 else box.results[index - 1], box.value)


def turn_names(state: RunState, ns: NodeState, inputs: Mapping[str, Any], run: RunFacts) -> VisibleNames:
    """Give the names that a loop's expressions see after a turn: those of the turn's own nodes too.

    Parameters
    ----------
    state : RunState
        The run.
    ns : NodeState
        A loop whose turn has ended.
    inputs : Mapping
        What the loop received.
    run : RunFacts
        What ``run`` shows.

    Returns
    -------
    VisibleNames
    """
    box = _loop_box(ns)
    return VisibleNames(ns, inputs, run, state.scopes[f"{box.base}#{box.next - 1}/"])


def _loop_box(ns: NodeState) -> LoopBox:
    if not isinstance(ns.box, LoopBox):
        raise TypeError(f"{ns.key} is not a loop at work.")
    return ns.box


def run_names(run: RunFacts) -> dict[str, Any]:
    """Give what expressions see as ``run``.

    Parameters
    ----------
    run : RunFacts
        The run.

    Returns
    -------
    dict
        ``id``, ``input``, ``started_at``, ``workflow``, ``base_url`` and ``wait_urls``, all of it JSON: it goes into the
        sandbox as it is.
    """
    return {
        "id": run.id,
        "input": dict(run.input),
        "started_at": run.started_at,
        "workflow": dict(run.workflow),
        "base_url": run.base_url,
        "wait_urls": dict(run.wait_urls),
    }


def outputs_of(plan: Plan, scope: ScopeState) -> dict[str, Any]:
    """Give the output of a workflow from the scope in which it ran.

    Parameters
    ----------
    plan : Plan
        The workflow.
    scope : ScopeState
        The root of a run, or the scope of a call.

    Returns
    -------
    dict
        The value of each output node that ran, by the name it gives, in document order. Of two with one name, the later one
        that ran counts.
    """
    ran = [ns for ns in map(scope.nodes.__getitem__, plan.outputs) if ns.status is NodeStatus.SUCCEEDED]
    return {str(ns.node.params.get("name") or "result"): ns.value for ns in ran}


def run_output(plan: Plan, state: RunState) -> dict[str, Any]:
    """Give the run's output: the value of each output node that ran, by the name it gives.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        The run.

    Returns
    -------
    dict
        As `outputs_of` the root.
    """
    return outputs_of(plan, state.root)
