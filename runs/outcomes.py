"""What comes of one attempt, as values, and what each asks of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.faults import NOTHING, Fault
from editor.graph.nodetype import Usage, Verdict
from runs.engine.commands import Command, FailNode, FinishNode, HoldNode, JudgeTurn, OpenContainer, SuspendNode


@dataclass(frozen=True, slots=True)
class Launch:
    """A run of its own that begins when this node run's end is committed. Its id is the same for every attempt."""

    run_id: str
    version: int
    input: Mapping[str, Any]
    budget: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done. `params` are the resolved ones, for the node's shown input."""

    value: Any = None
    ports: tuple[str, ...] = ("out",)
    usage: Usage | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    launch: Launch | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt failed; what it consumed is counted all the same."""

    fault: Fault
    usage: Usage | None = None
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Suspended:
    """The work goes on after `seconds` (None: when somebody answers) and then ends with this value on these ports."""

    seconds: float | None
    reason: str
    value: Any = None
    ports: tuple[str, ...] = ("out",)
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Held:
    """The attempt cannot go on until somebody decides; `value` says what is asked."""

    reason: str
    value: Any
    usage: Usage | None = None
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Opened:
    """A container's graph may begin, on this value."""

    value: Any
    go_on: bool = True
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn of a loop was judged."""

    index: int
    verdict: Verdict
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


Outcome = Done | Failed | Suspended | Held | Opened | Judged


def command_for(at: float, key: str, attempt: int, outcome: Outcome) -> Command:
    """Say what an outcome asks of the engine."""
    match outcome:
        case Done():
            return FinishNode(at, key, attempt, outcome.value, outcome.ports, outcome.usage, outcome.details or NOTHING)
        case Failed():
            return FailNode(at, key, attempt, outcome.fault, outcome.usage)
        case Suspended():
            wake_at = None if outcome.seconds is None else at + outcome.seconds
            return SuspendNode(at, key, attempt, wake_at, outcome.reason, outcome.value, outcome.ports)
        case Held():
            return HoldNode(at, key, attempt, outcome.reason, outcome.value, outcome.usage)
        case Opened():
            return OpenContainer(at, key, attempt, outcome.value, outcome.go_on)
        case Judged():
            verdict = outcome.verdict
            return JudgeTurn(at, key, attempt, outcome.index, verdict.until, verdict.go_on, verdict.score)
