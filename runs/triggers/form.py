"""Form pages: the fields of a workflow for anybody who has the address, and a page that follows the one run they began."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from editor.errors import AppError
from editor.triggers.config import FormConfig
from editor.triggers.models import Trigger
from editor.triggers.selectors import trigger_of_token
from runs.engine.states import RUN_TERMINAL
from runs.models import Run
from runs.selectors import stored_value
from runs.triggers.fields import Shown, read_fields, shown_fields
from runs.triggers.fire import fire, form_of
from runs.triggers.log import note
from runs.triggers.rate import excess

SIGNER = Signer(salt="runs.form")
MOST_BYTES = 4 * 1024 * 1024
TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
KEY_CHARS = 64
SHOWN_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Door:
    """A form that is there."""

    trigger: Trigger
    config: FormConfig
    token: str

    @property
    def title(self) -> str:
        """What its page is called."""
        return self.config.title or self.trigger.workflow.name

    def context(self, **more: Any) -> dict[str, Any]:
        """Give what each of its pages shows."""
        return {"title": self.title, "config": self.config, "address": reverse("trigger_form", args=[self.token]), **more}


def door_of(token: str) -> Door | None:
    """Find a form by the secret part of its address."""
    found = trigger_of_token(token, Trigger.Kind.FORM)
    if found is None or not isinstance(found[0].settings, FormConfig):
        return None
    return Door(found[0], found[0].settings, token)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trigger_form(request: HttpRequest, token: str) -> HttpResponse:
    """Look at the size and the type of what is sent before anything reads it; the rest is protected as any page is."""
    if request.method == "POST":
        if request.content_type not in TYPES or set(request.content_params or ()) - {"boundary", "charset"}:
            return refused(request, 415, "This page takes what its own form sends, and nothing else.")
        if _declared(request) > MOST_BYTES:
            return refused(request, 413, f"All files together have {MOST_BYTES // 1024 // 1024} MiB at most.")
    protected: HttpResponse = _trigger_form(request, token)
    return protected


@csrf_protect
def _trigger_form(request: HttpRequest, token: str) -> HttpResponse:
    door = door_of(token)
    if door is None or not door.trigger.enabled:
        return refused(request, 404, "This form is not here, or is closed.")
    if door.config.sign_in and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    try:
        form = form_of(door.trigger)
    except AppError:
        return refused(request, 404, "This form is not open yet.")
    if request.method != "POST":
        return page(request, door, shown_fields(form, request.GET))
    return _sent(request, door, shown_fields(form))


def _sent(request: HttpRequest, door: Door, fields: list[Shown]) -> HttpResponse:
    """Start the run of what somebody filled in, once, and lead to its page."""
    if excess(door.trigger):
        return page(request, door, fields, status=429, problem="Too many people use this form right now. Try again in a minute.")
    values = read_fields(fields, request.POST, request.FILES)
    if any(one.error for one in fields):
        return page(request, door, fields, status=422)
    try:
        fired = fire(door.trigger, values, key=request.POST.get("submission", "")[:KEY_CHARS] or None)
    except AppError as error:
        wrong = error.data.get("fields", {}) if error.code == "input_invalid" else {}
        for one in fields:
            one.error = wrong.get(one.field.name, "")
        note(door.trigger, error.code, status=error.status, message=error.message)
        problem = "" if wrong else "This form cannot be sent right now. Try again in a moment."
        return page(request, door, fields, status=error.status, problem=problem)
    note(door.trigger, "repeated" if fired.repeated else "started", status=303, run=fired.run)
    return HttpResponseRedirect(result_address(door, fired.run), status=303)


def page(request: HttpRequest, door: Door, fields: list[Shown], *, status: int = 200, problem: str = "") -> HttpResponse:
    """Show the form, with what is wrong beside each field. What was typed stays."""
    submission = request.POST.get("submission", "")[:KEY_CHARS] or secrets.token_urlsafe(24)
    context = door.context(
        fields=fields, problem=problem, submission=submission, has_files=any(one.field.type == "file" for one in fields)
    )
    context["wrong"] = [one for one in fields if one.error]
    return render(request, "runs/form.html", context, status=status)


def result_address(door: Door, run: Run) -> str:
    """Give the page of a run that this form began. Nobody can make one up: it is signed, and for this run alone."""
    ticket = SIGNER.sign_object([str(door.trigger.pk), str(run.pk)])
    return reverse("trigger_form_result", args=[door.token, ticket])


@never_cache
@require_safe
def trigger_form_result(request: HttpRequest, token: str, ticket: str) -> HttpResponse:
    """Follow a run to its end. A run's id opens nothing; only the signed address that its starter was led to does."""
    door = door_of(token)
    run = None if door is None else _run_of(door, ticket)
    if door is None or run is None:
        return refused(request, 404, "This page is not here.")
    if door.config.sign_in and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    state = "ended" if run.status in RUN_TERMINAL else "waiting" if run.status == "waiting" else "working"
    if "state" in request.GET:
        return JsonResponse({"state": state})
    context = door.context(state=state, status=run.status, reference=str(run.pk)[:8], outputs=_outputs(door, run))
    return render(request, "runs/form_result.html", context)


def _run_of(door: Door, ticket: str) -> Run | None:
    try:
        trigger_id, run_id = SIGNER.unsign_object(ticket)
    except (BadSignature, ValueError, TypeError):
        return None
    if trigger_id != str(door.trigger.pk):
        return None
    return Run.objects.filter(pk=run_id, fired_by=door.trigger).first()


def _outputs(door: Door, run: Run) -> list[dict[str, Any]]:
    """Give what the run came to as text: nothing of it is markup."""
    if not door.config.shows_output or run.status != "succeeded":
        return []
    output = stored_value(run.output, run.output_sha)
    named = output if isinstance(output, dict) else {"result": output}
    alone = len(named) == 1
    return [{"name": "" if alone else name, **_shown(value)} for name, value in named.items()]


def _shown(value: Any) -> dict[str, Any]:
    is_text = isinstance(value, str)
    text = value if is_text else json.dumps(value, ensure_ascii=False, indent=2)
    return {"is_text": is_text, "text": text[:SHOWN_CHARS], "is_cut": len(text) > SHOWN_CHARS}


def _declared(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length") or "0"
    return int(text) if text.isdecimal() and len(text) < len(str(2**62)) else MOST_BYTES + 1


def refused(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """Say what is not to be had here."""
    return render(request, "runs/form_refused.html", {"title": sentence, "status": status}, status=status)
