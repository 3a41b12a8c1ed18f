"""What every route shares: a parser that refuses what no store can keep, the actor, and the documented refusals."""

import json
import math
from typing import Annotated, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from editor.errors import AppError, Invalid
from editor.permissions import Actor

DOCUMENT_BYTES = 8 * 1024 * 1024
BODY_BYTES = DOCUMENT_BYTES + 64 * 1024
"""The largest document, and room for what is sent around it."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_LEVELS = 72
"""64 levels of a document or value, and room for what is sent around it."""


class ApiModel(BaseModel):
    """Base of everything that is sent in: closed and strict, so that a misspelt key or a `true` for 1 is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class ErrorBody(BaseModel):
    """What was refused and why."""

    code: str = Field(description="Stable: never changes its meaning.", examples=["not_found"])
    message: str = Field(description="One plain sentence.", examples=["This does not exist, or it is not yours."])
    data: dict[str, Any] = Field(default_factory=dict, description="What the code calls for: fields, problems, a revision.")


class ErrorOut(BaseModel):
    """Every refused call answers with this."""

    error: ErrorBody


WorkflowId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
"""Checked by the selector and not by the route: an id of the wrong form answers like one that is not there."""

COMMON = (401, 403, 404, 429)


def refusals(*more: int) -> dict[int, type[ErrorOut]]:
    """List the refusals of a route for its documentation: signed out, not allowed, not there, too often, and `more`."""
    return dict.fromkeys((*COMMON, *more), ErrorOut)


def actor_of(request: HttpRequest) -> Actor:
    """Say who asks: whoever the API's authentication found, by session or key."""
    found = getattr(request, "auth", None)
    actor: Actor = found if isinstance(found, AbstractBaseUser) else request.user
    if not actor.is_authenticated:
        raise AppError("unauthenticated", "Sign in first.", status=401)
    return actor


class StrictParser(Parser):
    """JSON as the standard has it, and nothing that would break further in: one place for all bodies."""

    def parse_body(self, request: HttpRequest) -> Any:
        return parse_json(read_body(request))


def json_only(request: HttpRequest) -> None:
    """Refuse what a web form could send, also where no body is read: a form needs nobody's leave to cross origins."""
    if request.method not in SAFE_METHODS and request.content_type not in {"", "application/json"}:
        raise AppError("unsupported_media_type", "Send application/json.", status=415)


def read_body(request: HttpRequest) -> bytes:
    """Read a body up to the cap; its declared length is believed first, so that a large one costs nothing."""
    if request.content_type != "application/json":
        raise AppError("unsupported_media_type", "Send application/json.", status=415)
    try:
        declared = int(request.headers.get("Content-Length") or 0)
        body = b"" if declared > BODY_BYTES else request.body
    except (RequestDataTooBig, ValueError):
        raise too_large() from None
    if max(declared, len(body)) > BODY_BYTES:
        raise too_large()
    return body


def too_large() -> Invalid:
    """Refuse a body by its size, in the shape that a too large document has as well."""
    message = f"This is larger than {DOCUMENT_BYTES // 1024 // 1024} MiB."
    problem = {"code": "document.too_large", "severity": "error", "message": message}
    return Invalid("too_large", message, data={"limit_bytes": DOCUMENT_BYTES, "problems": [problem]})


def parse_json(body: bytes) -> Any:
    """Parse strictly: UTF-8, no NaN, no repeated keys, no number beyond a float, no text that PostgreSQL refuses."""
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise refused("is not UTF-8") from None
    except RecursionError:
        raise refused(f"is nested more than {BODY_LEVELS} levels deep") from None
    except ValueError as error:
        raise refused(f"is not valid JSON: {error}") from None
    _check_depth(value)
    if "\\u" in text:
        _check_text(value)
    return value


def refused(why: str) -> Invalid:
    """Refuse a body as a whole."""
    return Invalid("invalid", f"The body {why}.", data={"fields": {"body": f"The body {why}."}})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is repeated in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _finite(source: str) -> float:
    number = float(source)
    if not math.isfinite(number):
        raise ValueError(f"{source[:40]} is too large for a number")
    return number


def _check_depth(value: Any) -> None:
    """Measure without recursion, level by level."""
    level = [value]
    for _ in range(BODY_LEVELS + 1):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return
    raise refused(f"is nested more than {BODY_LEVELS} levels deep")


def _check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates; only escapes can bring them in, so most bodies skip this."""
    level = [value]
    while level:
        for text in (text for parent in level for text in _texts(parent)):
            if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise refused("holds a NUL character or half a surrogate pair, which cannot be stored")
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]


def _children(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    own = [child for child in _children(value) if isinstance(child, str)]
    return own + list(value) if isinstance(value, dict) else own
