"""Who owns a run: claiming bumps the epoch, which fences every earlier owner. All clocks are the database's."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runs.journal import statements
from runs.journal.connection import execute


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this owner has just taken, and what it needs to know of it."""

    run_id: str
    epoch: int
    seq: int
    was: str
    """The status before: ``running`` means that an owner died."""
    crash_count: int
    version_id: int
    workflow_id: str
    workflow_name: str
    input: Mapping[str, Any]
    usage: Mapping[str, Any]
    started_at: float | None
    lineage_id: str
    has_inbox: bool
    kind: str
    base_run_id: str | None
    from_node: str
    is_test: bool
    edits: Mapping[str, Mapping[str, Any]]
    budget: Mapping[str, Any]
    depth: int
    shares_budget: bool
    """Its workflow, or the team of that, has a budget for all runs together."""
    started_by: str
    """The id of the person whose credentials it may use; empty where it may use nobody's."""
    team: str
    """The id of the team whose workflow it is; empty of a person's."""
    now: float
    """The database's time at the claim, in seconds since 1970."""
    heard_at: float
    """The monotonic clock's time when the claim was answered."""


def claim(run_id: str, owner: str, *, lease_seconds: float, most_active: int = 0) -> Claim | None:
    """Take a run, or None: it has an owner, it has ended, it waits and nothing is due, or it has to wait for its turn.

    With `most_active` a run does not begin while so many of the same person are being worked on. Claims at one moment may
    exceed it by a few; what has begun goes on. A run that has to wait is marked, for `next_in_turn`.
    """
    params = {"run": run_id, "owner": owner, "lease": lease_seconds, "most": most_active}
    rows = execute(statements.CLAIM, params)
    if not rows and most_active:
        execute(statements.TURN_AWAY, {"run": run_id})
    return Claim(*(run_id, *rows[0], time.monotonic())) if rows else None


def next_in_turn(run_id: str) -> str | None:
    """Take the run off the list of those turned away that has waited longest of the person who started this one.

    A run is given once: it is told about, and whoever claims it turns it away again where there is no room.
    """
    rows = execute(statements.NEXT, {"run": run_id})
    return rows[0][0] if rows else None


def renew(owner: str, run_ids: Iterable[str], *, lease_seconds: float) -> set[str]:
    """Extend the leases of these runs; those missing from the answer have been lost."""
    params = {"owner": owner, "runs": list(run_ids), "lease": lease_seconds}
    return {row[0] for row in execute(statements.RENEW, params)}
