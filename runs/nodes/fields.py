"""How the node types of this package declare their params and ports, so that the generated forms read well."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from editor.graph.nodetype import Port

IN = Port("in", "any", "Input")
OUT = Port("out", "any", "Output")
FIELD_HINTS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern", "alias")
"""Hints that pydantic itself knows."""


def as_text(value: Any) -> Any:
    """Text as it is; anything else that an expression came to, as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


AsText = Annotated[str, BeforeValidator(as_text)]
"""Text that may come from a lone expression of any type."""


def param(default: Any, *, kind: str, title: str, help: str = "", **hints: Any) -> Any:
    """A param with its label, its one-line help and the way the inspector edits it; `...` as default makes it required."""
    known = {key: hints.pop(key) for key in FIELD_HINTS if key in hints}
    extra: dict[str, Any] = {"x-ui": {"kind": kind, **hints}}
    return Field(default, title=title, description=help or None, json_schema_extra=extra, **known)


def taken(inputs: Mapping[str, Any]) -> Any:
    """The value at port ``in``, or null when nothing came."""
    return inputs.get("in")
