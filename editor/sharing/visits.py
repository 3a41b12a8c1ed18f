"""A visit: that somebody opened a link, and entered its password. It is a signed note in their browser, good for one link."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from editor.sharing.models import ShareLink

COOKIE = "visit"
SALT = "editor.sharing.visit"
VISIT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor of one link. `visitor` tells runs of different visitors apart and says nothing about them."""

    visitor: str
    is_new: bool


def visit_begin() -> Visit:
    """Begin a visit of somebody who has not been here."""
    return Visit(secrets.token_hex(16), is_new=True)


def visit_write(link: ShareLink, visit: Visit) -> str:
    """Write the note that the browser keeps."""
    return signing.dumps({"link": str(link.pk), "visitor": visit.visitor, "lock": _lock(link)}, salt=SALT)


def visit_read(link: ShareLink, note: str | None) -> Visit | None:
    """Read a note; one of another link, of before a change of the password, or of long ago is none."""
    if not note or len(note) > 1000:
        return None
    try:
        said: Any = signing.loads(note, salt=SALT, max_age=VISIT_SECONDS)
    except signing.BadSignature:
        return None
    if not isinstance(said, dict) or said.get("link") != str(link.pk):
        return None
    if not constant_time_compare(str(said.get("lock")), _lock(link)):
        return None
    return Visit(str(said["visitor"]), is_new=False)


def _lock(link: ShareLink) -> str:
    return salted_hmac(SALT, link.password).hexdigest()[:16]
