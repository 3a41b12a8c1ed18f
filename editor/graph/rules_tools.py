"""Rules about the tools of agents."""

from collections.abc import Iterator

from editor.graph.problems import Problem
from editor.graph.survey import Survey
from editor.graph.tools import ARGS, TOOL, TOOLS, argument_names


def tools(survey: Survey) -> Iterator[Problem]:
    """Look for tools that are part of the flow as well, and for what a model could not understand of one."""
    for name in survey.tools:
        yield from _mixed(survey, name)
        yield from _described(survey, name)
    for name, uses in survey.uses.items():
        if name in survey.tools:
            continue
        for use in uses:
            if ARGS in use.names and ARGS not in survey.nodes:
                message = f"{survey.label(name)} uses args, and is no tool of an agent."
                hint = "Lead an edge from its port tool to an agent, or use input."
                yield Problem("tool.args_outside", "error", message, hint, node_id=name, param=use.place.path)


def _mixed(survey: Survey, name: str) -> Iterator[Problem]:
    for edge in survey.document.edges:
        leaves = edge.source == name and edge.source_port != TOOL
        enters = edge.target == name and edge.target_port != TOOLS
        if leaves or enters:
            message = (
                f"{survey.label(name)} is a tool of an agent, and an edge of the flow leads {'from' if leaves else 'to'} it."
            )
            hint = "Delete that edge, or the one that makes it a tool. The agent gives a tool what it works on."
            yield Problem("tool.mixed", "error", message, hint, node_id=name, edge_id=edge.id)


def _described(survey: Survey, name: str) -> Iterator[Problem]:
    node = survey.nodes[name]
    told = node.policy.tool
    if told is None or not told.description.strip():
        message = f"Nothing says what {survey.label(name)} is good for, and the model goes by that."
        yield Problem("tool.undescribed", "warning", message, "Describe it in its tool settings.", node_id=name)
    if told is None or told.parameters is None:
        return
    properties = told.parameters.get("properties", {})
    if told.parameters.get("type") != "object" or not isinstance(properties, dict):
        message = f"The arguments of {survey.label(name)} are not described as an object."
        hint = 'Write a JSON Schema such as {"type": "object", "properties": {"city": {"type": "string"}}}.'
        yield Problem("tool.bad_schema", "error", message, hint, node_id=name)
        return
    texts = [(use.place.kind, use.place.text) for use in survey.uses.get(name, ())]
    for missing in [one for one in argument_names(texts) if one not in properties][:10]:
        message = f"{survey.label(name)} uses args.{missing}, and the schema of its arguments has no {missing}."
        yield Problem("tool.unknown_argument", "error", message, "Add it to the schema, or do not use it.", node_id=name)
