"""Puts large values where they belong, before the flush that refers to them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from runs.blobs import storage, write
from runs.journal import statements
from runs.journal.connection import execute


@dataclass(frozen=True, slots=True)
class Placed:
    """A value as its row holds it; `path` names the file that was written for it just now."""

    sha: str
    size: int
    body: bytes
    path: str = ""


def place(bodies: Mapping[str, bytes]) -> list[Placed]:
    """Write what is to lie outside the database, and give the rows, in the order of their digests.

    A file is written before the row that names it. What has a row already is left as it is: the row is touched, so that it is
    not deleted meanwhile. What the storage does not take is kept in the database: finished work is not lost by a full disk.
    """
    has_storage = storage() is not None
    outside = {sha for sha, body in bodies.items() if has_storage and len(body) > settings.GRAPHAPP_BLOB_BYTES}
    known = _touched(outside) if outside else set()
    placed = []
    for sha, body in sorted(bodies.items()):
        if sha in known:
            placed.append(Placed(sha, len(body), b""))
            continue
        path = write(f"{sha[:2]}/{sha}-{secrets.token_hex(4)}", body) if sha in outside else None
        placed.append(Placed(sha, len(body), body) if path is None else Placed(sha, len(body), b"", path))
    return placed


def _touched(shas: Iterable[str]) -> set[str]:
    return {row[0] for row in execute(statements.TOUCH, {"shas": sorted(shas)})}
