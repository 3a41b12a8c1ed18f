"""A frame around nodes that belong together: for people, not for runs."""

from typing import Literal

from editor.graph.nodetype import NodeType, Params
from runs.nodes.fields import param


class FrameParams(Params):
    """What it is drawn around."""

    nodes: list[str] = param([], kind="hidden", title="Nodes")
    color: Literal["gray", "blue", "green", "pink", "yellow"] = param("gray", kind="raw", title="Color")


class Frame(NodeType):
    """Stands around others on the canvas and is never run."""

    name = "frame"
    title = "Frame"
    help = "Draws a frame around nodes that belong together, which moves and folds up with them."
    category = "note"
    icon = "square-dashed"
    params = FrameParams
    inputs = ()
    outputs = ()
    executable = False
