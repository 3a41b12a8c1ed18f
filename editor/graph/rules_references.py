"""Rules about the names that expressions use."""

from collections.abc import Iterator
from functools import cached_property

import networkx as nx

from editor.graph.expressions import ExpressionError, root_names
from editor.graph.params import Place, places
from editor.graph.problems import Problem
from editor.graph.survey import Survey
from editor.graph.template import TemplateError, references, without_braces

ALWAYS = frozenset({"input", "inputs", "run"})
BY_CONTAINER = {"map": frozenset({"item", "index"}), "loop": frozenset({"loop"})}
ROOT = "\x00root"


def names(survey: Survey) -> Iterator[Problem]:
    """Every name is there and has a value by the time it is used."""
    certainty = Certainty(survey)
    for user, kind in survey.kinds.items():
        if not kind.executable:
            continue
        allowed = ALWAYS | _container_names(survey, user)
        for place in places(kind, survey.nodes[user].params):
            for name in sorted(_used(place) - allowed):
                problem = _check(survey, certainty, user, name, place.path)
                if problem is not None:
                    yield problem


def _container_names(survey: Survey, user: str) -> frozenset[str]:
    around = survey.scope_chain(user)[1:]
    return frozenset().union(*(BY_CONTAINER.get(survey.nodes[name].type, frozenset()) for name in around))


def _used(place: Place) -> frozenset[str]:
    try:
        return root_names(without_braces(place.text)) if place.kind == "expression" else references(place.text)
    except (ExpressionError, TemplateError):
        return frozenset()


def _check(survey: Survey, certainty: "Certainty", user: str, name: str, path: str) -> Problem | None:
    label = survey.label(user)
    if name not in survey.nodes:
        near = _nearest(survey, name)
        message = f"{label} uses {name}, and there is no node or value of that name."
        hint = f"Did you mean {near}?" if near else "Use a node's id, input, inputs or run."
        return Problem("reference.unknown", "error", message, hint, node_id=user, param=path)
    chain = survey.scope_chain(user)
    at = next((step for step in chain if survey.nodes[step].parent == survey.nodes[name].parent), None)
    if at is None:
        message = f"{label} uses {survey.label(name)}, which sits inside a container."
        return Problem("reference.inward", "error", message, "Use the container's own output.", node_id=user, param=path)
    if name == at or not survey.ancestors.is_before(name, at):
        message = f"{label} uses {survey.label(name)}, which does not run before it."
        hint = f"Lead an edge from {name} towards {user}, directly or through other nodes."
        return Problem("reference.not_upstream", "error", message, hint, node_id=user, param=path)
    if not certainty.holds(name, at):
        message = f"{label} uses {survey.label(name)}, which may have been skipped by then."
        hint = "Join the branches with a merge node and use its output, or use input."
        return Problem("reference.maybe_skipped", "warning", message, hint, node_id=user, param=path)
    return None


def _nearest(survey: Survey, name: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, [*survey.nodes, *ALWAYS], n=1, cutoff=0.75)
    return found[0] if found else ""


class Certainty:
    """Whether a node has surely run when another one runs.

    It has when some node that every way to the other one passes through leads to it by edges that are always taken.

    References
    ----------
    Dominators (Cooper, Harvey and Kennedy), by `networkx.immediate_dominators`.
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._sure_from: dict[str, frozenset[str]] = {}

    def holds(self, name: str, user: str) -> bool:
        """Say whether `name` has an output whenever `user` runs."""
        if self._survey.nodes[name].policy.on_error in ("port", "skip") and not self._passes(name, user):
            return False
        if name in self._always:
            return True
        dominators = self._dominators_of(user)
        return not dominators or not self._leads_to(name).isdisjoint(dominators)

    @cached_property
    def _always(self) -> frozenset[str]:
        """The nodes that run in every run: what hangs on the roots by edges that are always taken."""
        left = [name for name in self._survey.nodes if not self._survey.into.get(name)]
        found = set(left)
        while left:
            step = left.pop()
            if self._always_taken(step):
                after = set(self._survey.graph.successors(step)) - found
                found |= after
                left += after
        return frozenset(found)

    def _passes(self, name: str, user: str) -> bool:
        """Say whether the user runs only after the node's own normal ports fired."""
        return name in self._dominators_of(user) and not any(
            edge.source == name and edge.source_port == "error" for edge in self._survey.edges
        )

    @cached_property
    def _immediate(self) -> dict[str, str]:
        graph = self._survey.graph.copy()
        graph.add_node(ROOT)
        graph.add_edges_from((ROOT, name) for name in self._survey.nodes if not self._survey.into.get(name))
        found: dict[str, str] = nx.immediate_dominators(graph, ROOT)
        return found

    def _dominators_of(self, user: str) -> set[str]:
        found: set[str] = set()
        step: str | None = user
        while step is not None and step not in found:
            found.add(step)
            step = self._immediate.get(step)
        return found if user in self._immediate else set()

    def _leads_to(self, name: str) -> frozenset[str]:
        """Collect the nodes after which this one surely runs, itself included."""
        if name not in self._sure_from:
            found = {name}
            left = [name]
            while left:
                step = left.pop()
                edges = self._survey.into.get(step, ())
                befores = {edge.source for edge in edges if self._always_taken(edge.source)} if edges else {ROOT}
                left += [before for before in befores - found if before != ROOT]
                found |= befores
            self._sure_from[name] = frozenset(found)
        return self._sure_from[name]

    def _always_taken(self, source: str) -> bool:
        node = self._survey.nodes[source]
        return len(self._survey.outputs.get(source, ())) == 1 and node.policy.on_error not in ("port", "skip")
