"""What a document is, from its first bytes and its name: the bytes decide wherever they can."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

HEAD_BYTES = 4096
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SUPPORTED = "PDF, DOCX, HTML, Markdown, plain text and CSV"


class Kind(StrEnum):
    """What can be read."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    CSV = "csv"


BY_ENDING = {
    ".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN, ".mdown": Kind.MARKDOWN, ".csv": Kind.CSV, ".tsv": Kind.CSV,
    ".html": Kind.HTML, ".htm": Kind.HTML, ".xhtml": Kind.HTML,
}  # fmt: skip
BY_MEDIA_TYPE = {
    "text/html": Kind.HTML, "application/xhtml+xml": Kind.HTML, "text/markdown": Kind.MARKDOWN, "text/csv": Kind.CSV,
    "text/tab-separated-values": Kind.CSV,
}  # fmt: skip
FOREIGN = (
    (b"\x89PNG\r\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"), (b"RIFF", "a picture or sound"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"{\\rtf", "a Rich Text document"), (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"), (b"Rar!", "an archive"), (b"BZh", "a compressed file"), (b"PK\x05\x06", "an empty archive"),
    (b"%!PS", "a PostScript file"), (b"ID3", "a sound"), (b"SQLite format 3", "a database"),
)  # fmt: skip
"""What people try, and cannot be read, by its first bytes."""
WRITTEN = (b"{\\rtf", b"%!PS")
"""Those that are text themselves."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why something cannot be a document here."""

    what: str
    hint: str = f"What can be read: {SUPPORTED}."


def kind_of(head: bytes, name: str, media_type: str = "") -> Kind | Unsupported:
    """Say what something is.

    `head` holds its first bytes; the name and the media type only choose among kinds of text. That a ZIP file is a DOCX
    document and not a bomb is for its reader to find out.

    >>> kind_of(b"%PDF-1.7 ...", "notes.txt")
    <Kind.PDF: 'pdf'>
    >>> kind_of(b"# Title", "notes.md")
    <Kind.MARKDOWN: 'markdown'>
    >>> kind_of(bytes.fromhex("89504e470d0a1a0a"), "notes.md").what
    'a PNG image'
    """
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(ZIP):
        return Kind.DOCX
    if head.startswith(OLE):
        hint = "Save it as .docx, without a password, or as PDF."
        return Unsupported("an old or a protected Office document", hint)
    for start, what in FOREIGN:
        if head.startswith(start) and (start in WRITTEN or not start.isascii() or b"\x00" in head):
            return Unsupported(what)
    if _is_binary(head):
        return Unsupported("not text")
    return _kind_of_text(head, name, media_type)


def _is_binary(head: bytes) -> bool:
    """Find bytes that no text has; text in UTF-16 begins with its mark."""
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in head


def _kind_of_text(head: bytes, name: str, media_type: str) -> Kind:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Kind.HTML
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return BY_ENDING.get(ending) or BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower()) or Kind.TEXT
