"""What is kept no longer: the events of runs that ended long ago, and values that nothing refers to."""

import logging

from runs import blobs
from runs.journal import statements
from runs.journal.connection import execute

logger = logging.getLogger(__name__)

RUNS_AT_ONCE = 200
BLOBS_AT_ONCE = 200
GRACE_SECONDS = 24 * 3600.0
"""How long a value is kept that nothing refers to: its reference may be on its way."""


def fold_old_events(days: float, *, most: int = RUNS_AT_ONCE) -> int:
    """Delete the events of runs that ended so many days ago; say of how many. What they came to stands in the runs' rows."""
    if days <= 0:
        return 0
    folded = len(execute(statements.FOLD, {"days": days, "most": most}))
    if folded:
        logger.info("Folded the events of %d runs.", folded)
    return folded


def sweep_blobs(*, grace_seconds: float = GRACE_SECONDS, most: int = BLOBS_AT_ONCE) -> int:
    """Delete values that nothing refers to; say how many."""
    paths = [row[0] for row in execute(statements.SWEEP_BLOBS, {"seconds": grace_seconds, "most": most})]
    blobs.forget(paths)
    if paths:
        logger.info("Deleted %d values that nothing refers to.", len(paths))
    return len(paths)
