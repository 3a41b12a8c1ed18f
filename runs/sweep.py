"""Finds what nobody works on although somebody should: runs in every worker process and needs no leader."""

import logging
from collections.abc import Callable

from runs.journal.connection import execute

logger = logging.getLogger(__name__)

QUEUED_SECONDS = 5.0
MOST_AT_ONCE = 100

DUE = """
WITH lost AS (
    SELECT id FROM runs_run WHERE status = 'running' AND lease_expires_at < now()
        AND (hinted_at IS NULL OR hinted_at < now() - %(pause)s::float8 * interval '1 second')
    LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
), woken AS (
    SELECT id FROM runs_run r WHERE status = 'waiting'
        AND (wake_at <= now() OR EXISTS (SELECT 1 FROM runs_runinbox b WHERE b.run_id = r.id AND b.consumed_seq IS NULL))
        AND (hinted_at IS NULL OR hinted_at < now() - %(pause)s::float8 * interval '1 second')
    LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
), queued AS (
    SELECT id FROM runs_run WHERE status = 'queued'
        AND (hinted_at IS NULL OR hinted_at < now() - %(queued)s::float8 * interval '1 second')
    ORDER BY priority DESC, created_at LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
)
UPDATE runs_run SET hinted_at = now()
WHERE id IN (SELECT id FROM lost UNION ALL SELECT id FROM woken UNION ALL SELECT id FROM queued)
RETURNING id::text, status, now() - created_at > %(queued)s::float8 * 2 * interval '1 second'
"""


def sweep(*, pause_seconds: float, hint: Callable[[str], bool], drive_here: Callable[[str], None]) -> int:
    """Hint every run that is due, and say how many.

    `drive_here` takes what the broker does not, and what earlier hints did not move: Redis is optional for progress.
    Each run is marked as hinted, so that the sweepers of many processes do not repeat each other.
    """
    rows = execute(DUE, {"pause": pause_seconds, "queued": QUEUED_SECONDS, "most": MOST_AT_ONCE})
    for run_id, status, is_overdue in rows:
        if not hint(run_id) or (status == "queued" and is_overdue):
            drive_here(run_id)
    if rows:
        logger.info("Hinted %d runs that were due.", len(rows))
    return len(rows)
