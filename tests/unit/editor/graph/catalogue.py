"""A node type for the tests of ports and params, of every kind that a rule looks at, beside the shipped ones."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from editor.graph.catalogue import Catalogue
from editor.graph.nodetype import Expression, LongTemplate, NodeType, Params, Port, PortsFromParam, Raw, ui
from runs.nodes import BUILT_IN


class Part(Params):
    """A row with an expression, text that is left alone, and text that is filled in."""

    when: Expression = "True"
    note: Raw = ""
    text: LongTemplate = ""


class OddParams(Params):
    """One param of each kind."""

    count: int = 1
    source: Annotated[str, ui("python")] = ""
    mode: Annotated[Literal["a", "b"], ui("raw")] = "a"
    plan: Annotated[dict[str, Any] | None, ui("json_schema")] = None
    parts: tuple[Part, ...] = ()
    rows: Annotated[tuple[Part, ...], ui("cases")] = ()


class Odd(NodeType):
    """A node with a required number, a list, choices and checks of its own."""

    name, title, help, category, icon = "odd", "Odd", "Has everything.", "data", "box"
    params = OddParams
    inputs = (Port("in"), Port("number", "number", required=True), Port("all", "any", takes="list"))
    outputs = (PortsFromParam("rows", "note"), Port("out", "text"))
    inline = True

    def check(self, params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Refuse one number."""
        if params.get("count") == 13:
            yield "count", "13 is not a count."


CATALOGUE = Catalogue([*BUILT_IN, Odd()])
