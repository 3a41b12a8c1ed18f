"""One node run: what it received, what it gave, how it came about."""

from django.http import HttpRequest
from ninja import Router, Status

from editor.api.http import actor_of, refusals
from runs import answers, approvals, selectors
from runs.api.runs import RunId
from runs.api.schemas import AnswerIn, NodeDetailOut, NodeRunOut, ScopeOut, StepsOut

router = Router(tags=["runs"])


@router.get("/runs/{run_id}/nodes/{path:key}", response={200: NodeDetailOut, **refusals()}, operation_id="node_run_get")
def node_run_get(request: HttpRequest, run_id: RunId, key: str) -> NodeDetailOut:
    """Read a node run by its key, with input, output and attempts."""
    return NodeDetailOut.of_detail(selectors.node_detail(actor=actor_of(request), run_id=run_id, key=key))


@router.get("/runs/{run_id}/steps/{path:key}", response={200: StepsOut, **refusals()}, operation_id="step_list")
def step_list(request: HttpRequest, run_id: RunId, key: str) -> StepsOut:
    """Read what an agent did: its steps and those of the agents that it asked, by the key of its node run."""
    return StepsOut.of(selectors.step_list(actor=actor_of(request), run_id=run_id, key=key))


@router.post(
    "/runs/{run_id}/answers/{path:key}", response={202: NodeRunOut, **refusals(409, 415, 422)}, operation_id="run_answer"
)
def run_answer(request: HttpRequest, run_id: RunId, key: str, payload: AnswerIn) -> Status[NodeRunOut]:
    """Answer what a node run asks, by its key. The first answer counts; a later one is refused with 409 `already_answered`.

    An approval is answered by the workflow's owner and by whom it names; who may not see the run needs no more than that.
    """
    actor = actor_of(request)
    run = approvals.run_to_answer(actor=actor, run_id=run_id, key=key)
    node_run = answers.run_answer(run=run, actor=actor, key=key, button=payload.button, values=payload.values)
    return Status(202, NodeRunOut.of(node_run))


@router.get("/runs/{run_id}/scopes/{path:scope}", response={200: ScopeOut, **refusals()}, operation_id="scope_get")
def scope_get(request: HttpRequest, run_id: RunId, scope: str) -> ScopeOut:
    """Read the node runs of one turn or item by the path of its scope, such as `each#45/`."""
    return ScopeOut.of(selectors.scope_list(actor=actor_of(request), run_id=run_id, scope=scope))
