"""Which texts of a node's params are templates, which are expressions, and which are left alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from editor.graph.limits import byte_size
from editor.graph.nodetype import UNTOUCHED_KINDS, NodeType, Params

Kind = Literal["template", "expression"]
Steps = tuple[str | int, ...]
Schema = Mapping[str, Any]

SHOWN = 80
"""Letters of a key that are shown in a path."""


@dataclass(frozen=True, slots=True)
class Place:
    """One text in a node's params that is evaluated: where it stands, and how it is written."""

    steps: Steps
    text: str
    kind: Kind

    @property
    def path(self) -> str:
        """The place as people and problems write it, such as ``cases.0.when``."""
        return dotted(self.steps)


def dotted(steps: Steps) -> str:
    """Write a place in params with dots.

    Parameters
    ----------
    steps : tuple of str and int
        Keys and places in lists.

    Returns
    -------
    str

    Examples
    --------
    >>> dotted(("cases", 0, "when"))
    'cases.0.when'
    """
    return ".".join(str(step)[:SHOWN] for step in steps)


def schemas_size(kind: NodeType, params: Mapping[str, Any]) -> int:
    """Give how many bytes of JSON Schema raw params hold.

    Parameters
    ----------
    kind : NodeType
        The node's type.
    params : Mapping
        Its raw params.

    Returns
    -------
    int
    """
    properties = _model(kind.params).properties
    return sum(byte_size(value) for name, value in params.items() if _ui(properties.get(name, {})) == "json_schema")


def resolved(kind: NodeType) -> list[str]:
    """Name the params whose value may come from an expression, as ``{{ … }}`` in the place of the value.

    Parameters
    ----------
    kind : NodeType
        The node's type.

    Returns
    -------
    list of str
        In the order of the form.
    """
    properties = _model(kind.params).properties
    return [name for name, schema in properties.items() if kind.executable and _ui(schema) not in UNTOUCHED_KINDS]


def places(kind: NodeType, params: Mapping[str, Any]) -> Iterator[Place]:
    """List the texts in raw params that are evaluated.

    A param's own kind decides about all texts inside it, as the executor resolves a param as a whole; only params of
    kind ``expression`` are found further in.

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
    model = _model(kind.params)
    for name, value in params.items():
        schema = model.properties.get(name, {})
        is_template = _ui(schema) not in UNTOUCHED_KINDS
        if is_template and "{{" in name:
            yield Place((name,), name, "template")
        if is_template:
            yield from _templates((name,), value)
        if model.has_expressions:
            for place in _expressions((name,), value, schema, model.defs):
                if not is_template or "{{" not in place.text:
                    yield place


def _templates(steps: Steps, value: Any) -> Iterator[Place]:
    left: list[tuple[Steps, Any]] = [(steps, value)]
    while left:
        at, item = left.pop()
        if isinstance(item, str):
            if "{{" in item:
                yield Place(at, item, "template")
        elif isinstance(item, Mapping):
            yield from (Place((*at, key), key, "template") for key in item if "{{" in key)
            left += [((*at, key), inner) for key, inner in item.items() if _may_hold(inner)][::-1]
        elif isinstance(item, list | tuple):
            left += [((*at, index), inner) for index, inner in enumerate(item) if _may_hold(inner)][::-1]


def _may_hold(value: Any) -> bool:
    return "{{" in value if isinstance(value, str) else isinstance(value, Mapping | list | tuple)


def _expressions(steps: Steps, value: Any, schema: Schema, defs: Schema) -> Iterator[Place]:
    if isinstance(value, str):
        if _ui(schema) == "expression":
            yield Place(steps, value, "expression")
        return
    shape = _shape(schema, defs)
    if isinstance(value, Mapping):
        known, other = shape.get("properties", {}), shape.get("additionalProperties")
        for key, item in value.items():
            below = known.get(key, other)
            if isinstance(below, Mapping):
                yield from _expressions((*steps, key), item, below, defs)
    elif isinstance(value, list | tuple) and isinstance(shape.get("items"), Mapping):
        for index, item in enumerate(value):
            yield from _expressions((*steps, index), item, shape["items"], defs)


@dataclass(frozen=True, slots=True)
class _Model:
    properties: Schema
    defs: Schema
    has_expressions: bool


@lru_cache(maxsize=256)
def _model(model: type[Params]) -> _Model:
    schema = model.model_json_schema()
    return _Model(schema.get("properties", {}), schema.get("$defs", {}), "'kind': 'expression'" in repr(schema))


def _ui(schema: Schema) -> str:
    hint = schema.get("x-ui")
    return str(hint.get("kind", "")) if isinstance(hint, Mapping) else ""


def _shape(schema: Schema, defs: Schema) -> Schema:
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
