"""From raw JSON to a document of the current schema, and back."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from editor.graph.document import SCHEMA, GraphDocument
from editor.graph.limits import MAX_EDGES, MAX_NAME_LENGTH, MAX_NODES, measure
from editor.graph.problems import Problem
from editor.graph.wording import raw_path, sentence

UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By the schema number that they start from, without gaps: each gives the next one."""


MAX_PLACES = 50
"""Of a document that is malformed in many places, this many are named."""


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
    raw = _upgraded(raw)
    try:
        document = GraphDocument.model_validate(raw)
    except ValidationError as error:
        entries = error.errors(include_url=False, include_context=False, include_input=False)
        raise DocumentError(tuple(dict.fromkeys(_place(raw, entry) for entry in entries[:MAX_PLACES]))) from None
    too_long = tuple(_too_long(document))
    if too_long:
        raise DocumentError(too_long)
    return document


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


def _too_long(document: GraphDocument) -> Iterator[Problem]:
    """Find names that would bloat all that repeats them."""
    for number, node in enumerate(document.nodes):
        if max(len(node.id), len(node.type), len(node.parent or "")) > MAX_NAME_LENGTH:
            yield _malformed(f"Node {number + 1} has an id, type or parent of more than {MAX_NAME_LENGTH:,} characters.")
    for number, edge in enumerate(document.edges):
        if max(map(len, (edge.id, edge.source, edge.source_port, edge.target, edge.target_port))) > MAX_NAME_LENGTH:
            yield _malformed(f"Edge {number + 1} has an id or an end of more than {MAX_NAME_LENGTH:,} characters.")


def _place(raw: dict[str, Any], entry: Mapping[str, Any]) -> Problem:
    path = [str(step) for step in raw_path(raw, entry)]
    return _malformed(sentence(".".join(path)[:MAX_NAME_LENGTH], entry), **_owner(raw, path))


def _owner(raw: dict[str, Any], path: list[str]) -> dict[str, str]:
    """Name the node or edge that a path leads into, where it has a usable id."""
    if len(path) < 2 or path[0] not in {"nodes", "edges"}:
        return {}
    entry = raw[path[0]][int(path[1])]
    name = entry.get("id") if isinstance(entry, dict) else None
    key = "node_id" if path[0] == "nodes" else "edge_id"
    return {key: name} if isinstance(name, str) and len(name) <= MAX_NAME_LENGTH else {}


def _malformed(message: str, **owner: str) -> Problem:
    hint = "See the document's schema for the form it must have."
    return Problem("document.malformed", "error", message, hint, node_id=owner.get("node_id"), edge_id=owner.get("edge_id"))
