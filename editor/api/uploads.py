"""Files that are sent in: one file is one body, in a media type that no web form can send, and with no parser in between."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from editor.errors import AppError, Invalid
from editor.knowledge.services import upload_too_large

MEDIA_TYPE = "application/octet-stream"
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
UPLOADS = (
    ("POST", "api/v1/import"),
    ("POST", "/knowledge/<base_id>/documents"),
    ("PUT", "/knowledge/<base_id>/documents/<document_id>/file"),
)
"""Where files are taken."""


def is_upload(request: HttpRequest) -> bool:
    """Say whether a request sends a file, and to where files are taken; elsewhere JSON is the only body."""
    match = request.resolver_match
    if request.content_type != MEDIA_TYPE or match is None:
        return False
    return any(request.method == method and match.route.endswith(route) for method, route in UPLOADS)


def read_upload(request: HttpRequest) -> bytes:
    """Read a file up to the cap; its declared length is believed first, so that a large one costs nothing."""
    if request.content_type != MEDIA_TYPE:
        raise AppError("unsupported_media_type", f"Send the file itself as {MEDIA_TYPE}.", status=415)
    most = settings.GRAPHAPP_UPLOAD_MAX_BYTES
    declared = request.headers.get("Content-Length") or "0"
    if not declared.isdigit() or int(declared) > most:
        raise upload_too_large()
    try:
        body = request.read(most + 1)
    except UnreadablePostError:
        raise Invalid("upload_cut", "The upload was cut off. Send the file again.") from None
    if len(body) > most:
        raise upload_too_large()
    if len(body) < int(declared):
        raise Invalid("upload_cut", "The upload was cut off. Send the file again.")
    return body
