"""Names a result of the workflow."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params
from runs.nodes.fields import IN, param


class OutputParams(Params):
    """What the run answers, and under which name."""

    name: str = param(
        "result", kind="raw", title="Name", help="The key of this result in the run's output.", min_length=1, max_length=100
    )
    value: Any = param("{{ input }}", kind="json", title="Value", help="What to answer: by default what arrives here.")


class Output(NodeType):
    """A named result; inside a container, the result of its body."""

    name = "output"
    title = "Output"
    help = "Names a result of the workflow."
    category = "io"
    icon = "flag"
    params = OutputParams
    inputs = (IN,)
    outputs = ()
    summary = "{name}"
    inline = True

    async def run(self, ctx: NodeContext, params: OutputParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer the value; nothing follows an output."""
        return NodeResult(params.value, ports=())
