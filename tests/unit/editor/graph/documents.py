"""Short ways to write documents for the rules' tests."""

from typing import Any

from editor.graph.upgrade import load_document
from editor.graph.validate import validate
from runs.nodes import builtin_catalogue


def node(
    name: str, kind: str = "set", parent: str | None = None, policy: dict[str, Any] | None = None, **params: Any
) -> dict[str, Any]:
    """Write a node; a `set` without params passes its input on."""
    if kind == "set" and not params:
        params = {"value": "{{ input }}"}
    return {"id": name, "type": kind, "parent": parent, "params": params, "policy": policy or {}}


def edges(text: str) -> list[dict[str, Any]]:
    """Write edges as ``a>b, r.yes>c, a>d.prompt``."""
    drawn = []
    for number, pair in enumerate(part.strip() for part in text.split(",") if part.strip()):
        source, _, target = pair.partition(">")
        source, _, out = source.partition(".")
        target, _, into = target.partition(".")
        drawn.append(
            {"id": f"e{number}", "source": source, "source_port": out or "out", "target": target, "target_port": into or "in"}
        )
    return drawn


def graph(nodes: list[dict[str, Any]], drawn: str = "") -> dict[str, Any]:
    """Write a document."""
    return {"schema": 1, "nodes": nodes, "edges": edges(drawn)}


def problems(nodes: list[dict[str, Any]], drawn: str = "") -> list[Any]:
    """Check a document with the shipped node types."""
    return list(validate(load_document(graph(nodes, drawn)), builtin_catalogue()))


def codes(nodes: list[dict[str, Any]], drawn: str = "") -> set[str]:
    """Check a document and give the codes."""
    return {problem.code for problem in problems(nodes, drawn)}
