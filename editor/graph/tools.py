"""Tools of agents: which arguments a model may give to a node, and what it is told of it.

A model fills in what the node's params name as ``args``, such as ``{{ args.city }}``, and nothing else.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from editor.graph.nodetype import Port
from editor.graph.template import Expr, TemplateError, parse, without_braces

TOOL = "tool"
"""The output port by which a node is a tool."""
TOOLS = "tools"
"""The input port of agents that takes them."""
TOOL_PORT = Port(TOOL, "tool", "Tool")
ARGS = "args"
"""What expressions of a tool see: the arguments of the call."""
INPUT = "input"
TEXT: Mapping[str, Any] = {
    "type": "object",
    "properties": {INPUT: {"type": "string", "description": "What it works on, in words."}},
    "required": [INPUT],
    "additionalProperties": False,
}
"""The arguments of a tool that names none: one text, which the node sees as its input."""


def argument_names(texts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """List the arguments that expressions name.

    Parameters
    ----------
    texts : iterable of (str, str)
        ``template`` or ``expression``, and the text.

    Returns
    -------
    tuple of str
        Each once, in the order in which they stand there.

    Examples
    --------
    >>> argument_names([("template", "Hello {{ args.name }}, {{ args['age'] + 1 }}"), ("expression", "args.name")])
    ('name', 'age')
    """
    found: dict[str, None] = {}
    for kind, text in texts:
        for source in _sources(kind, text):
            found.update(dict.fromkeys(_named(source)))
    return tuple(found)


def _sources(kind: str, text: str) -> Iterator[str]:
    if kind == "expression":
        yield without_braces(text)
        return
    try:
        yield from (part.source for part in parse(text) if isinstance(part, Expr))
    except TemplateError:
        return


def _named(source: str) -> Iterator[str]:
    if ARGS not in source:
        return
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    places = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Subscript)]
    for node in sorted(places, key=lambda one: (one.lineno, one.col_offset)):
        if not (isinstance(node.value, ast.Name) and node.value.id == ARGS):
            continue
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            yield node.slice.value


def derived(names: Iterable[str]) -> dict[str, Any]:
    """Give the JSON Schema of arguments that are only named: all are texts, and needed.

    Parameters
    ----------
    names : iterable of str
        As `argument_names` gives them.

    Returns
    -------
    dict
        Where there are none, the schema of one text called ``input``.

    Examples
    --------
    >>> derived(["city"])["required"], derived([])["required"]
    (['city'], ['input'])
    """
    listed = list(names)
    if not listed:
        return dict(TEXT)
    properties = {name: {"type": "string"} for name in listed}
    return {"type": "object", "properties": properties, "required": listed, "additionalProperties": False}
