"""The SQL of collecting failures: what has ended since, what broke in it, and sums by cause and group."""

ENDED = """
SELECT r.id::text, r.workflow_id::text, r.version_id, r.started_by_id, r.status, r.error::json, r.finished_at, r.created_at,
    CASE WHEN r.kind = 'resume' THEN r.base_run_id::text END
FROM runs_run r
WHERE r.has_events AND r.kind <> 'shard' AND r.status IN ('failed', 'succeeded')
    AND r.finished_at > %(since)s::timestamptz AND (r.finished_at, r.id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    AND (
        (
            (r.status = 'failed' OR EXISTS (
                SELECT FROM runs_noderun n WHERE n.run_id = r.id AND (n.status = 'failed' OR n.degraded)
            ))
            AND NOT EXISTS (SELECT FROM runs_failureentry f WHERE f.run_id = r.id AND f.at = r.finished_at)
        )
        OR (r.kind = 'resume' AND EXISTS (
            SELECT FROM runs_failureentry f WHERE f.run_id = r.base_run_id AND f.state = 'open'
        ))
    )
ORDER BY r.finished_at, r.id LIMIT %(most)s::int
"""

BROKEN = """
SELECT wanted.id::text, b.key, b.code, b.message, b.at, b.times, b.is_handled
FROM unnest(%(runs)s::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    SELECT (array_agg(n.scope_path || n.node_id ORDER BY n.finished_at, n.id))[1] AS key,
        COALESCE(n.error ->> 'code', 'bug') AS code, left(COALESCE(n.error ->> 'message', ''), %(chars)s::int) AS message,
        min(n.finished_at) AS at, count(*)::int AS times, n.status = 'failed' AND n.reason = 'port' AS is_handled
    FROM runs_noderun n
    WHERE n.run_id = wanted.id AND (n.status = 'failed' OR n.degraded) AND n.origin = ''
    GROUP BY regexp_replace(n.scope_path, '[#~][0-9]+', '', 'g'), n.node_id, 2, 3, 6
    ORDER BY 4 LIMIT %(most)s::int
) b
ORDER BY 1, b.at
"""

HELD = """
SELECT DISTINCT ON (n.run_id) n.run_id::text, r.workflow_id::text, r.version_id, r.started_by_id, r.created_at,
    n.scope_path || n.node_id, n.reason, COALESCE(n.output #>> '{request,message}', ''), COALESCE(n.started_at, now()),
    (SELECT count(*)::int FROM runs_noderun m WHERE m.run_id = n.run_id AND m.status = 'waiting' AND m.reason = n.reason)
FROM runs_noderun n JOIN runs_run r ON r.id = n.run_id
WHERE n.status = 'waiting' AND n.reason IN ('budget', 'uncertain')
    AND NOT EXISTS (SELECT FROM runs_failureentry f WHERE f.run_id = n.run_id AND f.is_waiting)
ORDER BY n.run_id, n.id LIMIT %(most)s::int
"""

RELEASED = """
UPDATE runs_failureentry f SET is_waiting = false, state = CASE f.state WHEN 'open' THEN 'answered' ELSE f.state END
WHERE f.is_waiting AND NOT EXISTS (
    SELECT FROM runs_noderun n WHERE n.run_id = f.run_id AND n.status = 'waiting' AND n.reason IN ('budget', 'uncertain')
)
RETURNING f.group_id::text
"""

FOLLOWED = """
WITH done AS (
    SELECT * FROM unnest(%(bases)s::uuid[], %(followers)s::uuid[], %(states)s::text[]) AS x(base, follower, state)
)
UPDATE runs_failureentry f SET state = done.state, follower = done.follower
FROM done
WHERE f.state = 'open' AND f.kind <> 'degraded' AND f.run_id <> done.follower AND (
    f.run_id = done.base
    OR (done.state = 'recovered' AND f.run_id IN (
        SELECT r.id FROM runs_run r WHERE r.base_run_id = done.base AND r.kind = 'resume'
    ))
)
RETURNING f.group_id::text, f.state
"""

HOURS = """
INSERT INTO runs_failurehour AS h (cause_id, hour, count)
SELECT x.cause, date_trunc('hour', x.at), count(*) FROM unnest(%(causes)s::bigint[], %(moments)s::timestamptz[]) AS x(cause, at)
GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (cause_id, hour) DO UPDATE SET count = h.count + excluded.count
"""

PEOPLE = """
INSERT INTO runs_failureperson (cause_id, person_id)
SELECT DISTINCT x.cause, u.id FROM unnest(%(causes)s::bigint[], %(people)s::bigint[]) AS x(cause, person)
JOIN accounts_user u ON u.id = x.person
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""

CAUSE_SUMS = """
UPDATE runs_failurecause c SET
    count = c.count + s.n, first_seen = LEAST(c.first_seen, s.first), last_seen = GREATEST(c.last_seen, s.last)
FROM (
    SELECT x.cause, count(*) AS n, min(x.at) AS first, max(x.at) AS last
    FROM unnest(%(causes)s::bigint[], %(moments)s::timestamptz[]) AS x(cause, at) GROUP BY 1
) s WHERE c.id = s.cause
"""

GROUP_SUMS = """
UPDATE runs_failuregroup g SET count = s.n, first_seen = s.first, last_seen = s.last, first_version_id = s.version,
    open_count = (SELECT count(*) FROM runs_failureentry f WHERE f.group_id = g.id AND f.state = 'open')
FROM (
    SELECT c.group_id, sum(c.count)::int AS n, min(c.first_seen) AS first, max(c.last_seen) AS last,
        (array_agg(c.first_version_id ORDER BY c.first_seen, c.id))[1] AS version
    FROM runs_failurecause c WHERE c.group_id = ANY(%(groups)s::uuid[]) GROUP BY 1
) s WHERE g.id = s.group_id
"""
"""A group's sums follow from its causes, so that merging and splitting need no sums of their own."""
