"""Where large values lie: in their row, or above a size in the storage that the operator chose."""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from editor.errors import AppError
from runs.models import Blob
from runs.payloads import unpack

logger = logging.getLogger(__name__)

ALIAS = "blobs"
PAUSES = (0.1, 0.5, 2.0)
"""Seconds before each further try."""
PATIENCE_SECONDS = 10.0
"""No further try begins after so long: the owner of a run has its lease to keep."""
REST_SECONDS = 30.0
"""How long a storage that took nothing is left alone."""

T = TypeVar("T")
_down_until = 0.0


class StorageUnavailable(AppError):
    """The storage does not give a value back."""

    def __init__(self) -> None:
        message = "The storage for large values does not answer. Nothing was lost; try again when it does."
        super().__init__("storage_unavailable", message, status=503)


def read_blobs(shas: Iterable[str]) -> dict[str, Any]:
    """Read values by their digests."""
    return {blob.sha256: unpack(_body(blob)) for blob in Blob.objects.filter(pk__in=set(shas))}


def read_blob(sha: str) -> Any:
    """Read one value by its digest."""
    return unpack(_body(Blob.objects.get(pk=sha)))


def _body(blob: Blob) -> bytes:
    return _patiently(lambda: _read(blob.path)) if blob.path else bytes(blob.body)


def _read(path: str) -> bytes:
    with storages[ALIAS].open(path) as file:
        body: bytes = file.read()
        return body


def write(name: str, body: bytes) -> str | None:
    """Write a value to the storage, and give where it lies. None where the storage does not take it, now or a moment ago."""
    global _down_until
    files = storage()
    if files is None or time.monotonic() < _down_until:
        return None
    try:
        return _patiently(lambda: files.save(name, ContentFile(body)))
    except StorageUnavailable:
        _down_until = time.monotonic() + REST_SECONDS
        with suppress(Exception):
            files.delete(name)  # what was written of it
        return None


def _patiently(work: Callable[[], T]) -> T:
    """Use the storage, and try again a few times. Storages raise whatever their libraries do."""
    began = time.monotonic()
    for pause in (*PAUSES, None):
        try:
            return work()
        except Exception as error:
            logger.warning("The storage for large values does not answer (%s).", type(error).__name__)
            if pause is None or time.monotonic() - began + pause > PATIENCE_SECONDS:
                raise StorageUnavailable from error
            time.sleep(pause)
    raise AssertionError


def forget(paths: Iterable[str]) -> None:
    """Delete files whose rows are gone, or never came. What cannot be deleted now stays, and nothing refers to it."""
    files = storage()
    for path in paths:
        if files is not None and path:
            try:
                files.delete(path)
            except Exception as error:
                logger.warning("The file %s could not be deleted (%s).", path, type(error).__name__)


def storage() -> Storage | None:
    """Give the place outside the database, if there is one."""
    return storages[ALIAS] if ALIAS in settings.STORAGES else None
