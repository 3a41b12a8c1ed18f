"""Rules about cycles: at run time every scope is acyclic, so a cycle must sit in a loop."""

from collections.abc import Iterator

import networkx as nx

from editor.graph.problems import Problem
from editor.graph.survey import Survey

NAMED = 6


def cycles(survey: Survey) -> Iterator[Problem]:
    """Nodes that lead back to themselves are named exactly, with the way out.

    References
    ----------
    Strongly connected components (Tarjan), by `networkx.strongly_connected_components`.
    """
    order = {name: index for index, name in enumerate(survey.nodes)}
    for component in nx.strongly_connected_components(survey.graph):
        first = next(iter(component))
        if len(component) == 1 and not survey.graph.has_edge(first, first):
            continue
        members = tuple(sorted(component, key=order.__getitem__))
        entries = tuple(name for name in members if _is_entered(survey, name, component))
        yield _problem(survey, members, entries)


def _is_entered(survey: Survey, name: str, component: set[str]) -> bool:
    kind = survey.kinds.get(name)
    begins = kind is not None and kind.name == "start"
    return begins or any(edge.source not in component for edge in survey.into.get(name, ()))


def _problem(survey: Survey, members: tuple[str, ...], entries: tuple[str, ...]) -> Problem:
    named = ", ".join(survey.label(name) for name in members[:NAMED]) + (" and others" if len(members) > NAMED else "")
    if not entries:
        message = f"Nothing leads into the cycle of {named}, so it would never begin."
        return Problem(
            "cycle.unreachable", "error", message, "Lead an edge into it, or delete one of its edges.", members[0], nodes=members
        )
    if len(entries) > 1:
        doors = ", ".join(survey.label(name) for name in entries[:NAMED])
        message = f"The cycle of {named} can be entered at {doors}."
        hint = "Move edges so that only one node is entered from outside."
        return Problem("cycle.two_entries", "error", message, hint, entries[1], nodes=entries)
    message = f"{named} lead back to themselves." if len(members) > 1 else f"{named} leads back to itself."
    return Problem("cycle.no_loop", "error", message, "Delete the edge that leads back.", members[0], nodes=members)
