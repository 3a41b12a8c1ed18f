"""What the expressions of a drawn node see, with the values of an earlier run, before anything is run."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

from editor.catalogue import get_catalogue
from editor.graph.faults import NOTHING
from editor.graph.nodetype import NodeType
from editor.models import Workflow
from runs.context import RunInfo
from runs.engine.inputs import visible_names
from runs.engine.restore import RunFact, restore
from runs.engine.reuse import Reuse
from runs.facts import node_facts
from runs.insides import leading_to
from runs.models import NodeRun, Run
from runs.plans import plans
from runs.selectors import stored_value

Json = Mapping[str, Any]
Kind = Literal["input", "scope", "node", "run"]
Origin = Literal["", "run", "pinned"]

MOST_NODES = 200
"""So many of the nodes before a node are looked at, the nearest first."""
SCOPE_NAMES = ("item", "index", "loop")


@dataclass(frozen=True, slots=True)
class Known:
    """A name that expressions may use. `origin` is empty where there is no value yet."""

    name: str
    kind: Kind
    origin: Origin
    value: Any = None


@dataclass(frozen=True, slots=True)
class Sight:
    """All that one node sees. `scope` is the item or turn that was looked at."""

    run: Run | None
    scope: str
    known: Sequence[Known]
    node_type: NodeType | None = None

    @property
    def names(self) -> dict[str, Any]:
        """Give the names that have a value."""
        return {one.name: one.value for one in self.known if one.origin}


class Drawing:
    """A document's nodes and edges, as far as sight goes."""

    def __init__(self, document: Json) -> None:
        self.nodes: dict[str, Json] = {node["id"]: node for node in document["nodes"]}
        self.into: dict[str, list[Json]] = {}
        for edge in document["edges"]:
            self.into.setdefault(edge["target"], []).append(edge)

    def chain(self, node: str) -> list[str]:
        """List a node and the containers around it, from the inside out."""
        found: list[str] = []
        at: str | None = node
        while at in self.nodes and at not in found:
            found.append(at)
            at = self.nodes[at].get("parent")
        return found

    def before(self, node: str) -> list[str]:
        """List the nodes that can have run before a node here, the nearest first."""
        found = dict.fromkeys(self.chain(node))
        starts = list(found)
        for at in starts:
            open_ends = [at]
            while open_ends:
                sources = [edge["source"] for one in open_ends for edge in self.into.get(one, ())]
                open_ends = [source for source in dict.fromkeys(sources) if source not in found]
                found.update(dict.fromkeys(open_ends))
        return [one for one in found if one not in starts and one in self.nodes]

    def inside(self, container: str) -> list[str]:
        """List the nodes of which a container holds the turns."""
        return [name for name, node in self.nodes.items() if node.get("parent") == container]


def latest_run(workflow: Workflow) -> Run | None:
    """Find the newest run of a workflow in which any node succeeded."""
    done = NodeRun.objects.filter(run__workflow=workflow, status="succeeded").order_by("-run__created_at").values("run_id")[:1]
    return Run.objects.select_related("workflow", "version").filter(pk__in=done).first()


def sight_of(workflow: Workflow, document: Json, node: str, run: Run | None, scope: str = "") -> Sight:
    """Collect what the expressions of a node see.

    Values that are pinned in the document come first, then those that the run gave, in the item or turn `scope` or in the
    first one that there is. Raises `KeyError` where the document has no such node.
    """
    drawing = Drawing(document)
    place = _Place(drawing, node, run, scope)
    outputs = _outputs(place, drawing.before(node)[:MOST_NODES])
    around = dict(_scope_names(place))
    inputs = _inputs(drawing, node, outputs, around)
    known = [Known("input", "input", "run", inputs["in"])] if "in" in inputs else []
    known += [Known(name, "scope", "run", value) for name, value in around.items()]
    known += [one.known for one in outputs.values()]
    known += _turn(place) if drawing.nodes[node]["type"] == "loop" else []
    known.append(Known("inputs", "input", "run", inputs))
    if run is not None:
        known.append(Known("run", "run", "run", _run_names(workflow, run, drawing)))
    return Sight(run, place.path, _first_of_each(known), _type_of(drawing.nodes[node]))


def _first_of_each(known: Iterable[Known]) -> list[Known]:
    found: dict[str, Known] = {}
    for one in known:
        found.setdefault(one.name, one)
    return list(found.values())


class _Place:
    """Where a node stands in a run: one item or turn of each container around it."""

    def __init__(self, drawing: Drawing, node: str, run: Run | None, scope: str) -> None:
        self.drawing, self.node, self.run = drawing, node, run
        self.containers = drawing.chain(node)[:0:-1]
        self.path = self._path(scope)
        self.levels = [""]
        for part in self.path.split("/")[:-1]:
            self.levels.append(f"{self.levels[-1]}{part}/")

    def _path(self, wish: str) -> str:
        """Choose the wished item or turn, or the first one that was begun, as deep as there is one."""
        for depth in range(len(self.containers), 0, -1):
            pattern = "^" + "".join(rf"{re.escape(name)}(~\d+)?#\d+/" for name in self.containers[:depth])
            if wish and (match := re.match(pattern, wish)):
                return match.group()
            if self.run is None:
                continue
            rows = NodeRun.objects.filter(run=self.run, scope_path__regex=f"{pattern}$").order_by("id")
            if found := rows.values_list("scope_path", flat=True).first():
                return str(found)
        return ""

    def level_of(self, node: str) -> str | None:
        """Give the path of the scope in which another node ran, as this node sees it; None where nothing ran."""
        parent = self.drawing.nodes[node].get("parent")
        depth = 0 if parent is None else self.containers.index(parent) + 1
        return self.levels[depth] if depth < len(self.levels) else None


@dataclass(frozen=True, slots=True)
class _Output:
    """What a node before gave, with the ports on which it went out."""

    known: Known
    ports: Sequence[str]
    error: Json | None = None


def _outputs(place: _Place, nodes: Sequence[str]) -> dict[str, _Output]:
    found: dict[str, _Output] = {}
    rows = _rows(place, nodes)
    for name in nodes:
        pinned = place.drawing.nodes[name].get("pinned")
        row = rows.get(name)
        if pinned is not None:
            found[name] = _Output(Known(name, "node", "pinned", pinned), ("out",))
        elif row is None:
            found[name] = _Output(Known(name, "node", ""), ())
        elif row.status == "succeeded":
            found[name] = _Output(Known(name, "node", "run", stored_value(row.output, row.output_sha)), row.ports)
        else:
            error = {**(row.error or {}), "node": row.scope_path + name}
            found[name] = _Output(Known(name, "node", ""), ("error",), error)
    return found


def _rows(place: _Place, nodes: Sequence[str]) -> dict[str, NodeRun]:
    """Read the node runs of nodes, each in the scope in which this node sees it."""
    levels: dict[str, list[str]] = {}
    for name in nodes:
        level = place.level_of(name)
        if level is not None:
            levels.setdefault(level, []).append(name)
    if place.run is None or not levels:
        return {}
    wanted = Q()
    for level, names in levels.items():
        wanted |= Q(scope_path=level, node_id__in=names)
    rows = NodeRun.objects.filter(wanted, run=place.run, status__in=("succeeded", "failed"))
    return {row.node_id: row for row in rows}


def _scope_names(place: _Place) -> Iterator[tuple[str, Any]]:
    """Give ``item``, ``index`` and ``loop`` as the run had them in that item or turn."""
    if place.run is None or not place.path:
        return
    plan, path = plans.get(place.run.version_id), place.path
    try:
        some = plan.scopes[_container_of(path)].nodes[0].id
        facts = node_facts(str(place.run.pk), leading_to(plan, path, some))
        state = restore(plan, RunFact(str(place.run.pk), place.run.status), facts, Reuse(edits=place.run.edits))
    except (KeyError, IndexError):
        return
    key = f"{path}{some}"
    if key not in state.nodes:
        return
    names = visible_names(plan, state, key, RunInfo("", NOTHING, NOTHING, ""))
    yield from ((name, names[name]) for name in SCOPE_NAMES if name in names)


def _turn(place: _Place) -> list[Known]:
    """Give what a loop's own expressions see after a turn: the nodes inside, and the turn; of the last turn that there was."""
    level = place.levels[-1]
    names = place.drawing.inside(place.node)
    if place.run is None:
        return [Known(name, "node", "") for name in names]
    turns = NodeRun.objects.filter(run=place.run, scope_path__regex=rf"^{re.escape(level + place.node)}(~\d+)?#\d+/$")
    path = turns.order_by("-id").values_list("scope_path", flat=True).first()
    if path is None:
        return [Known(name, "node", "") for name in names]
    inner = _Place(place.drawing, names[0], place.run, path) if names else place
    outputs = _outputs(inner, names)
    index = int(re.findall(r"#(\d+)/$", path)[0])
    loop = {"index": index, **dict(_scope_names(inner)).get("loop", {}), "result": None}
    ended = [name for name in _results(place.run, path) if name in outputs and outputs[name].known.origin]
    loop["result"] = outputs[ended[-1]].known.value if ended else loop.get("state")
    return [*(one.known for one in outputs.values()), Known("loop", "scope", "run", loop)]


def _container_of(path: str) -> str:
    """Give the id of the container of which a path names an item or turn."""
    return re.sub(r"(~\d+)?#\d+$", "", path.split("/")[-2])


def _results(run: Run, path: str) -> Sequence[str]:
    """Name the nodes that give the result of a turn, as the run had them."""
    try:
        return plans.get(run.version_id).scopes[_container_of(path)].results
    except KeyError:
        return ()


def _inputs(drawing: Drawing, node: str, outputs: Mapping[str, _Output], around: Json) -> dict[str, Any]:
    """Give what would arrive at the ports of a node."""
    edges = drawing.into.get(node, [])
    if not edges and drawing.nodes[node].get("parent"):
        entry = around.get("item", around.get("loop", {}).get("state") if "loop" in around else None)
        return {"in": entry} if around else {}
    taken: dict[str, list[Any]] = {}
    for edge in edges:
        source = outputs.get(edge["source"])
        if source is None or edge["source_port"] not in source.ports:
            continue
        if source.known.origin or source.error is not None:
            value = source.known.value if source.known.origin else source.error
            taken.setdefault(edge["target_port"], []).append(value)
    takes = _takes(drawing.nodes[node])
    return {port: _gathered(takes.get(port, "single"), values) for port, values in taken.items()}


def _type_of(node: Json) -> NodeType | None:
    return get_catalogue().get(node["type"], node.get("type_version", 1))


def _takes(node: Json) -> dict[str, str]:
    kind = _type_of(node)
    return {} if kind is None else {port.name: port.takes for port in kind.inputs}


def _gathered(takes: str, values: list[Any]) -> Any:
    if takes == "list":
        return values
    return values[0] if takes == "first" or len(values) == 1 else values


def _run_names(workflow: Workflow, run: Run, drawing: Drawing) -> dict[str, Any]:
    started = run.started_at or run.created_at
    waiting = [name for name, node in drawing.nodes.items() if node["type"] == "webhook_wait"]
    return {
        "id": str(run.pk),
        "input": run.input,
        "started_at": started.isoformat(),
        "workflow": {"id": str(workflow.pk), "name": workflow.name},
        "base_url": "",
        "wait_urls": {name: f"(the address of {name}, made for each run)" for name in waiting},
    }
