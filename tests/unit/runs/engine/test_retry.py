"""How long a failed attempt waits for the next one."""

import pytest

from editor.graph.document import RetryPolicy
from runs.engine.retry import next_delay


def test_jitter_stays_below_the_backoff_and_spreads() -> None:
    """Full jitter: anywhere between nothing and the backoff, different for each node run and attempt."""
    policy = RetryPolicy(max_attempts=9, backoff_seconds=8, backoff_factor=1)
    delays = [next_delay(policy, 1, retry_after=None, seed=f"run:{index}:1") for index in range(500)]
    assert all(0 <= delay < 8 for delay in delays)
    assert min(delays) < 1
    assert max(delays) > 7
    assert sum(delays) / len(delays) == pytest.approx(4, rel=0.15)


def test_jitter_is_the_same_for_the_same_seed() -> None:
    """A new owner computes the delay that the old one did."""
    policy = RetryPolicy(max_attempts=9)
    assert next_delay(policy, 3, retry_after=None, seed="r:a:2") == next_delay(policy, 3, retry_after=None, seed="r:a:2")


def test_retry_after_is_a_lower_bound() -> None:
    """The other side's wish never shortens the backoff."""
    policy = RetryPolicy(max_attempts=9, backoff_seconds=10, jitter=False)
    assert next_delay(policy, 1, retry_after=3, seed="") == 10
    assert next_delay(policy, 1, retry_after=600, seed="") == 600


def test_extreme_policies_stay_finite() -> None:
    """The largest factor at the largest attempt is still its cap."""
    policy = RetryPolicy(max_attempts=100, backoff_seconds=86_400, backoff_factor=100, max_backoff_seconds=60, jitter=False)
    assert next_delay(policy, 99, retry_after=None, seed="") == 60
