"""`manage.py run_graph FILE`: execute a graph document in this process, without broker, worker or database."""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from editor.catalogue import get_catalogue
from editor.graph.compile import compile_plan
from editor.graph.plan import Plan
from editor.graph.problems import Problem
from editor.graph.upgrade import DocumentError, load_document
from runs.called import plan_called
from runs.context import RunInfo, Work
from runs.engine.commands import Command as EngineCommand
from runs.engine.events import RunFailed, RunSucceeded
from runs.engine.local import LiveRun, LocalWork, StartWork, run_live
from runs.engine.state import NodeState
from runs.engine.states import NodeStatus, RunStatus
from runs.executor import Executor
from runs.nodes.start import Start, StartParams, read_input
from runs.outcomes import command_for
from runs.scripted import Script
from runs.wiring import make_executor

JsonObject = dict[str, Any]
MAX_FILE_BYTES = 32 * 1024 * 1024
EXIT_CODES = {RunStatus.SUCCEEDED: 0, RunStatus.WAITING: 0}
INVALID = 2


class Refused(Exception):
    """What was given cannot be run; `problems` say why."""

    def __init__(self, *problems: JsonObject) -> None:
        super().__init__()
        self.problems = list(problems)


class Command(BaseCommand):
    """Prints one JSON object; exit code 0 for succeeded or waiting, 1 for failed, 2 for what cannot be run."""

    help = "Execute a graph document in this process and print the result as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the graph document, as JSON")
        parser.add_argument("--input", default="{}", metavar="JSON", help="the run's input, an object")
        parser.add_argument("--mock", type=Path, metavar="FILE", help="scripted attempts by node id, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with redirect_stdout(sys.stderr):  # what libraries print is not part of the answer
                result, code = answer(options["file"], options["input"], options["mock"])
        except Refused as refusal:
            result, code = invalid(refusal.problems), INVALID
        self.stdout.write(json.dumps(result))
        sys.exit(code)


def answer(file: Path, input_text: str, mock: Path | None) -> tuple[JsonObject, int]:
    """Read what was given, run it, and give what to print with the exit code."""
    raw = read_file(file, "document.malformed")
    plan = compiled(raw)
    script = read_script(mock)
    run_input = checked_input(plan, script, read_json(input_text, "input.malformed", "the input"))
    info = RunInfo(
        id=str(uuid.uuid4()),
        workflow={"id": None, "name": file.stem},
        input=run_input,
        started_at=datetime.now(UTC).isoformat(),
        base_url=settings.GRAPHAPP_BASE_URL,
    )
    live = asyncio.run(execute(plan, info, make_executor(script)))
    return report(live), EXIT_CODES.get(live.state.status, 1)


def compiled(raw: object) -> Plan:
    """Compile a raw document; its errors refuse it."""
    try:
        return compile_plan(load_document(raw), get_catalogue())
    except DocumentError as error:
        raise Refused(*(one.to_json() for one in error.problems)) from None


def checked_input(plan: Plan, script: Script | None, given: object) -> JsonObject:
    """Check the input against the start node's fields, unless a script stands in for it, and fill in defaults."""
    if not isinstance(given, dict):
        raise Refused(problem("input.malformed", "The input must be a JSON object."))
    start = next((node for node in plan.nodes.values() if node.type == Start.name), None)
    if start is None or (script is not None and script.attempt(start.id, 1) is not None):
        return given
    values, wrong = read_input(StartParams.model_validate(start.params), given)
    if wrong:
        raise Refused(*(problem("input.invalid", f"{name}: {sentence}") for name, sentence in wrong.items()))
    return values


def read_script(mock: Path | None) -> Script | None:
    """Read the scripted attempts."""
    if mock is None:
        return None
    raw = read_file(mock, "mock.malformed")
    try:
        return Script.from_json(raw)
    except ValueError as error:
        raise Refused(problem("mock.malformed", f"The scripted attempts cannot be used: {error}")) from None


def read_file(path: Path, code: str) -> object:
    """Read a JSON file."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Refused(problem(code, f"{path} is larger than {MAX_FILE_BYTES:,} bytes."))
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused(problem(code, f"{path} cannot be read: {error}")) from None
    return read_json(text, code, str(path))


def read_json(text: str, code: str, what: str) -> object:
    """Read JSON text, strictly: no NaN, and no deeper than the reader can go."""
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(problem(code, f"There is no valid JSON in {what}: {error}")) from None


def refuse_constant(name: str) -> object:
    """Refuse the numbers that are no JSON."""
    raise ValueError(f"{name} is not JSON")


def problem(code: str, message: str) -> JsonObject:
    """Give a problem of what was given, which has no place on a canvas."""
    return Problem(code, "error", message).to_json()


async def execute(plan: Plan, info: RunInfo, executor: Executor) -> LiveRun:
    """Run the plan on this loop, with real work or the script's."""
    try:
        return await run_live(plan, executing(executor, info, clock=time.time), info, clock=time.time)
    finally:
        await executor.close()


def executing(executor: Executor, info: RunInfo, *, clock: Callable[[], float]) -> StartWork:
    """Let the executor do the work of a local run: cheap work at once, anything else awaited."""

    def start(local: LocalWork) -> EngineCommand | Awaitable[EngineCommand]:
        work = Work(
            node=local.node,
            key=local.key,
            attempt=local.attempt,
            inputs=local.inputs,
            names=local.names,
            run=info,
            at=local.at,
            sources=local.sources,
            turn=local.turn,
            called=plan_called(local.node),
            toolbox=local.tools,
        )
        if executor.is_inline(local.node):
            return command_for(clock(), work.key, work.attempt, executor.run_inline(work))
        return later(work)

    async def later(work: Work) -> EngineCommand:
        outcome = await executor.run(work)
        return command_for(clock(), work.key, work.attempt, outcome)

    return start


def report(live: LiveRun) -> JsonObject:
    """Give the result of a run that ended or waits."""
    end = live.events[-1]
    usages = [usage for event in live.events if (usage := getattr(event, "usage", None)) is not None]
    return {
        "status": str(live.state.status),
        "output": dict(end.output) if isinstance(end, (RunSucceeded, RunFailed)) else None,
        "error": end.fault.to_json() if isinstance(end, RunFailed) else None,
        "nodes": {key: node_report(ns) for key, ns in live.state.nodes.items()},
        "events": len(live.events),
        "cost_usd": round(sum(usage.cost_usd for usage in usages), 9),
    }


def node_report(ns: NodeState) -> JsonObject:
    """Give one node run. A degraded one shows what its fallback value hides."""
    succeeded = ns.status is NodeStatus.SUCCEEDED
    shows_error = ns.degraded or not succeeded
    return {
        "status": str(ns.status),
        "output": ns.value if succeeded else None,
        "error": ns.fault.to_json() if ns.fault is not None and shows_error else None,
        "attempts": ns.attempt,
    }


def invalid(problems: list[JsonObject]) -> JsonObject:
    """Give the result for what cannot be run."""
    nothing: JsonObject = {"output": None, "error": None, "nodes": {}, "events": 0, "cost_usd": 0.0}
    return {"status": "invalid", "problems": problems, **nothing}
