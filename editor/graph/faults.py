"""Why a node failed, as a value that says whether trying again can help."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})

RETRYABLE_CODES = frozenset({"rate_limit", "timeout", "transient", "invalid_output"})
"""Codes that are tried again unless the fault itself says otherwise."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A node's failure.

    Parameters
    ----------
    code : str
        Stable, snake_case: what kind of failure. Never changes its meaning.
    message : str
        One plain sentence: what went wrong, with the values that matter and no secrets.
    hint : str
        What the reader can do about it, or empty.
    retryable : bool
        Whether a further attempt may succeed.
    retry_after_seconds : float or None
        The earliest moment for a further attempt, if the other side named one.
    data : Mapping
        Further facts as JSON: the param, the expression, the HTTP status.

    Examples
    --------
    >>> Fault("rate_limit", "The model is busy.", retryable=True).to_json()["code"]
    'rate_limit'
    """

    code: str
    message: str
    hint: str = ""
    retryable: bool = False
    retry_after_seconds: float | None = None
    data: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def to_json(self) -> dict[str, Any]:
        """Give the fault as the JSON object that events, rows and answers carry."""
        out: dict[str, Any] = {"code": self.code, "message": self.message, "retryable": self.retryable}
        if self.hint:
            out["hint"] = self.hint
        if self.retry_after_seconds is not None:
            out["retry_after_seconds"] = self.retry_after_seconds
        if self.data:
            out["data"] = dict(self.data)
        return out

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Fault":
        """Read a fault back from its JSON object; missing parts get their defaults."""
        code = str(raw.get("code", "bug"))
        after = raw.get("retry_after_seconds")
        return cls(
            code=code,
            message=str(raw.get("message", code)),
            hint=str(raw.get("hint", "")),
            retryable=bool(raw.get("retryable", code in RETRYABLE_CODES)),
            retry_after_seconds=None if after is None else float(after),
            data=raw.get("data") or NOTHING,
        )


class NodeFailure(Exception):
    """Raised by a node's work to fail its attempt with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}: {fault.message}")
        self.fault = fault


class CancelledRun(BaseException):
    """Control flow: the run was cancelled. Not an `Exception`, so node authors cannot swallow it."""
