"""What a new owner knows of its run: the plan, cached for each process, and the state from the committed rows."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from editor.catalogue import get_catalogue
from editor.graph.compile import compile_plan
from editor.graph.faults import NOTHING, Fault
from editor.graph.plan import Plan
from editor.graph.upgrade import load_document
from editor.models import WorkflowVersion
from runs.engine.restore import NodeFact, RunFact, restore
from runs.engine.state import RunState, initial_state
from runs.engine.states import RunStatus
from runs.journal import Claim
from runs.models import Blob, NodeRun
from runs.payloads import unpack

FACTS = (
    "scope_path",
    "node_id",
    "status",
    "reason",
    "attempt",
    "failures",
    "losses",
    "ports",
    "chosen",
    "output",
    "output_sha",
    "error",
    "degraded",
    "wake_at",
    "started_at",
    "finished_at",
)


class PlanCache:
    """The plans of the versions that this process ran last: versions never change, so plans never go stale."""

    def __init__(self, size: int = 128) -> None:
        self._size = size
        self._plans: OrderedDict[int, Plan] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version_id: int) -> Plan:
        """Give the plan of a version. Raises `DocumentError` where it cannot be compiled any more."""
        with self._lock:
            plan = self._plans.get(version_id)
            if plan is not None:
                self._plans.move_to_end(version_id)
                return plan
        document = WorkflowVersion.objects.values_list("document", flat=True).get(pk=version_id)
        plan = compile_plan(load_document(document), get_catalogue())
        with self._lock:
            self._plans[version_id] = plan
            while len(self._plans) > self._size:
                self._plans.popitem(last=False)
        return plan


plans = PlanCache()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A claimed run with all that its driver goes on from."""

    claim: Claim
    plan: Plan
    state: RunState
    usages: Mapping[str, Mapping[str, Any]]
    """What earlier attempts consumed, by node key."""


def load(claim: Claim) -> Loaded:
    """Give the plan and the state of a claimed run: a fresh one, or what the rows say."""
    plan = plans.get(claim.version_id)
    if claim.seq == 0:
        return Loaded(claim, plan, initial_state(plan, claim.run_id), NOTHING)
    status = RunStatus.WAITING if claim.was == RunStatus.WAITING else RunStatus.RUNNING
    state = restore(plan, RunFact(claim.run_id, status, claim.started_at), node_facts(claim.run_id))
    used = NodeRun.objects.filter(run_id=claim.run_id, usage__isnull=False).values_list("scope_path", "node_id", "usage")
    return Loaded(claim, plan, state, {scope + node: usage for scope, node, usage in used})


def node_facts(run_id: str) -> Iterator[NodeFact]:
    """Read the committed node runs of a run as the engine wants them, large values included."""
    rows = list(NodeRun.objects.filter(run_id=run_id).values(*FACTS))
    shas = {row["output_sha"] for row in rows if row["output_sha"]}
    blobs = {blob.sha256: unpack(blob.body) for blob in Blob.objects.filter(pk__in=shas)} if shas else {}
    for row in rows:
        yield _fact(row, blobs)


def _fact(row: dict[str, Any], blobs: dict[str, Any]) -> NodeFact:
    error = row["error"]
    return NodeFact(
        key=row["scope_path"] + row["node_id"],
        status=row["status"],
        reason=row["reason"],
        attempt=row["attempt"],
        failures=row["failures"],
        losses=row["losses"],
        ports=tuple(row["ports"]),
        chosen=tuple(row["chosen"]),
        value=blobs[row["output_sha"]] if row["output_sha"] else row["output"],
        fault=None if error is None else Fault.from_json(error),
        degraded=row["degraded"],
        wake_at=_seconds(row["wake_at"]),
        started_at=_seconds(row["started_at"]),
        finished_at=_seconds(row["finished_at"]),
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
