"""What the sandbox's errors mean to the person who wrote the code."""

from typing import Any

import pydantic_monty as monty

from editor.graph.faults import Fault

LIMITS = (TimeoutError, MemoryError, RecursionError)
SHOWN_FRAMES = 12


def unavailable(reason: str, *, retryable: bool = False) -> Fault:
    """Say that user code cannot be run here. There is no other way to run it, on purpose."""
    return Fault(
        "sandbox_unavailable",
        f"The sandbox cannot run code: {reason}.",
        hint="Plain paths such as start.name still work. Whoever runs this installation can mend the sandbox.",
        retryable=retryable,
    )


def crashed(error: monty.MontyCrashedError) -> Fault:
    """The sandbox process ended under the code, or had to be ended."""
    if error.timed_out:
        return Fault("sandbox_limit", "The code did not stop within its time limit and was ended.")
    return unavailable("its process ended while the code ran", retryable=True)


def flooded() -> Fault:
    """The code printed without end."""
    return Fault("sandbox_limit", "The code printed far more than is kept and was ended.", data={"limit": "prints"})


def expression_fault(error: monty.MontyError, source: str) -> Fault:
    """Why an expression has no value."""
    data: dict[str, Any] = {"expression": source[:500]}
    inner = error.exception()
    if isinstance(inner, LIMITS) or _over_suspensions(inner):
        message = "The expression needs too much time or memory."
        return Fault("expression_error", message, hint="Use a code node for bigger work.", data={**data, "limit": _limit(inner)})
    hint = "Only nodes that can have run before this one have a value here." if isinstance(inner, NameError) else ""
    return Fault("expression_error", f"The expression has no value: {_short(error)}.", hint=hint, data=data)


def code_fault(error: monty.MontyError, lines: int) -> Fault:
    """Why user code failed, with the line numbers of its author."""
    inner = error.exception()
    frames = error.traceback() if isinstance(error, (monty.MontyRuntimeError, monty.MontySyntaxError)) else []
    own = [frame for frame in frames if frame.line <= lines]
    data: dict[str, Any] = {"error": type(inner).__name__}
    place = ""
    if own:
        last = own[-1]
        place = f" in line {last.line}"
        data["line"] = last.line
        data["traceback"] = [{"line": f.line, "function": f.function_name or ""} for f in own[-SHOWN_FRAMES:]]
    if isinstance(inner, LIMITS) or _over_suspensions(inner):
        limit = _limit(inner)
        return Fault("sandbox_limit", f"The code reached its limit of {limit}{place}.", data={**data, "limit": limit})
    return Fault("code_error", f"The code failed{place}: {_short(error)}.", data=data)


def _over_suspensions(inner: BaseException) -> bool:
    return isinstance(inner, RuntimeError) and "suspension" in str(inner)


def _limit(inner: BaseException) -> str:
    for kind, name in ((TimeoutError, "time"), (MemoryError, "memory"), (RecursionError, "nesting")):
        if isinstance(inner, kind):
            return name
    return "calls"


def _short(error: monty.MontyError) -> str:
    return str(error).strip().rstrip(".")[:400]
