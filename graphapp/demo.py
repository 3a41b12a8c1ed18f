"""Small web services to try HTTP nodes on: they know everyone, take a moment, are down for a while, and keep nothing."""

import asyncio
import hashlib
import json
import math
from datetime import UTC, datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from editor.api.http import parse_json
from editor.errors import Invalid

DELAY_SECONDS = 0.6
LONGEST_NAME = 80
LONGEST_OUTAGE_SECONDS = 3600.0
LARGEST_MESSAGE = 16 * 1024
PLANS = ("free", "starter", "team", "enterprise")
REGIONS = ("Americas", "Europe", "Asia")


def account(customer: str) -> dict[str, object]:
    """An account made up from a name: the same name has the same account everywhere."""
    digest = hashlib.sha256(customer.strip().lower().encode("utf-8", "replace")).digest()
    invoices = digest[3] % 4
    return {
        "customer": customer,
        "plan": PLANS[digest[0] % len(PLANS)],
        "region": REGIONS[digest[1] % len(REGIONS)],
        "seats": 1 + digest[2] % 40,
        "open_invoices": invoices,
        "balance_due": invoices * (25 + digest[4] % 100),
        "customer_since": 2014 + digest[5] % 12,
    }


def refusal(status: int, code: str, message: str) -> JsonResponse:
    """Say what is wrong as the API does."""
    return JsonResponse({"error": {"code": code, "message": message, "data": {}}}, status=status)


async def demo_account(request: HttpRequest, customer: str) -> HttpResponse:
    """One account. Reads nothing and stores nothing."""
    if request.method not in ("GET", "HEAD"):
        return refusal(405, "method_not_allowed", "Only GET.")
    await asyncio.sleep(DELAY_SECONDS)
    return JsonResponse(account(customer[:LONGEST_NAME]))


async def demo_unsteady(request: HttpRequest, customer: str) -> HttpResponse:
    """One account, from a service that is down for the first ``seconds`` after the moment ``since``."""
    if request.method not in ("GET", "HEAD"):
        return refusal(405, "method_not_allowed", "Only GET.")
    try:
        since = parse_datetime(request.GET.get("since", ""))
        outage = float(request.GET.get("seconds", "0"))
    except ValueError:
        since, outage = None, math.nan
    if since is None or since.tzinfo is None or not math.isfinite(outage):
        return refusal(422, "invalid", "Give since as a moment with its offset, and seconds as a number.")
    left = min(outage, LONGEST_OUTAGE_SECONDS) - (datetime.now(UTC) - since).total_seconds()
    if left > 0:
        answer = refusal(503, "unavailable", f"The demo service is down for {left:.1f} more seconds.")
        answer.headers["Retry-After"] = str(min(2, math.ceil(left)))
        return answer
    return JsonResponse(account(customer[:LONGEST_NAME]))


@csrf_exempt
async def demo_message(request: HttpRequest) -> HttpResponse:
    """Accept a message as a mail service would. It is sent to nobody and kept nowhere; equal messages have one number."""
    if request.method != "POST":
        return refusal(405, "method_not_allowed", "Only POST.")
    try:
        body = request.body
    except RequestDataTooBig:
        body = None
    if body is None or len(body) > LARGEST_MESSAGE:
        return refusal(413, "too_large", f"A message has {LARGEST_MESSAGE} bytes at most.")
    try:
        message = parse_json(body)
    except Invalid as error:
        return refusal(422, "invalid", error.message)
    if not isinstance(message, dict) or not message.get("to") or not message.get("text"):
        return refusal(422, "invalid", "A message is an object with to and text.")
    number = hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()[:12]
    return JsonResponse({"id": f"demo-{number}", "to": str(message["to"])[:LONGEST_NAME], "accepted": True}, status=202)


urlpatterns = [
    path("demo/accounts/<str:customer>", demo_account, name="demo_accounts"),
    path("demo/unsteady/<str:customer>", demo_unsteady, name="demo_unsteady"),
    path("demo/messages", demo_message, name="demo_messages"),
]
