"""Rules about containers: what is in them, what they give, and how they are left."""

from collections.abc import Iterator

from editor.graph.problems import Problem
from editor.graph.survey import Survey


def contents(survey: Survey) -> Iterator[Problem]:
    """Every container holds a graph, and it is clear which of its nodes gives the result."""
    for name, nodes in survey.inside.items():
        if not nodes:
            message = f"There is nothing in {survey.label(name)}, so there is nothing to repeat."
            yield Problem("container.empty", "error", message, "Add nodes to it, or delete it.", node_id=name)
        elif not results(survey, name):
            message = f"The graph in {survey.label(name)} ends in several places, so its result is empty."
            hint = "Join the ends with a merge node, or add an output node inside."
            yield Problem("container.no_result", "warning", message, hint, node_id=name)


def exits(survey: Survey) -> Iterator[Problem]:
    """Look for exits outside of what they leave."""
    for node, kind in survey.executable():
        if not kind.leaves:
            continue
        around = survey.nodes.get(node.parent or "")
        if around is None or around.type != kind.leaves:
            message = f"{survey.label(node.id)} leaves a {kind.leaves}, and sits in none."
            yield Problem("exit.outside", "error", message, f"Move it into a {kind.leaves}.", node_id=node.id)


def results(survey: Survey, container: str) -> tuple[str, ...]:
    """Give the nodes whose value is the result of a container's graph.

    Parameters
    ----------
    survey : Survey
        The document.
    container : str
        The container.

    Returns
    -------
    tuple of str
        Its output nodes as drawn, else its only end; nothing where it ends in several places. Nodes that give nothing on,
        such as those that fail or leave, are no ends.
    """
    nodes = survey.inside[container]
    outputs = tuple(node.id for node in nodes if node.type == "output")
    if outputs:
        return outputs
    inner = [node for node in nodes if survey.kinds[node.id].output_ports(node.params)]
    leading = {edge.source for node in inner for edge in survey.into.get(node.id, ())}
    ends = tuple(node.id for node in inner if node.id not in leading)
    return ends if len(ends) == 1 else ()
