"""Text with ``{{ }}``: taken apart, rewritten, and filled in. Only plain paths are looked up here; the rest is the sandbox's."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from editor.graph.expressions import rename_in_expression, root_names
from editor.graph.faults import Fault, NodeFailure
from editor.graph.paths import is_plain_path, resolve_path, why_missing

__all__ = [
    "Expr", "NeedsSandbox", "TemplateError", "is_plain_path", "parse", "references", "rename", "resolve", "resolve_path",
    "resolve_plain", "without_braces",
]  # fmt: skip

OPEN, CLOSE = "{{", "}}"
STOP = re.compile(r"""[{}]|'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|['"]""", re.DOTALL)
"""Inside an expression: a brace, a whole string literal, or a quote that nothing closes."""
SHORT = 4096
"""Longer texts are taken apart each time: kept ones would fill the memory."""
Evaluate = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class TemplateError(ValueError):
    """Text whose braces do not fit, with a sentence that says where."""


class NeedsSandbox(Exception):
    """The text holds an expression that is no plain path."""


@dataclass(frozen=True, slots=True)
class Expr:
    """One expression in a text, without its braces and the blanks beside them."""

    source: str


Part = str | Expr


def parse(text: str) -> tuple[Part, ...]:
    """Take a text apart into plain text and expressions.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of str and Expr
        In order; empty pieces of text are left out.

    Raises
    ------
    TemplateError
        If braces are opened and not closed.

    Examples
    --------
    >>> parse("Hello {{ start.name }}!")
    ('Hello ', Expr(source='start.name'), '!')
    """
    return _parse_short(text) if len(text) <= SHORT else _parse(text)


def _parse(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    place = 0
    while True:
        begin = text.find(OPEN, place)
        if begin < 0:
            break
        end = _closing(text, begin + 2)
        if begin > place:
            parts.append(text[place:begin])
        parts.append(Expr(text[begin + 2 : end].strip()))
        place = end + 2
    if place < len(text):
        parts.append(text[place:])
    return tuple(parts)


_parse_short = lru_cache(maxsize=4096)(_parse)


def references(text: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """List the names that a text's expressions take from outside.

    Parameters
    ----------
    text : str
        Any text.
    known : frozenset of str
        Names that have a value although the sandbox brings something of that name: ids of nodes.

    Returns
    -------
    frozenset of str

    Raises
    ------
    TemplateError, ExpressionError
        If the braces do not fit or an expression is not valid.

    Examples
    --------
    >>> sorted(references("{{ a.b }} and {{ len(c) }}"))
    ['a', 'c']
    """
    names: frozenset[str] = frozenset()
    for part in parse(text):
        if isinstance(part, Expr):
            names |= root_names(part.source, known)
    return names


def rename(text: str, old: str, new: str) -> str:
    """Rewrite a text for a node that got another id.

    Parameters
    ----------
    text : str
        Any text.
    old, new : str
        The id before and after.

    Returns
    -------
    str
        The text with that name changed inside braces, and nothing else.

    Examples
    --------
    >>> rename("ask {{ ask.text + 'ask' }}", "ask", "question")
    "ask {{ question.text + 'ask' }}"
    """
    out: list[str] = []
    place = 0
    while (begin := text.find(OPEN, place)) >= 0:
        try:
            end = _closing(text, begin + 2)
        except TemplateError:
            break
        out += [text[place : begin + 2], rename_in_expression(text[begin + 2 : end], old, new), CLOSE]
        place = end + 2
    return "".join([*out, text[place:]])


def without_braces(source: str) -> str:
    """Take the braces off an expression that was written with them.

    Parameters
    ----------
    source : str
        An expression, with or without braces.

    Returns
    -------
    str
        Without them.

    Examples
    --------
    >>> without_braces("{{ a > 1 }}"), without_braces("a > 1")
    ('a > 1', 'a > 1')
    """
    text = source.strip()
    if not text.startswith(OPEN):
        return text
    try:
        parts = parse(text)
    except TemplateError:
        return text
    return parts[0].source if len(parts) == 1 and isinstance(parts[0], Expr) else text


def resolve_plain(value: Any, names: Mapping[str, Any]) -> Any:
    """Fill in the templates of a JSON value by look-up alone.

    Parameters
    ----------
    value : Any
        JSON with templates in its texts and keys.
    names : Mapping
        What expressions see.

    Returns
    -------
    Any
        JSON. A text that is one expression becomes that expression's value.

    Raises
    ------
    NeedsSandbox
        If an expression is no plain path.
    NodeFailure
        With ``expression_error`` if a value is not there.

    Examples
    --------
    >>> resolve_plain({"n": "{{ a.n }}", "t": "n={{ a.n }}"}, {"a": {"n": 1}})
    {'n': 1, 't': 'n=1'}
    """
    if isinstance(value, str):
        return _text_plain(value, names) if OPEN in value else value
    if isinstance(value, Mapping):
        return {as_text(resolve_plain(key, names)): resolve_plain(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve_plain(item, names) for item in value]
    return value


async def resolve(value: Any, names: Mapping[str, Any], evaluate: Evaluate) -> Any:
    """Fill in the templates of a JSON value; what is no plain path goes to the sandbox.

    Parameters
    ----------
    value : Any
        JSON with templates in its texts and keys.
    names : Mapping
        What expressions see.
    evaluate : callable
        The sandbox: source and names to value.

    Returns
    -------
    Any
        JSON.

    Raises
    ------
    NodeFailure
        With ``expression_error`` if an expression fails.
    """
    if isinstance(value, str):
        return await _text(value, names, evaluate) if OPEN in value else value
    if isinstance(value, Mapping):
        return {as_text(await resolve(key, names, evaluate)): await resolve(item, names, evaluate) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [await resolve(item, names, evaluate) for item in value]
    return value


def as_text(value: Any) -> str:
    """Write a value into a text: text as it is, anything else as JSON.

    Parameters
    ----------
    value : Any
        JSON.

    Returns
    -------
    str

    Examples
    --------
    >>> as_text("a"), as_text(True), as_text({"b": [1]})
    ('a', 'true', '{"b": [1]}')
    """
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text_plain(text: str, names: Mapping[str, Any]) -> Any:
    parts = _parse_or_fail(text)
    if not all(isinstance(part, str) or is_plain_path(part.source) for part in parts):
        raise NeedsSandbox
    values = [part if isinstance(part, str) else look_up(part.source, names) for part in parts]
    return values[0] if len(values) == 1 else "".join(map(as_text, values))


async def _text(text: str, names: Mapping[str, Any], evaluate: Evaluate) -> Any:
    values: list[Any] = []
    for part in _parse_or_fail(text):
        if isinstance(part, str):
            values.append(part)
        elif is_plain_path(part.source):
            values.append(look_up(part.source, names))
        else:
            values.append(await evaluate(part.source, names))
    return values[0] if len(values) == 1 else "".join(map(as_text, values))


def look_up(source: str, names: Mapping[str, Any]) -> Any:
    """Give the value of a plain path.

    Parameters
    ----------
    source : str
        A plain path.
    names : Mapping
        What expressions see.

    Returns
    -------
    Any
        The value, not copied.

    Raises
    ------
    NodeFailure
        With ``expression_error`` if there is no such value.

    Examples
    --------
    >>> look_up("a.b", {"a": {"b": 2}})
    2
    """
    found, value = resolve_path(source, names)
    if not found:
        hint = "Check the spelling, and whether the node that it names can have been skipped."
        raise NodeFailure(Fault("expression_error", why_missing(source, names), hint, data={"expression": source}))
    return value


def _parse_or_fail(text: str) -> tuple[Part, ...]:
    try:
        return parse(text)
    except TemplateError as error:
        raise NodeFailure(
            Fault("expression_error", f"{error}.", "Close the braces with }}.", data={"expression": text[:200]})
        ) from None


def _closing(text: str, begin: int) -> int:
    """Find the braces that close an expression: the first ones outside of its string literals and its own braces."""
    depth = 0
    for found in STOP.finditer(text, begin):
        mark = found.group()
        if mark == "{":
            depth += 1
        elif mark == "}" and depth > 0:
            depth -= 1
        elif mark == "}" and text.startswith(CLOSE, found.start()):
            return found.start()
        elif mark in "'\"":
            raise TemplateError(f"The braces opened at character {begin - 1} hold a quote that is not closed")
    raise TemplateError(f"The braces opened at character {begin - 1} are not closed")
