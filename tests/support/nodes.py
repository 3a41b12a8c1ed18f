"""A node pack for tests with real workers: nodes that echo, fail, wait at a gate, stream, and kill their process.

Named by ``NODE_CATALOGUE=tests.support.nodes.catalogue_for_tests``. Gates and tallies are files, so that they outlive any process
and any store: a gate opens when its file exists, and a tally has one line for each execution.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from editor.graph.catalogue import Catalogue
from editor.graph.context import NodeContext
from editor.graph.faults import Fault, NodeFailure
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Raw, Usage
from runs.nodes import BUILT_IN

LOOK_SECONDS = 0.01


class EchoParams(Params):
    """What to answer instead of the input."""

    value: Any = None
    cost_usd: float = 0.0


class Echo(NodeType):
    """Answers its value or its input, as work outside the driver's tick."""

    name = "echo"
    title = "Echo"
    help = "Answers its value or its input."
    category = "data"
    icon = "repeat"
    tool = True
    effect = Effect.IDEMPOTENT
    params = EchoParams

    async def run(self, ctx: NodeContext, params: EchoParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer."""
        value = inputs.get("in") if params.value is None else params.value
        return NodeResult(value, usage=Usage(1, 2, params.cost_usd, "echo") if params.cost_usd else None)


class FailParams(Params):
    """How often to fail, with what, and at which gate."""

    times: int = 1
    code: Raw = "transient"
    file: Raw = ""


class FailNTimes(NodeType):
    """Fails its first attempts, then succeeds."""

    name = "fail_n_times"
    title = "Fail n times"
    help = "Fails its first attempts."
    category = "flow"
    icon = "bug"
    effect = Effect.IDEMPOTENT
    params = FailParams

    async def run(self, ctx: NodeContext, params: FailParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Fail until enough attempts have failed; with a file, not before it exists."""
        if params.file:
            tally(params.file, ctx)
        while params.file and not Path(params.file).exists():
            await asyncio.sleep(LOOK_SECONDS)
        if ctx.attempt <= params.times:
            raise NodeFailure(Fault(params.code, f"Attempt {ctx.attempt} fails.", retryable=params.code != "auth"))
        return NodeResult("ok")


class GateParams(Params):
    """The file that opens the gate; its name with ``.tally`` counts executions."""

    file: Raw = ""
    value: Any = None


class Gate(NodeType):
    """Waits until a file exists, and leaves a line each time it begins."""

    name = "gate"
    title = "Gate"
    help = "Waits until a file exists."
    category = "flow"
    icon = "door-open"
    tool = True
    effect = Effect.IDEMPOTENT
    params = GateParams

    async def run(self, ctx: NodeContext, params: GateParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Wait at the gate."""
        tally(params.file, ctx)
        while not Path(params.file).exists():
            await asyncio.sleep(LOOK_SECONDS)
        return NodeResult(inputs.get("in") if params.value is None else params.value)


class UnsafeGate(Gate):
    """A gate whose work must not be done twice."""

    name = "unsafe_gate"
    effect = Effect.UNSAFE


def _eat() -> None:
    """Take memory until the system would step in, and end as it would end it."""
    hoard = bytearray(256 * 1024 * 1024)
    hoard[::4096] = b"x" * len(hoard[::4096])
    os.kill(os.getpid(), signal.SIGKILL)


DEATHS: Mapping[str, Callable[[], object]] = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "memory": _eat,
}


class DieParams(Params):
    """How many attempts kill their process, and how."""

    file: Raw = ""
    times: int = 1000
    how: Raw = "kill"


class Die(NodeType):
    """Kills the process it runs in, as often as asked."""

    name = "die"
    title = "Die"
    help = "Kills its process."
    category = "flow"
    icon = "skull"
    effect = Effect.IDEMPOTENT
    params = DieParams

    async def run(self, ctx: NodeContext, params: DieParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Die, unless it has died often enough."""
        tally(params.file, ctx)
        if ctx.attempt <= params.times:
            DEATHS[params.how]()
            threading.Event().wait(60)  # a signal that dumps core takes a moment, in which nothing may be answered
        return NodeResult("survived")


class BlockParams(Params):
    """The file that lets the process go."""

    file: Raw = ""


class Block(NodeType):
    """Keeps the loop of its process from everything else in its first attempt, as no node should."""

    name = "block"
    title = "Block"
    help = "Blocks its process."
    category = "flow"
    icon = "octagon"
    effect = Effect.IDEMPOTENT
    params = BlockParams

    async def run(self, ctx: NodeContext, params: BlockParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Hold everything up until the file exists."""
        tally(params.file, ctx)
        while ctx.attempt == 1 and not Path(params.file).exists():
            threading.Event().wait(LOOK_SECONDS)
        return NodeResult("done")


class StreamParams(Params):
    """The pieces to stream, and the file that lets it end."""

    pieces: tuple[str, ...] = ()
    file: Raw = ""


class Stream(NodeType):
    """Streams text, writes a log line for each piece, and waits at its gate before it ends."""

    name = "stream"
    title = "Stream"
    help = "Streams text."
    category = "ai"
    icon = "waves"
    effect = Effect.IDEMPOTENT
    params = StreamParams

    async def run(self, ctx: NodeContext, params: StreamParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Stream."""
        for number, piece in enumerate(params.pieces, 1):
            ctx.emit(piece)
            ctx.log(f"piece {number}")
            await asyncio.sleep(0)
        while params.file and not Path(params.file).exists():
            await asyncio.sleep(LOOK_SECONDS)
        return NodeResult("".join(params.pieces))


class OddParams(Params):
    """Which oddity to answer, and of which size a large one."""

    kind: Raw = "nul"
    size: int = 100_000


class Odd(NodeType):
    """Logs and answers values that a database refuses."""

    name = "odd"
    title = "Odd"
    help = "Answers odd values."
    category = "data"
    icon = "zap"
    effect = Effect.IDEMPOTENT
    params = OddParams

    async def run(self, ctx: NodeContext, params: OddParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Answer something that PostgreSQL cannot hold as it is."""
        odd = {"nul": "a\x00b", "surrogate": "a\ud800b", "large": "x" * params.size}[params.kind]
        ctx.log(odd[:50])
        return NodeResult(odd)


def tally(file: str, ctx: NodeContext) -> None:
    """Note that an attempt has begun, in one write, so that no line is lost to a kill."""
    with Path(f"{file}.tally").open("a") as lines:
        lines.write(f"{ctx.node_key} {ctx.attempt} {os.getpid()}\n")


def executions(file: Path) -> int:
    """Count how often a node with this gate has begun."""
    lines = Path(f"{file}.tally")
    return len(lines.read_text().splitlines()) if lines.exists() else 0


TEST_TYPES: tuple[NodeType, ...] = (Echo(), FailNTimes(), Gate(), UnsafeGate(), Die(), Block(), Stream(), Odd())


def catalogue_for_tests() -> Catalogue:
    """Give the shipped types and those of the tests."""
    return Catalogue((*BUILT_IN, *TEST_TYPES))
