"""Runs expressions and code nodes in sandbox processes, awaited from the process's event loop and never blocking it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pydantic_monty as monty

from editor.graph.context import TextSink
from editor.graph.faults import Fault, NodeFailure
from runs.sandbox.code import program
from runs.sandbox.expressions import sandboxed
from runs.sandbox.faults import code_fault, crashed, expression_fault, flooded
from runs.sandbox.limits import CODE, EXPRESSION
from runs.sandbox.pool import Job, Pool, Pools
from runs.sandbox.values import check_size, read_result

FLOOD_FACTOR = 16
CUT_NOTICE = "\n[Output cut: more was printed than is kept.]\n"


class MontySandbox:
    """The `Sandbox` of nodes. Missing or broken, it fails the node: nothing a user typed runs anywhere else."""

    def __init__(self, *, processes: int = 2, binary: Path | None = None) -> None:
        self._pools = Pools({"expression": EXPRESSION, "code": CODE}, processes, binary)

    async def evaluate(self, source: str, names: Mapping[str, Any]) -> Any:
        """Value of an expression. It sees only the names that its source mentions."""
        if len(source.encode("utf-8", "surrogatepass")) > EXPRESSION.source_bytes:
            data = {"expression": source[:200]}
            raise NodeFailure(
                Fault("expression_error", "The expression is longer than 4 KiB.", hint="Use a code node.", data=data)
            )
        text, mentioned = sandboxed(source)
        values = {name: names[name] for name in mentioned if name in names}
        job = Job(text, values, os_policy(names), no_print)
        try:
            return await self._submit(self._pools.get("expression"), job, "expression_error")
        except monty.MontyCrashedError as error:
            raise NodeFailure(crashed(error)) from None
        except monty.MontyError as error:
            raise NodeFailure(expression_fault(error, source)) from None

    async def call_main(self, source: str, names: Mapping[str, Any], on_print: TextSink) -> Any:
        """What ``main`` of a source returns, called with those of input, inputs and run that it asks for."""
        if len(source.encode("utf-8", "surrogatepass")) > CODE.source_bytes:
            raise NodeFailure(Fault("code_error", "The source is longer than 64 KiB."))
        ready = program(source)
        values = {name: names.get(name) for name in ready.wants}
        printed = Prints(on_print, CODE.printed_bytes, asyncio.get_running_loop())
        job = Job(ready.text, {"_given": values}, os_policy(names), printed)
        printed.stop = job.stop
        try:
            return await self._submit(self._pools.get("code"), job, "code_error")
        except monty.MontyCrashedError as error:
            raise NodeFailure(flooded() if printed.is_flood else crashed(error)) from None
        except monty.MontyError as error:
            raise NodeFailure(code_fault(error, ready.lines)) from None

    async def _submit(self, pool: Pool, job: Job, code: str) -> Any:
        """Wait for a job in a thread of its pool; when the wait is cancelled, so is the program."""

        def run() -> Any:
            check_size(job.values, pool.profile.input_bytes)
            return read_result(pool.run(job), max_bytes=pool.profile.output_bytes, code=code)

        try:
            return await asyncio.get_running_loop().run_in_executor(pool.threads, run)
        except asyncio.CancelledError:
            job.stop()
            raise

    async def close(self) -> None:
        """End the sandbox processes."""
        await asyncio.get_running_loop().run_in_executor(None, self._pools.close)


def os_policy(names: Mapping[str, Any]) -> monty.OSPolicy:
    """Clock and randomness of the run: frozen, so that the same run computes the same values when it is looked at again."""
    run = names.get("run", {})
    started = str(run.get("started_at") or "")
    try:
        clock = datetime.fromisoformat(started)
    except ValueError:
        clock = datetime(1970, 1, 1, tzinfo=UTC)
    return {
        "datetime": clock if clock.tzinfo else clock.replace(tzinfo=UTC),
        "sleep": "zero",
        "process_time": "zero",
        "random_start": {"seed": str(run.get("id") or "")},
    }


def no_print(stream: Literal["stdout", "stderr"], text: str) -> None:
    """Refuse prints: an expression has a value and nothing else."""
    raise RuntimeError("an expression cannot print; use a code node")


class Prints:
    """Passes printed text to the loop's thread, up to a limit; a flood far beyond it ends the program at once."""

    def __init__(self, sink: TextSink, limit: int, loop: asyncio.AbstractEventLoop) -> None:
        self._sink = sink
        self._limit = limit
        self._loop = loop
        self._seen = 0
        self.stop: Callable[[], None] = lambda: None

    @property
    def is_flood(self) -> bool:
        """Whether far more was printed than is kept."""
        return self._seen > self._limit * FLOOD_FACTOR

    def __call__(self, stream: Literal["stdout", "stderr"], text: str) -> None:
        """Take what the program printed, in a thread of the pool."""
        kept = text[: max(0, self._limit - self._seen)]
        cut = self._seen <= self._limit < self._seen + len(text)
        self._seen += len(text)
        if kept or cut:
            self._loop.call_soon_threadsafe(self._sink, kept + (CUT_NOTICE if cut else ""))
        if self.is_flood:
            self.stop()
