"""Runs another workflow, and goes on with what it gives."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from editor.graph.context import NodeContext
from editor.graph.nodetype import NodeOpen, NodeType, Params
from runs.nodes.faults import bad_input
from runs.nodes.fields import IN, OUT, param


class RunWorkflowParams(Params):
    """Which workflow, and with what."""

    workflow: str = param(
        ...,
        kind="workflow",
        title="Workflow",
        help="What is published of it is run.",
        min_length=1,
        max_length=200,
    )
    version: Annotated[int, Field(ge=1)] | Literal["latest"] = param(
        "latest",
        kind="raw",
        title="Version",
        help="A number, or latest. It is settled when a version of this workflow is made, and stays so.",
        advanced=True,
    )
    input: Any = param(
        "{{ input }}", kind="json", title="Input", help="An object with the fields that the workflow takes.", rows=4
    )
    detached: bool = param(
        False, kind="raw", title="Do not wait", help="Start it as a run of its own, and go on at once with that run's id."
    )
    budget_usd: float | None = param(None, kind="raw", title="Budget", help="US dollars that it may cost.", gt=0, advanced=True)


class RunWorkflow(NodeType):
    """The other workflow's nodes become part of this run, in a scope of their own."""

    name = "run_workflow"
    title = "Run workflow"
    help = "Runs another workflow and gives its output, or starts it and goes on."
    category = "flow"
    icon = "workflow"
    params = RunWorkflowParams
    inputs = (IN,)
    outputs = (OUT,)
    calls = True
    tool = True
    inline = True
    summary = "{workflow}"

    async def run(self, ctx: NodeContext, params: RunWorkflowParams, inputs: Mapping[str, Any]) -> NodeOpen:
        """Say what it is run with."""
        given = {} if params.input is None else params.input
        if not isinstance(given, Mapping):
            kind = type(given).__name__
            hint = 'Give an object, such as {"question": "{{ input }}"}.'
            raise bad_input(f"A workflow takes an object as its input, and got a value of type {kind}.", hint=hint, param="input")
        return NodeOpen(dict(given))
