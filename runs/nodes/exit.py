"""Leaves a loop."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params
from runs.nodes.fields import IN, param


class ExitParams(Params):
    """By which port, and with what."""

    port: str = param(
        "exit",
        kind="raw",
        title="Port",
        help="The loop's output by which it is left.",
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
    )
    value: Any = param("{{ input }}", kind="json", title="Value", help="What the loop gives: by default what arrives here.")


class Exit(NodeType):
    """A turn in which it runs is the last one: the loop gives its value, by its port."""

    name = "exit"
    title = "Exit loop"
    help = "Ends the loop around it after this turn, by a port of its own."
    category = "flow"
    icon = "log-out"
    params = ExitParams
    inputs = (IN,)
    outputs = ()
    leaves = "loop"
    summary = "{port}"
    inline = True

    async def run(self, ctx: NodeContext, params: ExitParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Keep the value for the loop."""
        return NodeResult(params.value, ports=())
