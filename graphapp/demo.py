"""A small web service to try HTTP nodes on: it knows everyone, and takes a moment, so that parallel calls can be seen."""

import asyncio
import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

DELAY_SECONDS = 0.6
LONGEST_NAME = 80
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


async def demo_account(request: HttpRequest, customer: str) -> HttpResponse:
    """One account. Reads nothing and stores nothing."""
    if request.method not in ("GET", "HEAD"):
        return JsonResponse({"error": {"code": "method_not_allowed", "message": "Only GET.", "data": {}}}, status=405)
    await asyncio.sleep(DELAY_SECONDS)
    return JsonResponse(account(customer[:LONGEST_NAME]))


urlpatterns = [path("demo/accounts/<str:customer>", demo_account, name="demo_accounts")]
