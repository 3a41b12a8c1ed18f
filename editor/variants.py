"""A version with other params for some of its nodes, for one run: nobody's draft changes."""

from collections.abc import Mapping
from typing import Any

from editor.calls import ITSELF, Pinned, pin, pinned_as
from editor.errors import Invalid
from editor.models import WorkflowVersion
from editor.permissions import Action, Actor, require
from editor.services import document_read, graph_check, version_of_content


def version_with_params(version: WorkflowVersion, actor: Actor, params: Mapping[str, Mapping[str, Any]]) -> WorkflowVersion:
    """Find or store a version whose named nodes have these params instead of their own.

    Calls of the other nodes stay with the versions that they are pinned to. Raises `Invalid` for nodes that are not there, and
    with the list of problems when the graph could not run like this.
    """
    require(actor, Action.RUN_START, version.workflow)
    document = dict(version.document)
    nodes = {node["id"]: node for node in document.get("nodes", ())}
    unknown = sorted(params.keys() - nodes.keys())
    if unknown:
        raise Invalid("node_unknown", f"There is no node {unknown[0]!r} in this version.", data={"node": unknown[0]})
    document["nodes"] = [{**node, "params": dict(params.get(key, node.get("params", {})))} for key, node in nodes.items()]
    pinned = pin(graph_check(document_read(document)), version.workflow, actor)
    kept = {node: called if called != ITSELF else version.pk for node, called in version.calls.items() if node not in params}
    return version_of_content(version.workflow, actor, _with_calls(pinned, kept))


def _with_calls(pinned: Pinned, kept: Mapping[str, int]) -> Pinned:
    return pinned_as(pinned.document, {**pinned.calls, **kept}) if kept else pinned
