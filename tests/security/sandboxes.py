"""One sandbox for a test, and the two ways to ask it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from editor.graph.faults import Fault, NodeFailure
from runs.sandbox.service import MontySandbox

RUN = {"id": "run-1", "started_at": "2026-01-02T03:04:05+00:00", "input": {}, "workflow": {}}


@asynccontextmanager
async def sandbox(*, processes: int = 1, binary: Path | None = None) -> AsyncIterator[MontySandbox]:
    """A sandbox that is closed when the block ends."""
    made = MontySandbox(processes=processes, binary=binary)
    try:
        yield made
    finally:
        await made.close()


async def value_of(made: MontySandbox, source: str, names: Mapping[str, Any] | None = None) -> Any:
    """An expression's value, or its fault."""
    try:
        return await made.evaluate(source, {"run": RUN, **(names or {})})
    except NodeFailure as failure:
        return failure.fault


async def result_of(made: MontySandbox, source: str, printed: list[str] | None = None) -> Any:
    """What a code node's source returns, or its fault."""
    sink = (printed if printed is not None else []).append
    try:
        return await made.call_main(source, {"input": 1, "inputs": {"in": 1}, "run": RUN}, sink)
    except NodeFailure as failure:
        return failure.fault


def body(*lines: str) -> str:
    """A source whose main has these lines."""
    return "def main():\n" + "\n".join(f"    {line}" for line in lines)


def code_of(outcome: Any) -> str:
    """The code of a fault; empty for a value."""
    return outcome.code if isinstance(outcome, Fault) else ""
