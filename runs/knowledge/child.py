"""The process that reads one document: what it opens is foreign, so it may use little, and ends with its document.

It is given a line of JSON and the document on standard input, and tells lines of JSON on standard output.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 600
TELL_EVERY = 10
"""Pages between two lines about progress."""


def main() -> None:
    """Set the limits, then read; nothing foreign is looked at before."""
    limit()
    given, told = sys.stdin.buffer, sys.stdout.buffer
    header = json.loads(given.readline())
    try:
        for line in tell(header, given.read()):
            write(told, line)
    except MemoryError:
        write(
            told,
            failure("document_too_large", "Reading this document takes more memory than is allowed.", "Split it into parts."),
        )
    except RecursionError:
        write(
            told, failure("document_broken", "This document is nested too deeply to be read.", "Save it anew in another program.")
        )


def limit() -> None:
    """Bound this process: memory, time, and that it writes no file."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def tell(header: dict[str, Any], body: bytes) -> Iterator[dict[str, Any]]:
    """Read and cut a document, and say how far it is."""
    from runs.knowledge.segments import Note, Progress, Segment, Unreadable
    from runs.knowledge.splitting import PASSAGES_MAX, split

    segments: list[Segment] = []
    try:
        for one in reading(header["kind"], body, header["max_pages"]):
            if isinstance(one, Segment):
                segments.append(one)
            elif isinstance(one, Note):
                yield {"note": one.text}
            elif isinstance(one, Progress) and (one.done % TELL_EVERY == 0 or one.done == min(one.total, header["max_pages"])):
                yield {"progress": [one.done, one.total]}
    except Unreadable as error:
        yield failure(error.code, error.message, error.hint)
        return
    yield {"stage": "splitting"}
    found = 0
    for piece in split(segments, markdown=header["kind"] == "markdown"):
        found += 1
        if found <= PASSAGES_MAX:
            yield {"piece": piece.to_json()}
        elif found % PASSAGES_MAX == 0:
            yield {"stage": "splitting"}  # a sign of life, while the rest is only counted
    if found > PASSAGES_MAX:
        yield {"note": f"Only the first {PASSAGES_MAX:,} of {found:,} passages are searched: split this document into parts."}
    yield {"end": True}


def reading(kind: str, body: bytes, max_pages: int) -> Iterator[Any]:
    """Choose the reader of a kind; each is imported only where it is needed."""
    if kind == "pdf":
        from runs.knowledge.read_pdf import read_pdf

        return read_pdf(body, max_pages)
    if kind == "docx":
        from runs.knowledge.read_docx import read_docx

        return read_docx(body)
    from runs.knowledge import read_text

    text = read_text.decoded(body)
    if kind == "html":
        from runs.knowledge.read_html import read_html

        return read_html(text)
    readers = {"markdown": read_text.read_markdown, "csv": read_text.read_csv}
    return readers.get(kind, read_text.read_plain)(text)


def failure(code: str, message: str, hint: str) -> dict[str, Any]:
    """Say why a document cannot be read."""
    return {"error": {"code": code, "message": message, "hint": hint}}


def write(told: BinaryIO, line: dict[str, Any]) -> None:
    """Tell one line at once."""
    told.write(json.dumps(line).encode() + b"\n")
    told.flush()
