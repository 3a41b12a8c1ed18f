"""What was asked of a run from outside, in the engine's words."""

import hashlib

from runs.engine.commands import AnswerNode, CancelRun, Command
from runs.journal.inbox import Asked

TIMED_OUT = '{"timed_out": true}'
"""Stands in the place of an answer that did not come in time: whoever answers later finds it there."""


def answer_key(key: str, attempt: int) -> str:
    """Name the one answer that there can be to what an attempt asks: the database takes the first."""
    return f"answer:{attempt}:{hashlib.sha256(key.encode()).hexdigest()}"


def asked_for(message: Asked, at: float) -> Command | None:
    """Read a message as a command; None where it only takes a place."""
    payload = message.payload
    if message.kind == "cancel":
        return CancelRun(at, str(payload.get("reason", "user")))
    if message.kind == "answer" and not payload.get("timed_out"):
        return AnswerNode(at, payload["key"], payload["attempt"], payload["value"], tuple(payload["ports"]))
    return None
