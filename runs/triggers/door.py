"""Who is let in at a webhook: by a signature, by a key, or by anybody who knows the address, as its owner has chosen."""

import hmac
from datetime import datetime

from django.http import HttpRequest

from editor.errors import AppError
from editor.triggers.config import WebhookConfig
from editor.triggers.models import Trigger
from editor.triggers.selectors import secret_of
from editor.triggers.signing import Signed, content_of, fault_of
from runs.triggers.log import is_new

WHY = {
    "signature_missing": "Send the headers webhook-id, webhook-timestamp and webhook-signature.",
    "signature_malformed": "A signature is written as v1,<base64>, once, and the timestamp in whole seconds since 1970.",
    "signature_wrong": "The signature is not that of this body, id and timestamp with this webhook's key.",
    "signature_expired": "The timestamp is more than five minutes away from now.",
    "replayed": "This very message was taken before. To send it again, sign it anew.",
    "key_missing": "Send the key as Authorization: Bearer <key>.",
    "key_wrong": "This is not the key of this webhook.",
}


def let_in(trigger: Trigger, config: WebhookConfig, request: HttpRequest, *, body: bytes, now: datetime) -> None:
    """Let a call pass, or refuse it with 401 and a code that says why. Signatures and keys in the address do not count."""
    code = ""
    if config.auth == "hmac":
        code = _check_signature(trigger, request, body, now)
    elif config.auth == "bearer":
        code = _check_key(trigger, request)
    if code:
        raise AppError(code, WHY[code], status=401)


def _check_signature(trigger: Trigger, request: HttpRequest, body: bytes, now: datetime) -> str:
    given = Signed(*(request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")))
    code = fault_of(secret_of(trigger), given, body, now=now.timestamp())
    if code:
        return code
    return "" if is_new(trigger, content_of(given.id, given.timestamp, body)) else "replayed"


def _check_key(trigger: Trigger, request: HttpRequest) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return "key_missing"
    return "" if hmac.compare_digest(key.strip().encode(), secret_of(trigger).encode()) else "key_wrong"
