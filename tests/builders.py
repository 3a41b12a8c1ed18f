"""Graph documents, built by hand: `g.node("llm", prompt="Hi").to(g.node("output"))`, then `g.document()`."""

from dataclasses import dataclass, field
from typing import Any

COLUMN = 320
ROW = 168


@dataclass(frozen=True, slots=True)
class PortRef:
    """One output port of a node, to draw an edge from."""

    node: "NodeRef"
    port: str

    def to(self, target: "NodeRef", port: str = "in") -> "NodeRef":
        """Draw an edge into the target and answer it, so that chains read left to right."""
        self.node.graph.edge(self.node, target, source_port=self.port, target_port=port)
        return target


@dataclass(frozen=True, slots=True)
class NodeRef:
    """A node of a graph under construction."""

    graph: "Graph"
    id: str

    def to(self, target: "NodeRef", port: str = "in") -> "NodeRef":
        """Draw an edge from port ``out`` into the target and answer it."""
        return self["out"].to(target, port)

    def __getitem__(self, port: str) -> PortRef:
        """Name another output port: ``router["billing"].to(reply)``."""
        return PortRef(self, port)


@dataclass(slots=True)
class Graph:
    """A graph document under construction: nodes and edges keep the order they were made in."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def node(
        self,
        kind: str,
        id: str | None = None,
        /,
        *,
        parent: NodeRef | None = None,
        keys: dict[str, Any] | None = None,
        **params: Any,
    ) -> NodeRef:
        """Add a node. `params` are its params, `keys` whatever else stands on it: policy, name, pinned, position."""
        number = len(self.nodes)
        ref = NodeRef(self, id or f"{kind}_{number + 1}")
        node = {
            "id": ref.id,
            "type": kind,
            "type_version": 1,
            "name": ref.id.replace("_", " ").capitalize(),
            "parent": None if parent is None else parent.id,
            "position": {"x": COLUMN * (number % 8), "y": ROW * (number // 8)},
            "params": params,
        }
        self.nodes.append({**node, **(keys or {})})
        return ref

    def edge(self, source: NodeRef, target: NodeRef, *, source_port: str = "out", target_port: str = "in") -> str:
        """Draw an edge and answer its id."""
        edge_id = f"e{len(self.edges) + 1}"
        ends = {"source": source.id, "source_port": source_port, "target": target.id, "target_port": target_port}
        self.edges.append({"id": edge_id, **ends})
        return edge_id

    def document(self, **settings: Any) -> dict[str, Any]:
        """Give the document as the JSON that is saved and sent."""
        out: dict[str, Any] = {"schema": 1, "nodes": self.nodes, "edges": self.edges, "annotations": []}
        if settings or self.settings:
            out["settings"] = {**self.settings, **settings}
        return out


def hello(greeting: str = "Hello") -> dict[str, Any]:
    """Build the smallest workflow that does something: no model, no network."""
    g = Graph()
    start = g.node("start", "start", fields=[{"name": "who", "label": "Who", "type": "text", "required": True, "default": "you"}])
    say = g.node("template", "say", text=greeting + ", {{ start.who }}!")
    start.to(say).to(g.node("output", "result"))
    return g.document()


def chain(length: int) -> dict[str, Any]:
    """Build a start, `length` nodes in a row, and an output."""
    g = Graph()
    last = g.node("start", "start", fields=[])
    for number in range(length):
        last = last.to(g.node("set", f"n{number}", value="{{ input }}"))
    last.to(g.node("output", "result"))
    return g.document()
