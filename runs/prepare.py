"""A node's params, from as written to as used; and what may leave a node as its value."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import UNTOUCHED_KINDS, NodeType, Params
from editor.graph.plan import PlanNode
from editor.graph.template import NeedsSandbox, resolve, resolve_plain
from editor.graph.wording import sentence
from runs.context import Context

MAX_DEPTH = 64
BEGINNING_CHARS = 64 * 1024
MAX_INTEGER_BITS = 1023
"""Beyond this an integer is no finite number to other readers of JSON."""

_LAZY = json.JSONEncoder(ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What follows from a node alone. `ready` is set when no param has a template: then nothing is left to resolve."""

    node_type: NodeType
    shown: Mapping[str, Any]
    templated: tuple[str, ...]
    ready: Params | None

    async def resolve(self, context: Context) -> dict[str, Any]:
        """Resolve the templates: the params as they are shown with the node run."""
        values = dict(self.shown)
        for name in self.templated:
            values[name] = await _resolve_param(name, self.shown[name], context)
        return values


async def _resolve_param(name: str, value: Any, context: Context) -> Any:
    try:
        try:
            return resolve_plain(value, context.names)
        except NeedsSandbox:
            return await resolve(value, context.names, context.sandbox.evaluate)
    except NodeFailure as failure:
        raise NodeFailure(in_param(failure.fault, name)) from failure


def in_param(fault: Fault, name: str) -> Fault:
    """Say which param a fault came from."""
    return replace(fault, data={**fault.data, "param": fault.data.get("param") or name})


def prepare(node: PlanNode, node_type: NodeType) -> Prepared:
    """Work out which params have templates; validate the others once."""
    kinds = ui_kinds(node_type.params)
    shown = {**templated_defaults(node_type.params), **node.params}
    templated = tuple(n for n, v in shown.items() if kinds.get(n) not in UNTOUCHED_KINDS and has_braces(v))
    return Prepared(node_type, shown, templated, None if templated else checked(node_type, shown))


def ui_kinds(model: type[Params]) -> dict[str, str]:
    """How each param is edited, by name: some kinds are handed to the node as written."""
    kinds: dict[str, str] = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        hint = extra.get("x-ui") if isinstance(extra, dict) else None
        kinds[field.alias or name] = str(hint.get("kind", "")) if isinstance(hint, dict) else ""
    return kinds


def templated_defaults(model: type[Params]) -> dict[str, Any]:
    """Defaults that are templates themselves: pydantic fills in the others."""
    fields = model.model_fields.items()
    return {f.alias or n: f.default for n, f in fields if isinstance(f.default, str) and has_braces(f.default)}


def has_braces(value: Any) -> bool:
    """Whether a template stands anywhere inside, keys included."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(has_braces(k) or has_braces(v) for k, v in value.items())
    return isinstance(value, (list, tuple)) and any(map(has_braces, value))


def checked(node_type: NodeType, values: Mapping[str, Any]) -> Params:
    """Validate resolved params; a wrong one fails the node with its path and no value."""
    try:
        return node_type.params.model_validate(values)
    except ValidationError as error:
        raise NodeFailure(misfit(error.errors(include_url=False, include_context=False, include_input=False))) from None


def fits(node_type: NodeType, name: str, value: Any) -> Fault | None:
    """Say why one param would not take a value, whatever the others are. None if it would."""
    try:
        node_type.params.model_validate({name: value})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        own = [entry for entry in found if entry["loc"][:1] == (name,)]
        return misfit(own) if own else None
    return None


def misfit(found: Sequence[ErrorDetails]) -> Fault:
    """Name the first param that does not take its value, and what it takes."""
    problems = [{"param": ".".join(map(str, entry["loc"])), "message": entry["msg"]} for entry in found]
    first = problems[0]["param"]
    return Fault(
        "bad_params",
        sentence(first, found[0]),
        hint="The value comes from the node's params after their expressions were filled in.",
        data={"param": first, "problems": problems},
    )


class LargeValue(Exception):
    """The value has more parts than should be looked at without a pause."""


def json_fault(value: Any, max_bytes: int, *, most_parts: int | None = None) -> Fault | None:
    """Say why a value may not leave a node: it must be JSON, finite, at most 64 deep and not too large. None if it may.

    With `most_parts`, a value of more parts raises `LargeValue` before it takes long.
    """
    size = parts = 0
    level: list[Any] = [value]
    try:
        for _ in range(MAX_DEPTH):
            below: list[Any] = []
            parts += len(level)
            if most_parts is not None and parts > most_parts:
                raise LargeValue
            for item in level:
                size += _size(item, below)
            if size > max_bytes:
                return too_large(value, max_bytes)
            if not below:
                return None
            level = below
        size += sum(_size(item, None) for item in level)
    except NodeFailure as failure:
        return failure.fault
    return too_large(value, max_bytes) if size > max_bytes else None


def _size(item: Any, below: list[Any] | None) -> int:
    """About how many bytes an item takes by itself; what it contains goes to `below` (None: it may contain nothing)."""
    kind = type(item)
    if kind is str:
        return len(item) + 2 if item.isascii() else 3 * len(item) + 2
    if kind is dict or kind is list:
        if below is None:
            raise NodeFailure(Fault("invalid_output", f"The output is over {MAX_DEPTH} levels deep.", hint="Make it flatter."))
        return _container_size(item, below)
    if item is None or kind is bool:
        return 4
    return _number_size(item)


def _container_size(item: dict[Any, Any] | list[Any], below: list[Any]) -> int:
    if isinstance(item, list):
        below.extend(item)
        return len(item) + 2
    size = 2
    for key, value in item.items():
        if type(key) is not str:
            raise NodeFailure(not_json(key))
        size += len(key) + 4
        below.append(value)
    return size


def _number_size(item: Any) -> int:
    if type(item) is float:
        if math.isfinite(item):
            return 8
        raise NodeFailure(Fault("invalid_output", f"The output holds {item}, which JSON has no word for."))
    if type(item) is not int:
        raise NodeFailure(not_json(item))
    if item.bit_length() > MAX_INTEGER_BITS:
        raise NodeFailure(Fault("invalid_output", "The output holds an integer of over 300 digits.", hint="Make it text."))
    return 8


def not_json(item: Any) -> Fault:
    """Say that a value is of a type that JSON does not have."""
    return Fault("invalid_output", f"The output holds a {type(item).__name__}, which is not JSON.", hint="Convert it first.")


def too_large(value: Any, max_bytes: int) -> Fault:
    """Say that a value is over the limit, and show how it begins: that is often enough to see what it is."""
    return Fault(
        "output_too_large",
        f"The output is larger than {max_bytes / 1_048_576:g} MiB.",
        hint="Keep only the fields that later nodes need.",
        data={"begins": beginning(value)},
    )


def beginning(value: Any) -> str:
    """Give the first 64 KiB of a value as text, without writing all of it."""
    written: list[str] = []
    size = 0
    for part in (value,) if isinstance(value, str) else _LAZY.iterencode(value):
        written.append(part[:BEGINNING_CHARS])
        size += len(part)
        if size >= BEGINNING_CHARS:
            break
    return "".join(written)[:BEGINNING_CHARS]
