"""The journal of an agent: its steps, and those of the agents that it asks, kept together for the node run."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from editor.graph.context import Step
from editor.graph.nodetype import Usage

DELEGATION = "!"
"""Stands in a key between an agent and the number of the step that went to another one: ``boss!3/clerk``."""
CALL = "call"
"""The kind of what is recorded of a call of a model that belongs to no agent."""
Place = tuple[str, int]
Keep = Callable[[str, Step], Awaitable[None]]
"""Records a step under the key of its agent; when it returns, the step is kept."""


async def keep_nowhere(key: str, step: Step) -> None:
    """Record nothing beyond this process."""


@dataclass(slots=True)
class Records:
    """All steps of one node run, by the key of their agent and their number."""

    steps: dict[Place, Step] = field(default_factory=dict)
    keep: Keep = keep_nowhere

    def under(self, key: str) -> Iterator[Step]:
        """List the steps of an agent and of those that it asked."""
        for (owner, _), step in self.steps.items():
            if owner == key or owner.startswith(key + DELEGATION):
                yield step

    def used(self, key: str) -> dict[str, float]:
        """Add up what an agent and those that it asked have consumed."""
        found = [step.usage for step in self.under(key) if step.usage is not None]
        return {
            "cost_usd": sum(usage.cost_usd for usage in found),
            "input_tokens": sum(usage.input_tokens for usage in found),
            "output_tokens": sum(usage.output_tokens for usage in found),
        }


class RunJournal:
    """The steps of one agent among the records of its node run."""

    __slots__ = ("_key", "_records")

    def __init__(self, records: Records, key: str) -> None:
        self._records = records
        self._key = key

    @property
    def steps(self) -> Mapping[int, Step]:
        """What is recorded, by number."""
        return {idx: step for (owner, idx), step in self._records.steps.items() if owner == self._key}

    async def write(self, step: Step) -> None:
        """Record a step."""
        self._records.steps[self._key, step.idx] = step
        await self._records.keep(self._key, step)


def depth_of(key: str) -> int:
    """Say how many agents stand above one.

    >>> depth_of("boss"), depth_of("boss!3/clerk")
    (0, 1)
    """
    return key.count(DELEGATION)


def as_data(step: Step) -> dict[str, Any]:
    """Give what is kept of a step beside its columns."""
    return {"call": step.call, "input": step.input, "output": step.output, "error": step.error, "answer": step.answer}


class Row(Protocol):
    """A kept step."""

    idx: int
    kind: Any
    name: str
    status: Any
    usage: Any
    seconds: float


def from_row(row: Row, data: Mapping[str, Any]) -> Step:
    """Read a kept step, with the data that stands in its row or beside it."""
    usage = None if row.usage is None else Usage(**row.usage)
    kept: dict[str, Any] = {name: data.get(name) for name in DATA}
    return Step(row.idx, row.kind, row.name, row.status, **kept, usage=usage, seconds=row.seconds)


DATA = ("call", "input", "output", "error", "answer")
