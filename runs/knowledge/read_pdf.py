"""Pages of a PDF file."""

import io

from pypdf import PdfReader
from pypdf.errors import PdfReadError, PyPdfError

from runs.knowledge.segments import Note, Progress, Reading, Segment, Unreadable


def read_pdf(body: bytes, max_pages: int) -> Reading:
    """Read the text of each page; pages that cannot be read are counted and left out."""
    reader = opened(body)
    total = len(reader.pages)
    if total == 0:
        raise Unreadable("document_empty", "This PDF has no pages.")
    broken, texts, last = 0, 0, min(total, max_pages)
    for number in range(last):
        try:
            text = reader.pages[number].extract_text().strip()
        except Exception:
            broken, text = broken + 1, ""
        if text:
            texts += 1
            yield Segment(text, page=number + 1)
        yield Progress(number + 1, total)
    if not texts:
        raise without_text(last, broken)
    if total > last:
        yield Note(f"Read {last} of {total} pages: documents are read up to {max_pages} pages. Split it into parts for the rest.")
    if broken:
        yield Note(f"{broken} of {last} pages could not be read.")
    if last - broken - texts:
        yield Note(f"{last - broken - texts} of {last} pages hold no text, such as pictures or scans.")


def opened(body: bytes) -> PdfReader:
    """Open a PDF file; one that is encrypted without a password opens as well."""
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(
                "document_encrypted", "This PDF is protected by a password.", "Save a copy without a password and add that."
            )
        len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise broken_pdf(error) from error
    return reader


def broken_pdf(error: Exception) -> Unreadable:
    """Say that a file is no whole PDF."""
    reason = str(error).rstrip(".")[:200] if isinstance(error, PdfReadError) else type(error).__name__
    return Unreadable(
        "document_broken", f"This PDF is damaged: {reason}.", "Open it in a PDF viewer, save it anew, and add that copy."
    )


def without_text(pages: int, broken: int) -> Unreadable:
    """Say why nothing was found."""
    if broken == pages:
        return Unreadable("document_broken", "No page of this PDF can be read.", "Save it anew from a PDF viewer.")
    return Unreadable(
        "document_without_text",
        f"The {pages} pages of this PDF hold no text, only pictures." if pages > 1 else "This PDF holds no text, only pictures.",
        "Scans need text recognition (OCR) first: add the PDF that comes from it.",
    )
