"""Behind a link: runs of its visitors, and replays. Nobody is asked who they are; the note of a visit says what is theirs."""

from datetime import datetime
from typing import Any, Literal, Self

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field

from editor.api.http import ApiModel, actor_of, refusals
from editor.api.link_schemas import ExposureOut, LinkMade, LinkTerms, exposure_of
from editor.api.shared import note_of, visitors
from editor.permissions import Action, require
from editor.secrecy import MASK
from editor.sharing.exposure import masked
from runs import selectors, shared
from runs.api.runs import RunId
from runs.api.schemas import JsonObject, NodeDetailOut, RunOut, ScopeOut, StepsOut
from runs.models import Run

router = Router(tags=["shared"])
PUBLIC: dict[str, Any] = {"auth": None}

PLAIN: dict[str, tuple[str, ...]] = {
    "The models that it asks did not answer. Try again in a few minutes.": (
        "rate_limit", "transient", "provider_malformed", "invalid_response", "timeout", "http_status", "answered",
    ),
    "It took longer than it may, and was stopped.": ("run_timeout",),
    "It would have cost more than it may. Whoever shared it can raise the limit.": ("budget",),
    "It did not get on with what you entered. Change it and try again.": ("bad_input", "invalid_input", "input_invalid"),
}  # fmt: skip
ELSE = "Something went wrong inside. Whoever shared this can see what."


class SharedRunIn(ApiModel):
    """What a visitor runs it with. Nothing else is theirs to choose."""

    input: JsonObject = Field(default_factory=dict)


class SharedProblem(BaseModel):
    """Why it failed, in plain words."""

    code: str
    message: str


class SharedRunOut(BaseModel):
    """A run as its visitor sees it: what comes out, and nothing of how."""

    id: str
    status: Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    input: JsonObject
    done: int = Field(description="Steps that have ended.")
    total: int = Field(description="Steps that it has, as far as all of them are taken.")
    waits_for: str = Field(description="What it waits for: approval, time, webhook and others; empty while it works.")
    output: JsonObject | None
    problem: SharedProblem | None

    @classmethod
    def of(cls, visited: shared.Visited) -> Self:
        run, progress = visited.run, visited.progress
        return cls.model_validate(
            {
                "id": str(run.pk),
                "status": run.shown_status,
                "created_at": run.created_at,
                "started_at": run.started_at,
                "finished_at": run.finished_at,
                "input": run.input,
                "done": progress.done,
                "total": progress.total,
                "waits_for": progress.waits_for,
                "output": masked(visited.output),
                "problem": problem_of(run, visited.said),
            }
        )


def problem_of(run: Run, said: str) -> SharedProblem | None:
    """Say in plain words why a run failed; details may name what is none of a visitor's business."""
    if run.status != "failed":
        return None
    code = str((run.error or {}).get("code", "internal"))
    plain = next((words for words, codes in PLAIN.items() if code in codes), ELSE)
    return SharedProblem(code="failed" if said else code, message=masked(said) or plain)


@router.post(
    "/shared/{token}/runs",
    response={201: SharedRunOut, **refusals(409, 415, 422)},
    operation_id="shared_run_start",
    throttle=visitors(),
    **PUBLIC,
)
def shared_run_start(request: HttpRequest, token: str, payload: SharedRunIn) -> Status[SharedRunOut]:
    """Start a run of the version that the link shows. It takes the fields of the form, and nothing else."""
    return Status(201, SharedRunOut.of(shared.shared_run_start(token=token, note=note_of(request), input=payload.input)))


@router.get(
    "/shared/{token}/runs/{run_id}",
    response={200: SharedRunOut, **refusals()},
    operation_id="shared_run_get",
    throttle=visitors(),
    **PUBLIC,
)
def shared_run_get(request: HttpRequest, token: str, run_id: RunId) -> SharedRunOut:
    """Read a run that this visitor started through this link."""
    return SharedRunOut.of(shared.shared_run_get(token=token, note=note_of(request), run_id=run_id))


@router.post(
    "/shared/{token}/runs/{run_id}/cancel",
    response={202: SharedRunOut, **refusals(415)},
    operation_id="shared_run_cancel",
    throttle=visitors(),
    **PUBLIC,
)
def shared_run_cancel(request: HttpRequest, token: str, run_id: RunId) -> Status[SharedRunOut]:
    """Stop a run that this visitor started through this link."""
    return Status(202, SharedRunOut.of(shared.shared_run_cancel(token=token, note=note_of(request), run_id=run_id)))


@router.get("/shared/{token}/run", response={200: RunOut, **refusals()}, operation_id="replay_get", throttle=visitors(), **PUBLIC)
def replay_get(request: HttpRequest, token: str) -> RunOut:
    """Read the run that a link replays."""
    _, snapshot = shared.replay_of(token, note_of(request))
    told = RunOut.of_snapshot(snapshot).model_dump(mode="json")
    return RunOut.model_validate({**masked(told), "base_run": None, "parent_run": None})


@router.get(
    "/shared/{token}/run/nodes/{path:key}",
    response={200: NodeDetailOut, **refusals()},
    operation_id="replay_node_get",
    throttle=visitors(),
    **PUBLIC,
)
def replay_node_get(request: HttpRequest, token: str, key: str) -> NodeDetailOut:
    """Read a node run of a replay, without its log."""
    told = NodeDetailOut.of_detail(shared.replay_node(token, note_of(request), key)).model_dump(mode="json")
    shown = {**masked(told), "log_lines": 0, "reused_from": None}
    shown["attempts"] = [{**attempt, "worker": ""} for attempt in shown["attempts"]]
    if shown["input"]["params"].get("credential"):
        shown["input"]["params"]["credential"] = MASK
    return NodeDetailOut.model_validate(shown)


@router.get(
    "/shared/{token}/run/steps/{path:key}",
    response={200: StepsOut, **refusals()},
    operation_id="replay_step_list",
    throttle=visitors(),
    **PUBLIC,
)
def replay_step_list(request: HttpRequest, token: str, key: str) -> StepsOut:
    """Read what an agent of a replay did."""
    steps = StepsOut.of(shared.replay_steps(token, note_of(request), key))
    return StepsOut.model_validate(masked(steps.model_dump(mode="json")))


@router.get(
    "/shared/{token}/run/scopes/{path:scope}",
    response={200: ScopeOut, **refusals()},
    operation_id="replay_scope_get",
    throttle=visitors(),
    **PUBLIC,
)
def replay_scope_get(request: HttpRequest, token: str, scope: str) -> ScopeOut:
    """Read the node runs of one turn or item of a replay."""
    told = ScopeOut.of(shared.replay_scope(token, note_of(request), scope)).model_dump(mode="json")
    return ScopeOut.model_validate(masked(told))


@router.get("/runs/{run_id}/exposure", response={200: ExposureOut, **refusals()}, operation_id="replay_preview")
def replay_preview(request: HttpRequest, run_id: RunId) -> ExposureOut:
    """Say exactly what a stranger would see in a replay of a run, before a link to it is made."""
    actor = actor_of(request)
    run = selectors.run_get(actor=actor, run_id=run_id)
    require(actor, Action.LINK_CREATE, run.workflow)
    workflow = run.workflow
    return exposure_of(workflow.name, workflow.description, right="replay", version=run.version, maker=actor)


@router.post("/runs/{run_id}/links", response={201: LinkMade, **refusals(409, 415, 422)}, operation_id="replay_link_create")
def replay_link_create(request: HttpRequest, run_id: RunId, payload: LinkTerms) -> Status[LinkMade]:
    """Make a link to the replay of a run that has ended."""
    actor = actor_of(request)
    run = selectors.run_get(actor=actor, run_id=run_id)
    return Status(201, LinkMade.of_made(*shared.replay_link_create(run=run, actor=actor, **payload.given())))
