"""Rules about edges, ports, and what leads where."""

from collections.abc import Iterator
from itertools import islice

from editor.graph.document import EdgeDoc, NodeDoc
from editor.graph.guards import Guards
from editor.graph.problems import Problem, Severity
from editor.graph.survey import Survey, shorten
from editor.graph.types import assignable, converter


def ends(survey: Survey) -> Iterator[Problem]:
    """Edges have ids of their own and join ports of nodes that are there, in one container."""
    ids: set[str] = set()
    joined: set[tuple[str, str, str, str]] = set()
    for edge in survey.document.edges:
        if edge.id in ids:
            message = f"Two edges have the id {shorten(edge.id)}."
            yield Problem("edge.duplicate_id", "error", message, "Draw one of them anew.", edge_id=edge.id)
        ids.add(edge.id)
        missing = [name for name in (edge.source, edge.target) if name not in survey.nodes]
        if missing:
            ends_named = f"{shorten(edge.source)} to {shorten(edge.target)}"
            message = f"An edge leads from {ends_named}, and {shorten(missing[0])} is not there."
            yield Problem("edge.unknown_node", "error", message, "Delete the edge.", edge_id=edge.id)
            continue
        ends_of = (edge.source, edge.source_port, edge.target, edge.target_port)
        if ends_of in joined:
            source, target = f"{edge.source}.{edge.source_port}", f"{edge.target}.{edge.target_port}"
            message = f"Two edges join {shorten(source)} and {shorten(target)}."
            yield Problem("edge.duplicate", "warning", message, "Delete one of them.", edge_id=edge.id)
        joined.add(ends_of)
        yield from _join(survey, edge)


def _join(survey: Survey, edge: EdgeDoc) -> Iterator[Problem]:
    source, target = survey.nodes[edge.source], survey.nodes[edge.target]
    if source.parent != target.parent:
        message = f"An edge leads from {survey.label(source.id)} to {survey.label(target.id)}, which sits in another container."
        hint = "Connect the container itself; inside it, use expressions to read what is outside."
        yield Problem("edge.crosses_scope", "error", message, hint, edge_id=edge.id)
        return
    if source.id not in survey.kinds or target.id not in survey.kinds:
        return
    out, into = survey.outputs[source.id].get(edge.source_port), survey.inputs[target.id].get(edge.target_port)
    if out is None:
        yield _unknown_port(survey, source, edge.source_port, edge, "output")
    if into is None:
        yield _unknown_port(survey, target, edge.target_port, edge, "input")
    if out is not None and into is not None and not assignable(out.type, into.type):
        yield _mismatch(survey, edge, out.type, into.type)


def _unknown_port(survey: Survey, node: NodeDoc, port: str, edge: EdgeDoc, side: str) -> Problem:
    known = shorten(", ".join(islice(survey.outputs[node.id] if side == "output" else survey.inputs[node.id], 8))) or "none"
    message = f"{survey.label(node.id)} has no {side} {shorten(port)}; it has {known}."
    hint = "Delete the edge, or connect another port."
    if side == "output" and port == "error":
        hint = "Set the node's error policy to port, or delete the edge."
    return Problem("edge.unknown_port", "error", message, hint, node_id=node.id, port=port, edge_id=edge.id)


def _mismatch(survey: Survey, edge: EdgeDoc, source: str, target: str) -> Problem:
    message = f"{survey.label(edge.source)} gives {source}, but {survey.label(edge.target)} takes {target}."
    between = converter(source, target)
    hint = f"Put a {between} node in between." if between else "Connect ports of types that fit."
    return Problem("edge.type_mismatch", "error", message, hint, node_id=edge.target, port=edge.target_port, edge_id=edge.id)


def several(survey: Survey) -> Iterator[Problem]:
    """Find ports that take one value and may get several at once."""
    guards = Guards(survey)
    for name, edges in survey.into.items():
        if len(edges) < 2 or name not in survey.kinds:
            continue
        by_port: dict[str, list[EdgeDoc]] = {}
        for edge in edges:
            by_port.setdefault(edge.target_port, []).append(edge)
        for port_name, arriving in by_port.items():
            port = survey.inputs[name].get(port_name)
            if port is None or port.takes != "single" or len(arriving) < 2 or guards.exclusive(arriving):
                continue
            severity: Severity = "warning" if port.type in {"any", "list"} else "error"
            message = f"Several values can arrive at {port_name} of {survey.label(name)} at once; it then gets a list of them."
            hint = "Put a merge node in front, which says how they are joined."
            yield Problem("port.several_edges", severity, message, hint, node_id=name, port=port_name)


def required(survey: Survey) -> Iterator[Problem]:
    """Something leads to every port that a node needs."""
    for node, _ in survey.executable():
        fed = {edge.target_port for edge in survey.into.get(node.id, ())}
        for port in survey.inputs[node.id].values():
            if port.required and port.name not in fed:
                message = f"Nothing leads to {port.name} of {survey.label(node.id)}, so it would never run."
                yield Problem("port.required", "error", message, "Connect it.", node_id=node.id, port=port.name)


def shape(survey: Survey) -> Iterator[Problem]:
    """Look for something to run, one start, a result, and nothing that hangs loose."""
    nodes = [node for node, _ in survey.executable()]
    if not nodes and not survey.nodes.keys() - survey.kinds.keys():
        yield Problem(
            "graph.no_nodes", "error", "There is nothing to run.", "Add a node: press Tab or drag one from the palette."
        )
        return
    starts = [node for node in nodes if node.type == "start"]
    for extra in starts[1:]:
        message = f"There are {len(starts)} starts; {survey.label(extra.id)} is one too many."
        yield Problem("graph.several_starts", "error", message, "Keep one start; it may lead to many nodes.", node_id=extra.id)
    for inside in (node for node in starts if node.parent is not None):
        message = f"{survey.label(inside.id)} is a start inside a container."
        yield Problem("graph.start_inside", "error", message, "Read what comes in as input instead.", node_id=inside.id)
    if not any(node.type == "output" and node.parent is None for node in nodes):
        message = "No output node names a result, so a run ends without one."
        yield Problem("graph.no_output", "warning", message, "Add an output node at the end.")
    yield from _unreachable(survey, nodes, starts)


def _unreachable(survey: Survey, nodes: list[NodeDoc], starts: list[NodeDoc]) -> Iterator[Problem]:
    """Nodes on which no way from the start ends: they run at once, which is seldom what was meant."""
    if not starts:
        return
    reached = {node.id for node in starts}
    left = list(reached)
    while left:
        after = set(survey.graph.successors(left.pop())) - reached
        reached |= after
        left += after
    for node in nodes:
        if node.parent is None and node.id not in reached and not _is_in_cycle(survey, node.id):
            message = f"No way leads from the start to {survey.label(node.id)}, so it does not wait for the start."
            yield Problem("node.unreachable", "warning", message, "Connect it, or delete it.", node_id=node.id)


def _is_in_cycle(survey: Survey, name: str) -> bool:
    return survey.ancestors.is_before(name, name)
