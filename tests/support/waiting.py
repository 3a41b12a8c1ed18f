"""Waiting on state, never on time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(state: Callable[[], T], seconds: float = 20.0, what: str = "") -> T:
    """Ask again and again until the answer is truthy, and give it; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = state()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what or state}")
        time.sleep(0.02)
