"""Addresses that nobody guesses, and signatures as Standard Webhooks has them: HMAC-SHA256 over id, timestamp and raw body."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

TOKEN_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - says what follows
WINDOW_SECONDS = 300
NONCE_SECONDS = 600
"""Longer than a signature is good for, in both directions of the window."""
MOST_SIGNATURES = 5
ID = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,200}")
"""No comma: two headers of one name arrive as one, joined by it."""
TIMESTAMP = re.compile(r"[0-9]{1,12}")
ENTRY = re.compile(r"v1,[A-Za-z0-9+/]{43}=")


def new_token() -> str:
    """Make the secret part of an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Give what an address is looked up by: the database holds no address that works.

    >>> digest_of("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def new_signing_secret() -> str:
    """Make a key for signatures, in the form that libraries of Standard Webhooks take."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(TOKEN_BYTES)).decode()


def new_bearer_secret() -> str:
    """Make a key that is sent as it is."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the three headers of a signed message say."""

    id: str
    timestamp: str
    signature: str

    def headers(self) -> dict[str, str]:
        """Give them as headers."""
        return {"webhook-id": self.id, "webhook-timestamp": self.timestamp, "webhook-signature": self.signature}


def content_of(id: str, timestamp: str, body: bytes) -> bytes:
    """Give what is signed.

    >>> content_of("msg_1", "1700000000", b"{}")
    b'msg_1.1700000000.{}'
    """
    return f"{id}.{timestamp}.".encode() + body


def sign(secret: str, id: str, timestamp: int, body: bytes) -> Signed:
    """Sign a message.

    >>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...      b'{"test": 2432232314}').signature
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    return Signed(id, str(timestamp), _entry(secret, content_of(id, str(timestamp), body)))


def fault_of(secret: str, given: Signed, body: bytes, *, now: float) -> str:
    """Say why a signature does not hold; empty when it does. All of it is compared, whichever part is wrong.

    >>> good = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_1", 1000, b"{}")
    >>> fault_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", good, b"{}", now=1299.0)
    ''
    >>> fault_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", good, b"{}", now=1301.0)
    'signature_expired'
    >>> fault_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", good, b"[]", now=1000.0)
    'signature_wrong'
    """
    if not (given.id and given.timestamp and given.signature):
        return "signature_missing"
    entries = given.signature.split(" ")
    well_formed = (
        ID.fullmatch(given.id)
        and TIMESTAMP.fullmatch(given.timestamp)
        and len(entries) <= MOST_SIGNATURES
        and all(ENTRY.fullmatch(entry) for entry in entries)
    )
    if not well_formed:
        return "signature_malformed"
    right = _entry(secret, content_of(given.id, given.timestamp, body)).encode()
    if not any([hmac.compare_digest(right, entry.encode()) for entry in entries]):
        return "signature_wrong"
    return "signature_expired" if abs(now - int(given.timestamp)) > WINDOW_SECONDS else ""


def _entry(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
