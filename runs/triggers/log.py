"""The log of a trigger: what was called or due, and what came of it. Nothing of a call that was not let in but why."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from editor.secrecy import hide
from editor.triggers.models import Trigger
from editor.triggers.signing import NONCE_SECONDS
from runs.journal.connection import execute
from runs.models import Run
from runs.payloads import clean
from runs.triggers.models import TriggerCall

MOST_KEPT = 200
SHOWN_CHARS = 2000
FORGET = """
DELETE FROM runs_triggercall WHERE id IN (
    SELECT id FROM runs_triggercall WHERE at < now() - %(days)s::float8 * interval '1 day' ORDER BY at LIMIT 5000
)
"""
FORGET_MORE = """
DELETE FROM runs_triggercall c USING (
    SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY trigger_id ORDER BY id DESC) AS place FROM runs_triggercall) x
    WHERE place > %(most)s::int LIMIT 5000
) gone WHERE c.id = gone.id
"""
FORGET_NONCES = "DELETE FROM runs_triggernonce WHERE at < now() - %(seconds)s::float8 * interval '1 second'"


def note(
    trigger: Trigger,
    code: str,
    *,
    status: int | None = None,
    message: str = "",
    run: Run | None = None,
    is_test: bool = False,
    due_at: datetime | None = None,
    request: Mapping[str, Any] | None = None,
) -> None:
    """Keep a line of the log."""
    TriggerCall.objects.create(
        trigger_id=trigger.pk,
        code=code,
        status=status,
        message=message[:500],
        run_id=None if run is None else run.pk,
        is_test=is_test,
        due_at=due_at,
        request=dict(request or {}),
    )


def shown(content_type: str, body: bytes) -> dict[str, Any]:
    """Say what a call that was let in brought: its type, its size, and its beginning without known secrets."""
    begins = hide(clean(body[: 4 * SHOWN_CHARS].decode(errors="replace")))[:SHOWN_CHARS]
    return {"type": content_type[:100], "bytes": len(body), "begins": begins}


def is_new(trigger: Trigger, content: bytes) -> bool:
    """Keep a signed message, so that it is let in once: the database picks the first. Redis may be lost, this may not."""
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        rows = execute(KEEP_NONCE, {"trigger": str(trigger.pk), "digest": digest})
    return bool(rows)


KEEP_NONCE = """
INSERT INTO runs_triggernonce (trigger_id, digest, at) VALUES (%(trigger)s::uuid, %(digest)s, now())
ON CONFLICT (trigger_id, digest) DO NOTHING RETURNING id
"""


def forget_calls(days: float) -> None:
    """Delete what the log keeps no longer, and signatures that are too old to be good."""
    execute(FORGET_NONCES, {"seconds": NONCE_SECONDS})
    execute(FORGET_MORE, {"most": MOST_KEPT})
    if days > 0:
        execute(FORGET, {"days": days})
