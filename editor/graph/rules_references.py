"""Rules about the names that expressions use."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from editor.graph.certainty import Certainty
from editor.graph.params import Place
from editor.graph.problems import Problem
from editor.graph.survey import Survey, shorten
from editor.graph.tools import ARGS

ALWAYS = frozenset({"input", "inputs", "run"})
LONGEST = 64
LOOKS = 10
"""Unknown names for which a similar one is looked for: in a large document each look takes its time."""


def names(survey: Survey) -> Iterator[Problem]:
    """Every name is there and has a value by the time it is used."""
    certainty = Certainty(survey)
    guesses = Guesses(survey)
    for user, uses in survey.uses.items():
        allowed = ALWAYS | _container_names(survey, user)
        if user in survey.tools or ARGS not in survey.nodes:
            allowed |= {ARGS}
        places = survey.callers(user) if user in survey.tools else [user]
        for use in uses:
            seen = _names_inside(survey, user, use.place)
            for name in sorted(use.names - allowed - seen):
                if name not in survey.nodes:
                    yield _unknown(survey, user, name, use.place.path, guesses.near(name))
                    continue
                for at in places:
                    problem = _check(survey, certainty, at, name, use.place.path)
                    if problem is not None:
                        yield replace(problem, node_id=user)


def _container_names(survey: Survey, user: str) -> frozenset[str]:
    around = survey.scope_chain(user)[1:]
    return frozenset().union(*(survey.kinds[name].names_inside for name in around if name in survey.kinds))


def _names_inside(survey: Survey, user: str, place: Place) -> frozenset[str]:
    """Give what one param alone sees: names that the work gives, and after a turn the container's own and the nodes in it."""
    kind = survey.kinds[user]
    if user in survey.tools:
        return frozenset()
    if place.steps[0] not in kind.params_from_inside:
        return kind.names_in_params.get(str(place.steps[0]), frozenset())
    return kind.names_inside.union(node.id for node in survey.inside[user])


def _unknown(survey: Survey, user: str, name: str, path: str, near: str) -> Problem:
    message = f"{survey.label(user)} uses {shorten(name)}, and there is no node or value of that name."
    hint = f"Did you mean {near}?" if near else "Use the id of a node that runs before, or input, inputs or run."
    return Problem("reference.unknown", "error", message, hint, node_id=user, param=path)


def _check(survey: Survey, certainty: Certainty, user: str, name: str, path: str) -> Problem | None:
    label = survey.label(user)
    scope = survey.nodes[name].parent
    at = next((step for step in survey.scope_chain(user) if survey.nodes[step].parent == scope), None)
    if at is None:
        message = f"{label} uses {survey.label(name)}, which sits inside a container."
        return Problem("reference.inward", "error", message, "Use the container's own output.", node_id=user, param=path)
    if name == at or not survey.ancestors.is_before(name, at):
        message = f"{label} uses {survey.label(name)}, which does not run before it."
        hint = f"Lead an edge from {shorten(name)} towards {shorten(at)}, directly or through other nodes."
        if name == at:
            hint = "Use input for what arrives at the node."
        return Problem("reference.not_upstream", "error", message, hint, node_id=user, param=path)
    if not certainty.holds(name, at):
        message = f"{label} uses {survey.label(name)}, which may have been skipped by then."
        hint = "Join the branches with a merge node and use its output, or use input."
        return Problem("reference.maybe_skipped", "warning", message, hint, node_id=user, param=path)
    return None


class Guesses:
    """The names that an unknown one may have been meant to be."""

    def __init__(self, survey: Survey) -> None:
        self._names = [*survey.nodes, *sorted(ALWAYS)]
        self._known: dict[str, str] = {}

    def near(self, name: str) -> str:
        """Give the most similar name, or nothing."""
        if name not in self._known and len(self._known) < LOOKS and len(name) < LONGEST:
            found = get_close_matches(name, self._names, n=1, cutoff=0.75)
            self._known[name] = shorten(found[0]) if found else ""
        return self._known.get(name, "")
