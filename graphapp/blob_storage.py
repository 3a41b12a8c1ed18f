"""Reads where large values are to lie: in the database, in files, or in any storage of Django's, such as an S3-compatible one."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

FILES = "django.core.files.storage.FileSystemStorage"


def blob_storage(kind: str, options: str, data_dir: Path) -> dict[str, Any]:
    """Give the entry for Django's `STORAGES`.

    >>> blob_storage("storages.backends.s3.S3Storage", '{"bucket_name": "runs"}', Path("/data"))["OPTIONS"]
    {'bucket_name': 'runs'}
    """
    if kind == "files":
        private = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": FILES, "OPTIONS": {"location": str(data_dir / "blobs"), **private}}
    if "." not in kind:
        raise ImproperlyConfigured("GRAPHAPP_BLOB_STORAGE is database, files, or the path of a storage class.")
    try:
        given = json.loads(options)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ImproperlyConfigured("GRAPHAPP_BLOB_OPTIONS must be a JSON object.")
    return {"BACKEND": kind, "OPTIONS": given}
