"""Scripted attempts that stand in for nodes' own work: a run without models, network or waiting, told from a file."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from editor.graph.faults import RETRYABLE_CODES, Fault

Sleep = Callable[[float], Awaitable[None]]
"""How time passes: `asyncio.sleep`, or a test's own clock."""


class ScriptedError(BaseModel):
    """A failure as written in a script. `retryable` follows from the code unless it is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = "scripted"
    message: str = "The script says so."
    hint: str = ""
    retryable: bool | None = None
    retry_after_seconds: float | None = None
    data: Mapping[str, Any] = Field(default_factory=dict)

    def fault(self) -> Fault:
        """Give the fault that the attempt fails with."""
        retryable = self.code in RETRYABLE_CODES if self.retryable is None else self.retryable
        return Fault(self.code, self.message, self.hint, retryable, self.retry_after_seconds, self.data)


class ScriptedAttempt(BaseModel):
    """One attempt: after `sleep_seconds` it returns a value on `ports`, or fails."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    returns: Any = Field(default=None, alias="return")
    error: ScriptedError | None = None
    sleep_seconds: float = Field(default=0.0, ge=0)
    ports: tuple[str, ...] | None = None


_SCRIPT = TypeAdapter(dict[str, list[ScriptedAttempt] | ScriptedAttempt])


@dataclass(frozen=True, slots=True)
class Script:
    """Scripted attempts by node id, or by the key of one node run; the last attempt of each repeats."""

    attempts: Mapping[str, Sequence[ScriptedAttempt]]
    sleep: Sleep = asyncio.sleep

    @classmethod
    def from_json(cls, raw: object, *, sleep: Sleep = asyncio.sleep) -> "Script":
        """Read a script; raises pydantic's `ValidationError` (a `ValueError`) for anything else."""
        read = _SCRIPT.validate_python(raw)
        listed = {node: entry if isinstance(entry, list) else [entry] for node, entry in read.items()}
        return cls({node: entries for node, entries in listed.items() if entries}, sleep)

    def attempt(self, key: str, number: int) -> ScriptedAttempt | None:
        """What an attempt of a node run (counted from 1) does, or None for nodes that are not in the script."""
        entries = self.attempts.get(key) or self.attempts.get(key.rpartition("/")[2])
        return None if entries is None else entries[min(number, len(entries)) - 1]

    def mentions(self, node_id: str) -> bool:
        """Whether any run of a node is scripted."""
        return any(name.rpartition("/")[2] == node_id for name in self.attempts)
