"""What happened to a run, in the past tense. Events are facts: `evolve` never refuses one.

Every event has a stable `kind`, stored and sent to browsers; `key` names the node run, where there is one. The three ways
in which work ends share the kind ``node.finished``; their stored form carries the status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from editor.graph.faults import NOTHING, Fault
from editor.graph.nodetype import Usage

if TYPE_CHECKING:
    from runs.engine.shards import Shard


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a node run's result comes from: work of this run, or what it took over instead.

    `how` is ``""`` (executed), ``reused`` (from run `run_id`), ``cached`` (from run `run_id`) or ``pinned``. `key` is the
    node run key under which the result came about; `stale` says that the node's own key is another one by now.
    """

    how: str = ""
    run_id: str = ""
    key: str = ""
    stale: bool = False


EXECUTED = Origin()


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run began with this input."""

    kind: ClassVar[str] = "run.started"
    at: float
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunParked:
    """Everything left is waiting: the run holds no worker until `wake_at` or an answer."""

    kind: ClassVar[str] = "run.waiting"
    at: float
    wake_at: float | None
    is_at_work: bool = False
    """Some of it is at work in runs of its own: to a viewer it goes on."""


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A worker owns the run again, after waiting (`reason` ``wake``) or after an owner was lost (``takeover``)."""

    kind: ClassVar[str] = "run.resumed"
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class RunSucceeded:
    """The run ended well: the values of its output nodes by name."""

    kind: ClassVar[str] = "run.succeeded"
    at: float
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run ended with an unhandled failure; outputs that were reached are kept."""

    kind: ClassVar[str] = "run.failed"
    at: float
    fault: Fault
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """The run was stopped from outside."""

    kind: ClassVar[str] = "run.cancelled"
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """An attempt starts. It is committed before the work begins. `chosen` lists the edges an ``any`` join took."""

    kind: ClassVar[str] = "node.started"
    at: float
    key: str
    attempt: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeRetryScheduled:
    """An attempt failed and another one is due at `wake_at`.

    `lost` marks an attempt that died with its owner; `losses` then counts such attempts of this node run, this one included.
    """

    kind: ClassVar[str] = "node.retry"
    at: float
    key: str
    attempt: int
    fault: Fault
    wake_at: float
    lost: bool = False
    usage: Usage | None = None
    losses: int = 0
    is_free: bool = False
    """Somebody decided that it begins anew: no failure counts."""


@dataclass(frozen=True, slots=True)
class NodeWaiting:
    """An attempt's work goes on at `wake_at` (None: when somebody answers), without a worker, and then ends with this value."""

    kind: ClassVar[str] = "node.waiting"
    at: float
    key: str
    attempt: int
    wake_at: float | None
    reason: str
    value: Any
    ports: tuple[str, ...]
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class NodeSucceeded:
    """A node run ended with a value on these ports. `degraded` marks a fallback value, `fault` is then what it hides."""

    kind: ClassVar[str] = "node.finished"
    at: float
    key: str
    attempt: int
    value: Any
    ports: tuple[str, ...]
    usage: Usage | None = None
    degraded: bool = False
    fault: Fault | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    started_at: float | None = None
    origin: Origin = EXECUTED


@dataclass(frozen=True, slots=True)
class NodeFailed:
    """A node run failed for good. `handled` is ``port``, ``skip`` or ``""`` (unhandled)."""

    kind: ClassVar[str] = "node.finished"
    at: float
    key: str
    attempt: int
    fault: Fault
    handled: str = ""
    usage: Usage | None = None
    started_at: float | None = None
    origin: Origin = EXECUTED


@dataclass(frozen=True, slots=True)
class NodeSkipped:
    """A node run will not run. `status` is ``skipped`` (dead path) or ``upstream_failed``.

    `reason` is ``left_out`` where the run was asked for a part of the graph that this node does not belong to.
    """

    kind: ClassVar[str] = "node.skipped"
    at: float
    key: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NodeCancelled:
    """A node run was stopped: ``fail_fast``, ``run_cancelled``, ``run_timeout`` or ``lost_race``."""

    kind: ClassVar[str] = "node.finished"
    at: float
    key: str
    attempt: int
    reason: str
    started_at: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a container is: items or turns that ended well, that failed, and that run; `total` None if not known.

    Of a map that is shared out, `shards` are the first items of the shards that are not counted yet; of others it is None.
    """

    total: int | None = None
    done: int = 0
    failed: int = 0
    running: int = 0
    shards: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ContainerOpened:
    """A container gave up its slot and its graph is at work: on these items, or from this state on."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    attempt: int
    value: Any
    progress: Progress
    go_on: bool = True
    is_split: bool = False
    """The items of this map are shared out to runs of their own."""


@dataclass(frozen=True, slots=True)
class ScopeOpened:
    """An item of a map, or a turn of a loop, begins. `key` is the container's."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    index: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class ScopeClosed:
    """Everything in an item or a turn has ended: ``succeeded``, ``failed`` (with its first failure) or ``cancelled``."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    index: int
    status: str
    progress: Progress
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ShardEnd:
    """What became of some items of a map: results by item, as far as there are any, and why the shard could not go on."""

    first: int
    results: Mapping[int, Any]
    done: int = 0
    failed: int = 0
    failures: tuple[int, ...] = ()
    """The first items that failed, as they did."""
    first_failure: tuple[int, Fault] | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ShardOpened:
    """Some items of a map are handed to a run of their own. `base` begins the paths of their scopes."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    base: str
    shard: "Shard"
    progress: Progress


@dataclass(frozen=True, slots=True)
class ShardClosed:
    """The run of some items of a map has ended."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    end: ShardEnd
    progress: Progress


@dataclass(frozen=True, slots=True)
class TurnAsked:
    """A turn of a loop has ended and the loop's expressions are to be evaluated."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    attempt: int
    index: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class TurnJudged:
    """The loop's expressions were evaluated after a turn."""

    kind: ClassVar[str] = "map.progress"
    at: float
    key: str
    index: int
    until: bool
    go_on: bool
    score: float | None
    progress: Progress


Event = (
    RunStarted
    | RunParked
    | RunResumed
    | RunSucceeded
    | RunFailed
    | RunCancelled
    | NodeStarted
    | NodeRetryScheduled
    | NodeWaiting
    | NodeSucceeded
    | NodeFailed
    | NodeSkipped
    | NodeCancelled
    | ContainerOpened
    | ScopeOpened
    | ScopeClosed
    | ShardOpened
    | ShardClosed
    | TurnAsked
    | TurnJudged
)
CONTAINER_EVENTS = (ContainerOpened, ScopeOpened, ScopeClosed, ShardOpened, ShardClosed, TurnAsked, TurnJudged)
RUN_END = (RunSucceeded, RunFailed, RunCancelled)
