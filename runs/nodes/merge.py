"""Joins branches into one value."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params, Port
from runs.nodes.faults import bad_input
from runs.nodes.fields import OUT, param


class MergeParams(Params):
    """How the branches are put together."""

    mode: Literal["list", "first", "object", "deep"] = param(
        "list",
        kind="template",
        title="Mode",
        help="A list in edge order, the first value, an object keyed by branch, or objects merged key by key.",
    )


class Merge(NodeType):
    """Waits for its branches, as its join policy says, and gives one value."""

    name = "merge"
    title = "Merge"
    help = "Joins branches into a list, an object or a single value."
    category = "flow"
    icon = "merge"
    params = MergeParams
    inputs = (Port("in", "any", "Branches", takes="list"),)
    outputs = (OUT,)
    summary = "{mode}"
    inline = True

    async def run(self, ctx: NodeContext, params: MergeParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Put the taken values together, in edge order."""
        values: Sequence[Any] = inputs.get("in", [])
        match params.mode:
            case "list":
                return NodeResult(list(values))
            case "first":
                return NodeResult(values[0] if values else None)
            case "object":
                return NodeResult(dict(zip(ctx.sources.get("in", ()), values, strict=True)))
            case "deep":
                return NodeResult(merge_all(values, ctx.sources.get("in", ())))


def merge_all(values: Sequence[Any], sources: Sequence[str]) -> dict[str, Any]:
    """Merge objects key by key; of two values that are not both objects, the later branch wins."""
    merged: dict[str, Any] = {}
    for index, value in enumerate(values):
        if not isinstance(value, dict):
            branch = sources[index] if index < len(sources) else str(index + 1)
            raise bad_input(
                f"Branch {branch} gives no object, so it cannot be merged key by key.",
                hint="Use mode object or list, or give this branch a Set node.",
                branch=branch,
            )
        merged = merge_two(merged, value)
    return merged


def merge_two(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Both objects in one; neither is changed. Values are at most 64 deep, so the recursion is bounded."""
    merged = dict(left)
    for key, value in right.items():
        old = merged.get(key)
        merged[key] = merge_two(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
