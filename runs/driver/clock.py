"""The time of a run, and when to commit: at once while nothing else is coming, in groups while much is."""

import time

SHARE = 3.0
"""Commits take at most about a quarter of the time."""


CLOCK_STEP = 1e-6
"""What the database keeps apart."""


class RunClock:
    """The database's time, told from its moment at the claim: the clock of a worker may be wrong, or be set while it works."""

    def __init__(self, claimed_at: float, heard_at: float) -> None:
        self._ahead = claimed_at - heard_at
        self.last = 0.0

    def now(self) -> float:
        """Give the time in seconds since 1970."""
        return round(time.monotonic() + self._ahead, 6)

    def rising(self) -> float:
        """Give a later time with every look, so that stored times tell the order of what happened."""
        self.last = max(self.last + CLOCK_STEP, self.now())
        return self.last


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
