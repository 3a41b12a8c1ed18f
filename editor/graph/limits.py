"""How large a document may be, and the walk that measures raw JSON without recursion."""

import json
import math
import re
from typing import Any

from editor.graph.problems import Problem

MAX_NODES = 5_000
MAX_EDGES = 20_000
MAX_LEVELS = 64
MAX_CONTAINER_LEVELS = 8
MAX_PARAM_BYTES = 1024 * 1024
MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
MAX_EXPRESSION_BYTES = 4096
MAX_SCHEMAS_BYTES = 512 * 1024
"""Of all JSON Schemas in a document: each is checked against the schema of schemas, which takes its time."""
MAX_EXPRESSIONS = 50_000
MAX_EXPRESSIONS_BYTES = 1024 * 1024
"""Of all expressions of a document that are more than plain paths: they are parsed whenever it is checked."""

MAX_NAME_LENGTH = 1000
"""Of ids and names of ports and types: they are repeated in plans, rows and problems."""
MAX_INTEGER_BITS = 1023
"""Beyond this an integer is no finite number to other readers of JSON."""

PLAIN = frozenset({int, float, bool, type(None)})
FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def measure(raw: Any) -> Problem | None:
    """Find what no store or browser could take: too many levels or bytes, NUL characters, numbers that JSON has no word for.

    Parameters
    ----------
    raw : Any
        JSON as Python values, not yet parsed as a document.

    Returns
    -------
    Problem or None
        The first thing that is wrong.

    Examples
    --------
    >>> measure({"nodes": []}) is None
    True
    >>> measure(["a" + chr(0)]).code
    'text.not_allowed'
    """
    size = 0
    level: list[Any] = [raw]
    for depth in range(MAX_LEVELS + 1):
        below: list[Any] = []
        if depth == MAX_LEVELS and any(isinstance(item, dict | list | tuple) for item in level):
            break
        for item in level:
            problem = _look(item, below)
            if problem is not None:
                return problem
        size += len(level) + sum(len(item) for item in level if isinstance(item, str))
        if size > MAX_DOCUMENT_BYTES:
            return _too_many_bytes()
        if not below:
            return _too_many_bytes() if byte_size(raw) > MAX_DOCUMENT_BYTES else None
        level = below
    return _too_large(f"is nested more than {MAX_LEVELS} levels deep")


def _look(item: Any, below: list[Any]) -> Problem | None:
    """Look at one value without its contents, which go to `below`. A level is an object or a list, and what it holds."""
    kind = type(item)
    if kind is str:
        return _bad_text() if FORBIDDEN.search(item) else None
    if kind is dict:
        below.extend(item.values())
        return _look_at_keys(item)
    if kind is list or kind is tuple:
        below.extend(item)
        return None
    if kind is float and not math.isfinite(item):
        return _malformed(f"The document holds {item}, which is no number in JSON.")
    if kind is int and item.bit_length() > MAX_INTEGER_BITS:
        return _malformed("The document holds an integer of more than 300 digits.")
    return None if kind in PLAIN else _malformed(f"The document holds a {kind.__name__}, which is not JSON.")


def _look_at_keys(item: dict[Any, Any]) -> Problem | None:
    for key in item:
        if type(key) is not str:
            return _malformed("An object in the document has a key that is not text.")
        if FORBIDDEN.search(key):
            return _bad_text()
    return None


def byte_size(value: Any) -> int:
    """Give how many bytes a value takes as compact JSON.

    Parameters
    ----------
    value : Any
        JSON as Python values.

    Returns
    -------
    int
        Bytes in UTF-8.

    Examples
    --------
    >>> byte_size({"a": "é"})
    10
    """
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _too_large(what: str) -> Problem:
    return Problem("document.too_large", "error", f"The document {what}.", "Split it into several workflows.")


def _too_many_bytes() -> Problem:
    return _too_large(f"is larger than {MAX_DOCUMENT_BYTES // 1024 // 1024} MiB")


def _malformed(message: str) -> Problem:
    return Problem("document.malformed", "error", message, "Write it as text, or leave it out.")


def _bad_text() -> Problem:
    message = "A text in the document holds a NUL character or half a surrogate pair."
    return Problem("text.not_allowed", "error", message, "Remove the character; it came in with a paste or an import.")
