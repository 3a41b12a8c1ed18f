"""Rules about nodes and their params."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

from editor.graph.document import NodeDoc
from editor.graph.limits import MAX_CONTAINER_LEVELS, MAX_EXPRESSIONS, MAX_PARAM_BYTES, MAX_SCHEMAS_BYTES
from editor.graph.nodetype import NodeType
from editor.graph.params import Steps, dotted, schemas_size
from editor.graph.problems import Problem
from editor.graph.survey import Survey, shorten
from editor.graph.wording import raw_path, sentence

NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
RESERVED = frozenset({"input", "inputs", "run"})
"""Ids that always mean something else in expressions. Those of loops and maps, such as ``item``, do so only inside them."""
MAX_ENTRIES = 50
"""Of params that are wrong in many places, so many are named for each node."""


def ids(survey: Survey) -> Iterator[Problem]:
    """Every node has an id of its own that expressions can use."""
    seen: set[str] = set()
    for node in survey.document.nodes:
        shown = shorten(node.id)
        if node.id in RESERVED:
            message = f"The id {shown} has another meaning in expressions."
            yield Problem("node.bad_id", "error", message, f"Rename it, for example to {shown}_1.", node_id=node.id)
        elif not NODE_ID.fullmatch(node.id):
            message = f"The id {shown!r} is not of the form that expressions can use."
            hint = "Begin with a small letter, then use small letters, digits and _; 63 characters at most."
            yield Problem("node.bad_id", "error", message, hint, node_id=node.id)
        if node.id in seen:
            message = f"Two nodes have the id {shown}."
            yield Problem("node.duplicate_id", "error", message, "Rename one of them.", node_id=node.id)
        seen.add(node.id)


def types(survey: Survey) -> Iterator[Problem]:
    """Every node is of a type and version that is available."""
    for node in survey.nodes.values():
        if node.id in survey.kinds:
            continue
        label, kind = survey.label(node.id), shorten(node.type)
        latest = survey.catalogue.latest(node.type)
        if latest is None:
            message = f"{label} is of type {kind}, and there is no such node type."
            yield Problem("node.unknown_type", "error", message, "Replace the node, or install its type.", node_id=node.id)
        else:
            message = f"{label} asks for version {node.type_version} of node type {kind}, which is not available."
            yield Problem("node.unknown_version", "error", message, f"Use version {latest.version}.", node_id=node.id)


def parents(survey: Survey) -> Iterator[Problem]:
    """Containers are there, are containers, and are not nested too deeply."""
    for node in survey.nodes.values():
        if node.parent is None:
            continue
        label = survey.label(node.id)
        if node.parent not in survey.nodes:
            message = f"{label} sits in {shorten(node.parent)}, which is not there."
            yield Problem("parent.unknown", "error", message, "Move it to the canvas or into a container.", node_id=node.id)
            continue
        kind = survey.kinds.get(node.parent)
        if kind is not None and not kind.container:
            message = f"{label} sits in {survey.label(node.parent)}, which is no container."
            yield Problem("parent.not_container", "error", message, "Move it to the canvas.", node_id=node.id)
        if len(survey.scope_chain(node.id)) > MAX_CONTAINER_LEVELS + 1 or _circles(survey, node):
            message = f"{label} is nested in more than {MAX_CONTAINER_LEVELS} containers, or in itself."
            yield Problem("parent.too_deep", "error", message, "Move it further out.", node_id=node.id)


def _circles(survey: Survey, node: NodeDoc) -> bool:
    last = survey.scope_chain(node.id)[-1]
    return survey.nodes[last].parent in survey.nodes


def params(survey: Survey) -> Iterator[Problem]:
    """Params are as their type wants them, as far as they are known before a run."""
    left = MAX_SCHEMAS_BYTES
    for name, kind in survey.kinds.items():
        node = survey.nodes[name]
        yield from islice(_sizes(survey, node), MAX_ENTRIES)
        yield from _schema(survey, node, kind)
        left -= schemas_size(kind, node.params)
        if left < 0:
            continue
        for path, reason in islice(kind.check(node.params), MAX_ENTRIES):
            message = f"{survey.label(name)}: {reason}"
            yield Problem("param.invalid", "error", message, f"Change {path}.", node_id=name, param=path)
    if left < 0:
        message = f"The JSON Schemas in the document take more than {MAX_SCHEMAS_BYTES // 1024} KiB."
        yield Problem("document.too_large", "error", message, "Make them shorter, or split the workflow.")


def _sizes(survey: Survey, node: NodeDoc) -> Iterator[Problem]:
    left: list[tuple[Steps, Any]] = [((), node.params)]
    while left:
        steps, value = left.pop()
        if isinstance(value, str):
            if len(value) > MAX_PARAM_BYTES // 4 and len(value.encode()) > MAX_PARAM_BYTES:
                message = f"{survey.label(node.id)}: the text of {dotted(steps)} is longer than 1 MiB."
                hint = "Pass large texts as input of the run, or fetch them with a node."
                yield Problem("param.too_large", "error", message, hint, node_id=node.id, param=dotted(steps))
        elif isinstance(value, Mapping):
            left += [((*steps, key), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            left += [((*steps, index), item) for index, item in enumerate(value)]


def _schema(survey: Survey, node: NodeDoc, kind: NodeType) -> Iterator[Problem]:
    try:
        kind.params.model_validate(dict(node.params))
    except ValidationError as error:
        known_later = {use.place.steps for use in survey.uses.get(node.id, ()) if use.place.kind == "template"}
        found: dict[tuple[str, str | None], Problem] = {}
        for entry in error.errors(include_url=False, include_context=False, include_input=False):
            steps = raw_path(node.params, entry)
            if steps not in known_later:
                problem = _param_problem(survey, node, dotted(steps), entry)
                found.setdefault((problem.code, problem.param), problem)
            if len(found) >= MAX_ENTRIES:
                break
        yield from found.values()


def _param_problem(survey: Survey, node: NodeDoc, path: str, entry: Mapping[str, Any]) -> Problem:
    label = survey.label(node.id)
    if entry["type"] == "missing":
        return Problem("param.missing", "error", f"{label} needs {path}.", f"Fill in {path}.", node_id=node.id, param=path)
    if entry["type"] == "extra_forbidden":
        message = f"{label} is of type {shorten(node.type)}, which has no param {path}."
        return Problem("param.unknown", "error", message, "Remove it, or check the spelling.", node_id=node.id, param=path)
    message = f"{label}: {sentence(path, entry)}"
    return Problem("param.invalid", "error", message, f"Change {path or 'the params'}.", node_id=node.id, param=path or None)


def expressions(survey: Survey) -> Iterator[Problem]:
    """Templates are closed, expressions are valid, and there are not too many of them."""
    for name, uses in survey.uses.items():
        for use in uses:
            for mistake in use.mistakes:
                message = f"{survey.label(name)}, in {use.place.path}: {mistake.reason}."
                yield Problem(mistake.code, "error", message, HINTS[mistake.code], node_id=name, param=use.place.path)
    if survey.reader.is_over:
        message = f"The document has more than {MAX_EXPRESSIONS:,} expressions, or more than 1 MiB of them."
        yield Problem("document.too_large", "error", message, "Split it into several workflows.")


HINTS: Mapping[str, str] = {
    "template.unclosed": "Close the expression with }}.",
    "expression.syntax": "Write a Python expression, such as start.question or len(rows) > 3.",
    "expression.too_long": "Move the work to a code node.",
}
