"""Images and files for a model: addresses, files from nodes and plain text, as parts of a message."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from editor.graph.context import HttpRequest, NodeContext
from editor.graph.faults import Fault, NodeFailure

MOST_FILES = 20
MOST_BYTES = 20 * 1024 * 1024
SECONDS = 60.0
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
PDF = "application/pdf"
LOOKS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"%PDF", PDF))
HINT = "Give addresses, data: addresses, text, or objects with data (base64), type and name."


async def parts_of(ctx: NodeContext, files: Sequence[Any]) -> list[dict[str, Any]]:
    """Give the parts of a message for these files. Addresses are fetched as any other request of a node is."""
    if len(files) > MOST_FILES:
        raise _refused(f"At most {MOST_FILES} files go along with a call; here are {len(files)}.")
    parts: list[dict[str, Any]] = []
    size = 0
    for place, file in enumerate(files):
        part, taken = await _part(ctx, file, f"file {place + 1}")
        size += taken
        if size > MOST_BYTES:
            raise _refused(f"The files are larger than {MOST_BYTES // 1024**2} MiB together.")
        parts.append(part)
    return parts


async def _part(ctx: NodeContext, file: Any, name: str) -> tuple[dict[str, Any], int]:
    if isinstance(file, Mapping):
        return _from_object(file, name)
    if not isinstance(file, str) or not file.strip():
        raise _refused(f"The {name} is neither text nor an object.")
    text = file.strip()
    if text.startswith("data:"):
        return _named(*_from_data(text, name), name)
    if text.startswith(("http://", "https://")) and len(text.split()) == 1:
        reply = await ctx.http.send(HttpRequest("GET", text, timeout_seconds=SECONDS))
        if reply.status >= 400:
            raise NodeFailure(
                Fault("file_missing", f"The {name} could not be fetched: its server answered {reply.status}.", HINT)
            )
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        return _named(kind, reply.content, urlsplit(text).path.rpartition("/")[2] or name)
    return {"type": "text", "text": file}, len(file.encode())


def _from_object(file: Mapping[str, Any], name: str) -> tuple[dict[str, Any], int]:
    called = str(file.get("name") or name)
    data, text = file.get("data"), file.get("text")
    if isinstance(data, str):
        if data.startswith("data:"):
            return _named(*_from_data(data, called), called)
        return _named(str(file.get("type") or ""), _decoded(data, called), called)
    if isinstance(text, str):
        return {"type": "text", "text": f"{called}:\n{text}"}, len(text.encode())
    raise _refused(f"{called} has neither data nor text.")


def _from_data(uri: str, name: str) -> tuple[str, bytes]:
    head, comma, body = uri.removeprefix("data:").partition(",")
    if not comma:
        raise _refused(f"The data: address of {name} is incomplete.")
    kind, *more = head.split(";")
    return kind.lower(), _decoded(body, name) if "base64" in more else unquote_to_bytes(body)


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _refused(f"The data of {name} is not base64.") from None


def _named(kind: str, content: bytes, name: str) -> tuple[dict[str, Any], int]:
    """Give a part for what a file is by its first bytes, else by what it is said to be."""
    kind = next((known for mark, known in LOOKS if content.startswith(mark)), kind)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "image/webp"
    uri = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    if kind in IMAGES:
        return {"type": "image_url", "image_url": {"url": uri}}, len(content)
    if kind == PDF:
        return {"type": "file", "file": {"filename": name, "file_data": uri}}, len(content)
    try:
        return {"type": "text", "text": f"{name}:\n{content.decode()}"}, len(content)
    except UnicodeDecodeError:
        raise _refused(f"{name} is neither an image (PNG, JPEG, GIF, WebP) nor PDF nor text.") from None


def _refused(message: str) -> NodeFailure:
    return NodeFailure(Fault("bad_params", message, HINT, data={"param": "files"}))
