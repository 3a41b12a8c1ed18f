"""The node types that are available, looked up by name and version."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

from editor.graph.document import RetryPolicy
from editor.graph.nodetype import NodeType, Port, PortsFromParam
from editor.graph.params import resolved
from editor.graph.types import ASSIGNABLE, CONVERTERS, PORT_TYPES

CATEGORIES = (
    ("io", "Input and output"),
    ("ai", "AI"),
    ("flow", "Flow"),
    ("data", "Data"),
    ("net", "Network"),
    ("note", "Notes"),
)
"""Names and titles, in palette order."""

ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


class Catalogue:
    """An immutable set of node types.

    Parameters
    ----------
    node_types : iterable of NodeType
        In palette order. A name may come in several versions.

    Raises
    ------
    ValueError
        If a name and version come twice.

    Examples
    --------
    >>> Catalogue([]).get("llm", 1) is None
    True
    """

    def __init__(self, node_types: Iterable[NodeType]) -> None:
        self._types = tuple(node_types)
        self._by_key = {(kind.name, kind.version): kind for kind in self._types}
        if len(self._by_key) != len(self._types):
            raise ValueError("A node type is in the catalogue twice.")
        self._latest: dict[str, NodeType] = {}
        for kind in self._types:
            known = self._latest.get(kind.name)
            if known is None or known.version < kind.version:
                self._latest[kind.name] = kind

    def __iter__(self) -> Iterator[NodeType]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def get(self, name: str, version: int) -> NodeType | None:
        """Give one version of a node type.

        Parameters
        ----------
        name : str
            The node type's name.
        version : int
            Its version.

        Returns
        -------
        NodeType or None
        """
        return self._by_key.get((name, version))

    def latest(self, name: str) -> NodeType | None:
        """Give the newest version of a node type.

        Parameters
        ----------
        name : str
            The node type's name.

        Returns
        -------
        NodeType or None
        """
        return self._latest.get(name)

    def as_contract(self) -> dict[str, Any]:
        """Describe the catalogue for palette, inspector and port rules of the browser.

        Returns
        -------
        dict
            JSON: node types, port types, the table of `assignable`, converters and categories.
        """
        return {
            "node_types": [describe(kind) for kind in self._types],
            "port_types": list(PORT_TYPES),
            "assignable": {source: sorted(targets) for source, targets in ASSIGNABLE.items()},
            "converters": {f"{source}>{target}": name for (source, target), name in CONVERTERS.items()},
            "categories": [{"name": name, "title": title} for name, title in CATEGORIES],
        }


def describe(kind: NodeType) -> dict[str, Any]:
    """Describe one node type for the browser.

    Parameters
    ----------
    kind : NodeType
        Any node type.

    Returns
    -------
    dict
        JSON.
    """
    fields = kind.params.model_fields
    defaults = {field.alias or name: field.default for name, field in fields.items() if not field.is_required()}
    return {
        "name": kind.name,
        "version": kind.version,
        "title": kind.title,
        "help": kind.help,
        "category": kind.category,
        "icon": kind.icon,
        "effect": str(kind.effect),
        "executable": kind.executable,
        "container": kind.container,
        "names_inside": sorted(kind.names_inside),
        "leaves": kind.leaves,
        "tool": kind.tool,
        "summary": kind.summary,
        "inputs": [port_json(port) for port in kind.inputs],
        "outputs": [port_json(port) for port in kind.outputs],
        "params_schema": kind.params.model_json_schema(),
        "resolved": resolved(kind),
        "defaults": ANYTHING.dump_python(defaults, mode="json"),
        "default_retry": None if kind.default_retry is None else RetryPolicy(**kind.default_retry).model_dump(mode="json"),
        "default_timeout_seconds": kind.default_timeout_seconds,
    }


def port_json(port: Port | PortsFromParam) -> dict[str, Any]:
    """Describe a port, or the rule that makes ports, for the browser.

    Parameters
    ----------
    port : Port or PortsFromParam
        As declared.

    Returns
    -------
    dict
        JSON.

    Examples
    --------
    >>> port_json(PortsFromParam("cases", "port"))
    {'from_param': 'cases', 'field': 'port', 'type': 'any'}
    """
    if isinstance(port, PortsFromParam):
        return {"from_param": port.param, "field": port.field, "type": port.type}
    return {"name": port.name, "type": port.type, "label": port.label, "required": port.required, "takes": port.takes}
