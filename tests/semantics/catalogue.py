"""Node types for the corpus on the pure core: ports as the shipped types have them, without their work."""

from pydantic import ConfigDict

from editor.graph.catalogue import Catalogue
from editor.graph.nodetype import Effect, NodeType, Params, Port, PortsFromParam


class Open(Params):
    """Params of any name: the corpus is not about params."""

    model_config = ConfigDict(extra="allow", frozen=True)


def node_type(kind: str, **declared: object) -> type[NodeType]:
    """Declare a node type."""
    usual = {"name": kind, "title": kind, "help": kind, "category": "flow", "icon": "box", "params": Open}
    return type(kind.title(), (NodeType,), {**usual, **declared})


Probe = node_type("probe", inputs=(Port("prompt", required=True), Port("context")))
"""Answers the inputs it received: one required port and one that may stay empty."""

TYPES = (
    node_type("start", inputs=()),
    node_type("set"),
    node_type("output", outputs=()),
    node_type("merge", inputs=(Port("in", takes="list"),)),
    node_type("first", inputs=(Port("in", takes="first"),)),
    node_type("router", outputs=(PortsFromParam("cases", "port"), Port("else"))),
    node_type("fail", outputs=()),
    node_type("send", effect=Effect.UNSAFE),
    Probe,
)


def corpus_catalogue() -> Catalogue:
    """Give the catalogue of the corpus."""
    return Catalogue([kind() for kind in TYPES])
