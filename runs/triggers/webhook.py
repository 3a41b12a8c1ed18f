"""`POST /hooks/<token>`: a call from outside starts a run of what is published; `…/test` one of the draft."""

import asyncio
import time
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from editor.errors import AppError
from editor.triggers.config import WebhookConfig
from editor.triggers.models import Trigger
from editor.triggers.selectors import trigger_of_token
from runs.engine.states import RUN_TERMINAL
from runs.models import Run
from runs.selectors import stored_value
from runs.triggers.door import let_in
from runs.triggers.fire import Fired, fire, form_of
from runs.triggers.log import note, shown
from runs.triggers.rate import excess
from runs.triggers.reading import MOST_BYTES, input_of, read_call

FIRST_LOOK_SECONDS = 0.1
LONGEST_LOOK_SECONDS = 1.0
KEY_HEADERS = ("webhook-id", "Idempotency-Key", "X-GitHub-Delivery")
"""What senders name a delivery by: equal names start one run."""
LONGEST_KEY = 500
RETRY_SECONDS = {"too_many_requests": "60", "too_many_active": "10"}


@csrf_exempt
@require_POST
async def trigger_hook(request: HttpRequest, token: str, *, is_test: bool = False) -> JsonResponse:
    """Take a call: 202 with the run, or what came of it where the trigger says so. What is not let in starts nothing."""
    answer, run, wait = await sync_to_async(take)(request, token, is_test=is_test)
    if run is None or not wait:
        return answer
    ended = await ended_within(run, wait)
    return answer if ended is None else await sync_to_async(result)(ended)


def take(request: HttpRequest, token: str, *, is_test: bool) -> tuple[JsonResponse, Run | None, int]:
    """Judge a call and start its run: the answer, the run, and for how many seconds its result is waited for."""
    found = trigger_of_token(token, Trigger.Kind.WEBHOOK)
    if found is None or not (found[0].enabled or is_test):
        return refused(AppError("not_found", "There is no such address, or it is switched off.", status=404)), None, 0
    trigger, now = found
    too_many = excess(trigger)
    if too_many:
        error = AppError("too_many_requests", f"This address takes {trigger.rate_per_minute} calls a minute.", status=429)
        if too_many == 1:
            note(trigger, error.code, status=error.status, message=error.message, is_test=is_test)
        return refused(error), None, 0
    config = trigger.settings
    assert isinstance(config, WebhookConfig)  # noqa: S101 - for mypy: the kind says so
    let: dict[str, Any] = {}
    try:
        body = read_body(request)
        let_in(trigger, config, request, body=body, now=now)
        let = shown(request.headers.get("Content-Type", ""), body)
        fired = _start(trigger, request, body, is_test=is_test)
    except AppError as error:
        note(trigger, error.code, status=error.status, message=reason_of(error), is_test=is_test, request=let)
        return refused(error), None, 0
    code = "repeated" if fired.repeated else "started"
    note(trigger, code, status=202, run=fired.run, is_test=is_test, request=let)
    return accepted(fired), fired.run, config.wait_seconds if config.answer == "result" else 0


def read_body(request: HttpRequest) -> bytes:
    """Read a body as it came; its declared length is believed first, so that a large one costs nothing."""
    too_large = AppError("too_large", f"A call brings {MOST_BYTES:,} bytes at most.", status=413)
    try:
        declared = int(request.headers.get("Content-Length") or 0)
        body = b"" if declared > MOST_BYTES else request.body
    except (RequestDataTooBig, ValueError):
        raise too_large from None
    if max(declared, len(body)) > MOST_BYTES:
        raise too_large
    return body


def _start(trigger: Trigger, request: HttpRequest, body: bytes, *, is_test: bool) -> Fired:
    call = read_call(request.headers.get("Content-Type", ""), body, query=request.GET.dict(), headers=dict(request.headers))
    values = input_of(form_of(trigger, is_test=is_test), call)
    return fire(trigger, values, key=delivery_of(request), is_test=is_test)


def delivery_of(request: HttpRequest) -> str | None:
    """Say how the sender names this delivery, if it does."""
    for name in KEY_HEADERS:
        key = request.headers.get(name, "")
        if len(key) > LONGEST_KEY:
            raise AppError("invalid", f"The header {name} has at most {LONGEST_KEY} characters.", status=400)
        if key:
            return f"{name}:{key}"
    return None


def reason_of(error: AppError) -> str:
    """Say why a call was refused, with the fields that are wrong."""
    fields = error.data.get("fields")
    if not isinstance(fields, dict):
        return error.message
    return error.message + " " + " ".join(f"{name}: {sentence}" for name, sentence in fields.items())


def refused(error: AppError) -> JsonResponse:
    """Refuse in the shape of the API."""
    answer = JsonResponse(error.to_json(), status=error.status)
    if error.code in RETRY_SECONDS:
        answer.headers["Retry-After"] = RETRY_SECONDS[error.code]
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def accepted(fired: Fired) -> JsonResponse:
    """Say which run it is."""
    run = fired.run
    return JsonResponse({"run": str(run.pk), "status": run.status, "repeated": fired.repeated}, status=202)


async def ended_within(run: Run, seconds: int) -> Run | None:
    """Wait for the end of a run; None when it takes longer."""
    pause, deadline = FIRST_LOOK_SECONDS, time.monotonic() + seconds
    while True:
        now = await Run.objects.filter(pk=run.pk).only("status").afirst()
        if now is not None and now.status in RUN_TERMINAL:
            return run
        if now is None or time.monotonic() + pause > deadline:
            return None
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_LOOK_SECONDS)


def result(run: Run) -> JsonResponse:
    """Say what came of a run: 200 with its output, or 500 with why there is none."""
    run.refresh_from_db()
    told: dict[str, Any] = {"run": str(run.pk), "status": run.status}
    if run.status == "succeeded":
        return JsonResponse({**told, "output": stored_value(run.output, run.output_sha)})
    error = run.error or {}
    code, message = error.get("code", f"run_{run.status}"), error.get("message", f"The run was {run.status}.")
    return JsonResponse({**told, "error": {"code": code, "message": message, "data": {}}}, status=500)
