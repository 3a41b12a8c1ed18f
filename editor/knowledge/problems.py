"""What is wrong with a drawing because of a knowledge base: the document alone cannot say whether one is still there."""

import json
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from editor.catalogue import get_catalogue
from editor.graph.document import GraphDocument
from editor.graph.problems import Problem
from editor.knowledge.models import KnowledgeBase
from editor.permissions import Actor


@lru_cache(maxsize=1)
def searching() -> Mapping[str, str]:
    """Give, by node type, the param that names a knowledge base."""
    found = {}
    for kind in get_catalogue():
        for name, schema in kind.params.model_json_schema().get("properties", {}).items():
            if schema.get("x-ui", {}).get("kind") == "knowledge":
                found[kind.name] = name
    return found


def missing_bases(document: GraphDocument, actor: Actor) -> tuple[Problem, ...]:
    """List the nodes of a document that search what is not there, or what the actor may not read."""
    nodes = [node for node in document.nodes if not node.policy.disabled]
    return _missing(((node.id, node.name, node.type, node.params) for node in nodes), actor)


def missing_bases_of_text(text: str, actor: Actor) -> tuple[Problem, ...]:
    """Do the same for a document as JSON. It is read only where it can name a knowledge base."""
    if not any(f'"{kind}"' in text for kind in searching()):
        return ()
    nodes = [node for node in json.loads(text)["nodes"] if not node.get("policy", {}).get("disabled")]
    return _missing(((node["id"], node.get("name", ""), node["type"], node.get("params", {})) for node in nodes), actor)


def _missing(nodes: Iterable[tuple[str, str, str, Mapping[str, Any]]], actor: Actor) -> tuple[Problem, ...]:
    wanted = []
    for node, name, kind, params in nodes:
        param = searching().get(kind)
        if param is not None and (base := params.get(param)):
            wanted.append((node, name or node, param, _as_uuid(base)))
    if not wanted:
        return ()
    ids = {base for *_, base in wanted if base is not None}
    known = set(KnowledgeBase.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return tuple(_problem(node, name, param) for node, name, param, base in wanted if base not in known)


def _problem(node: str, name: str, param: str) -> Problem:
    message = f"{name} searches a knowledge base that is not there, or that you may not read."
    return Problem("knowledge.unknown", "error", message, "Choose another one in its settings.", node_id=node, param=param)


def _as_uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
