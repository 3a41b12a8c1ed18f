"""Starting runs in tests, and waiting for what becomes of them."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from editor.permissions import Actor
from editor.services import document_read, workflow_create
from runs.driver.host import Pace
from runs.engine.states import RUN_TERMINAL
from runs.models import Run
from runs.process import Process, Rhythm
from runs.services import run_start
from tests.support.waiting import wait_until

FAST_PACE = Pace(lease=3.0, flush_min=0.01, flush_max=0.1, park_after=0.3)
FAST_RHYTHM = Rhythm(renew=0.5, sweep=0.2, drain=5.0)
MakeProcess = Callable[..., Process]


@dataclass
class Bench:
    """Starts runs of documents and waits for what becomes of them."""

    actor: Actor
    folder: Path
    runs: list[Run] = field(default_factory=list)

    def queue(self, document: Mapping[str, Any], input: Mapping[str, Any] | None = None, **more: Any) -> Run:
        """Start a run without telling any process in this test."""
        workflow = workflow_create(actor=self.actor, name=f"test {uuid.uuid4().hex[:8]}", document=document_read(document))
        run = run_start(workflow=workflow, actor=self.actor, input=input or {}, **more)
        self.runs.append(run)
        return run

    def repeat(self, run: Run) -> Run:
        """Start another run of the same workflow, likewise."""
        again = run_start(workflow=run.workflow, actor=self.actor, input=run.input)
        self.runs.append(again)
        return again

    def start(self, process: Process, document: Mapping[str, Any], input: Mapping[str, Any] | None = None) -> Run:
        """Start a run and drive it in a process of this test."""
        run = self.queue(document, input)
        process.drive_here(str(run.pk))
        return run

    def ended(self, run: Run, seconds: float = 20.0) -> Run:
        """Wait for the end of a run."""
        return self.until(run, lambda now: now.status in RUN_TERMINAL, seconds)

    def until(self, run: Run, state: Callable[[Run], bool], seconds: float = 20.0) -> Run:
        """Wait until a run is as it should be."""

        def look() -> bool:
            run.refresh_from_db()
            return state(run)

        wait_until(look, seconds, f"run is {run.status}")
        return run

    def gate(self, name: str = "gate") -> Path:
        """Name a gate file."""
        return self.folder / name


def error_of(run: Run) -> Mapping[str, Any]:
    """Give the error of a run that has one."""
    assert run.error is not None
    error: Mapping[str, Any] = run.error
    return error
