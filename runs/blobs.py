"""Where large values lie: in their row, or above a size in the storage that the operator chose."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages

from runs.models import Blob
from runs.payloads import unpack

ALIAS = "blobs"


def read_blobs(shas: Iterable[str]) -> dict[str, Any]:
    """Read values by their digests."""
    return {blob.sha256: unpack(_body(blob)) for blob in Blob.objects.filter(pk__in=set(shas))}


def read_blob(sha: str) -> Any:
    """Read one value by its digest."""
    return unpack(_body(Blob.objects.get(pk=sha)))


def _body(blob: Blob) -> bytes:
    if not blob.path:
        return bytes(blob.body)
    with storages[ALIAS].open(blob.path) as file:
        body: bytes = file.read()
        return body


def forget(paths: Iterable[str]) -> None:
    """Delete files whose rows are gone, or never came."""
    files = storage()
    for path in paths:
        if files is not None and path:
            files.delete(path)


def storage() -> Storage | None:
    """Give the place outside the database, if there is one."""
    return storages[ALIAS] if ALIAS in settings.STORAGES else None
