"""Runs that an agent starts by a tool and waits for: each is a run of its own, found again by its id after a crash."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from editor.graph.faults import Fault, NodeFailure
from runs import dispatch, publish
from runs.engine.states import RUN_TERMINAL, RunStatus
from runs.journal import insert_child
from runs.journal.connection import release
from runs.journal.inbox import ask
from runs.models import Run
from runs.outcomes import Launch
from runs.payloads import to_json
from runs.selectors import stored_value

FIRST_LOOK_SECONDS = 0.05
SLOWEST_LOOK_SECONDS = 1.0
CANCEL_SECONDS = 10.0
"""How long a cut-off wait looks whether its own run was cancelled: then the child is as well."""


class StoredChildren:
    """The runs of this installation."""

    async def begin(self, parent: str, key: str, run_id: str, launch: Callable[[], Launch]) -> None:
        """Insert its row. What it may spend is carved out of its parent's budget once: rows of before are counted on loading."""
        if not await asyncio.to_thread(_is_there, run_id):
            await asyncio.to_thread(_begin, parent, key, launch())

    async def end(self, parent: str, run_id: str) -> Mapping[str, Any]:
        """Look at its row, less often as time goes by: messages may be lost, and rows are not."""
        pause = FIRST_LOOK_SECONDS
        try:
            while (ended := await asyncio.to_thread(_ended, run_id)) is None:
                await asyncio.sleep(pause)
                pause = min(SLOWEST_LOOK_SECONDS, pause * 1.5)
        except asyncio.CancelledError:
            threading.Thread(target=_follow_cancel, args=(parent, run_id), name="cancel-child", daemon=True).start()
            raise
        return output_of(ended)


def output_of(run: Run) -> Mapping[str, Any]:
    """Give what a child gave; what it failed with is a fault of the tool."""
    data = {"run": str(run.pk)}
    if run.status == RunStatus.SUCCEEDED:
        output: Mapping[str, Any] = stored_value(run.output, run.output_sha) or {}
        return output
    if run.status == RunStatus.CANCELLED:
        raise NodeFailure(Fault("child_cancelled", "The run of the called workflow was cancelled.", data=data))
    error = run.error or {}
    raise NodeFailure(
        Fault("child_failed", f"The called workflow failed: {error.get('message', 'no reason was given')}", data=data)
    )


def _is_there(run_id: str) -> bool:
    try:
        return Run.objects.filter(pk=run_id).exists()
    finally:
        release()


def _begin(parent: str, key: str, launch: Launch) -> None:
    try:
        with transaction.atomic():
            insert_child(parent, key, run_id=launch.run_id, version=launch.version, input=launch.input, budget=launch.budget)
            dispatch.hint_on_commit(launch.run_id)
    finally:
        release()


def _ended(run_id: str) -> Run | None:
    try:
        return Run.objects.filter(pk=run_id, status__in=RUN_TERMINAL).first()
    finally:
        release()


def _follow_cancel(parent: str, child: str) -> None:
    """Cancel a child whose parent is cancelled. A parent that only changes its worker goes on waiting there."""
    try:
        limit = time.monotonic() + CANCEL_SECONDS
        while time.monotonic() < limit:
            status = Run.objects.filter(pk=parent).values_list("status", flat=True).first()
            if status in RUN_TERMINAL:
                with transaction.atomic():
                    ask(child, "cancel", "cancel", to_json({"reason": "parent"}))
                    transaction.on_commit(lambda: publish.poke_owner(child))
                    dispatch.hint_on_commit(child)
                return
            time.sleep(SLOWEST_LOOK_SECONDS / 4)
    finally:
        release()
