"""What may be asked of a run, in the imperative. Every command carries its own time, in seconds since 1970.

A late or duplicate command decides nothing: `decide` answers with no events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from editor.graph.faults import NOTHING, Fault
from editor.graph.nodetype import Usage
from runs.engine.events import EXECUTED, Origin, ShardEnd


@dataclass(frozen=True, slots=True)
class StartRun:
    """Begin, with the run's input."""

    at: float
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FinishNode:
    """An attempt's work is done: its value goes out on these ports."""

    at: float
    key: str
    attempt: int
    value: Any
    ports: tuple[str, ...] = ("out",)
    usage: Usage | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    origin: Origin = EXECUTED


@dataclass(frozen=True, slots=True)
class FailNode:
    """An attempt failed: retry, fall back, route the error or fail, as the node's policy says."""

    at: float
    key: str
    attempt: int
    fault: Fault
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class SuspendNode:
    """An attempt goes on at `wake_at` and then ends with this value; without a moment, only an answer ends it."""

    at: float
    key: str
    attempt: int
    wake_at: float | None
    reason: str
    value: Any
    ports: tuple[str, ...] = ("out",)


@dataclass(frozen=True, slots=True)
class AnswerNode:
    """Somebody answered what a node run waits for: it ends with this value on these ports."""

    at: float
    key: str
    attempt: int
    value: Any
    ports: tuple[str, ...]
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class HoldNode:
    """An attempt cannot go on until somebody decides: `value` says what is asked."""

    at: float
    key: str
    attempt: int
    reason: str
    value: Any
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class ReleaseNode:
    """Somebody decided on a held node run: its work begins anew, or it is given up. `fault` says what had stopped it."""

    at: float
    key: str
    attempt: int
    fault: Fault
    gives_up: bool = False


@dataclass(frozen=True, slots=True)
class OpenContainer:
    """A container's attempt knows what it works on: a map its items, a loop its initial state.

    `go_on` is what ``while`` gave before the first turn of a loop.
    """

    at: float
    key: str
    attempt: int
    value: Any
    go_on: bool = True


@dataclass(frozen=True, slots=True)
class JudgeTurn:
    """The turn of a loop was evaluated: whether ``until`` holds, whether ``while`` holds for the next one, and its score."""

    at: float
    key: str
    attempt: int
    index: int
    until: bool = False
    go_on: bool = True
    score: float | None = None


@dataclass(frozen=True, slots=True)
class CloseShard:
    """The run of some items of a map has ended."""

    at: float
    key: str
    attempt: int
    end: ShardEnd


@dataclass(frozen=True, slots=True)
class Wake:
    """Time has passed: whatever is due by `at` goes on."""

    at: float


@dataclass(frozen=True, slots=True)
class ParkRun:
    """The owner wants to let go: park the run, if everything left of it is waiting."""

    at: float


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Stop everything; nothing starts after this."""

    at: float
    reason: str = "user"


@dataclass(frozen=True, slots=True)
class ExpireRun:
    """The run's own time limit has passed: fail it with ``run_timeout``."""

    at: float


@dataclass(frozen=True, slots=True)
class RecoverRun:
    """A new owner took over: every attempt that was running is lost and is handled by its node's effect.

    `lost` counts, by node key, the owners that died while this node run was in flight, this one included.
    """

    at: float
    lost: Mapping[str, int] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing new is asked: work out the next consequence of what has happened."""

    at: float


Command = (
    StartRun
    | FinishNode
    | FailNode
    | SuspendNode
    | HoldNode
    | AnswerNode
    | ReleaseNode
    | OpenContainer
    | JudgeTurn
    | CloseShard
    | Wake
    | ParkRun
    | CancelRun
    | ExpireRun
    | RecoverRun
    | Settle
)
