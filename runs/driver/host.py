"""What a driver needs of the process that it lives in, so that tests can bring a small one."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runs.engine.shards import Sharding
from runs.executor import Executor


@dataclass(frozen=True, slots=True)
class Pace:
    """The numbers of a driver, in seconds and bytes; they come from the settings."""

    lease: float = 30.0
    flush_min: float = 0.01
    flush_max: float = 0.25
    park_after: float = 5.0
    inline_bytes: int = 8192
    most_active: int = 0
    """Runs of one person that are worked on at once, beyond which others wait; 0: no limit."""
    sharding: Sharding | None = None
    """When maps are shared out to several workers; None: never."""


class Publisher(Protocol):
    """Tells viewers what is new. Lossy: nothing depends on it."""

    def poke(self, run_id: str, first: int, wires: Sequence[Mapping[str, Any]]) -> None: ...

    def delta(self, run_id: str, key: str, attempt: int, text: str) -> None: ...

    def part(self, run_id: str, part: Mapping[str, Any]) -> None: ...

    def rouse(self, run_id: str) -> None: ...


class Owned(Protocol):
    """A driver as its process sees it."""

    run_id: str
    ticked_at: float

    def poke(self) -> None: ...

    def lose(self) -> None: ...


class Host(Protocol):
    """The process of a driver."""

    owner: str
    pace: Pace
    base_url: str
    loop: asyncio.AbstractEventLoop
    executor: Executor
    slots: asyncio.Semaphore
    draining: threading.Event

    @property
    def publisher(self) -> Publisher: ...

    def is_past_draining(self) -> bool: ...

    def adopt(self, driver: Owned) -> None: ...

    def forget(self, driver: Owned) -> None: ...

    def hint(self, run_id: str) -> None: ...
