"""What of a graph a stranger may see: the same for the preview, for the page behind a link, and for a copy.

What names other things of the owner's is left out: credentials, knowledge bases, other workflows, comments of the team, kept
sample values. What looks like a secret is hidden, and the owner is told where it stood.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from editor.catalogue import get_catalogue
from editor.families import FAMILIES
from editor.models import Credential
from editor.permissions import Actor
from editor.secrecy import MASK, SECRET_NAME, hide, hide_likely

PRIVATE_KINDS = frozenset({"credential", "knowledge", "workflow"})
"""Kinds of params that name something of the owner's."""
NODE_KEYS = ("id", "type", "type_version", "name", "parent", "position", "params", "policy")
SETTING_KEYS = ("on_failure", "max_parallel", "timeout_seconds")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A place where something was hidden because it looks like a secret."""

    node: str
    name: str
    param: str


@dataclass(slots=True)
class Exposed:
    """A document as strangers see it, and what is not in it."""

    document: dict[str, Any]
    secrets: list[Hidden] = field(default_factory=list)
    left_out: list[Hidden] = field(default_factory=list)
    """Params that name something of the owner's."""
    comments: int = 0
    pinned: int = 0


def exposed(document: Mapping[str, Any], *, maker: Actor) -> Exposed:
    """Give what a stranger sees of a document. Models may be named after credentials of whoever shares it."""
    families = dict(Credential.objects.usable_by(maker).values_list("name", "provider"))
    result = Exposed({})
    nodes = [_node(node, families, result) for node in document.get("nodes", ())]
    settings = document.get("settings") or {}
    result.document = {
        "schema": document.get("schema", 1),
        "settings": {key: settings[key] for key in SETTING_KEYS if key in settings},
        "nodes": nodes,
        "edges": list(document.get("edges", ())),
        "annotations": [],
    }
    return result


def masked(value: Any) -> Any:
    """Hide what looks like a secret anywhere in a value: in texts, and under names such as `password`."""
    if isinstance(value, str):
        return hide_likely(hide(value))
    if isinstance(value, Mapping):
        return {key: MASK if _is_secret(key, child) else masked(child) for key, child in value.items()}
    return [masked(child) for child in value] if isinstance(value, list | tuple) else value


def _node(node: Mapping[str, Any], families: Mapping[str, str], result: Exposed) -> dict[str, Any]:
    result.comments += len(node.get("comments") or ()) if isinstance(node.get("comments"), Mapping) else 0
    result.pinned += node.get("pinned") is not None
    kinds = kinds_of(str(node.get("type", "")))
    about = (str(node.get("id", "")), str(node.get("name") or node.get("id", "")))
    kept = {key: masked(node[key]) if key != "params" else {} for key in NODE_KEYS if key in node}
    params: dict[str, Any] = {}
    for name, value in (node.get("params") or {}).items():
        kind = kinds.get(name, "")
        if kind in PRIVATE_KINDS:
            if value:
                result.left_out.append(Hidden(*about, name))
            continue
        shown = _model(value, families) if kind == "model" or "model" in name else value
        params[name] = MASK if _is_secret(name, shown) else masked(shown)
        if params[name] != shown:
            result.secrets.append(Hidden(*about, name))
    return {**kept, "params": params}


def _is_secret(name: object, value: object) -> bool:
    """Whether a text under this name is taken for a secret; what is worked out while running is not one."""
    named = isinstance(name, str) and SECRET_NAME.search(name) is not None
    return named and isinstance(value, str) and value != "" and "{{" not in value


def _model(value: Any, families: Mapping[str, str]) -> Any:
    """Name a model after the kind of its provider, where it is named after somebody's credential."""
    if isinstance(value, list | tuple):
        return [_model(one, families) for one in value]
    if not isinstance(value, str):
        return value
    first, slash, rest = value.partition("/")
    if not slash or first in FAMILIES or first in {"default", "local"}:
        return value
    family = families.get(first)
    return f"{family}/{rest}" if family in FAMILIES else rest


@lru_cache(maxsize=1)
def _all_kinds() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for node_type in get_catalogue():
        properties = node_type.params.model_json_schema().get("properties", {})
        found[node_type.name] = {name: str(schema.get("x-ui", {}).get("kind", "")) for name, schema in properties.items()}
    return found


def kinds_of(node_type: str) -> Mapping[str, str]:
    """Say how each param of a node type is edited: that says what it names."""
    return _all_kinds().get(node_type, {})


def types_in(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the part of the catalogue that a page needs to draw a document."""
    contract = get_catalogue().as_contract()
    used = {str(node.get("type")) for node in document.get("nodes", ())}
    return {**contract, "node_types": [one for one in contract["node_types"] if one["name"] in used]}


def start_fields(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the fields of the form that begins a run, of all start nodes."""
    starts = (node for node in document.get("nodes", ()) if node.get("type") == "start")
    return [dict(entry) for node in starts for entry in _entries(node)]


def _entries(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    fields = (node.get("params") or {}).get("fields") or ()
    return (entry for entry in fields if isinstance(entry, Mapping))
