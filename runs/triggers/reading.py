"""From the body of a call to the input of a run. A body is data: nothing in it is a file, and no key of it has a meaning here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from editor.api.http import parse_json
from editor.errors import AppError, Invalid
from runs.nodes.start import StartField, StartParams

MOST_BYTES = 1024 * 1024
MOST_FIELDS = 1000
REQUEST_FIELDS = ("body", "headers", "query")
"""Fields of these names take the request itself, where the body has no such key."""
TEXTUAL = frozenset({"text", "long_text", "choice"})
KEPT_FROM_RUNS = frozenset({"authorization", "cookie", "proxy-authorization", "webhook-signature", "x-csrftoken"})
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Call:
    """What came in, read."""

    body: Any
    query: Mapping[str, str]
    headers: Mapping[str, str]


def read_call(content_type: str, raw: bytes, *, query: Mapping[str, str], headers: Mapping[str, str]) -> Call:
    """Read a body by the one type that it says it is."""
    kept = {name.lower(): value for name, value in headers.items() if name.lower() not in KEPT_FROM_RUNS}
    return Call(_read(content_type.split(";", maxsplit=1)[0].strip().lower(), raw), query, kept)


def _read(kind: str, raw: bytes) -> Any:
    if "," in kind:
        raise unsupported(kind)
    if not raw.strip() and kind in {"", "application/json", FORM}:
        return None
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return parse_json(raw)
    if kind == FORM:
        return _form(raw)
    if kind in {"text/plain", "text/csv", "text/xml", "application/xml"}:
        return _text(raw)
    raise unsupported(kind)


def unsupported(kind: str) -> AppError:
    """Refuse a type, and say which are read."""
    message = f"Send application/json, {FORM} or text/plain, and say so in one Content-Type. This was {kind[:60] or 'none'}."
    return AppError("unsupported_media_type", message, status=415)


def _form(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(_text(raw), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid("invalid", f"The body is no form of at most {MOST_FIELDS} fields.") from None
    if any("\x00" in name + value for name, value in pairs):
        raise Invalid("invalid", "The body holds a NUL character, which cannot be stored.")
    return dict(pairs)


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Invalid("invalid", "The body is not UTF-8.") from None
    if "\x00" in text:
        raise Invalid("invalid", "The body holds a NUL character, which cannot be stored.")
    return text


def input_of(form: StartParams, call: Call) -> dict[str, Any]:
    """Give the input of a run: by name from the body, else from the query; and the request itself to fields that ask for it.

    A key that the workflow has no field for is left out, unless the workflow takes any.
    """
    own = call.body if isinstance(call.body, dict) else {}
    values = dict(own) if form.allow_extra else {}
    for field in form.fields:
        if field.name in own:
            values[field.name] = own[field.name]
        elif field.name in REQUEST_FIELDS:
            values[field.name] = _of_request(field, call)
        elif field.type in TEXTUAL and field.name in call.query:
            values[field.name] = call.query[field.name]
    return values


def _of_request(field: StartField, call: Call) -> Any:
    value: Any = {"body": call.body, "headers": dict(call.headers), "query": dict(call.query)}[field.name]
    if field.type in TEXTUAL and value is not None and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value
