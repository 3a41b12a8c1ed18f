"""How large a document may be, and the walk that measures raw JSON without recursion."""

import json
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

FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def measure(raw: Any) -> Problem | None:
    """Find what no store or browser could take: too many levels or bytes, NUL characters, half surrogate pairs.

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
    level: list[Any] = [[raw]]
    for _ in range(MAX_LEVELS + 1):
        below: list[Any] = []
        for container in level:
            texts = _look(container, below)
            size += 8 * len(container) + sum(len(text) for text in texts)
            if any(FORBIDDEN.search(text) for text in texts):
                return _bad_text()
        if size > MAX_DOCUMENT_BYTES:
            return _too_large(f"is larger than {MAX_DOCUMENT_BYTES // 1024 // 1024} MiB")
        if not below:
            return None
        level = below
    return _too_large(f"is nested more than {MAX_LEVELS} levels deep")


def _look(container: Any, below: list[Any]) -> list[str]:
    """Collect a container's own texts, and the containers in it: a level is an object or a list."""
    is_object = isinstance(container, dict)
    children = container.values() if is_object else container
    below.extend(child for child in children if isinstance(child, dict | list | tuple))
    texts = [child for child in children if isinstance(child, str)]
    return texts + [str(key) for key in container] if is_object else texts


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


def _bad_text() -> Problem:
    message = "A text in the document holds a NUL character or half a surrogate pair."
    return Problem("text.not_allowed", "error", message, "Remove the character; it came in with a paste or an import.")
