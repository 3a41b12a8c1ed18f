"""What pydantic found, in the words that people read."""

from collections.abc import Mapping
from typing import Any

from editor.graph.paths import holds

FORMS = {
    "missing": "is missing",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "string_too_short": "must not be empty",
}
"""By pydantic's type of error, where its own words are about Python."""


def sentence(place: str, entry: Mapping[str, Any]) -> str:
    """Say what is wrong at a place.

    Parameters
    ----------
    place : str
        What to call it; empty for the whole.
    entry : Mapping
        One of `pydantic.ValidationError.errors`.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> sentence("seconds", {"type": "greater_than", "msg": "Input should be greater than 0"})
    'seconds must be greater than 0.'
    >>> sentence("body", {"type": "value_error", "msg": "Value error, give one of json, form and text"})
    'body: give one of json, form and text.'
    """
    said = str(entry["msg"]).rstrip(".")
    subject = place or "The value"
    if entry["type"] in FORMS:
        return f"{subject} {FORMS[entry['type']]}."
    for begin, instead in (("Input should be ", " must be "), ("String should ", " must "), ("Value should ", " must ")):
        if said.startswith(begin):
            return f"{subject}{instead}{said.removeprefix(begin)}."
    return f"{subject}: {said.removeprefix('Value error, ')}."


def raw_path(raw: Any, entry: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Follow an error's place in raw JSON: pydantic adds the names of union members to it.

    Parameters
    ----------
    raw : Any
        What was validated.
    entry : Mapping
        One of `pydantic.ValidationError.errors`.

    Returns
    -------
    tuple of str and int
        The steps that are there, and the last one if it is what is missing.

    Examples
    --------
    >>> raw_path({"join": {"any": "x"}}, {"type": "int_type", "loc": ("join", "AnyOf", "any")})
    ('join', 'any')
    >>> raw_path({"a": {}}, {"type": "missing", "loc": ("a", "b")})
    ('a', 'b')
    """
    path: list[str | int] = []
    for step in entry["loc"]:
        if holds(raw, step):
            raw = raw[step]
            path.append(step)
    if entry["type"] == "missing":
        path.append(entry["loc"][-1])
    return tuple(path)
