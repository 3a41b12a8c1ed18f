"""What was spent by day: summed up from node runs once a day is over, so that long periods are quick to read."""

import logging

from runs.journal.connection import execute

logger = logging.getLogger(__name__)

DAYS_AT_ONCE = 30
LATE_HOURS = 1
"""A result may be written so much later than it was had."""

OPEN_DAYS = """
WITH edge AS (
    SELECT (min(finished_at) AT TIME ZONE 'UTC')::date AS first,
        ((now() - %(late)s::int * interval '1 hour') AT TIME ZONE 'UTC')::date AS today
    FROM runs_noderun WHERE usage IS NOT NULL
)
SELECT d::date FROM edge, generate_series(edge.first, edge.today - 1, interval '1 day') AS d
WHERE NOT EXISTS (SELECT FROM runs_spendingday s WHERE s.day = d::date)
ORDER BY d LIMIT %(most)s::int
"""

SUM_UP = """
WITH claimed AS (
    INSERT INTO runs_spendingday (day, summed_at) VALUES (%(day)s::date, now()) ON CONFLICT (day) DO NOTHING RETURNING day
)
INSERT INTO runs_spending (workflow_id, day, model, node_runs, input_tokens, output_tokens, cost_usd)
SELECT r.workflow_id, claimed.day, left(COALESCE(n.usage ->> 'model', ''), 200), count(*),
    COALESCE(sum((n.usage ->> 'input_tokens')::bigint), 0), COALESCE(sum((n.usage ->> 'output_tokens')::bigint), 0),
    COALESCE(sum((n.usage ->> 'cost_usd')::float8), 0)
FROM claimed, runs_noderun n JOIN runs_run r ON r.id = n.run_id
WHERE n.usage IS NOT NULL
    AND n.finished_at >= %(day)s::date::timestamp AT TIME ZONE 'UTC'
    AND n.finished_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1, 2, 3
ON CONFLICT (workflow_id, day, model) DO UPDATE SET
    node_runs = excluded.node_runs, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cost_usd = excluded.cost_usd
"""


def sum_up_days(*, most: int = DAYS_AT_ONCE) -> int:
    """Sum up the days that are over; say how many. Of several workers at once, one does each day."""
    days = [row[0] for row in execute(OPEN_DAYS, {"late": LATE_HOURS, "most": most})]
    for day in days:
        execute(SUM_UP, {"day": day})
    if days:
        logger.info("Summed up what %d days cost.", len(days))
    return len(days)


def forget_sums() -> None:
    """Have all days summed up anew that node runs are kept of; the sums of others stay."""
    execute("DELETE FROM runs_spendingday", {})
