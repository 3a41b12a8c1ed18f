"""A sticky note: for people, not for runs."""

from typing import Literal

from editor.graph.nodetype import NodeType, Params
from runs.nodes.fields import param


class NoteParams(Params):
    """What it says."""

    text: str = param("", kind="raw", title="Text", help="Markdown.", rows=6)
    color: Literal["yellow", "blue", "green", "pink", "gray"] = param("yellow", kind="raw", title="Color")
    width: float = param(240, kind="hidden", title="Width", ge=80, le=2000)
    height: float = param(140, kind="hidden", title="Height", ge=40, le=2000)


class Note(NodeType):
    """Stands on the canvas and is never run."""

    name = "note"
    title = "Note"
    help = "A note for people who read the workflow."
    category = "note"
    icon = "sticky-note"
    params = NoteParams
    inputs = ()
    outputs = ()
    summary = "{text}"
    executable = False
