"""What of a graph a run is about, and how far it trusts the run that it goes on from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from editor.graph.plan import ROOT, CallSpec, LoopSpec, Plan, PlanScope
from runs.engine.states import Kind

NOBODY: frozenset[str] = frozenset()
_STEP = re.compile(r"(?P<name>[^~#/]+)(?:~\d+)?(?:#(?P<index>\d+))?")


class Stance(StrEnum):
    """What counts for a node run: it runs; what there was counts, changed or not; or what there was counts if nothing changed."""

    FORCED = "forced"
    TRUSTED = "trusted"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Level:
    """One scope on the way to what was asked for.

    Parameters
    ----------
    scope : str
        Its path.
    way : str
        Its node on the way: a container, or at the last level the node itself; empty when the whole scope was asked for.
    forced : frozenset of str
        Ids of its nodes that run whatever the base run has.
    trusted : frozenset of str
        Ids of its nodes that are taken over even if their keys have changed.
    follows : bool
        Whether the scopes after the one on the way build on it: the later turns of a loop.
    """

    scope: str = ""
    way: str = ""
    forced: frozenset[str] = NOBODY
    trusted: frozenset[str] = NOBODY
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What of a graph a run is about.

    Parameters
    ----------
    target : str
        The node run that was asked for; empty when it is the whole graph.
    wanted : frozenset of str or None
        Ids of the root's nodes that may run or be taken over; None for all. The rest is left out.
    levels : tuple of Level
        From the root to the scope of what was asked for.
    """

    target: str = ""
    wanted: frozenset[str] | None = None
    levels: tuple[Level, ...] = (Level(),)

    def stance(self, key: str) -> Stance:
        """Say what counts for a node run.

        Parameters
        ----------
        key : str
            Any node run.

        Returns
        -------
        Stance
        """
        for level, inner in zip(self.levels, (*self.levels[1:], None), strict=True):
            head, _, inside = key[len(level.scope) :].partition("/")
            step = _step(head)
            if step["name"] != level.way or inner is None or not inside:
                return _within(level, step["name"], head if not inside else "")
            if not key.startswith(inner.scope):
                follows = level.follows and int(step["index"] or 0) > _index(inner.scope)
                return Stance.FORCED if follows else Stance.TRUSTED
        raise AssertionError

    def leads_to(self, key: str) -> bool:
        """Say whether a node run is what was asked for, or a container on the way there: no pinned value stands for it.

        Parameters
        ----------
        key : str
            Any node run.

        Returns
        -------
        bool
        """
        return any(level.way and key == level.scope + level.way for level in self.levels)


WHOLE = Part()


def _within(level: Level, name: str, node: str) -> Stance:
    """Say what counts for a node of a level (`node`), or for what is inside a container of it (`node` is empty)."""
    if name == level.way or name in level.forced:
        return Stance.FORCED
    return Stance.TRUSTED if node in level.trusted else Stance.COMPARED


def part_of(plan: Plan, kind: str, target: str) -> Part:
    """Work out what a run of one kind is about.

    Parameters
    ----------
    plan : Plan
        What is run.
    kind : str
        A `Kind`.
    target : str
        What was asked for: the id of a node, or inside a container the key of a node run (``each#3/piece``), or the path of an
        item or turn (``each#3/``). For the bare id of a node inside containers, the outermost one counts.

    Returns
    -------
    Part
        For ``from_here`` the node and what follows it run, with all that they need; for ``only`` the node runs alone, on
        what the base run has; for ``to_here`` the node and all that leads to it. Of a container on the way, the other items and
        the earlier turns are taken over. Anything else is about everything.

    Raises
    ------
    KeyError
        If there is no such node.
    """
    if kind not in (Kind.FROM_HERE, Kind.ONLY, Kind.TO_HERE):
        return WHOLE
    steps = target.split("/") if "/" in target else [_outermost(plan, target)]
    levels = tuple(_levels(plan, kind, steps))
    root = levels[0]
    graph = _graph(plan.scopes[ROOT])
    before = frozenset(nx.ancestors(graph, root.way))
    if kind == Kind.FROM_HERE:
        wanted = root.forced.union(*(nx.ancestors(graph, one) for one in root.forced))
    else:
        wanted = before | {root.way}
    return Part(target if "/" in target else root.way, wanted, levels)


def _levels(plan: Plan, kind: str, steps: list[str]) -> Iterator[Level]:
    """Walk from the root to what was asked for."""
    scope, path = plan.scopes[ROOT], ""
    for number, step in enumerate(steps):
        is_last = number == len(steps) - 1
        name = _step(step)["name"] if step else ""
        node = plan.nodes[name] if name else None
        if node is not None and node not in scope.nodes:
            raise KeyError(step)
        yield _level(scope, path, name, kind, follows=node is not None and isinstance(node.container, LoopSpec))
        if is_last:
            return
        path += f"{step}/"
        if node is not None and isinstance(node.container, CallSpec):
            plan = node.container.load()
            scope = plan.scopes[ROOT]
        else:
            scope = plan.scopes[name]


def _level(scope: PlanScope, path: str, way: str, kind: str, *, follows: bool) -> Level:
    """Say what counts in one scope on the way."""
    if not way:
        return Level(path, "", frozenset(node.id for node in scope.nodes))
    graph = _graph(scope)
    everything, after = frozenset(graph), frozenset(nx.descendants(graph, way))
    if kind == Kind.FROM_HERE:
        return Level(path, way, after | {way}, everything - after - {way}, follows)
    if kind == Kind.ONLY:
        return Level(path, way, frozenset({way}), everything - after - {way}, follows)
    return Level(path, way, frozenset({way}), follows=follows)


def _graph(scope: PlanScope) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph((edge.source, one.id) for one in scope.nodes for edge in one.incoming)
    graph.add_nodes_from(node.id for node in scope.nodes)
    return graph


def _outermost(plan: Plan, node: str) -> str:
    """Give the node of the root scope in which a node stands."""
    while plan.nodes[node].scope != ROOT:
        node = plan.nodes[node].scope
    return node


def _step(text: str) -> "re.Match[str]":
    found = _STEP.fullmatch(text)
    if found is None:
        raise KeyError(text)
    return found


def _index(scope: str) -> int:
    """Give the number of an item or turn by its path."""
    return int(_step(scope.rstrip("/").rpartition("/")[2])["index"] or 0)
