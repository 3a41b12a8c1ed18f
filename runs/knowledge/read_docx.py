"""Text of DOCX files. They are ZIP archives: what they would unpack to is looked at before anything is unpacked."""

import io
import zipfile
from typing import Any

import mammoth

from runs.knowledge.read_html import read_html
from runs.knowledge.segments import Reading, Unreadable

UNPACKED_MAX = 200 * 1024 * 1024
XML_MAX = 60 * 1024 * 1024
ENTRIES_MAX = 5_000
RATIO_MAX = 200
"""A document packs ten to one, a bomb a thousand to one."""


def read_docx(body: bytes) -> Reading:
    """Read headings, paragraphs, lists and tables; pictures are left out."""
    check_archive(body)
    convert: Any = mammoth.convert_to_html
    without_images: Any = mammoth.images.img_element
    try:
        html = convert(io.BytesIO(body), convert_image=without_images(lambda image: {"src": ""})).value
    except Exception as error:
        hint = "Open it in a word processor, save it anew as .docx, and add that copy."
        raise Unreadable("document_broken", f"This DOCX document is damaged: {type(error).__name__}.", hint) from error
    if not html.strip():
        raise Unreadable("document_empty", "This document holds no text.")
    yield from read_html(f"<body>{html}</body>")


def check_archive(body: bytes) -> None:
    """Refuse what is no DOCX document, is protected, or would unpack to more than a document can be."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(body)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(
            "document_broken", "This file is cut off or damaged: its archive cannot be opened.", "Upload it again."
        ) from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" not in names:
        raise Unreadable("document_type_unsupported", *_foreign(names))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("document_encrypted", "This document is protected by a password.", "Save a copy without one.")
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    largest = max(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if size > UNPACKED_MAX or largest > XML_MAX or len(entries) > ENTRIES_MAX or (size > XML_MAX and size / packed > RATIO_MAX):
        raise Unreadable(
            "document_too_large",
            f"This document unpacks to {size / 1024 / 1024:,.0f} MiB in {len(entries):,} files, more than a document can be.",
            "It is not read. Split it into parts, if it is a document.",
        )


def _foreign(names: set[str]) -> tuple[str, str]:
    if "xl/workbook.xml" in names:
        return "This is an Excel workbook, which cannot be read.", "Save the sheets as CSV."
    if "ppt/presentation.xml" in names:
        return "This is a PowerPoint presentation, which cannot be read.", "Save it as PDF."
    return "This is a ZIP archive and no document.", "Add the documents in it one by one."
