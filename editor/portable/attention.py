"""What somebody has to look after in a workflow that comes from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from editor.calls import find_workflow
from editor.catalogue import get_catalogue
from editor.families import FAMILIES
from editor.graph.document import GraphDocument, NodeDoc
from editor.knowledge.problems import missing_bases
from editor.models import Credential, Workflow
from editor.permissions import Actor
from editor.secrecy import MASK
from editor.sharing.exposure import kinds_of


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing to look after. `code` never changes its meaning."""

    code: str
    message: str
    node_id: str = ""
    param: str = ""


def attention_for(document: GraphDocument, workflow: Workflow, actor: Actor) -> list[Attention]:
    """List what keeps a draft from working here as it did where it comes from."""
    names = set(Credential.objects.usable_by(actor).values_list("name", flat=True))
    found = [one for node in document.nodes for one in _of_node(node, names, workflow, actor)]
    found += [
        Attention("missing_knowledge", problem.message, problem.node_id or "", problem.param or "")
        for problem in missing_bases(document, actor)
    ]
    return found


def _of_node(node: NodeDoc, credentials: set[str], workflow: Workflow, actor: Actor) -> Iterator[Attention]:
    name = node.name or node.id
    if get_catalogue().latest(node.type) is None:
        message = f"{name} is of the type {node.type[:80]!r}, which is not known here. It is kept as it is."
        yield Attention("unknown_type", message, node.id)
        return
    for param, value in node.params.items():
        kind = kinds_of(node.type).get(param, "")
        for wanted in _credentials(kind, param, value):
            if wanted not in credentials:
                message = f"{name} uses the credential {wanted[:80]!r}, which you do not have. Add it, or choose another."
                yield Attention("missing_credential", message, node.id, param)
        if kind == "workflow" and value and find_workflow(str(value), actor, workflow) is None:
            message = f"{name} runs a workflow that is neither here nor in the file. Choose another."
            yield Attention("missing_workflow", message, node.id, param)
        if MASK in json.dumps(value):
            message = f"{name} held what looks like a secret in {param}. It was left out of the file: enter it again."
            yield Attention("hidden_value", message, node.id, param)


def _credentials(kind: str, param: str, value: Any) -> Iterator[str]:
    if kind == "credential" and isinstance(value, str) and value and "{{" not in value:
        yield value
    if kind == "model" or "model" in param:
        for model in value if isinstance(value, list | tuple) else [value]:
            first, slash, _ = model.partition("/") if isinstance(model, str) else ("", "", "")
            if slash and first not in FAMILIES and first not in {"default", "local"} and "{{" not in first:
                yield first


def rewired(document: Mapping[str, Any], new_ids: Mapping[str, str]) -> dict[str, Any]:
    """Let nodes that run a workflow of the same file run the one that was made of it."""
    nodes = []
    for node in document.get("nodes") or ():
        params = node.get("params") if isinstance(node, Mapping) else None
        if isinstance(params, Mapping):
            kinds = kinds_of(str(node.get("type")))
            moved = {n: new_ids.get(str(v), v) if kinds.get(n) == "workflow" else v for n, v in params.items()}
            nodes.append({**node, "params": moved})
        else:
            nodes.append(node)
    return {**document, "nodes": nodes} if "nodes" in document else dict(document)
