"""Messages about the ends of runs: which are due, what they say, and what came of sending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from editor.errors import NotFound
from editor.permissions import Action, Actor, require
from editor.triggers.models import OutgoingWebhook
from editor.triggers.selectors import as_uuid
from runs.journal.connection import execute
from runs.models import Run
from runs.payloads import to_json
from runs.selectors import stored_value
from runs.triggers.models import Delivery

MOST_AT_ONCE = 20
PAUSES = (10.0, 60.0, 300.0, 1800.0, 7200.0)
"""How long after each failed attempt the next one follows; after the last there is none."""
UNDER_WAY_SECONDS = 60.0
"""A worker that has said nothing for so long is gone."""
MOST_OUTPUT = 256 * 1024

CLAIM = """
UPDATE runs_delivery SET attempts = attempts + 1, due_at = now() + %(under_way)s::float8 * interval '1 second'
WHERE id IN (
    SELECT id FROM runs_delivery WHERE state = 'waiting' AND due_at <= now()
    ORDER BY due_at LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
)
RETURNING id::text
"""
END = """
UPDATE runs_delivery SET state = %(state)s::text, status = %(status)s::int, message = %(message)s::text,
    due_at = CASE WHEN %(state)s::text = 'waiting' THEN now() + %(pause)s::float8 * interval '1 second' ELSE due_at END,
    ended_at = CASE WHEN %(state)s::text = 'waiting' THEN NULL ELSE now() END
WHERE id = %(id)s::uuid AND state = 'waiting' AND attempts = %(attempts)s::int
"""
FORGET = """
DELETE FROM runs_delivery WHERE id IN (
    SELECT id FROM runs_delivery WHERE state <> 'waiting' AND ended_at < now() - %(days)s::float8 * interval '1 day' LIMIT 5000
)
"""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one attempt."""

    state: str
    status: int | None = None
    message: str = ""
    pause: float = 0.0


def claim_due() -> list[Delivery]:
    """Take the messages that are due. Each counts as an attempt from here on, whatever becomes of this worker."""
    ids = [row[0] for row in execute(CLAIM, {"most": MOST_AT_ONCE, "under_way": UNDER_WAY_SECONDS})]
    rows = Delivery.objects.select_related("outgoing", "run__workflow", "run__version", "run__fired_by")
    return list(rows.defer("run__workflow__draft", "run__workflow__draft_problems", "run__version__document").filter(pk__in=ids))


def keep(delivery: Delivery, came: Came) -> None:
    """Keep what came of an attempt, unless another one has begun meanwhile."""
    params = {"id": str(delivery.pk), "attempts": delivery.attempts, "state": came.state, "status": came.status}
    execute(END, {**params, "message": came.message[:500], "pause": came.pause})


def body_of(delivery: Delivery, base_url: str) -> bytes:
    """Write the message. It says the same at every attempt: a run does not change after its end."""
    run = delivery.run
    data: dict[str, Any] = {
        "run": {
            "id": str(run.pk),
            "status": run.status,
            "version": run.version.number,
            "trigger": run.trigger,
            "fired_by": None if run.fired_by is None else run.fired_by.name,
            "is_test": run.is_test,
            "created_at": run.created_at,
            "finished_at": run.finished_at,
            "usage": run.usage,
            "url": f"{base_url}/runs/{run.pk}",
        },
        "workflow": {"id": str(run.workflow_id), "name": run.workflow.name},
        "error": None if run.error is None else {name: run.error.get(name) for name in ("code", "message")},
    }
    if delivery.outgoing.sends_output:
        data |= _output(run)
    return to_json({"type": f"run.{run.status}", "timestamp": run.finished_at, "data": data}).encode()


def _output(run: Run) -> dict[str, Any]:
    output = stored_value(run.output, run.output_sha)
    is_large = len(to_json(output)) > MOST_OUTPUT
    return {"output": None if is_large else output, "output_left_out": is_large}


def delivery_list(*, actor: Actor, outgoing: OutgoingWebhook, limit: int = 50) -> Sequence[Delivery]:
    """List the last messages, the newest first."""
    require(actor, Action.TRIGGER_EDIT, outgoing.workflow)
    return list(Delivery.objects.filter(outgoing=outgoing).order_by("-created_at")[:limit])


def delivery_repeat(*, actor: Actor, outgoing: OutgoingWebhook, delivery_id: object) -> Delivery:
    """Send a message again that has arrived or was given up. It keeps its id, so that a receiver knows it."""
    require(actor, Action.TRIGGER_EDIT, outgoing.workflow)
    with transaction.atomic():
        found = Delivery.objects.select_for_update().filter(outgoing=outgoing, pk=as_uuid(delivery_id)).first()
        if found is None:
            raise NotFound
        if found.state != "waiting":
            found.state, found.attempts, found.ended_at = "waiting", 0, None
            found.save(update_fields=["state", "attempts", "ended_at"])
            Delivery.objects.filter(pk=found.pk).update(due_at=Now())
    found.refresh_from_db()
    return found


def forget_deliveries(days: float) -> None:
    """Delete what ended so many days ago."""
    if days > 0:
        execute(FORGET, {"days": days})
