"""When to commit: at once while nothing else is coming, in groups while much is."""

import time

SHARE = 3.0
"""Commits take at most about a quarter of the time."""


class FlushClock:
    """Spaces the flushes of one run: a slow commit is followed by a longer pause."""

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest = shortest
        self._longest = longest
        self._pause = 0.0
        self._flushed_at = 0.0

    def flushed(self, seconds: float) -> None:
        """Note a commit that took so long."""
        self._pause = min(self._longest, max(self._shortest, seconds * SHARE))
        self._flushed_at = time.monotonic()

    def due_in(self, *, relaxed: bool) -> float:
        """Give the seconds until the next commit; `relaxed` when only log lines wait."""
        pause = self._longest if relaxed and self._pause else self._pause
        return max(0.0, self._flushed_at + pause - time.monotonic())
