"""A document as the rules look at it: nodes by id, their types, edges by their ends. Built once for all rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx

from editor.graph.catalogue import Catalogue
from editor.graph.document import EdgeDoc, GraphDocument, NodeDoc
from editor.graph.limits import MAX_CONTAINER_LEVELS
from editor.graph.nodetype import NodeType, Port
from editor.graph.params import places
from editor.graph.tools import TOOL, TOOL_PORT, TOOLS
from editor.graph.uses import Use, UseReader

SHOWN = 80
"""Letters of a name that a sentence shows."""
ERROR_PORT = Port("error", "object", "Error")


@dataclass
class Survey:
    """What all rules share. Of nodes with the same id, the first one counts."""

    document: GraphDocument
    catalogue: Catalogue
    nodes: dict[str, NodeDoc] = field(default_factory=dict)
    kinds: dict[str, NodeType] = field(default_factory=dict)
    outputs: dict[str, dict[str, Port]] = field(default_factory=dict)
    inputs: dict[str, dict[str, Port]] = field(default_factory=dict)
    tools: dict[str, list[str]] = field(default_factory=dict)
    """By node that is a tool: the agents that may call it. It is no part of the flow."""

    def __post_init__(self) -> None:
        for node in self.document.nodes:
            if node.id not in self.nodes:
                self.nodes[node.id] = node
                kind = self.catalogue.get(node.type, node.type_version)
                if kind is not None:
                    self.kinds[node.id] = kind
        for edge in self.document.edges:
            kind = self.kinds.get(edge.source)
            if edge.source_port == TOOL and kind is not None and kind.tool:
                agents = self.tools.setdefault(edge.source, [])
                if edge.target_port == TOOLS and edge.target in self.kinds and edge.target not in agents:
                    agents.append(edge.target)
        for name, kind in self.kinds.items():
            self._look_up(self.nodes[name], kind)

    def _look_up(self, node: NodeDoc, kind: NodeType) -> None:
        ports = list(kind.output_ports(node.params)) if kind.executable else []
        ports += [Port(port) for _, port in self.exits.get(node.id, ())]
        if node.policy.on_error == "port" and kind.executable:
            ports.append(ERROR_PORT)
        if node.id in self.tools:
            ports.append(TOOL_PORT)
        self.outputs[node.id] = {port.name: port for port in ports}
        self.inputs[node.id] = {port.name: port for port in kind.input_ports(node.params)} if kind.executable else {}

    def executable(self) -> Iterator[tuple[NodeDoc, NodeType]]:
        """List the nodes of the flow that do something, with their types. Tools are called, and not led to."""
        for name, kind in self.kinds.items():
            if kind.executable and name not in self.tools:
                yield self.nodes[name], kind

    def callers(self, tool: str) -> list[str]:
        """List the agents of the flow that may call a tool, themselves or through other agents."""
        found: dict[str, None] = {}
        seen, left = {tool}, [tool]
        while left:
            for agent in self.tools[left.pop()]:
                if agent in self.tools and agent not in seen:
                    seen.add(agent)
                    left.append(agent)
                elif agent not in self.tools:
                    found[agent] = None
        return list(found)

    def tools_of(self, agent: str) -> list[str]:
        """List the tools of an agent, in the order of their edges; those that are disabled are left out."""
        return [
            edge.source
            for edge in self.document.edges
            if edge.target == agent
            and edge.target_port == TOOLS
            and edge.source in self.tools
            and not self.nodes[edge.source].policy.disabled
        ]

    @cached_property
    def inside(self) -> dict[str, list[NodeDoc]]:
        """The executable nodes in each container, as drawn."""
        found: dict[str, list[NodeDoc]] = {name: [] for name, kind in self.kinds.items() if kind.container}
        for node, _ in self.executable():
            if node.parent in found:
                found[node.parent].append(node)
        return found

    @cached_property
    def exits(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """By container: the nodes inside that leave it, with the port they leave by, as drawn."""
        return {
            name: tuple(
                (node.id, port)
                for node in nodes
                if self.kinds[node.id].leaves == self.nodes[name].type and isinstance(port := _exit_port(self, node), str)
            )
            for name, nodes in self.inside.items()
        }

    @cached_property
    def uses(self) -> dict[str, tuple[Use, ...]]:
        """By executable node, tools as well: what the texts of its params use."""
        executable = [(name, kind) for name, kind in self.kinds.items() if kind.executable]
        return {name: tuple(self.reader.read(places(kind, self.nodes[name].params))) for name, kind in executable}

    @cached_property
    def reader(self) -> UseReader:
        """Read texts, and count what was read."""
        return UseReader(frozenset(self.nodes))

    @cached_property
    def edges(self) -> tuple[EdgeDoc, ...]:
        """The edges of the flow, which join two nodes of one scope."""
        return tuple(
            edge
            for edge in self.document.edges
            if edge.source in self.nodes
            and edge.target in self.nodes
            and self.nodes[edge.source].parent == self.nodes[edge.target].parent
            and edge.source not in self.tools
            and edge.target not in self.tools
        )

    @cached_property
    def into(self) -> dict[str, list[EdgeDoc]]:
        """Edges by the node that they lead to."""
        found: dict[str, list[EdgeDoc]] = {}
        for edge in self.edges:
            found.setdefault(edge.target, []).append(edge)
        return found

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """All nodes and edges; scopes are not connected with each other."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from((edge.source, edge.target) for edge in self.edges)
        return graph

    @cached_property
    def components(self) -> tuple[frozenset[str], ...]:
        """The strongly connected parts, in topological order: a part of several nodes is a cycle."""
        return tuple(map(frozenset, nx.strongly_connected_components(self.graph)))[::-1]

    @cached_property
    def order(self) -> tuple[str, ...] | None:
        """A topological order of all nodes, or None while there is a cycle."""
        is_acyclic = all(len(part) == 1 for part in self.components) and nx.number_of_selfloops(self.graph) == 0
        return tuple(name for part in self.components for name in part) if is_acyclic else None

    @cached_property
    def ancestors(self) -> "Ancestors":
        """Who comes before whom."""
        return Ancestors(self.graph, self.components)

    def scope_chain(self, name: str) -> list[str]:
        """List a node and the containers around it, from the inside out; stops where they repeat."""
        chain = [name]
        parent = self.nodes[name].parent
        while parent is not None and parent in self.nodes and parent not in chain and len(chain) <= MAX_CONTAINER_LEVELS + 1:
            chain.append(parent)
            parent = self.nodes[parent].parent
        return chain

    def label(self, name: str) -> str:
        """Name a node as people see it."""
        node = self.nodes.get(name)
        shown = shorten(name)
        return f"{shorten(node.name)} ({shown})" if node is not None and node.name else shown


def _exit_port(survey: Survey, node: NodeDoc) -> object:
    """Give the port by which a node leaves its container, as written."""
    default = survey.kinds[node.id].params.model_fields["port"].default
    return node.params.get("port", default)


def shorten(text: str) -> str:
    """Cut a name to what a sentence can bear.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> shorten("classify"), len(shorten("x" * 1000))
    ('classify', 80)
    """
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


class Ancestors:
    """Who comes before whom, as one bit set per strongly connected component: cheap for thousands of nodes.

    References
    ----------
    Transitive closure over the condensation (Tarjan's components, by `networkx.strongly_connected_components`).
    """

    def __init__(self, graph: "nx.DiGraph[str]", components: tuple[frozenset[str], ...]) -> None:
        self._component = {name: number for number, part in enumerate(components) for name in part}
        self._before: list[int] = []
        for number, part in enumerate(components):
            befores = {self._component[before] for name in part for before in graph.predecessors(name)}
            bits = 1 << number if number in befores else 0
            for before in befores - {number}:
                bits |= self._before[before] | 1 << before
            self._before.append(bits)

    def is_before(self, first: str, second: str) -> bool:
        """Say whether a path leads from one node to another."""
        return bool(self._before[self._component[second]] >> self._component[first] & 1)
