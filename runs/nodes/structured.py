"""Structured answers of models: reading JSON out of text, and holding it against a schema. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

PATTERN_KEYWORDS = frozenset({"pattern", "patternProperties"})
_FENCE = re.compile(r"^```[a-zA-Z]*\s*\n(.*?)\n?```$", re.DOTALL)


def schema_mistake(schema: object) -> str:
    """Say what is wrong with an output schema, or nothing. Patterns are refused: one of them can take for ever to match."""
    if not isinstance(schema, Mapping):
        return "The output schema must be a JSON Schema object."
    if _uses_patterns(schema):
        return "Patterns are not supported in an output schema. Describe the form in a description instead."
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"The output schema is wrong: {error.message[:200]}."
    except RecursionError:
        return "The output schema is too deeply nested."
    return ""


def _uses_patterns(schema: object) -> bool:
    """Whether a pattern stands anywhere as a keyword. A property may be called pattern: its schema is an object."""
    if isinstance(schema, list):
        return any(map(_uses_patterns, schema))
    if not isinstance(schema, Mapping):
        return False
    if isinstance(schema.get("pattern"), str) or ("patternProperties" in schema and "type" in schema):
        return True
    return any(map(_uses_patterns, schema.values()))


def read_answer(text: str, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """The JSON in an answer and what is wrong with it, empty if nothing is."""
    stripped = text.strip()
    fenced = _FENCE.match(stripped)
    try:
        value = json.loads(fenced[1] if fenced else stripped, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return None, f"It is not JSON ({str(error)[:200]})."
    try:
        # A registry of its own: the default one would fetch references from the network.
        found = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except (RecursionError, Unresolvable) as error:
        return None, f"The schema cannot be applied ({str(error)[:200]})."
    if found is None:
        return value, ""
    place = ".".join(map(str, found.absolute_path))
    return value, f"{'At ' + place + ': ' if place else ''}{found.message[:300]}."


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
