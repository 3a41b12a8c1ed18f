"""Runs Python that the workflow's author wrote, in the sandbox."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params
from runs.nodes.fields import IN, OUT, param

EXAMPLE = "def main(input):\n    return input\n"


class CodeParams(Params):
    """The source."""

    source: str = param(
        EXAMPLE,
        kind="python",
        title="Source",
        help="def main(input, inputs, run) returns the output; it may name fewer of the three. Prints become log lines.",
        rows=14,
    )


class Code(NodeType):
    """Calls ``main`` with what arrived."""

    name = "code"
    title = "Code"
    help = "Runs your Python, without network, files or packages, within limits of time and memory."
    category = "data"
    icon = "code"
    params = CodeParams
    tool = True
    inputs = (IN,)
    outputs = (OUT,)
    summary = "{source}"
    reads_run = True
    default_timeout_seconds = 30.0

    async def run(self, ctx: NodeContext, params: CodeParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Run the source; each printed line goes to the log as it comes."""
        lines = Lines(ctx)
        names = {"input": inputs.get("in"), "inputs": dict(inputs), "run": ctx.names["run"]}
        try:
            return NodeResult(await ctx.sandbox.call_main(params.source, names, lines))
        finally:
            lines.end()


class Lines:
    """Turns printed pieces into log lines."""

    def __init__(self, ctx: NodeContext) -> None:
        self._ctx = ctx
        self._rest = ""

    def __call__(self, text: str) -> None:
        """Take a piece; whole lines are logged."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._ctx.log(line)

    def end(self) -> None:
        """Log what came without a line end."""
        if self._rest:
            self._ctx.log(self._rest)
        self._rest = ""
