"""The page about the node types, made from what they declare."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from editor.graph.catalogue import Catalogue
from editor.graph.nodetype import NodeType, Port, PortsFromParam

CATEGORIES = {
    "io": "Input and output",
    "ai": "Models",
    "flow": "Flow",
    "data": "Data",
    "net": "Network",
    "note": "Notes",
}
INTRODUCTION = """# Node types

This page is written by `manage.py document_nodes` from the node types' own declarations.

Params of text may hold expressions in `{{ }}`, except where a param is marked *as written* or *expression*. Every node type has
a further output port `error` when its policy `on_error` is `port`.
"""
MARKS = {"raw": "as written", "expression": "expression", "python": "as written"}


def nodes_page(catalogue: Catalogue) -> str:
    """The whole page, in palette order under the categories' titles."""
    parts = [INTRODUCTION]
    for category, title in CATEGORIES.items():
        kinds = [kind for kind in catalogue if kind.category == category]
        if kinds:
            parts.append(f"## {title}\n")
            parts.extend(_section(kind) for kind in kinds)
    return "\n".join(parts).rstrip() + "\n"


def _section(kind: NodeType) -> str:
    schema = kind.params.model_json_schema()
    lines = [f"### {kind.title} (`{kind.name}`, version {kind.version})", "", kind.help, "", *_facts(kind)]
    rows = list(_rows(schema, schema.get("$defs", {}), ""))
    if rows:
        lines += ["", "| param | type | default | what it says |", "|---|---|---|---|", *rows]
    return "\n".join([*lines, ""])


def _facts(kind: NodeType) -> Iterator[str]:
    if not kind.executable:
        yield "- Is not run."
        return
    yield f"- Inputs: {', '.join(_input(port) for port in kind.inputs) or 'none'}"
    yield f"- Outputs: {', '.join(_output(port) for port in kind.outputs) or 'none'}"
    yield f"- Running it again: {_effect(kind)}"
    if kind.default_timeout_seconds is not None:
        yield f"- Time limit unless the policy sets one: {kind.default_timeout_seconds:g} s"
    if kind.default_retry:
        yield f"- Attempts unless the policy sets them: {kind.default_retry['max_attempts']}"


def _effect(kind: NodeType) -> str:
    if type(kind).effect_for is not NodeType.effect_for:
        return "depends on its params"
    return {"pure": "changes nothing", "idempotent": "has the same effect", "unsafe": "may act twice"}[str(kind.effect)]


def _input(port: Port) -> str:
    takes = {"single": "one value", "first": "the first value", "list": "all values as a list"}[port.takes]
    return f"`{port.name}` ({port.type}, {takes}{', required' if port.required else ''})"


def _output(port: Port | PortsFromParam) -> str:
    if isinstance(port, PortsFromParam):
        return f"one for each entry of `{port.param}`, named by its `{port.field}`"
    return f"`{port.name}` ({port.type})"


def _rows(schema: Mapping[str, Any], defs: Mapping[str, Any], prefix: str) -> Iterator[str]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        kind = field.get("x-ui", {}).get("kind", "")
        if kind == "hidden":
            continue
        default = "required" if name in required else f"`{json.dumps(field.get('default'), ensure_ascii=False)}`"
        mark = f" *{MARKS[kind]}*" if kind in MARKS and field.get("type") == "string" and "enum" not in field else ""
        says = " ".join(part for part in (field.get("title", "") + ".", field.get("description", "")) if part)
        yield f"| `{prefix}{name}` | {_type(field, defs)}{mark} | {_cell(default)} | {_cell(says)} |"
        inner = _inner(field, defs)
        if inner is not None:
            yield from _rows(defs[inner], defs, f"{prefix}{name}[]." if "items" in field else f"{prefix}{name}.")


def _inner(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str | None:
    for option in (field, field.get("items", {}), *field.get("anyOf", ())):
        name = str(option.get("$ref", "")).rpartition("/")[2]
        if name in defs:
            return name
    return None


def _type(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(_type(option, defs) for option in field["anyOf"])
    if "$ref" in field:
        return "object"
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), defs)}"
    return str(field.get("type", "any"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
