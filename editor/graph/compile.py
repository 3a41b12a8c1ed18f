"""From a document to the frozen structure that the engine reads."""

import hashlib
from collections.abc import Iterable, Mapping

import networkx as nx

from editor.graph.catalogue import Catalogue
from editor.graph.document import EdgeDoc, GraphDocument, NodeDoc, RetryPolicy
from editor.graph.expressions import root_names
from editor.graph.nodetype import NodeType
from editor.graph.params import Place, places
from editor.graph.plan import ROOT, Plan, PlanEdge, PlanNode, PlanScope
from editor.graph.problems import has_errors
from editor.graph.template import is_plain_path, parse, references, without_braces
from editor.graph.upgrade import DocumentError, canonical_json, dump_document
from editor.graph.validate import validate

ONE_ATTEMPT = RetryPolicy()


def digest(document: GraphDocument) -> str:
    """Give a document's identity: equal documents have equal digests.

    Parameters
    ----------
    document : GraphDocument
        Any document.

    Returns
    -------
    str
        SHA-256 of its canonical JSON, in hexadecimal.

    Examples
    --------
    >>> digest(GraphDocument()) == digest(GraphDocument())
    True
    """
    return hashlib.sha256(canonical_json(dump_document(document))).hexdigest()


def compile_plan(document: GraphDocument, catalogue: Catalogue) -> Plan:
    """Compile a document.

    Parameters
    ----------
    document : GraphDocument
        A document without errors.
    catalogue : Catalogue
        The node types it uses.

    Returns
    -------
    Plan
        Every scope in a stable topological order; annotations are left out.

    Raises
    ------
    DocumentError
        If `validate` finds an error.

    References
    ----------
    Kahn's algorithm, by `networkx.lexicographical_topological_sort`, with the place in the document as the tie-break.
    """
    problems = validate(document, catalogue)
    if has_errors(problems):
        raise DocumentError(tuple(problem for problem in problems if problem.severity == "error"))
    kinds = {node.id: _kind(node, catalogue) for node in document.nodes}
    drawn = [node for node in document.nodes if kinds[node.id].executable]
    edges = _plan_edges(document.edges, {node.id for node in drawn})
    order = _order(drawn, edges)
    nodes = {node.id: _plan_node(node, kinds[node.id], order[node.id], edges) for node in drawn}
    return Plan(
        digest=digest(document),
        scopes=_scopes(nodes, document),
        nodes=nodes,
        max_parallel=document.settings.max_parallel,
        timeout_seconds=document.settings.timeout_seconds,
        budget_usd=document.settings.budget_usd,
        outputs=tuple(node.id for node in drawn if node.type == "output" and node.parent is None),
    )


class Edges:
    """A document's edges by their ends, in document order."""

    def __init__(self) -> None:
        self.into: dict[str, list[PlanEdge]] = {}
        self.out_of: dict[str, list[PlanEdge]] = {}
        self.pairs: list[tuple[str, str]] = []


def _plan_edges(drawn: Iterable[EdgeDoc], ids: set[str]) -> Edges:
    edges = Edges()
    for index, edge in enumerate(drawn):
        if edge.source in ids and edge.target in ids:
            planned = PlanEdge(index, edge.id, edge.source, edge.source_port, edge.target, edge.target_port)
            edges.into.setdefault(edge.target, []).append(planned)
            edges.out_of.setdefault(edge.source, []).append(planned)
            edges.pairs.append((edge.source, edge.target))
    return edges


def _order(drawn: list[NodeDoc], edges: Edges) -> dict[str, int]:
    place = {node.id: index for index, node in enumerate(drawn)}
    graph: nx.DiGraph[str] = nx.DiGraph(edges.pairs)
    graph.add_nodes_from(place)
    return {name: index for index, name in enumerate(nx.lexicographical_topological_sort(graph, key=place.__getitem__))}


def _plan_node(node: NodeDoc, kind: NodeType, order: int, edges: Edges) -> PlanNode:
    found = tuple(places(kind, node.params))
    policy = node.policy
    default_retry = RetryPolicy(**kind.default_retry) if kind.default_retry else ONE_ATTEMPT
    outputs = tuple(port.name for port in kind.output_ports(node.params))
    return PlanNode(
        id=node.id,
        type=node.type,
        type_version=node.type_version,
        name=node.name or kind.title,
        scope=node.parent or ROOT,
        order=order,
        params=node.params,
        join=policy.join,
        on_error=policy.on_error,
        retry=policy.retry or default_retry,
        timeout_seconds=policy.timeout_seconds or kind.default_timeout_seconds,
        effect=str(kind.effect_for(node.params)),
        inline=kind.inline and all(_is_plain(place) for place in found),
        disabled=policy.disabled,
        inputs={port.name: port for port in kind.input_ports(node.params)},
        outputs=(*outputs, "error") if policy.on_error == "port" else outputs,
        incoming=tuple(edges.into.get(node.id, ())),
        outgoing=tuple(edges.out_of.get(node.id, ())),
        references=frozenset().union(*(_names(place) for place in found)),
        config_hash=_config_hash(node),
        on_uncertain=policy.on_uncertain,
    )


def _is_plain(place: Place) -> bool:
    if place.kind == "expression":
        return is_plain_path(without_braces(place.text))
    return all(isinstance(part, str) or is_plain_path(part.source) for part in parse(place.text))


def _names(place: Place) -> frozenset[str]:
    return root_names(without_braces(place.text)) if place.kind == "expression" else references(place.text)


def _config_hash(node: NodeDoc) -> str:
    """Hash what changes a node's result: not its place, name, retries or time limits."""
    told = {"type": node.type, "version": node.type_version, "params": dict(node.params), "disabled": node.policy.disabled}
    return hashlib.sha256(canonical_json(told)).hexdigest()


def _scopes(nodes: Mapping[str, PlanNode], document: GraphDocument) -> dict[str, PlanScope]:
    members: dict[str, list[PlanNode]] = {ROOT: []}
    for node in nodes.values():
        members.setdefault(node.scope, []).append(node)
    settings = document.settings.on_failure
    return {
        scope: PlanScope(
            scope,
            tuple(sorted(inside, key=lambda node: node.order)),
            str(nodes[scope].params.get("on_failure", "fail_fast")) if scope else settings,
        )
        for scope, inside in members.items()
    }


def _kind(node: NodeDoc, catalogue: Catalogue) -> NodeType:
    kind = catalogue.get(node.type, node.type_version)
    if kind is None:
        raise KeyError(node.type)
    return kind
