"""Rules about nodes and their params."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from editor.graph.document import NodeDoc
from editor.graph.expressions import ExpressionError, root_names
from editor.graph.limits import MAX_CONTAINER_LEVELS, MAX_PARAM_BYTES
from editor.graph.nodetype import NodeType
from editor.graph.params import Place, places
from editor.graph.paths import holds
from editor.graph.problems import Problem
from editor.graph.survey import Survey
from editor.graph.template import TemplateError, parse, without_braces

NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
RESERVED = frozenset({"input", "inputs", "run", "item", "index", "loop", "error"})


def ids(survey: Survey) -> Iterator[Problem]:
    """Every node has an id of its own that expressions can use."""
    seen: set[str] = set()
    for node in survey.document.nodes:
        if not NODE_ID.fullmatch(node.id) or node.id in RESERVED:
            message = f"The id {node.id[:80]!r} cannot be used in expressions."
            hint = "Begin with a small letter, then small letters, digits and _; at most 63. input, run and the like are taken."
            yield Problem("node.bad_id", "error", message, hint, node_id=node.id)
        if node.id in seen:
            message = f"Two nodes have the id {node.id[:80]}."
            yield Problem("node.duplicate_id", "error", message, "Rename one of them.", node_id=node.id)
        seen.add(node.id)


def types(survey: Survey) -> Iterator[Problem]:
    """Every node is of a type and version that is available."""
    for node in survey.nodes.values():
        if node.id in survey.kinds:
            continue
        latest = survey.catalogue.latest(node.type)
        if latest is None:
            message = f"There is no node type {node.type[:80]}, which {survey.label(node.id)} is of."
            yield Problem("node.unknown_type", "error", message, "Replace the node, or install its type.", node_id=node.id)
        else:
            message = f"Node type {node.type} has no version {node.type_version}, which {survey.label(node.id)} asks for."
            hint = f"Use version {latest.version}."
            yield Problem("node.unknown_version", "error", message, hint, node_id=node.id)


def parents(survey: Survey) -> Iterator[Problem]:
    """Containers are there, are containers, and are not nested too deeply."""
    for node in survey.nodes.values():
        if node.parent is None:
            continue
        label = survey.label(node.id)
        if node.parent not in survey.nodes:
            message = f"{label} sits in {node.parent[:80]}, which is not there."
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
    for name, kind in survey.kinds.items():
        node = survey.nodes[name]
        yield from _sizes(node)
        yield from _schema(node, kind)
        for path, sentence in kind.check(node.params):
            yield Problem("param.invalid", "error", sentence, node_id=name, param=path)


def _sizes(node: NodeDoc) -> Iterator[Problem]:
    left: list[tuple[str, Any]] = [("", node.params)]
    while left:
        path, value = left.pop()
        if isinstance(value, str) and len(value) > MAX_PARAM_BYTES // 4 and len(value.encode()) > MAX_PARAM_BYTES:
            message = f"The text of {path} is longer than 1 MiB."
            yield Problem("param.too_large", "error", message, "Pass large texts as input.", node_id=node.id, param=path)
        elif isinstance(value, Mapping):
            left += [(f"{path}.{key}".lstrip("."), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            left += [(f"{path}.{index}".lstrip("."), item) for index, item in enumerate(value)]


def _schema(node: NodeDoc, kind: NodeType) -> Iterator[Problem]:
    try:
        kind.params.model_validate(dict(node.params))
    except ValidationError as error:
        seen: set[str] = set()
        for entry in error.errors(include_url=False):
            if _is_known_later(node.params, entry["loc"]):
                continue
            problem = _param_problem(node, entry)
            if f"{problem.code} {problem.param}" not in seen:
                seen.add(f"{problem.code} {problem.param}")
                yield problem


def _is_known_later(raw: Any, loc: Sequence[str | int]) -> bool:
    """Say whether the place of an error holds a template, whose value is only known in a run."""
    for step in loc:
        if isinstance(raw, str):
            break
        if holds(raw, step):
            raw = raw[step]
    return isinstance(raw, str) and "{{" in raw


def _param_problem(node: NodeDoc, entry: Mapping[str, Any]) -> Problem:
    path = ".".join(str(part) for part in _raw_path(node.params, entry["loc"]))
    kind = entry["type"]
    if kind == "missing":
        path = ".".join(str(part) for part in entry["loc"])
        return Problem("param.missing", "error", f"{path} is required.", "Fill it in.", node_id=node.id, param=path)
    if kind == "extra_forbidden":
        message = f"Node type {node.type} has no param {path}."
        return Problem("param.unknown", "error", message, "Remove it, or check the spelling.", node_id=node.id, param=path)
    message = f"{path}: {str(entry['msg']).removeprefix('Value error, ')}."
    return Problem("param.invalid", "error", message, node_id=node.id, param=path)


def _raw_path(raw: Any, loc: Sequence[str | int]) -> list[str | int]:
    """Keep the steps of an error's place that stand in the raw params: pydantic adds names of union members."""
    path: list[str | int] = []
    for step in loc:
        if holds(raw, step):
            raw = raw[step]
        else:
            break
        path.append(step)
    return path or list(loc[:1])


def expressions(survey: Survey) -> Iterator[Problem]:
    """Templates are closed and expressions are valid."""
    for name, kind in survey.kinds.items():
        for place in places(kind, survey.nodes[name].params):
            yield from _broken(name, place)


def _broken(name: str, place: Place) -> Iterator[Problem]:
    try:
        sources = [without_braces(place.text)] if place.kind == "expression" else _sources(place.text)
    except TemplateError as error:
        yield Problem(
            "template.unclosed", "error", f"{place.path}: {error}.", "Close it with }}.", node_id=name, param=place.path
        )
        return
    for source in sources:
        try:
            root_names(source)
        except ExpressionError as error:
            code = "expression.too_long" if "longer than" in str(error) else "expression.syntax"
            message = f"{place.path}: the expression {source[:80]!r} is not valid: {error}."
            hint = "Write a Python expression, such as start.question or len(rows) > 3."
            yield Problem(code, "error", message, hint, node_id=name, param=place.path)


def _sources(text: str) -> list[str]:
    return [part.source for part in parse(text) if not isinstance(part, str)]
