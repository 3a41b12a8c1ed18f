"""What is wrong with a drawing, as values: a code that never changes its meaning, a sentence with the fix, a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]

CODES: Mapping[str, str] = {
    "document.malformed": "The document is not of the form that the schema describes.",
    "document.too_large": "The document has more nodes, edges, levels or bytes than a document may have.",
    "document.unknown_schema": "The document was written by a newer release.",
    "text.not_allowed": "A text holds a NUL character or half a surrogate pair.",
    "node.bad_id": "A node's id is not a name that expressions can use.",
    "node.duplicate_id": "Two nodes share an id.",
    "node.unknown_type": "There is no such node type.",
    "node.unknown_version": "The node type has no such version.",
    "node.unreachable": "Nothing leads to the node from the start.",
    "param.missing": "A required param is not set.",
    "param.invalid": "A param's value is not of the form that it needs.",
    "param.unknown": "The node type has no such param.",
    "param.too_large": "A param's text is longer than a param may be.",
    "edge.duplicate_id": "Two edges share an id.",
    "edge.duplicate": "Two edges join the same ports.",
    "edge.unknown_node": "An edge leads from or to a node that is not there.",
    "edge.unknown_port": "An edge leads from or to a port that the node does not have.",
    "edge.type_mismatch": "An output's type does not fit the input that it leads to.",
    "edge.crosses_scope": "An edge joins nodes of different containers.",
    "port.several_edges": "A port that takes one value has several edges that may all be taken.",
    "port.required": "Nothing leads to a port that the node needs.",
    "cycle.no_loop": "Nodes lead back to themselves outside a loop.",
    "cycle.two_entries": "A cycle can be entered at more than one node.",
    "cycle.unreachable": "Nothing leads into a cycle.",
    "parent.unknown": "A node sits in a container that is not there.",
    "parent.not_container": "A node sits in a node that is no container.",
    "parent.too_deep": "Containers are nested too deeply, or within themselves.",
    "container.empty": "A container has nothing in it.",
    "container.no_result": "A container's graph ends in several places, and no output node says which one counts.",
    "call.unknown": "A node runs a workflow that is not there, or that its author may not run.",
    "call.not_published": "A node runs a workflow of which nothing is published.",
    "call.no_version": "A node runs a version that is not there.",
    "knowledge.unknown": "A node searches a knowledge base that is not there, or that its author may not read.",
    "tool.mixed": "A node is a tool of an agent and part of the flow.",
    "tool.undescribed": "Nothing says what a tool is good for.",
    "tool.bad_schema": "The arguments of a tool are not described as an object.",
    "tool.unknown_argument": "A tool uses an argument that its schema does not have.",
    "tool.args_outside": "A node that is no tool uses the arguments of one.",
    "exit.outside": "A node that leaves a loop sits in none.",
    "expression.syntax": "An expression is not valid.",
    "expression.too_long": "An expression is longer than an expression may be.",
    "template.unclosed": "Braces are opened and not closed.",
    "reference.unknown": "An expression uses a name that is not there.",
    "reference.not_upstream": "An expression uses the output of a node that does not run before.",
    "reference.inward": "An expression looks into a container from outside.",
    "reference.maybe_skipped": "An expression uses the output of a node that may be skipped.",
    "graph.no_nodes": "There is nothing to run.",
    "graph.no_output": "No output node names a result.",
    "graph.several_starts": "There is more than one start.",
    "graph.start_inside": "A start sits in a container.",
}
"""Every code with its meaning."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    code : str
        One of `CODES`.
    severity : str
        ``error`` keeps the graph from running, ``warning`` does not.
    message : str
        One plain sentence that names the thing.
    hint : str
        How to fix it.
    node_id, param, port, edge_id : str or None
        The place. `param` is a path such as ``cases.0.when``.
    nodes : tuple of str
        All nodes that take part, for a cycle.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    node_id: str | None = None
    param: str | None = None
    port: str | None = None
    edge_id: str | None = None
    nodes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the problem as the JSON object that answers carry.

        Returns
        -------
        dict
            Every part, the absent ones as null.

        Examples
        --------
        >>> Problem("graph.no_nodes", "error", "There is nothing to run.").to_json()["code"]
        'graph.no_nodes'
        """
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "node_id": self.node_id,
            "param": self.param,
            "port": self.port,
            "edge_id": self.edge_id,
            "nodes": list(self.nodes),
        }


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Say whether any problem keeps the graph from running.

    Parameters
    ----------
    problems : tuple of Problem
        As `editor.graph.validate.validate` gives them.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_errors((Problem("node.unreachable", "warning", "Nothing leads here."),))
    False
    """
    return any(problem.severity == "error" for problem in problems)
