"""The shapes that go in and out of the runs' routes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from runs.models import Attempt, NodeRun, Run, Step
from runs.payloads import truncated
from runs.selectors import NodeDetail, Snapshot
from runs.steps import CALL

JsonObject = dict[str, Any]
SHOWN_CHARS = 256 * 1024
SHOWN_STEP_CHARS = 16 * 1024
"""Longest value in a node's detail; beyond it the answer holds its beginning and its size."""

RunState = Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
RunKind = Literal["normal", "resume", "from_here", "only", "to_here"]
NodeOrigin = Literal["", "reused", "cached", "pinned"]
NodeState = Literal["pending", "ready", "running", "waiting", "succeeded", "failed", "skipped", "cancelled", "upstream_failed"]


class BudgetIn(ApiModel):
    """What a run may spend; what is left out is as the workflow's settings say."""

    usd: Annotated[float, Field(ge=0)] | None = None
    tokens: Annotated[int, Field(ge=0)] | None = None
    seconds: Annotated[float, Field(gt=0)] | None = Field(default=None, description="At work; waiting does not count.")
    on: Literal["ask", "fail"] | None = Field(default=None, description="What happens before it would spend more.")


class BudgetOut(BaseModel):
    """What a run may spend; null where there is no limit."""

    usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None
    on: Literal["ask", "fail"] = "ask"
    model: str = Field(default="", description="The model that takes the place of all others, if somebody chose one.")


class RunIn(ApiModel):
    """A run to start."""

    input: JsonObject = Field(default_factory=dict, examples=[{"question": "Where is my parcel?"}])
    version: Annotated[int, Field(ge=1)] | Literal["draft", "latest"] = "draft"
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    budget: BudgetIn | None = None


class WorkflowRef(BaseModel):
    """The workflow of a run."""

    id: str
    name: str


class FiredBy(BaseModel):
    """The trigger that started a run."""

    id: str
    name: str


class RunSummary(BaseModel):
    """A run without its values."""

    id: str
    workflow: WorkflowRef
    version: int | None
    status: RunState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: JsonObject | None
    usage: JsonObject
    kind: RunKind
    base_run: str | None = Field(description="The run whose results this one could take over.")
    parent_run: str | None = Field(description="The run whose node started this one, without waiting for it.")
    from_node: str = Field(description="The node that was asked for; empty when it was the whole graph.")
    is_test: bool = Field(description="Whether pinned values counted.")
    trigger: str = Field(description="What started it.", examples=["api", "webhook", "schedule", "form", "workflow", "link"])
    fired_by: FiredBy | None = Field(description="The trigger that started it, while that is there.")
    budget: BudgetOut

    @classmethod
    def facts(cls, run: Run) -> JsonObject:
        return {
            "id": str(run.pk),
            "workflow": {"id": str(run.workflow_id), "name": run.workflow.name},
            "version": run.version.number,
            "status": run.shown_status,
            "created_at": run.created_at,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "error": run.error,
            "usage": run.usage,
            "kind": run.kind,
            "base_run": None if run.base_run_id is None else str(run.base_run_id),
            "parent_run": None if run.parent_id is None else str(run.parent_id),
            "from_node": run.from_node,
            "is_test": run.is_test,
            "trigger": run.trigger,
            "fired_by": None if run.fired_by is None else {"id": str(run.fired_by_id), "name": run.fired_by.name},
            "budget": run.budget,
        }

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls.model_validate(cls.facts(run))


class RunPage(BaseModel):
    """One page of runs, the newest first."""

    items: list[RunSummary]
    total: int


class PartOut(BaseModel):
    """How far some items of a map are, on which another worker works."""

    first: int = Field(description="The first of them.")
    done: int
    failed: int
    running: int


class ProgressOut(BaseModel):
    """How far a loop or a map is."""

    total: int | None = Field(description="Items of a map; null for loops.")
    done: int
    failed: int
    running: int
    failures: list[int] = Field(description="The first items that failed, by number.")
    scores: dict[str, float] = Field(description="Of a loop: how good each turn was, by number.")
    parts: list[PartOut] | None = Field(
        default=None, description="Of a map that several workers share: what is at work, on top of the counts. Else null."
    )


class DecisionOut(BaseModel):
    """What a model decided: the reason, and how sure it was of a case or how good a value is, from 0 to 1."""

    reason: str
    confidence: float | None
    score: float | None

    @classmethod
    def read(cls, node_run: NodeRun) -> JsonObject | None:
        """Read it from what `runs.selectors.with_decisions` adds."""
        confidence, score = getattr(node_run, "told_confidence", None), getattr(node_run, "told_score", None)
        if confidence is None and score is None:
            return None
        return {"reason": getattr(node_run, "told_reason", None) or "", "confidence": confidence, "score": score}


class AttemptTimeOut(BaseModel):
    """When an attempt was at work, and how it ended."""

    n: int
    status: str
    started_at: datetime
    finished_at: datetime | None
    waited_from: datetime | None = Field(None, description="When it had done its part and began to wait for something.")

    @classmethod
    def all_of(cls, node_run: NodeRun) -> list[Self]:
        """Read what `runs.selectors.tell_attempts` adds."""
        return [cls.model_validate(attempt, from_attributes=True) for attempt in getattr(node_run, "told_attempts", ())]


class NodeRunOut(BaseModel):
    """A node run without its values."""

    key: str
    node_id: str
    scope_path: str
    status: NodeState
    reason: str
    attempt: int
    ports: list[str]
    started_at: datetime | None
    finished_at: datetime | None
    error: JsonObject | None
    usage: JsonObject | None
    degraded: bool
    wake_at: datetime | None
    preview: str | None
    origin: NodeOrigin = Field(description="Where the result comes from; empty for work of this run.")
    reused_from: str | None = Field(description="The run in which the work was done.")
    stale: bool = Field(description="Taken over although the node has changed since.")
    progress: ProgressOut | None = Field(description="Of loops and maps.")
    attempts: Sequence[AttemptTimeOut] = Field(description="All of them, where there was more than one, or one that waited.")
    decision: DecisionOut | None = Field(None, description="What a model decided, and why.")

    @classmethod
    def facts(cls, node_run: NodeRun) -> JsonObject:
        return {
            "key": node_run.scope_path + node_run.node_id,
            "node_id": node_run.node_id,
            "scope_path": node_run.scope_path,
            "status": node_run.status,
            "reason": node_run.reason,
            "attempt": node_run.attempt,
            "ports": node_run.ports,
            "started_at": node_run.started_at,
            "finished_at": node_run.finished_at,
            "error": node_run.error,
            "usage": node_run.usage,
            "degraded": node_run.degraded,
            "wake_at": node_run.wake_at,
            "preview": node_run.preview if node_run.status == "succeeded" else None,
            "origin": node_run.origin,
            "reused_from": None if node_run.reused_from is None else str(node_run.reused_from),
            "stale": node_run.stale,
            "decision": DecisionOut.read(node_run),
            "attempts": AttemptTimeOut.all_of(node_run),
            "progress": None if node_run.progress is None or node_run.progress.get("is_call") else node_run.progress,
        }

    @classmethod
    def of(cls, node_run: NodeRun) -> Self:
        return cls.model_validate(cls.facts(node_run))


class RunOut(RunSummary):
    """A run with its values and its node runs, all of the moment of event `seq`.

    Of loops and maps the first 20 turns and items are here; the others can be read by the path of their scope.
    """

    input: JsonObject
    output: Any = None
    seq: int
    node_runs: list[NodeRunOut]

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> Self:
        run = snapshot.run
        node_runs = [NodeRunOut.facts(node_run) for node_run in snapshot.node_runs]
        return cls.model_validate(
            {**cls.facts(run), "input": run.input, "output": snapshot.output, "seq": run.seq, "node_runs": node_runs}
        )


class AnswerIn(ApiModel):
    """An answer to what a node run asks."""

    button: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(description="The port of the pressed button.")
    values: JsonObject = Field(default_factory=dict, description="By field; what is left out stays as it stood.")


class ScopeOut(BaseModel):
    """One turn of a loop, or one item of a map."""

    node_runs: list[NodeRunOut]

    @classmethod
    def of(cls, node_runs: Iterable[NodeRun]) -> Self:
        return cls(node_runs=[NodeRunOut.of(node_run) for node_run in node_runs])


class DocumentOut(BaseModel):
    """The graph that a run runs."""

    document: JsonObject


class AttemptOut(AttemptTimeOut):
    """One try of a node run."""

    error: JsonObject | None
    usage: JsonObject | None
    worker: str

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        return cls.model_validate({name: getattr(attempt, name, None) for name in cls.model_fields})


class NodeInput(BaseModel):
    """What a node run received: the values at its ports, and its params with their templates resolved."""

    inputs: JsonObject
    params: JsonObject


class NodeDetailOut(NodeRunOut):
    """All that is kept of a node run. Huge values are cut and say so."""

    input: NodeInput
    output: Any = None
    details: JsonObject | None
    attempts: Sequence[AttemptOut]
    log_lines: int = Field(description="How many lines it wrote; they are read with `log_list`.")
    steps: int = Field(description="Of agents: how many steps are recorded.")
    calls: int = Field(description="Of all others: how many calls of models are recorded.")

    @classmethod
    def of_detail(cls, detail: NodeDetail) -> Self:
        inputs = {port: truncated(value, SHOWN_CHARS) for port, value in detail.inputs.items()}
        return cls.model_validate(
            {
                **cls.facts(detail.node_run),
                "input": {"inputs": inputs, "params": detail.node_run.params or {}},
                "output": truncated(detail.output, SHOWN_CHARS),
                "details": detail.node_run.details,
                "attempts": [AttemptOut.of(attempt) for attempt in detail.attempts],
                "log_lines": detail.log_lines,
                "steps": detail.steps,
                "calls": detail.calls,
            }
        )


class StepOut(BaseModel):
    """One call of an agent, or of a model by any other node.

    `agent` says whose: the key of the node run, or of an agent that was asked, `boss!3/clerk`.
    """

    agent: str
    idx: int
    kind: str
    name: str
    status: str
    call: str
    input: Any = None
    output: Any = None
    error: JsonObject | None
    answer: JsonObject | None
    usage: JsonObject | None
    seconds: float
    started_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, step: Step) -> Self:
        data = step.data or {}
        columns = ("idx", "kind", "name", "status", "usage", "seconds", "started_at", "finished_at")
        shown = {name: truncated(data.get(name), SHOWN_STEP_CHARS) for name in ("input", "output")}
        told = {name: data.get(name) for name in ("error", "answer")}
        facts = {name: getattr(step, name) for name in columns}
        output = data.get("output")
        if step.kind == CALL and isinstance(output, dict):
            facts["usage"] = output.get("usage")
        return cls.model_validate({"agent": step.node_key, "call": data.get("call") or "", **facts, **shown, **told})


class StepsOut(BaseModel):
    """What an agent did, and the agents that it asked: by agent, in order."""

    steps: list[StepOut]

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Self:
        return cls(steps=[StepOut.of(step) for step in steps])


class EventOut(BaseModel):
    """A numbered fact of a run. `at` and the times in `data` are seconds since 1970."""

    seq: int
    at: float
    kind: str
    node: str | None
    data: JsonObject


class EventPage(BaseModel):
    """Events after a number, and the number of the run's last one."""

    events: list[EventOut]
    last_seq: int
