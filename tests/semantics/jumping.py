"""An event loop on which time is virtual."""

import asyncio
from collections.abc import Sized


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on which a sleep takes no time: when nothing is ready, the clock stands at the next timer."""

    _ready: Sized
    _scheduled: list[asyncio.TimerHandle]
    _now = 0.0

    def time(self) -> float:
        """Give the loop's own time."""
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0].when())
        super()._run_once()  # type: ignore[misc]
