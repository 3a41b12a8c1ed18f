"""Writes text from a template."""

from collections.abc import Mapping
from typing import Any

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeResult, NodeType, Params, Port
from runs.nodes.fields import IN, AsText, param


class TemplateParams(Params):
    """The text."""

    text: AsText = param(
        "", kind="long_template", title="Text", help="Expressions in double braces are filled in.", rows=8,
        placeholder="Dear {{ start.name }},",
    )  # fmt: skip


class Template(NodeType):
    """Gives text, whatever its expressions come to."""

    name = "template"
    title = "Template"
    help = "Writes text with expressions filled in."
    category = "data"
    icon = "file-text"
    params = TemplateParams
    inputs = (IN,)
    outputs = (Port("out", "text", "Text"),)
    summary = "{text}"
    inline = True

    async def run(self, ctx: NodeContext, params: TemplateParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer the text; what is not text was written as JSON."""
        return NodeResult(params.text)
