"""Node types for the corpus: stand-ins with the ports of the shipped types, and a few that only the corpus has."""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from editor.graph.catalogue import Catalogue
from editor.graph.context import NodeContext
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Port, PortsFromParam
from runs.nodes.agent import Agent
from runs.nodes.exit import Exit
from runs.nodes.loop import Loop
from runs.nodes.map import Map
from runs.nodes.run_workflow import RunWorkflow


class Open(Params):
    """Params of any name: the corpus is not about params."""

    model_config = ConfigDict(extra="allow", frozen=True)


class StandIn(NodeType):
    """Declares ports; its work is scripted or played."""

    title = help = "Stands in for a shipped type."
    category = "flow"
    icon = "box"
    params = Open

    async def run(self, ctx: NodeContext, params: Open, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer what came."""
        return NodeResult(inputs.get("in"))


class First(StandIn):
    """Answers the first taken value."""

    name = "first"
    inputs = (Port("in", takes="first"),)


class Send(StandIn):
    """Does what must not be done twice."""

    name = "send"
    effect = Effect.UNSAFE


class Probe(StandIn):
    """Answers the inputs it received: one required port and one that may stay empty."""

    name = "probe"
    inputs = (Port("prompt", required=True), Port("context"))

    async def run(self, ctx: NodeContext, params: Open, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer what came."""
        return NodeResult(dict(inputs))


def stand_in(kind: str, **declared: object) -> NodeType:
    """Stand in for a shipped node type."""
    made: NodeType = type(kind.title(), (StandIn,), {"name": kind, **declared})()
    return made


def own_types() -> list[NodeType]:
    """Give the types that only the corpus has. Any catalogue that the corpus runs with needs them."""
    return [First(), Send(), Probe()]


def corpus_catalogue() -> Catalogue:
    """Give the catalogue of the corpus on the pure core."""
    shipped = [
        stand_in("start", inputs=(), reads_run=True),
        stand_in("set"),
        stand_in("output", outputs=()),
        stand_in("merge", inputs=(Port("in", takes="list"),)),
        stand_in("router", outputs=(PortsFromParam("cases", "port"), Port("else"))),
        stand_in("code", tool=True),
        stand_in("ai_router", outputs=(PortsFromParam("cases", "port"), Port("else"))),
        stand_in("evaluate", outputs=(Port("pass"), Port("fail"))),
        stand_in("wait"),
        stand_in("approval", outputs=(PortsFromParam("buttons", "port"), Port("timeout"))),
        stand_in("fail", outputs=()),
    ]
    return Catalogue([*shipped, Agent(), Map(), Loop(), Exit(), RunWorkflow(), *own_types()])
