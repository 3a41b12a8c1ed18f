"""How a run begins to exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from editor.graph.faults import NOTHING
from editor.models import WorkflowVersion
from editor.permissions import Actor
from runs.budget import limits_of
from runs.engine.states import Kind
from runs.models import Run


@dataclass(frozen=True, slots=True)
class Follow:
    """How a run follows an earlier one, or that it is about a part of the graph, or a test."""

    kind: str = Kind.NORMAL
    base: Run | None = None
    node: str = ""
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_test: bool = False

    def columns(self) -> dict[str, Any]:
        """Give the columns of the run. Only resuming goes on with a lineage: elsewhere somebody asked for work anew."""
        columns: dict[str, Any] = {
            "kind": str(self.kind),
            "base_run": self.base,
            "from_node": self.node,
            "edits": self.edits,
            "is_test": self.is_test,
        }
        if self.kind == Kind.RESUME and self.base is not None:
            columns["lineage_id"] = self.base.lineage_id
        return columns


ANEW = Follow()


def insert_run(
    version: WorkflowVersion,
    actor: Actor | None,
    input: Mapping[str, Any],
    *,
    trigger: str,
    idempotency_key: str | None,
    follow: Follow = ANEW,
    budget: Mapping[str, Any] = NOTHING,
    origin: Mapping[str, Any] = NOTHING,
) -> Run:
    """Write a queued run. Its first hint follows the commit, so `hinted_at` is now.

    `budget` is what somebody decided for this run; for the rest the version's settings hold. `origin` has the columns that
    say more of what started it than `trigger` does.
    """
    limits = {**limits_of(version.document).to_json(), **budget}
    return Run.objects.create(
        **follow.columns(),
        **origin,
        workflow_id=version.workflow_id,
        version=version,
        started_by_id=getattr(actor, "pk", None),
        trigger=trigger,
        input=input,
        idempotency_key=idempotency_key,
        budget=limits,
        hinted_at=timezone.now(),
    )


def insert_child(
    parent: str, parent_key: str, *, run_id: str, version: int, input: Mapping[str, Any], budget: Mapping[str, Any]
) -> None:
    """Write a queued run that a node run of another one waits for, unless it is there: its id is that of the node run's work."""
    above = Run.objects.get(pk=parent)
    found = WorkflowVersion.objects.get(pk=version)
    limits = {**limits_of(found.document).to_json(), **budget}
    columns = {
        "workflow_id": found.workflow_id,
        "version": found,
        "started_by_id": above.started_by_id,
        "uses_credentials": above.uses_credentials,
        "trigger": "workflow",
        "input": input,
        "budget": limits,
        "depth": above.depth + 1,
        "parent": above,
        "parent_key": parent_key,
        "hinted_at": timezone.now(),
    }
    Run.objects.get_or_create(pk=run_id, defaults=columns)
