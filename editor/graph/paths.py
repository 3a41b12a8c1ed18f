"""Plain paths such as ``classify.rows[0]["name"]``: looked up in dicts and lists, without evaluating anything."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Path = tuple[str | int, ...]

STEP = re.compile(
    r"""\s*(?:\.\s*(?P<field>[^\W\d]\w*)|\[\s*(?:(?P<index>-?\d{1,9})|'(?P<single>[^'\\]*)'|"(?P<double>[^"\\]*)")\s*\])"""
)
ROOT = re.compile(r"\s*([^\W\d]\w*)")
NOT_NAMES = frozenset({"True", "False", "None", "lambda", "not", "and", "or", "if", "else", "for", "in", "is", "await", "yield"})
SHORT = 512
"""Longer sources are not looked at: no path is that long."""


def parse_path(source: str) -> Path | None:
    """Take a plain path apart.

    Parameters
    ----------
    source : str
        An expression.

    Returns
    -------
    tuple or None
        The root name, then fields and indices; None if the expression is anything but a plain path.

    Examples
    --------
    >>> parse_path('a.b[0]["c-d"].e')
    ('a', 'b', 0, 'c-d', 'e')
    >>> parse_path("a + b") is None
    True
    """
    return None if len(source) > SHORT else _parse_short(source)


@lru_cache(maxsize=8192)
def _parse_short(source: str) -> Path | None:
    root = ROOT.match(source)
    if root is None or root.group(1) in NOT_NAMES:
        return None
    steps: list[str | int] = [root.group(1)]
    place = root.end()
    while True:
        step = STEP.match(source, place)
        if step is None:
            return tuple(steps) if not source[place:].strip() else None
        field, index, single, double = step.group("field", "index", "single", "double")
        steps.append(int(index) if index is not None else next(text for text in (field, single, double) if text is not None))
        place = step.end()


def is_plain_path(source: str) -> bool:
    """Say whether an expression is a plain path.

    Parameters
    ----------
    source : str
        An expression.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_plain_path("run.input.question"), is_plain_path("len(rows)")
    (True, False)
    """
    return parse_path(source) is not None


def resolve_path(source: str, names: Mapping[str, Any]) -> tuple[bool, Any]:
    """Look a plain path up.

    Parameters
    ----------
    source : str
        A plain path.
    names : Mapping
        What the root name may be.

    Returns
    -------
    tuple of bool and Any
        Whether there is such a value, and the value.

    Examples
    --------
    >>> resolve_path("a.b[0]", {"a": {"b": [7]}})
    (True, 7)
    >>> resolve_path("a.c", {"a": {"b": [7]}})
    (False, None)
    """
    path = parse_path(source)
    if path is None:
        return False, None
    try:
        value = names[str(path[0])]
    except KeyError:
        return False, None
    for step in path[1:]:
        if not holds(value, step):
            return False, None
        value = value[step]
    return True, value


def holds(value: Any, step: str | int) -> bool:
    """Say whether a value has an entry: a key of an object, or a place in a list.

    Parameters
    ----------
    value : Any
        JSON.
    step : str or int
        The key or place; negative places count from the end.

    Returns
    -------
    bool

    Examples
    --------
    >>> holds({"a": 1}, "a"), holds([1], -1), holds([1], 1), holds("text", 0)
    (True, True, False, False)
    """
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list | tuple) and isinstance(step, int) and -len(value) <= step < len(value)


def why_missing(source: str, names: Mapping[str, Any]) -> str:
    """Say in one sentence where a plain path leads nowhere.

    Parameters
    ----------
    source : str
        A plain path that `resolve_path` did not find.
    names : Mapping
        As given to it.

    Returns
    -------
    str

    Examples
    --------
    >>> why_missing("a.c", {"a": {"b": 1}})
    'a has no field c; it has b.'
    """
    path = parse_path(source) or (source,)
    if path[0] not in names:
        return f"There is no value named {path[0]} here."
    value, so_far = names[str(path[0])], str(path[0])
    for step in path[1:]:
        if holds(value, step):
            value = value[step]
        else:
            return f"{so_far} {_lacks(value, step)}."
        so_far += f".{step}" if isinstance(step, str) else f"[{step}]"
    return f"There is no value at {source}."


def _lacks(value: Any, step: str | int) -> str:
    if isinstance(value, Mapping):
        known = ", ".join(str(key) for key in list(value)[:8])
        return f"has no field {step}; it has {known or 'no fields'}"
    if isinstance(value, list | tuple):
        return f"is a list of {len(value)} and has no entry {step}"
    kind = (
        "null"
        if value is None
        else {str: "text", bool: "true or false", int: "a number", float: "a number"}.get(type(value), "a value")
    )
    return f"is {kind} and has no field {step}"
