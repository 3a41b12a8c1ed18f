"""What a run may take over, read from the database: the base run with its plan, its final state and its keys."""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from editor.graph.upgrade import DocumentError
from runs.engine.part import WHOLE, Part, part_of
from runs.engine.restore import RunFact, restore
from runs.engine.reuse import Base, Reuse
from runs.facts import node_facts
from runs.models import Run
from runs.plans import plans

logger = logging.getLogger(__name__)


class Following(Protocol):
    """How a run follows an earlier one, as its row says."""

    @property
    def kind(self) -> str: ...
    @property
    def base_run_id(self) -> object: ...
    @property
    def from_node(self) -> str: ...
    @property
    def is_test(self) -> bool: ...
    @property
    def edits(self) -> Mapping[str, Mapping[str, Any]]: ...


def reuse_of(plan: Plan, run: Following, input: Mapping[str, Any]) -> Reuse | None:
    """Give what a run may take over; None for a run that does everything by itself."""
    pins = {node.id: node.pinned for node in plan.nodes.values() if node.pinned is not None} if run.is_test else NOTHING
    part = _part(plan, run)
    base = None if run.base_run_id is None else base_of(str(run.base_run_id))
    if base is None and part is WHOLE and not pins and not run.edits:
        return None
    return Reuse(input, base, part, pins, run.edits)


def base_of(run_id: str) -> Base | None:
    """Read an ended run as one to go on from; None when it is gone, or its version cannot be compiled any more."""
    run = Run.objects.filter(pk=run_id).defer("output").first()
    if run is None:
        return None
    try:
        plan = plans.get(run.version_id)
    except DocumentError:
        logger.warning("The version of run %s cannot be compiled any more; nothing of it is taken over.", run_id)
        return None
    started_at = None if run.started_at is None else run.started_at.timestamp()
    fact = RunFact(run_id, run.status, started_at)
    return Base(run_id, plan, restore(plan, fact, node_facts(run_id), Reuse(edits=run.edits)), run.input)


def _part(plan: Plan, run: Following) -> Part:
    return part_of(plan, run.kind, run.from_node) if run.from_node else WHOLE
