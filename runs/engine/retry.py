"""How long to wait before another attempt: exponential, capped, with a jitter that anyone can compute again."""

from hashlib import sha256

from editor.graph.document import RetryPolicy


def next_delay(policy: RetryPolicy, failures: int, *, retry_after: float | None, seed: str) -> float:
    """Give the seconds between a failed attempt and the next one.

    Parameters
    ----------
    policy : RetryPolicy
        Base, factor, cap, and whether to spread.
    failures : int
        Attempts that have failed, this one included: 1 after the first.
    retry_after : float or None
        What the other side asked for; the delay is never shorter.
    seed : str
        What makes this delay differ from others: run id, node key and attempt. The same seed gives the same delay.

    Returns
    -------
    float
        With jitter, a point between 0 and the backoff ("full jitter"); without, the backoff itself.

    Examples
    --------
    >>> exact = RetryPolicy(max_attempts=9, backoff_seconds=1, backoff_factor=2, max_backoff_seconds=5, jitter=False)
    >>> [next_delay(exact, n, retry_after=None, seed="") for n in (1, 2, 3, 4)]
    [1.0, 2.0, 4.0, 5.0]
    >>> next_delay(exact, 1, retry_after=30, seed="")
    30.0
    """
    growth = policy.backoff_factor ** max(failures - 1, 0)
    delay = min(policy.max_backoff_seconds, policy.backoff_seconds * growth)
    if policy.jitter:
        delay *= _fraction(seed)
    return float(max(delay, retry_after or 0.0))


def _fraction(seed: str) -> float:
    """Give a number in [0, 1) that looks random and is the same everywhere."""
    return int.from_bytes(sha256(seed.encode()).digest()[:7]) / 2.0**56
