"""Port types, and which output may lead to which input: one table, read by the server and the browser alike."""

from collections.abc import Mapping

PORT_TYPES = ("any", "text", "number", "boolean", "object", "list", "message", "file", "tool")

ASSIGNABLE: Mapping[str, frozenset[str]] = {
    "any": frozenset({"any", "text", "number", "boolean", "object", "list", "message", "file"}),
    "text": frozenset({"any", "text", "message"}),
    "number": frozenset({"any", "number", "text"}),
    "boolean": frozenset({"any", "boolean", "text"}),
    "object": frozenset({"any", "object"}),
    "list": frozenset({"any", "list"}),
    "message": frozenset({"any", "message", "object"}),
    "file": frozenset({"any", "file", "object"}),
    "tool": frozenset({"tool"}),
}
"""By the type of the output: the types of input that take it."""

CONVERTERS: Mapping[tuple[str, str], str] = {
    ("object", "text"): "template",
    ("list", "text"): "template",
    ("message", "text"): "template",
    ("text", "number"): "set",
    ("text", "boolean"): "set",
    ("text", "object"): "set",
    ("text", "list"): "set",
    ("number", "boolean"): "set",
    ("number", "object"): "set",
    ("number", "list"): "set",
    ("boolean", "number"): "set",
    ("boolean", "object"): "set",
    ("boolean", "list"): "set",
    ("object", "list"): "set",
    ("object", "number"): "set",
    ("object", "boolean"): "set",
    ("list", "object"): "set",
    ("list", "number"): "set",
    ("list", "boolean"): "set",
}
"""By the types that do not fit: the node type that makes one of the other."""


def assignable(source: str, target: str) -> bool:
    """Say whether an output of one type may lead to an input of another.

    Parameters
    ----------
    source : str
        The output's type.
    target : str
        The input's type.

    Returns
    -------
    bool
        False as well for a type that is not known.

    Examples
    --------
    >>> assignable("number", "text"), assignable("text", "number"), assignable("tool", "any")
    (True, False, False)
    """
    return target in ASSIGNABLE.get(source, frozenset())


def converter(source: str, target: str) -> str | None:
    """Name the node type that makes a value of one type into another.

    Parameters
    ----------
    source : str
        The output's type.
    target : str
        The input's type.

    Returns
    -------
    str or None
        A node type's name; None where none helps.

    Examples
    --------
    >>> converter("object", "text")
    'template'
    >>> converter("any", "tool") is None
    True
    """
    return CONVERTERS.get((source, target))
