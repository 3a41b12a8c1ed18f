"""How a run begins to exist."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from editor.models import WorkflowVersion
from editor.permissions import Actor
from runs.models import Run


def insert_run(
    version: WorkflowVersion, actor: Actor | None, input: Mapping[str, Any], *, trigger: str, idempotency_key: str | None
) -> Run:
    """Write a queued run. Its first hint follows the commit, so `hinted_at` is now."""
    return Run.objects.create(
        workflow_id=version.workflow_id,
        version=version,
        started_by_id=getattr(actor, "pk", None),
        trigger=trigger,
        input=input,
        idempotency_key=idempotency_key,
        hinted_at=timezone.now(),
    )
