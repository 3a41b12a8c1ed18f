"""The SQL of the journal. Each flush is a single statement: whatever depends on the fence writes nothing when it fails."""

from functools import lru_cache

FENCE = """
fence AS (
    UPDATE runs_run SET
        seq = seq + %(count)s::int,
        status = COALESCE(%(status)s::text, status),
        lease_owner = CASE WHEN %(keep)s::bool THEN lease_owner END,
        lease_expires_at = CASE WHEN %(keep)s::bool THEN now() + %(lease)s::float8 * interval '1 second' END,
        hinted_at = CASE WHEN %(keep)s::bool THEN hinted_at ELSE now() END,
        wake_at = to_timestamp(%(wake_at)s::float8),
        started_at = COALESCE(started_at, to_timestamp(%(started_at)s::float8)),
        finished_at = to_timestamp(%(finished_at)s::float8),
        output = COALESCE(%(output)s::json, output),
        output_sha = COALESCE(%(output_sha)s::text, output_sha),
        error = COALESCE(%(error)s::jsonb, error),
        usage = COALESCE(%(usage)s::jsonb, usage),
        budget = COALESCE(%(budget)s::jsonb, budget),
        crash_count = CASE WHEN %(progress)s::bool THEN 0 ELSE crash_count END
    WHERE id = %(run)s::uuid AND epoch = %(epoch)s::int AND seq = %(seq)s::int
    {condition}
    RETURNING id, epoch, seq - %(count)s::int AS base, CASE WHEN kind = 'shard' THEN parent_id ELSE id END AS home
)"""

NO_OPEN_INBOX = """AND NOT EXISTS (
        SELECT 1 FROM runs_runinbox b
        WHERE b.run_id = runs_run.id AND b.consumed_seq IS NULL AND b.id <> ALL(%(consumed)s::bigint[])
    )"""

RELAXED = "relaxed AS (SELECT set_config('synchronous_commit', 'off', true) AS value)"

BLOBS = """
blobs AS (
    INSERT INTO runs_blob (sha256, size, body, path, created_at, last_used)
    SELECT b.sha, b.size, b.body, b.path, now(), now()
    FROM fence, unnest(%(shas)s::text[], %(sizes)s::bigint[], %(bodies)s::bytea[], %(paths)s::text[]) AS b(sha, size, body, path)
    ON CONFLICT (sha256) DO UPDATE SET last_used = now()
)"""

NODES = """
nodes AS (
    INSERT INTO runs_noderun AS t (
        run_id, scope_path, node_id, status, reason, attempt, failures, losses, ports, chosen, params, output, output_sha,
        preview, error, usage, details, degraded, wake_at, epoch, started_at, finished_at, key, origin, reused_from, stale,
        opened, opened_sha, progress, answer_by
    )
    SELECT fence.home, x.scope, x.node, x.status, x.reason, x.attempt, x.failures, x.losses, x.ports, x.chosen, x.params,
        x.output, x.output_sha, COALESCE(x.preview, ''), x.error, x.usage, x.details, x.degraded, to_timestamp(x.wake_at),
        fence.epoch, to_timestamp(x.started_at), to_timestamp(x.finished_at), COALESCE(x.key, ''), COALESCE(x.origin, ''),
        x.reused_from, COALESCE(x.stale, false), x.opened, x.opened_sha, x.progress,
        to_timestamp(x.answer_by)
    FROM fence, json_to_recordset(%(nodes)s::json) AS x(
        scope text, node text, status text, reason text, attempt int, failures int, losses int, ports jsonb, chosen jsonb,
        params json, output json, output_sha text, preview text, error jsonb, usage jsonb, details json, degraded bool,
        wake_at float8, started_at float8, finished_at float8, key text, origin text, reused_from uuid, stale bool,
        opened json, opened_sha text, progress jsonb, answer_by float8
    )
    ON CONFLICT (run_id, scope_path, node_id) DO UPDATE SET
        status = excluded.status, reason = excluded.reason, attempt = excluded.attempt, failures = excluded.failures,
        losses = excluded.losses, ports = excluded.ports, chosen = excluded.chosen, params = COALESCE(excluded.params, t.params),
        output = excluded.output, output_sha = excluded.output_sha, preview = excluded.preview, error = excluded.error,
        usage = COALESCE(excluded.usage, t.usage), details = COALESCE(excluded.details, t.details), degraded = excluded.degraded,
        wake_at = excluded.wake_at, epoch = excluded.epoch, started_at = excluded.started_at, finished_at = excluded.finished_at,
        key = excluded.key, origin = excluded.origin, reused_from = excluded.reused_from, stale = excluded.stale,
        opened = CASE WHEN excluded.opened IS NULL AND excluded.opened_sha IS NULL THEN t.opened ELSE excluded.opened END,
        opened_sha = CASE WHEN excluded.opened IS NULL AND excluded.opened_sha IS NULL THEN t.opened_sha
            ELSE excluded.opened_sha END,
        progress = COALESCE(excluded.progress, t.progress), answer_by = excluded.answer_by
    WHERE t.finished_at IS NULL
)"""

ATTEMPTS = """
attempts AS (
    INSERT INTO runs_attempt AS t (run_id, node_key, n, epoch, status, worker, error, usage, started_at, finished_at)
    SELECT fence.home, x.key, x.n, fence.epoch, x.status, COALESCE(x.worker, ''), x.error, x.usage, to_timestamp(x.started_at),
        to_timestamp(x.finished_at)
    FROM fence, json_to_recordset(%(attempts)s::json) AS x(
        key text, n int, status text, worker text, error jsonb, usage jsonb, started_at float8, finished_at float8
    )
    ON CONFLICT (run_id, node_key, n) DO UPDATE SET
        status = excluded.status, error = excluded.error, usage = excluded.usage, finished_at = excluded.finished_at
)"""

STEPS = """
steps AS (
    INSERT INTO runs_step AS t (
        run_id, node_key, idx, kind, name, status, data, data_sha, usage, seconds, started_at, finished_at
    )
    SELECT fence.home, x.key, x.idx, x.kind, x.name, x.status, x.data, x.data_sha, x.usage, x.seconds,
        to_timestamp(x.started_at), to_timestamp(x.finished_at)
    FROM fence, json_to_recordset(%(steps)s::json) AS x(
        key text, idx int, kind text, name text, status text, data json, data_sha text, usage jsonb, seconds float8,
        started_at float8, finished_at float8
    )
    ON CONFLICT (run_id, node_key, idx) DO UPDATE SET
        status = excluded.status, data = excluded.data, data_sha = excluded.data_sha, usage = excluded.usage,
        seconds = excluded.seconds, finished_at = excluded.finished_at
    WHERE t.finished_at IS NULL OR t.status = 'failed'
)"""

EVENTS = """
events AS (
    INSERT INTO runs_event (run_id, seq, at, kind, node_key, data)
    SELECT fence.id, fence.base + x.i, to_timestamp(x.at), x.kind, x.node, COALESCE(x.data, '{{}}')
    FROM fence, json_to_recordset(%(events)s::json) AS x(i int, at float8, kind text, node text, data json)
)"""

CACHE = """
cache AS (
    INSERT INTO runs_cacheentry AS c (workflow_id, key, run_id, ports, output, output_sha, expires_at)
    SELECT r.workflow_id, x.key, fence.home, x.ports, x.output, x.output_sha, now() + x.seconds * interval '1 second'
    FROM fence JOIN runs_run r ON r.id = fence.id
    CROSS JOIN json_to_recordset(%(cache)s::json) AS x(key text, ports jsonb, output json, output_sha text, seconds float8)
    ON CONFLICT (workflow_id, key) DO UPDATE SET
        run_id = excluded.run_id, ports = excluded.ports, output = excluded.output, output_sha = excluded.output_sha,
        expires_at = excluded.expires_at
)"""

LAUNCHES = """
launches AS (
    INSERT INTO runs_run (
        id, workflow_id, version_id, started_by_id, trigger, kind, from_node, edits, is_test, lineage_id, status, priority, epoch,
        seq, input, usage, budget, crash_count, created_at, hinted_at, depth, parent_id, parent_key, has_events, uses_credentials,
        visitor
    )
    SELECT x.id, v.workflow_id, v.id, r.started_by_id, 'workflow', 'normal', '', '{{}}', false, x.id, 'queued', r.priority, 0, 0,
        x.input, '{{}}', {limits} || x.budget, 0, now(), now(), r.depth + 1, fence.home, x.key, true, r.uses_credentials, ''
    FROM fence JOIN runs_run r ON r.id = fence.id
    CROSS JOIN json_to_recordset(%(launches)s::json) AS x(id uuid, version bigint, input json, budget jsonb, key text)
    JOIN editor_workflowversion v ON v.id = x.version
    ON CONFLICT (id) DO NOTHING
)""".replace(
    "{limits}",
    """jsonb_build_object(
            'usd', v.document::jsonb #> '{settings,budget_usd}', 'tokens', v.document::jsonb #> '{settings,budget_tokens}',
            'seconds', v.document::jsonb #> '{settings,budget_seconds}',
            'on', COALESCE(v.document::jsonb #> '{settings,on_budget}', '"ask"'), 'model', '', 'is_final', false
        )""",
)

SHARDS = """
shards AS (
    INSERT INTO runs_run (
        id, workflow_id, version_id, started_by_id, trigger, kind, from_node, edits, is_test, lineage_id, status, priority, epoch,
        seq, input, usage, budget, crash_count, created_at, hinted_at, depth, parent_id, parent_key, has_events, uses_credentials,
        shard, visitor
    )
    SELECT x.id, r.workflow_id, r.version_id, r.started_by_id, r.trigger, 'shard', '', '{{}}', r.is_test, r.lineage_id, 'queued',
        r.priority, 0, 0, '{{}}', '{{}}', '{{}}', 0, now(), now(), r.depth, r.id, x.base, true, r.uses_credentials, x.shard, ''
    FROM fence JOIN runs_run r ON r.id = fence.id
    CROSS JOIN json_to_recordset(%(shards)s::json) AS x(id uuid, base text, shard jsonb)
    ON CONFLICT (id) DO NOTHING
)"""

DELIVERIES = """
deliveries AS (
    INSERT INTO runs_delivery (id, outgoing_id, run_id, due_at, created_at)
    SELECT gen_random_uuid(), o.id, r.id, now(), now()
    FROM fence JOIN runs_run r ON r.id = fence.id
    JOIN editor_outgoingwebhook o ON o.workflow_id = r.workflow_id AND o.enabled
    WHERE o.ends ? %(status)s::text AND (o.includes_tests OR NOT r.is_test) AND r.kind IN ('normal', 'resume')
    ON CONFLICT (outgoing_id, run_id) DO NOTHING
)"""

NOTICES = """
notices AS (
    INSERT INTO runs_notification (person_id, kind, about, title, text, path, created_at)
    SELECT r.started_by_id, 'run_failed', 'run ' || r.id, left('Failed: ' || w.name, 200), left(%(reason)s::text, 500),
        '/runs/' || r.id, now()
    FROM fence JOIN runs_run r ON r.id = fence.id JOIN editor_workflow w ON w.id = r.workflow_id
    WHERE r.started_by_id IS NOT NULL AND r.parent_id IS NULL
        AND (NOT r.is_test OR r.started_at < now() - %(watched)s::float8 * interval '1 second')
    ON CONFLICT (person_id, about) DO NOTHING
)"""
"""Whoever tries something out looks at it for a while, and is told of what fails after that."""

RECALLS = """
recalls AS (
    INSERT INTO runs_runinbox (run_id, kind, dedupe_key, payload, created_at)
    SELECT x.id, 'cancel', 'cancel', jsonb_build_object('reason', 'recalled'), now()
    FROM fence CROSS JOIN unnest(%(recalls)s::uuid[]) AS x(id)
    ON CONFLICT (run_id, dedupe_key) DO NOTHING
)"""

REPORT = """
report AS (
    INSERT INTO runs_runinbox (run_id, kind, dedupe_key, payload, created_at)
    SELECT r.parent_id, 'shard', 'shard:' || r.id, jsonb_build_object('run', r.id), now()
    FROM fence JOIN runs_run r ON r.id = fence.id WHERE r.parent_id IS NOT NULL
    ON CONFLICT (run_id, dedupe_key) DO NOTHING
)"""
"""Of the run of a shard that ends: its map hears of it with the commit."""

INBOX = """
inbox AS (
    UPDATE runs_runinbox b SET consumed_seq = fence.base + %(count)s::int
    FROM fence WHERE b.run_id = fence.id AND b.id = ANY(%(consumed)s::bigint[])
)"""


@lru_cache(maxsize=128)
def flush_statement(parts: tuple[str, ...], *, parking: bool, relaxed: bool) -> bytes:
    """Put a flush together from the parts that it needs; each combination is prepared once for each connection."""
    fence = FENCE.format(condition=NO_OPEN_INBOX if parking else "")
    pieces = [*([RELAXED] if relaxed else []), fence, *(part.replace("{{}}", "{}") for part in parts)]
    source = "fence, relaxed WHERE relaxed.value IS NOT NULL" if relaxed else "fence"
    return f"WITH {','.join(pieces)}\nSELECT fence.base FROM {source}".encode()


CLAIM = """
UPDATE runs_run r SET
    epoch = r.epoch + 1,
    lease_owner = %(owner)s,
    lease_expires_at = now() + %(lease)s::float8 * interval '1 second',
    status = 'running',
    awaits_turn = false,
    wake_at = NULL,
    crash_count = r.crash_count + (was.status = 'running')::int
FROM (SELECT id, status FROM runs_run WHERE id = %(run)s::uuid FOR UPDATE) was,
    (SELECT set_config('synchronous_commit', 'off', true) AS value) relaxed
WHERE r.id = was.id
    AND relaxed.value IS NOT NULL
    AND r.status IN ('queued', 'running', 'waiting')
    AND (r.lease_owner IS NULL OR r.lease_expires_at < now())
    AND (
        r.status <> 'waiting' OR r.wake_at <= now()
        OR EXISTS (SELECT 1 FROM runs_runinbox b WHERE b.run_id = r.id AND b.consumed_seq IS NULL)
    )
    AND (
        r.status <> 'queued' OR r.epoch > 0 OR %(most)s::int = 0 OR r.kind = 'shard'
        OR (
            SELECT count(*) FROM runs_run a
            WHERE a.status = 'running' AND a.started_by_id = r.started_by_id AND a.kind <> 'shard'
        ) < %(most)s::int
    )
RETURNING r.epoch, r.seq, was.status, r.crash_count, r.version_id, r.workflow_id::text,
    (SELECT w.name FROM editor_workflow w WHERE w.id = r.workflow_id),
    r.input, r.usage::json, extract(epoch FROM r.started_at)::float8, r.lineage_id::text,
    EXISTS (SELECT 1 FROM runs_runinbox b WHERE b.run_id = r.id AND b.consumed_seq IS NULL),
    r.kind, r.base_run_id::text, r.from_node, r.is_test, r.edits, r.budget::json, r.depth,
    EXISTS (SELECT 1 FROM runs_workflowbudget w WHERE w.workflow_id = r.workflow_id)
        OR EXISTS (SELECT 1 FROM runs_teambudget t JOIN editor_workflow w USING (team_id) WHERE w.id = r.workflow_id),
    CASE WHEN r.uses_credentials THEN coalesce(r.started_by_id::text, '') ELSE '' END,
    coalesce((SELECT w.team_id::text FROM editor_workflow w WHERE w.id = r.workflow_id), ''),
    extract(epoch FROM now())::float8
"""
"""Need not be on disk at once: an owner's first flush is, and with it the claim. A claim that is lost before was of no effect,
and of two owners with the same epoch the flush of one moves `seq`, so that the other's fails.
"""

TURN_AWAY = """
UPDATE runs_run SET awaits_turn = true
WHERE id = %(run)s::uuid AND status = 'queued' AND epoch = 0 AND kind <> 'shard' AND NOT awaits_turn
"""

NEXT = """
UPDATE runs_run SET awaits_turn = false
WHERE id = (
    SELECT n.id FROM runs_run n JOIN runs_run r ON r.started_by_id = n.started_by_id
    WHERE r.id = %(run)s::uuid AND n.awaits_turn
    ORDER BY n.priority DESC, n.created_at LIMIT 1 FOR UPDATE OF n SKIP LOCKED
)
RETURNING id::text
"""

RENEW = """
UPDATE runs_run SET lease_expires_at = now() + %(lease)s::float8 * interval '1 second'
WHERE lease_owner = %(owner)s AND status = 'running' AND id = ANY(%(runs)s::uuid[])
RETURNING id::text
"""

GIVE_BACK = """
UPDATE runs_run SET
    status = 'queued', lease_owner = NULL, lease_expires_at = NULL, hinted_at = now(), crash_count = crash_count + 1
WHERE id = %(run)s::uuid AND epoch = %(epoch)s::int AND status = 'running'
"""

TOUCH = "UPDATE runs_blob SET last_used = now() WHERE sha256 = ANY(%(shas)s::text[]) RETURNING sha256"

FOLD = """
WITH old AS (
    SELECT id FROM runs_run WHERE has_events AND finished_at < now() - %(days)s::float8 * interval '1 day'
    ORDER BY finished_at LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM runs_event WHERE run_id IN (SELECT id FROM old)
)
UPDATE runs_run SET has_events = false WHERE id IN (SELECT id FROM old) RETURNING id
"""

SWEEP_BLOBS = """
DELETE FROM runs_blob b WHERE b.sha256 IN (
    SELECT o.sha256 FROM runs_blob o WHERE o.last_used < now() - %(seconds)s::float8 * interval '1 second'
        AND NOT EXISTS (SELECT 1 FROM runs_noderun n WHERE n.output_sha = o.sha256)
        AND NOT EXISTS (SELECT 1 FROM runs_noderun n WHERE n.opened_sha = o.sha256)
        AND NOT EXISTS (SELECT 1 FROM runs_run r WHERE r.output_sha = o.sha256)
        AND NOT EXISTS (SELECT 1 FROM runs_step s WHERE s.data_sha = o.sha256)
        AND NOT EXISTS (SELECT 1 FROM runs_cacheentry c WHERE c.output_sha = o.sha256)
    LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
) AND b.last_used < now() - %(seconds)s::float8 * interval '1 second'
RETURNING b.path
"""

POSITION = "SELECT seq FROM runs_run WHERE id = %(run)s::uuid AND epoch = %(epoch)s::int"
