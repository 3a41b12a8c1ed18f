"""From raw JSON to a document of the current schema, and back."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from editor.graph.document import SCHEMA, GraphDocument
from editor.graph.limits import MAX_EDGES, MAX_NODES, measure
from editor.graph.problems import Problem

UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By the schema number that they start from, without gaps: each gives the next one."""


class DocumentError(Exception):
    """A document that cannot be used as it is; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems[:3]))
        self.problems = problems


def load_document(raw: object) -> GraphDocument:
    """Upgrade and parse a raw document.

    Parameters
    ----------
    raw : object
        JSON as Python values.

    Returns
    -------
    GraphDocument
        Of the current schema; unknown keys are kept.

    Raises
    ------
    DocumentError
        If it is not of a document's form, or larger than a document may be.

    Examples
    --------
    >>> load_document({"schema": 1, "nodes": [{"id": "a", "type": "set"}], "edges": []}).nodes[0].id
    'a'
    """
    if not isinstance(raw, dict):
        raise DocumentError((_malformed("A graph document is a JSON object with nodes and edges."),))
    found = measure(raw) or _counts(raw)
    if found is not None:
        raise DocumentError((found,))
    try:
        return GraphDocument.model_validate(_upgraded(raw))
    except ValidationError as error:
        raise DocumentError(tuple(_place(entry) for entry in error.errors(include_url=False)[:50])) from None


def dump_document(document: GraphDocument) -> dict[str, Any]:
    """Give a document as JSON, every key written out.

    Parameters
    ----------
    document : GraphDocument
        Any document.

    Returns
    -------
    dict
        JSON as Python values; `load_document` gives the same document back.

    Examples
    --------
    >>> dump_document(GraphDocument())["schema"]
    1
    """
    return document.model_dump(mode="json", by_alias=True)


def canonical_json(value: Any) -> bytes:
    """Write JSON in the one form that digests are made of: sorted keys, no blanks, no NaN.

    Parameters
    ----------
    value : Any
        JSON as Python values.

    Returns
    -------
    bytes
        UTF-8.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def _upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    schema = raw.get("schema", SCHEMA)
    if isinstance(schema, int) and schema > SCHEMA:
        message = f"The document has schema {schema}; this release knows schemas up to {SCHEMA}."
        raise DocumentError((Problem("document.unknown_schema", "error", message, "Open it with a newer release."),))
    while isinstance(schema, int) and schema in UPGRADES:
        raw = UPGRADES[schema](raw)
        schema = raw["schema"]
    return raw


def _counts(raw: dict[str, Any]) -> Problem | None:
    for name, limit in (("nodes", MAX_NODES), ("edges", MAX_EDGES)):
        entries = raw.get(name)
        if isinstance(entries, list) and len(entries) > limit:
            message = f"The document has {len(entries):,} {name}; {limit:,} are the most."
            return Problem("document.too_large", "error", message, "Split it into several workflows.")
    return None


def _place(entry: Mapping[str, Any]) -> Problem:
    path = ".".join(str(part) for part in entry["loc"])
    return _malformed(f"At {path}: {entry['msg']}." if path else f"{entry['msg']}.")


def _malformed(message: str) -> Problem:
    return Problem("document.malformed", "error", message, "See the document's schema for the form it must have.")
