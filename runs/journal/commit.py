"""Commit a batch: fenced by epoch and seq, so a late owner writes nothing and a repeated commit is noticed."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.db import InterfaceError, OperationalError

from runs.blobs import forget
from runs.journal import statements
from runs.journal.batch import Batch
from runs.journal.connection import execute, release
from runs.journal.place import place
from runs.payloads import to_json

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
WATCHED_SECONDS = 60.0
"""So long whoever tries a run out is taken to look at it."""


class Fenced(Exception):
    """Another owner has taken the run: nothing of this batch was written, and nothing more may be done."""


@dataclass(slots=True)
class Position:
    """Where an owner stands in its run: the fence of the next flush."""

    run_id: str
    epoch: int
    seq: int


def flush(position: Position, batch: Batch, *, lease_seconds: float, parking: bool = False) -> bool:
    """Write a batch in one transaction and advance the position.

    False only when parking: something arrived in the inbox, or the fence failed, and nothing was written.
    Raises `Fenced` when the run has another owner. A lost connection is retried; whether an unanswered commit took
    place is read from `seq`.
    """
    count = len(batch.wires)
    statement, params = _prepare(position, batch, lease_seconds, parking=parking)
    if not _landed(position, statement, params):
        forget(cast("list[str]", params.get("paths", [])))
        if parking:
            return False
        raise Fenced
    position.seq += count
    return True


def _prepare(position: Position, batch: Batch, lease_seconds: float, *, parking: bool) -> tuple[bytes, dict[str, object]]:
    run = batch.run
    output, output_sha = batch.keep(run.output) if run.output is not None else (None, None)
    params: dict[str, object] = {
        "count": len(batch.wires),
        "status": run.status,
        "keep": run.keep,
        "lease": lease_seconds,
        "wake_at": run.wake_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "output": None if output is None else to_json(output),
        "output_sha": output_sha,
        "error": None if run.error is None else to_json(run.error),
        "usage": None if run.usage is None else to_json(run.usage),
        "budget": None if run.budget is None else to_json(run.budget),
        "progress": run.progress,
        "run": position.run_id,
        "epoch": position.epoch,
        "seq": position.seq,
        "consumed": batch.consumed,
    }
    parts = [*_what_happened(batch, params), *_what_others_do(batch, params)]
    return statements.flush_statement(tuple(parts), parking=parking, relaxed=not batch.durable), params


def _what_happened(batch: Batch, params: dict[str, object]) -> Iterator[str]:
    """Give the parts that keep what happened, and set what they need."""
    if batch.nodes:
        yield statements.NODES
        params["nodes"] = to_json(batch.node_rows())
    if batch.attempts:
        yield statements.ATTEMPTS
        params["attempts"] = to_json(list(batch.attempts.values()))
    if batch.steps:
        yield statements.STEPS
        params["steps"] = to_json(list(batch.steps.values()))
    if batch.wires:
        yield statements.EVENTS
        params["events"] = to_json([{"i": number, **wire} for number, wire in enumerate(batch.wires, 1)])
    if batch.cache:
        # In the order of their keys, for the same reason as blobs below.
        yield statements.CACHE
        params["cache"] = to_json([batch.cache[key] for key in sorted(batch.cache)])
    if batch.blobs:
        # In order of their digests: two runs that store the same blobs then cannot wait for each other in a circle.
        yield statements.BLOBS
        placed = place(batch.blobs)
        params |= {"shas": [one.sha for one in placed], "sizes": [one.size for one in placed]}
        params |= {"bodies": [one.body for one in placed], "paths": [one.path for one in placed]}


def _what_others_do(batch: Batch, params: dict[str, object]) -> Iterator[str]:
    """Give the parts that begin, stop and hear other runs, and set what they need."""
    if batch.launches:
        yield statements.LAUNCHES
        params["launches"] = to_json(batch.launches)
    if batch.shards:
        yield statements.SHARDS
        params["shards"] = to_json(batch.shards)
    if batch.recalls:
        yield statements.RECALLS
        params["recalls"] = batch.recalls
    if batch.shard_of and batch.run.finished_at is not None:
        yield statements.REPORT
    if batch.run.finished_at is not None and not batch.shard_of:
        yield statements.DELIVERIES
    if batch.run.status == "failed" and not batch.shard_of:
        yield statements.NOTICES
        params |= {"reason": str((batch.run.error or {}).get("message", "")), "watched": WATCHED_SECONDS}
    if batch.consumed:
        yield statements.INBOX


def _landed(position: Position, statement: bytes, params: dict[str, object]) -> bool:
    """Execute until the database answers; say whether the batch is written."""
    pause, deadline, unsure = FIRST_PAUSE_SECONDS, time.monotonic() + PATIENCE_SECONDS, False
    while True:
        try:
            if execute(statement, params):
                return True
            return unsure and _was_applied(position, params)
        except (OperationalError, InterfaceError):
            release()
            if time.monotonic() > deadline:
                raise
            logger.warning("The database does not answer; run %s waits %.2f s.", position.run_id, pause)
            unsure = True
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _was_applied(position: Position, params: dict[str, object]) -> bool:
    """Tell a fence from a commit whose answer was lost: under the same epoch only this owner advances `seq`."""
    rows = execute(statements.POSITION, {"run": position.run_id, "epoch": position.epoch})
    count = params["count"]
    return bool(rows) and isinstance(count, int) and count > 0 and rows[0][0] == position.seq + count
