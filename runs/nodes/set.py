"""Builds a value from expressions."""

from collections.abc import Iterable, Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params
from runs.nodes.fields import IN, OUT, param


class SetParams(Params):
    """The value, whole or field by field."""

    fields: dict[str, Any] | None = param(
        None, kind="pairs", title="Fields", help="The object to build: names and their values.", group="what"
    )
    value: Any = param(
        None, kind="json", title="Value", help="Any JSON with expressions inside, instead of fields.", group="what", advanced=True
    )


class Set(NodeType):
    """Gives the value that its params describe."""

    name = "set"
    title = "Set"
    help = "Builds an object, or any value, from expressions."
    category = "data"
    icon = "square-pen"
    params = SetParams
    inputs = (IN,)
    outputs = (OUT,)
    summary = "{fields}"
    inline = True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """A value and fields at once leave open which one is meant."""
        if params.get("value") is not None and params.get("fields") is not None:
            yield "value", "Give either a value or fields, not both."

    async def run(self, ctx: NodeContext, params: SetParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer what the executor has resolved."""
        return NodeResult(params.value if params.fields is None else params.fields)
