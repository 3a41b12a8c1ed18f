"""Calls from outside that let a waiting node run go on."""

import asyncio
import time
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from editor.api.http import parse_json
from editor.errors import Invalid
from editor.graph.ids import NodeKey, split_key
from editor.graph.nodetype import WEBHOOK
from runs import dispatch, publish
from runs.addresses import Place, place_of
from runs.driver.mail import answer_key
from runs.engine.states import Kind
from runs.journal.inbox import ask
from runs.models import NodeRun, Run
from runs.payloads import to_json
from runs.shards import owner_of

MOST_BYTES = 1024 * 1024
PATIENCE_SECONDS = 5.0
"""A call may come before the run has got to the node that waits for it."""
LOOK_SECONDS = 0.2
OVER = frozenset({"succeeded", "failed", "cancelled", "skipped", "upstream_failed"})


@csrf_exempt
@require_POST
async def wait_hook(request: HttpRequest, token: str) -> JsonResponse:
    """Take a call: 202 for the first one, 409 for any other. An address that is not ours is not there."""
    place = place_of(token)
    if place is None:
        return refused(404, "not_found", "There is no such address.")
    try:
        body = await sync_to_async(read)(request)
    except RequestDataTooBig:
        return refused(413, "too_large", f"A call brings {MOST_BYTES:,} bytes at most.")
    except (Invalid, ValueError) as error:
        why = error.message if isinstance(error, Invalid) else "The body is not what its headers say."
        return refused(400, "invalid", why)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        status = await sync_to_async(take)(place, {"body": body, "query": request.GET.dict()})
        if status != "early" or time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
    if status == "taken":
        return JsonResponse({"status": "accepted"}, status=202)
    if status == "early":
        return refused(409, "not_waiting", "Nothing waits for this call yet. Try again later.")
    return refused(409, "already_answered", "This address was good for one call, and is used, or its time is over.")


def refused(status: int, code: str, message: str) -> JsonResponse:
    """Refuse in the shape of the API."""
    return JsonResponse({"error": {"code": code, "message": message, "data": {}}}, status=status)


def read(request: HttpRequest) -> Any:
    """Read a body: JSON, a form as an object, or text."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    kind = (request.content_type or "").lower()
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.POST.dict()
    raw = request.body
    if len(raw) > MOST_BYTES:
        raise RequestDataTooBig
    if kind == "application/json" or kind.endswith("+json"):
        return parse_json(raw) if raw else None
    return raw.decode(errors="replace")


def take(place: Place, call: dict[str, Any]) -> str:
    """Leave a call for the owner of the run: ``taken``, ``used``, or ``early`` while the run is on its way."""
    run = Run.objects.filter(lineage_id=place.lineage_id).exclude(kind=Kind.SHARD).order_by("-created_at").first()
    if run is None:
        return "used"
    scope, node_id = split_key(NodeKey(place.key))
    node_run = NodeRun.objects.filter(run=run, scope_path=scope, node_id=node_id).first()
    if node_run is None or (node_run.status not in OVER and node_run.reason != WEBHOOK):
        return "used" if run.finished_at else "early"
    if node_run.status != "waiting":
        return "used"
    return "taken" if _left(run, place.key, node_run, call) else "used"


def _left(run: Run, key: str, node_run: NodeRun, call: dict[str, Any]) -> bool:
    """Let the database pick the first of several calls."""
    run_id, asked = owner_of(run, key), node_run.output if isinstance(node_run.output, dict) else {}
    payload = to_json({"key": key, "attempt": node_run.attempt, "value": {**asked, **call}, "ports": ["out"]})
    with transaction.atomic():
        if not ask(run_id, "answer", answer_key(key, node_run.attempt), payload):
            return False
        transaction.on_commit(lambda: publish.poke_owner(run_id))
        dispatch.hint_on_commit(run_id)
    return True
