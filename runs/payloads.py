"""How values are stored: small ones in their row, large ones once by digest. Nothing a node answers can break a flush."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

TEXT_CHARS = 1000
MAX_DEPTH = 100
REPLACEMENT = "\ufffd"

_NUL = re.compile(r"(\\\\)|\\u0000")


def _unwrap(value: Any) -> Any:
    """Say what JSON stands for a value that the encoder does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)[:TEXT_CHARS]


_PLAIN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_SORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def to_json(value: Any, *, canonical: bool = False) -> str:
    """Encode any value as JSON that PostgreSQL takes: what it would refuse is replaced, never raised."""
    try:
        text = orjson.dumps(value, _unwrap, orjson.OPT_SORT_KEYS if canonical else None).decode()
    except (ValueError, TypeError, RecursionError):
        # Not only what is no JSON: also integers beyond 64 bits, which are.
        text = clean((_SORTED if canonical else _PLAIN).encode(_plain(value, MAX_DEPTH)))
    if "\\u0000" in text:
        text = _NUL.sub(lambda match: match.group(1) or REPLACEMENT, text)
    return text


def clean(text: str) -> str:
    """Replace what no UTF-8 text may hold: lone surrogates and NUL."""
    if "\x00" in text:
        text = text.replace("\x00", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _plain(value: Any, depth: int) -> Any:
    """Rebuild a value from JSON's own kinds alone, cut at a depth."""
    if depth == 0:
        return REPLACEMENT
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 1024:
        return None
    return value if value is None or isinstance(value, bool | int | str) else _unwrap(value)


@dataclass(frozen=True, slots=True)
class Packed:
    """A value as its row holds it: itself, or the digest and bytes of a blob."""

    inline: Any = None
    sha: str | None = None
    body: bytes = b""


def is_small(value: Any) -> bool:
    """Tell without encoding that a value needs no measuring."""
    return value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) < 500)


def pack(value: Any, limit: int) -> Packed:
    """Keep a value inline up to `limit` bytes of JSON, otherwise as a blob named by its SHA-256."""
    if is_small(value):
        return Packed(value)
    text = to_json(value)
    if len(text) <= limit // 4 or len(text.encode()) <= limit:
        return Packed(value)
    body = to_json(value, canonical=True).encode()
    return Packed(None, hashlib.sha256(body).hexdigest(), body)


def unpack(body: bytes | memoryview) -> Any:
    """Read a blob back."""
    return json.loads(bytes(body))


def truncated(value: Any, limit: int) -> Any:
    """Give a value for display: itself, or the beginning of its JSON with its size when it is huge."""
    if is_small(value):
        return value
    text = to_json(value)
    if len(text) <= limit:
        return value
    return {"$truncated": True, "size": len(text.encode()), "preview": text[:limit]}
