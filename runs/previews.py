"""What a template or an expression gives with the values of an earlier run: evaluated as in a run, and nothing is started."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from editor.graph.expressions import ExpressionError
from editor.graph.faults import Fault, NodeFailure
from editor.graph.params import resolved
from editor.graph.template import (
    NeedsSandbox,
    TemplateError,
    is_plain_path,
    look_up,
    references,
    resolve,
    resolve_plain,
    without_braces,
)
from runs.prepare import fits
from runs.sandbox.service import MontySandbox
from runs.sight import Sight


@dataclass(frozen=True, slots=True)
class Previewed:
    """A value, or why there is none. `missing` names the nodes that have no value yet: then nothing was tried."""

    value: Any = None
    fault: Fault | None = None
    missing: tuple[str, ...] = ()


@cache
def sandbox() -> MontySandbox:
    """Give this process's sandbox for previews: one process, started when the first preview needs it."""
    return MontySandbox(processes=1)


def preview(sight: Sight, value: Any, *, is_expression: bool, param: str = "") -> Previewed:
    """Fill in a JSON value with templates, or with `is_expression` evaluate a text, with what a node sees.

    Where it stands for a `param` of the node, it must fit there. Whatever goes wrong is an answer, not an error: it is
    what the run would say.
    """
    names = sight.names
    missing = _missing(sight, value, is_expression=is_expression)
    if missing:
        return Previewed(missing=missing)
    try:
        found = _evaluated(value, names) if is_expression else _filled_in(value, names)
    except NodeFailure as failure:
        return Previewed(fault=failure.fault)
    kind = sight.node_type
    return Previewed(found, fits(kind, param, found) if kind and param in resolved(kind) else None)


def _filled_in(value: Any, names: Mapping[str, Any]) -> Any:
    try:
        return resolve_plain(value, names)
    except NeedsSandbox:
        return asyncio.run(resolve(value, names, sandbox().evaluate))


def _evaluated(source: Any, names: Mapping[str, Any]) -> Any:
    inner = without_braces(str(source))
    if is_plain_path(inner):
        return look_up(inner, names)
    return asyncio.run(sandbox().evaluate(inner, names))


def _missing(sight: Sight, value: Any, *, is_expression: bool) -> tuple[str, ...]:
    """Name the nodes that the value mentions and that have no value yet."""
    without = frozenset(one.name for one in sight.known if not one.origin)
    texts = [f"{{{{ {without_braces(str(value))} }}}}"] if is_expression else list(_texts(value))
    mentioned: set[str] = set()
    for text in texts:
        try:
            mentioned |= references(text, without)
        except (TemplateError, ExpressionError):
            continue  # The evaluation says it better.
    return tuple(sorted(mentioned & without))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
