"""What of a node decides on its result: equal hashes and equal inputs let a later run take over what an earlier one did."""

import hashlib
from collections.abc import Mapping
from typing import Any

from editor.graph.document import FallbackValue, NodeDoc
from editor.graph.survey import Survey
from editor.graph.upgrade import canonical_json

NOBODY: Mapping[str, str] = {}
PATIENCE = frozenset({"timeout_seconds", "concurrency"})
"""Params about how long and how wide, which change no result."""


def config_hashes(survey: Survey, callees: Mapping[str, str] = NOBODY) -> dict[str, str]:
    """Hash what changes a node's result: its type, version and params, not its place, name, notes, retries or time limits.

    The hash of a container covers what is inside it, and that of a call the workflow that it runs.

    Parameters
    ----------
    survey : Survey
        A document without errors.
    callees : Mapping
        The digests of the workflows that nodes run, by node id.

    Returns
    -------
    dict
        SHA-256 in hexadecimal, by the ids of executable nodes.
    """
    children: dict[str, list[NodeDoc]] = {}
    for node, _ in survey.executable():
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node)
    found: dict[str, str] = {}
    for name in survey.tools:
        found[name] = hashlib.sha256(canonical_json(_tool(survey, name, callees))).hexdigest()
    drawn = [node for node, _ in survey.executable()]
    for node in sorted(drawn, key=lambda node: len(survey.scope_chain(node.id)), reverse=True):
        told = _own(node)
        if survey.kinds[node.id].container:
            told["body"] = _body(survey, children.get(node.id, []), found)
        if node.id in callees:
            told["callee"] = callees[node.id]
        if tools := _toolbox(survey, node.id):
            told["tools"] = [[name, found[name]] for name in tools]
        found[node.id] = hashlib.sha256(canonical_json(told)).hexdigest()
    return found


def _tool(survey: Survey, name: str, callees: Mapping[str, str]) -> dict[str, Any]:
    """Describe a tool: its node, what a model is told of it, and the names of its own tools."""
    node = survey.nodes[name]
    told = None if node.policy.tool is None else node.policy.tool.model_dump(mode="json")
    return {**_own(node), "tool": told, "name": node.name, "tools": survey.tools_of(name), "callee": callees.get(name)}


def _toolbox(survey: Survey, agent: str) -> list[str]:
    """List all that an agent may call, itself or through other agents."""
    found: dict[str, None] = {}
    left = survey.tools_of(agent)
    while left:
        name = left.pop(0)
        if name not in found:
            found[name] = None
            left += survey.tools_of(name)
    return list(found)


def _own(node: NodeDoc) -> dict[str, Any]:
    fallback = node.policy.on_error.value if isinstance(node.policy.on_error, FallbackValue) else None
    return {
        "type": node.type,
        "version": node.type_version,
        "params": {name: value for name, value in node.params.items() if name not in PATIENCE},
        "disabled": node.policy.disabled,
        "fallback": fallback,
    }


def _body(survey: Survey, inside: list[NodeDoc], hashes: dict[str, str]) -> dict[str, Any]:
    """Describe a container's graph: its nodes, how they wait and fail, and its edges in their order."""
    return {
        "nodes": {
            node.id: [hashes[node.id], node.policy.model_dump(mode="json", include={"join", "on_error"})] for node in inside
        },
        "edges": [
            [edge.source, edge.source_port, edge.target, edge.target_port]
            for node in inside
            for edge in survey.into.get(node.id, ())
        ],
    }
