"""Node run keys: equal keys mean equal work, so that the result of one may stand for the other."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.faults import NOTHING
from editor.graph.plan import Plan, PlanNode
from editor.graph.upgrade import canonical_json
from runs.engine.calls import scope_of_call
from runs.engine.inputs import node_inputs, node_sources, visible_names
from runs.engine.state import NodeState, RunState

KEY_SCHEMA = 1
"""Raised when keys are made in another way: then no key of before equals one of after."""

NOT_VALUES = frozenset({"run", "input", "inputs"})
"""Names that are part of a key in another way: by the run's input, and by the ports."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What ``run`` shows where keys are made: its input. Whatever names one run alone is no part of a key."""

    input: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    id: str = ""
    workflow: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    started_at: str = ""
    base_url: str = ""
    wait_urls: Mapping[str, str] = field(default_factory=lambda: NOTHING)


def run_key(plan: Plan, state: RunState, key: str, input: Mapping[str, Any]) -> str:
    """Give the key of a node run: a digest of all that its result depends on.

    That is its type and version, its config (`editor.graph.hashes`), the values at its ports, the values of the nodes that
    its expressions name, and the run's input where it looks at ``run``. Names, notes, positions, retries and time limits
    are no part of it, and neither is which run it is or when.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        The run, in which the join of this node run has decided.
    key : str
        The node run.
    input : Mapping
        The run's input.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    ns = state.nodes[key]
    called = scope_of_call(ns)
    names = references(plan if called is None or called.called is None else called.called, ns.node)
    told = {
        "schema": KEY_SCHEMA,
        "type": ns.node.type,
        "version": ns.node.type_version,
        "config": ns.node.config_hash,
        "inputs": {port: value_hash(value) for port, value in node_inputs(plan, state, key).items()},
        "sources": _sources_of_lists(plan, state, ns),
        "names": dict(_values(plan, state, key, names - NOT_VALUES)),
        "run": value_hash(_input(ns, input)) if "run" in names else None,
    }
    return value_hash(told)


def _input(ns: NodeState, input: Mapping[str, Any]) -> Any:
    """Give the input of the workflow that a node run stands in: of the run, or of a call."""
    scope = scope_of_call(ns)
    return input if scope is None else scope.entry


def value_hash(value: Any) -> str:
    """Give the digest of a value: equal JSON has equal digests.

    Parameters
    ----------
    value : Any
        JSON.

    Returns
    -------
    str
        SHA-256 of its canonical form, in hexadecimal.

    Examples
    --------
    >>> value_hash({"a": 1, "b": 2}) == value_hash({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(plain(value))).hexdigest()


def plain(value: Any) -> Any:
    """Give a mapping of any kind as the encoder knows it.

    Parameters
    ----------
    value : Any
        JSON.

    Returns
    -------
    Any
        The same JSON.
    """
    return dict(value) if isinstance(value, Mapping) else value


def references(plan: Plan, node: PlanNode) -> frozenset[str]:
    """Give the names from outside that a node's expressions use; those of a container's nodes are its own.

    Parameters
    ----------
    plan : Plan
        What is run.
    node : PlanNode
        Any node.

    Returns
    -------
    frozenset of str
        Names without those of nodes inside the container.
    """
    scope = plan.scopes.get(node.id)
    if scope is None:
        return node.references
    inside = frozenset().union(*(references(plan, one) for one in scope.nodes))
    return node.references | (inside - {one.id for one in scope.nodes} - {"item", "index", "loop"})


def _values(plan: Plan, state: RunState, key: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Hash the values that names stand for; one without a value is left out, which is not the same as null."""
    visible = visible_names(plan, state, key, KeyFacts())
    for name in names:
        try:
            yield name, value_hash(visible[name])
        except KeyError:
            continue


def _sources_of_lists(plan: Plan, state: RunState, ns: NodeState) -> dict[str, tuple[str, ...]]:
    """Name the nodes behind ``list`` ports: work there may use the names of what it joins."""
    lists = {name for name, port in ns.node.inputs.items() if port.takes == "list"}
    if not lists:
        return {}
    return {port: ids for port, ids in node_sources(plan, state, ns.key).items() if port in lists}
