"""Where large values are to lie."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from graphapp.blob_storage import blob_storage


def test_files_lie_in_the_data_directory_and_are_private() -> None:
    found = blob_storage("files", "{}", Path("/data"))
    assert found["OPTIONS"] == {
        "location": "/data/blobs", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700,
    }  # fmt: skip


def test_any_storage_of_django_serves() -> None:
    found = blob_storage("storages.backends.s3.S3Storage", '{"bucket_name": "runs"}', Path("/data"))
    assert found == {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "runs"}}


@pytest.mark.parametrize(("kind", "options"), [("disk", "{}"), ("a.Storage", "bucket=runs"), ("a.Storage", "[1]")])
def test_what_cannot_be_meant_is_refused(kind: str, options: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="GRAPHAPP_BLOB"):
        blob_storage(kind, options, Path("/data"))
