"""Rules about cycles: at run time every scope is acyclic, so a cycle must sit in a loop."""

from collections.abc import Iterator

from editor.graph.cycles import Cycle, find_cycles
from editor.graph.problems import Problem
from editor.graph.survey import Survey

NAMED = 6
"""Nodes that a sentence names; a problem carries them all."""


def cycles(survey: Survey) -> Iterator[Problem]:
    """Nodes that lead back to themselves are named exactly, with the way out."""
    for cycle in find_cycles(survey):
        if not cycle.entries:
            message = f"Nothing leads into the cycle of {_named(survey, cycle.nodes)}, so it would never begin."
            yield _problem("cycle.unreachable", message, "Lead an edge into it, or delete one of its edges.", cycle.nodes)
        elif len(cycle.entries) > 1:
            doors = _named(survey, cycle.entries)
            message = f"The cycle of {_named(survey, cycle.nodes)} is entered at more than one node: {doors}."
            hint = f"Move edges so that it is only entered at {survey.label(cycle.entries[0])}."
            yield _problem("cycle.two_entries", message, hint, cycle.entries)
        elif cycle.depth == 0:
            yield _without_loop(survey, cycle)


def _without_loop(survey: Survey, cycle: Cycle) -> Problem:
    verb = "leads back to itself" if len(cycle.nodes) == 1 else "lead back to themselves"
    message = f"{_named(survey, cycle.nodes)} {verb} without a loop."
    edges = "the edge that leads back" if len(cycle.back_edges) == 1 else "the edges that lead back"
    hint = f"Delete {edges} into {survey.label(cycle.entries[0])}."
    if survey.catalogue.latest("loop") is not None:
        hint = f"Put these nodes into a loop, or d{hint[1:]}"
    return _problem("cycle.no_loop", message, hint, cycle.nodes, edge_id=cycle.back_edges[0])


def _problem(code: str, message: str, hint: str, nodes: tuple[str, ...], edge_id: str | None = None) -> Problem:
    return Problem(code, "error", message, hint, node_id=nodes[0], edge_id=edge_id, nodes=nodes)


def _named(survey: Survey, nodes: tuple[str, ...]) -> str:
    labels = [survey.label(name) for name in nodes[:NAMED]]
    if len(nodes) > NAMED:
        labels.append(f"{len(nodes) - NAMED} others")
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
