"""Between the engine and the executor: what a node receives, and what its outcome asks of the engine."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from editor.graph.faults import NOTHING
from editor.graph.plan import Plan
from runs.driver.flights import Line, Outcome, broken
from runs.driver.host import Host
from runs.engine.commands import Command, FailNode, FinishNode, SuspendNode
from runs.engine.events import NodeStarted
from runs.engine.inputs import VisibleNames, node_inputs, node_sources
from runs.engine.state import RunState
from runs.executor import Done, Failed, RunInfo, Suspended, Work
from runs.journal import Claim
from runs.payloads import clean

MOST_LINES = 1000
"""Log lines kept of one attempt."""
LONGEST_LINE = 4000


def command_for(at: float, key: str, attempt: int, outcome: Outcome) -> Command:
    """Say what an outcome asks of the engine."""
    match outcome:
        case Done():
            return FinishNode(at, key, attempt, outcome.value, outcome.ports, outcome.usage, outcome.details or NOTHING)
        case Failed():
            return FailNode(at, key, attempt, outcome.fault, outcome.usage)
        case Suspended():
            return SuspendNode(at, key, attempt, at + outcome.seconds, outcome.reason, outcome.value, outcome.ports)


class Workshop:
    """Makes the work orders of one run."""

    def __init__(self, plan: Plan, state: RunState, host: Host, claim: Claim, put: Callable[[Line], None]) -> None:
        self._plan = plan
        self._state = state
        self._host = host
        self._claim = claim
        self._put = put
        self._info: RunInfo | None = None

    def order(self, event: NodeStarted) -> Work:
        """Gather what an attempt needs."""
        ns = self._state.nodes[event.key]
        inputs = node_inputs(self._plan, self._state, event.key)
        info = self._run_info(event.at)
        return Work(
            node=ns.node,
            key=event.key,
            attempt=event.attempt,
            inputs=inputs,
            names=VisibleNames(ns, inputs, info),
            run=info,
            at=event.at,
            emit=partial(self._host.publisher.delta, info.id, event.key, event.attempt),
            log=_Log(event.key, event.attempt, self._put),
            sources=node_sources(self._plan, self._state, event.key),
        )

    def run_inline(self, event: NodeStarted) -> Outcome:
        """Do a cheap node's work here and now."""
        work = self.order(event)
        try:
            return self._host.executor.run_inline(work)
        except Exception as error:
            return broken(error, work)

    def _run_info(self, at: float) -> RunInfo:
        """What nodes may know of the run; fixed once it has started."""
        if self._info is None:
            claim = self._claim
            started_at = at if self._state.started_at is None else self._state.started_at
            self._info = RunInfo(
                id=claim.run_id,
                workflow={"id": claim.workflow_id, "name": claim.workflow_name},
                input=claim.input,
                started_at=datetime.fromtimestamp(started_at, UTC).isoformat(),
                base_url=self._host.base_url,
                lineage_id=claim.lineage_id,
            )
        return self._info


class _Log:
    """Takes an attempt's log lines from any thread, up to a limit."""

    __slots__ = ("_attempt", "_key", "_left", "_put")

    def __init__(self, key: str, attempt: int, put: Callable[[Line], None]) -> None:
        self._key = key
        self._attempt = attempt
        self._put = put
        self._left = MOST_LINES

    def __call__(self, level: str, message: str) -> None:
        self._left -= 1
        if self._left > 0:
            self._put(Line(self._key, self._attempt, level, clean(message[:LONGEST_LINE])))
        elif self._left == 0:
            self._put(Line(self._key, self._attempt, "warning", f"More than {MOST_LINES} lines: the rest is not kept."))
