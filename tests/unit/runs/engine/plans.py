"""Plans built by hand, so that the engine's tests rest on nothing but the engine."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from editor.graph.document import AnyOf, FallbackValue, Join, OnError, RetryPolicy
from editor.graph.nodetype import Port
from editor.graph.plan import ROOT, Plan, PlanEdge, PlanNode, PlanScope


def edge(index: int, text: str) -> PlanEdge:
    """Read ``a.out > b.in``; the usual ports may be left out."""
    left, right = (part.strip() for part in text.split(">"))
    source, _, source_port = left.partition(".")
    target, _, target_port = right.partition(".")
    return PlanEdge(index, f"e{index + 1}", source, source_port or "out", target, target_port or "in")


def join_of(raw: Any) -> Join:
    """Read a join policy as a document writes it."""
    return AnyOf(**raw) if isinstance(raw, Mapping) else raw


def on_error_of(raw: Any) -> OnError:
    """Read an error policy as a document writes it."""
    return FallbackValue(value=raw["value"]) if isinstance(raw, Mapping) else raw


def topological(names: list[str], edges: list[PlanEdge]) -> dict[str, int]:
    """Number the nodes so that every edge leads upwards; among those that may come next, the first named one does."""
    missing = dict.fromkeys(names, 0)
    leaving: dict[str, list[PlanEdge]] = {name: [] for name in names}
    for one in edges:
        missing[one.target] += 1
        leaving[one.source].append(one)
    order: dict[str, int] = {}
    free = [name for name in names if not missing[name]]
    for name in free:
        order[name] = len(order)
        for one in leaving[name]:
            missing[one.target] -= 1
            if not missing[one.target]:
                free.append(one.target)
    return order


def build_plan(nodes: Mapping[str, Mapping[str, Any]], edges: list[str], **settings: Any) -> Plan:
    """Build a plan of one scope. A node's dict may say type, params, join, on_error, retry, effect, inputs, outputs."""
    lines = [edge(index, text) for index, text in enumerate(edges)]
    order = topological(list(nodes), lines)
    arriving: dict[str, list[PlanEdge]] = {name: [] for name in nodes}
    leaving: dict[str, list[PlanEdge]] = {name: [] for name in nodes}
    for one in lines:
        arriving[one.target].append(one)
        leaving[one.source].append(one)
    built = [
        plan_node(name, raw, order.get(name, 0), incoming=tuple(arriving[name]), outgoing=tuple(leaving[name]))
        for name, raw in nodes.items()
    ]
    built.sort(key=lambda node: node.order)
    scope = PlanScope(ROOT, tuple(built), settings.pop("on_failure", "fail_fast"))
    outputs = tuple(name for name, raw in nodes.items() if raw.get("type") == "output")
    return Plan("", {ROOT: scope}, {node.id: node for node in built}, outputs=outputs, **settings)


def plan_node(
    name: str, raw: Mapping[str, Any], order: int, *, incoming: tuple[PlanEdge, ...], outgoing: tuple[PlanEdge, ...]
) -> PlanNode:
    """Build one node of a plan with defaults for all that is left out."""
    return PlanNode(
        id=name,
        type=raw.get("type", "task"),
        type_version=1,
        name="",
        scope=ROOT,
        order=order,
        params=raw.get("params", {}),
        join=join_of(raw.get("join", "all")),
        on_error=on_error_of(raw.get("on_error", "fail")),
        retry=RetryPolicy(**raw.get("retry", {})),
        timeout_seconds=None,
        effect=raw.get("effect", "pure"),
        inline=False,
        disabled=False,
        inputs={port.name: port for port in raw.get("inputs", (Port("in"),))},
        outputs=tuple(raw.get("outputs", ("out",))),
        incoming=incoming,
        outgoing=outgoing,
        references=frozenset(),
        config_hash="",
        on_uncertain=raw.get("on_uncertain", "ask"),
        max_parallel=raw.get("max_parallel"),
    )


def chain(length: int) -> Plan:
    """Build a chain of that many nodes."""
    names = [f"n{index:05}" for index in range(length)]
    return build_plan({name: {} for name in names}, [f"{a} > {b}" for a, b in pairwise(names)])


def fan(width: int, **settings: Any) -> Plan:
    """Build one node that fans out to many, which one join collects."""
    names = [f"n{index:05}" for index in range(width)]
    edges = [f"first > {name}" for name in names] + [f"{name} > last" for name in names]
    return build_plan({"first": {}, **{name: {} for name in names}, "last": {}}, edges, **settings)
