"""The fields of a form page: how each is shown, and what somebody put into it becomes in the input of a run."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from editor.api.http import parse_json
from editor.errors import AppError
from runs.nodes.start import StartField, StartParams

LARGEST_FILE = 2 * 1024 * 1024
NAME_CHARS = 200
KINDS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"PK\x03\x04": "application/zip",
}
"""What a file is follows from how it begins, and never from what its sender says."""
INPUTS = {"text": "text", "number": "text", "file": "file"}


@dataclass(slots=True)
class Shown:
    """One field as the page shows it."""

    field: StartField
    name: str
    """In the form: what a workflow calls its fields need not be fit for that."""
    value: str = ""
    error: str = ""

    @property
    def label(self) -> str:
        """What stands above it."""
        return self.field.label or self.field.name

    @property
    def input(self) -> str:
        """The type of a plain input; empty for other elements."""
        return INPUTS.get(self.field.type, "")

    @property
    def help(self) -> str:
        """A sentence under it."""
        examples = {"object": 'JSON, for example {"name": "Ada"}', "list": 'JSON, for example ["a", "b"]'}
        return self.field.help or examples.get(self.field.type, "")


def shown_fields(form: StartParams, given: QueryDict | None = None) -> list[Shown]:
    """Give the fields with their defaults, or what an address says for them by name."""
    fields = []
    for index, field in enumerate(form.fields):
        text = _as_text(field.default)
        if given is not None and field.type != "file" and field.name in given:
            text = given.get(field.name, "")
        fields.append(Shown(field, f"field_{index}", text))
    return fields


def read_fields(fields: list[Shown], post: QueryDict, files: "MultiValueDict[str, UploadedFile[Any]]") -> dict[str, Any]:
    """Read what was sent; a value that cannot be read is kept with the sentence that says why."""
    values: dict[str, Any] = {}
    for one in fields:
        one.value = post.get(one.name, "")
        try:
            value = _read(one, files)
        except AppError as error:
            one.error = error.message
            continue
        if value is not None:
            values[one.field.name] = value
        elif one.field.required:
            one.error = "This field is required."
    return values


def _read(one: Shown, files: "MultiValueDict[str, UploadedFile[Any]]") -> Any:
    kind, text = one.field.type, one.value
    if kind == "boolean":
        return text == "on"
    if kind == "file":
        uploaded = files.get(one.name)
        return None if uploaded is None else read_file(uploaded)
    if not text.strip():
        return None
    if "\x00" in text:
        raise AppError("invalid", "This holds a NUL character, which cannot be stored.")
    if kind == "number":
        return _number(text)
    if kind in ("object", "list"):
        return _json(text)
    return text.replace("\r\n", "\n")


def _json(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except AppError as error:
        raise AppError("invalid", error.message.replace("The body", "This", 1)) from None


def _number(text: str) -> int | float:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise AppError("invalid", "Enter a number, for example 3 or 0.5.")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def read_file(uploaded: "UploadedFile[Any]") -> dict[str, Any]:
    """Make a value of a file: its text, or its bytes as base64. Its name is a label, and names nothing on a disk."""
    if (uploaded.size or 0) > LARGEST_FILE:
        raise AppError("too_large", f"A file has {LARGEST_FILE // 1024 // 1024} MiB at most.")
    body = uploaded.read()
    name = str(uploaded.name or "file").replace("\x00", "").replace("\\", "/").rpartition("/")[2][:NAME_CHARS]
    found = next((kind for start, kind in KINDS.items() if body.startswith(start)), "")
    try:
        text = None if found or b"\x00" in body else body.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None:
        return {"name": name, "type": "text/plain", "size": len(body), "text": text}
    kind = found or "application/octet-stream"
    return {"name": name, "type": kind, "size": len(body), "base64": base64.b64encode(body).decode()}


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
