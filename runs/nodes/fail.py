"""Ends the run as failed, in the words of its author."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import NodeResult, NodeType, Params
from runs.nodes.fields import IN, AsText, param


class FailParams(Params):
    """What the failure is called."""

    code: str = param(
        "failed",
        kind="template",
        title="Code",
        help="A short name for error handling.",
        min_length=1,
        max_length=60,
    )
    message: AsText = param(
        "The workflow ended here.", kind="template", title="Message", help="What the person reading the run should know.",
        max_length=2000,
    )  # fmt: skip


class Fail(NodeType):
    """Fails with a code of its own."""

    name = "fail"
    title = "Fail"
    help = "Ends the run as failed, with a code and a message of your own."
    category = "flow"
    icon = "octagon-x"
    params = FailParams
    inputs = (IN,)
    outputs = ()
    summary = "{code}"
    inline = True

    async def run(self, ctx: NodeContext, params: FailParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Fail; trying again would end the same."""
        raise NodeFailure(Fault(params.code, params.message))
