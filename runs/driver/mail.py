"""What was asked of a run from outside, in the engine's words."""

import hashlib
from collections.abc import Mapping
from typing import Any

from editor.graph.faults import Fault
from runs.budget import Limits
from runs.engine.commands import AnswerNode, CancelRun, Command, ReleaseNode
from runs.engine.state import NodeState
from runs.journal.inbox import Asked

TIMED_OUT = '{"timed_out": true}'
"""Stands in the place of an answer that did not come in time: whoever answers later finds it there."""


def answer_key(key: str, attempt: int) -> str:
    """Name the one answer that there can be to what an attempt asks: the database takes the first."""
    return f"answer:{attempt}:{hashlib.sha256(key.encode()).hexdigest()}"


def asked_for(message: Asked, at: float) -> Command | None:
    """Read a message as a command; None where it only takes a place, or is about the budget."""
    payload = message.payload
    if message.kind == "cancel":
        return CancelRun(at, str(payload.get("reason", "user")))
    if message.kind != "answer" or payload.get("timed_out") or "budget" in payload:
        return None
    key, attempt = payload["key"], payload["attempt"]
    if "fault" in payload:
        return ReleaseNode(at, key, attempt, Fault.from_json(payload["fault"]), gives_up=payload["gives_up"])
    return AnswerNode(at, key, attempt, payload["value"], tuple(payload["ports"]))


def new_limits(message: Asked) -> Limits | None:
    """Read what somebody decided about the budget."""
    budget = message.payload.get("budget") if message.kind == "answer" else None
    return None if budget is None else Limits.from_json(budget)


def about_step(message: Asked) -> Mapping[str, Any] | None:
    """Read what somebody answered to an agent that asks before it goes on."""
    return message.payload.get("step") if message.kind == "answer" else None


def is_shared(ns: NodeState) -> bool:
    """Say whether a held node run waits for a budget that many runs share, and not for that of its own run."""
    return "per" in stopped_by(ns).data


def stopped_by(ns: NodeState) -> Fault:
    """Give what had stopped a held node run, from what it asks."""
    raw = ns.value.get("fault") if isinstance(ns.value, dict) else None
    return Fault("budget", "The budget is used up.") if raw is None else Fault.from_json(raw)
