"""One node run: what it received, what it gave, how it came about."""

from django.http import HttpRequest
from ninja import Router

from editor.api.http import actor_of, refusals
from runs import selectors
from runs.api.runs import RunId
from runs.api.schemas import NodeDetailOut, ScopeOut

router = Router(tags=["runs"])


@router.get("/runs/{run_id}/nodes/{path:key}", response={200: NodeDetailOut, **refusals()}, operation_id="node_run_get")
def node_run_get(request: HttpRequest, run_id: RunId, key: str) -> NodeDetailOut:
    """Read a node run by its key, with input, output, attempts and log."""
    return NodeDetailOut.of_detail(selectors.node_detail(actor=actor_of(request), run_id=run_id, key=key))


@router.get("/runs/{run_id}/scopes/{path:scope}", response={200: ScopeOut, **refusals()}, operation_id="scope_get")
def scope_get(request: HttpRequest, run_id: RunId, scope: str) -> ScopeOut:
    """Read the node runs of one turn or item by the path of its scope, such as `each#45/`."""
    return ScopeOut.of(selectors.scope_list(actor=actor_of(request), run_id=run_id, scope=scope))
