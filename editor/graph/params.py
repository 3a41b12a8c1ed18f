"""Which texts of a node's params are templates, which are expressions, and which are left alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from editor.graph.nodetype import UNTOUCHED_KINDS, NodeType, Params

Kind = Literal["template", "expression"]


@dataclass(frozen=True, slots=True)
class Place:
    """One text in a node's params that is evaluated: where it stands, and how it is written."""

    path: str
    text: str
    kind: Kind


@lru_cache(maxsize=256)
def _schema(model: type[Params]) -> dict[str, Any]:
    return model.model_json_schema()


def places(kind: NodeType, params: Mapping[str, Any]) -> Iterator[Place]:
    """List the texts in raw params that are evaluated.

    Parameters
    ----------
    kind : NodeType
        The node's type.
    params : Mapping
        Its raw params.

    Yields
    ------
    Place
        A template for each text with braces, an expression for each param of that kind.
    """
    schema = _schema(kind.params)
    yield from _walk(params, "", schema, schema.get("$defs", {}), ui="")


def _walk(value: Any, path: str, schema: Mapping[str, Any], defs: Mapping[str, Any], *, ui: str) -> Iterator[Place]:
    own = _ui(schema) or ui
    shape = _shape(schema, defs)
    if isinstance(value, str):
        if own == "expression":
            yield Place(path, value, "expression")
        elif own not in UNTOUCHED_KINDS and "{{" in value:
            yield Place(path, value, "template")
    elif own in {"json_schema", "python", "raw"}:
        return
    elif isinstance(value, Mapping):
        for name, item in value.items():
            inner = shape.get("properties", {}).get(name)
            below = inner if inner is not None else shape.get("additionalProperties")
            if own not in UNTOUCHED_KINDS and "{{" in str(name):
                yield Place(f"{path}.{name}".lstrip("."), str(name), "template")
            yield from _walk(item, f"{path}.{name}".lstrip("."), below if isinstance(below, Mapping) else {}, defs, ui=own)
    elif isinstance(value, list | tuple):
        items = shape.get("items", {})
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}.{index}".lstrip("."), items if isinstance(items, Mapping) else {}, defs, ui=own)


def _ui(schema: Mapping[str, Any]) -> str:
    hint = schema.get("x-ui")
    return str(hint.get("kind", "")) if isinstance(hint, Mapping) else ""


def _shape(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references and alternatives to the schema that describes an object or a list."""
    for _ in range(8):
        if "$ref" in schema:
            schema = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
        elif "anyOf" in schema:
            options = [option for option in schema["anyOf"] if option.get("type") != "null"]
            schema = options[0] if options else {}
        else:
            break
    return schema
