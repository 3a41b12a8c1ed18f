"""Plain text, Markdown and CSV."""

import csv
import io
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from runs.knowledge.segments import Note, Reading, Segment, Unreadable, section_of

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")
ROWS_TOGETHER = 800
"""Characters of CSV rows that make one segment, so that few rows share a passage."""
CELL_MAX = 100_000
ROWS_MAX = 100_000
GUESSED_FROM = 64 * 1024
FOREIGN_SHARE = 0.2
"""Up to this share of bytes beyond ASCII it is a western text with accents, which is guessed worse than assumed."""


def decoded(body: bytes) -> str:
    """Read bytes as text: UTF-8, else as their mark says, else what fits their beginning."""
    try:
        if body.startswith((b"\xff\xfe", b"\xfe\xff")):
            return body.decode("utf-16")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        head = body[:GUESSED_FROM]
        foreign = sum(byte > 127 for byte in head) / len(head)
        best = from_bytes(head).best() if foreign > FOREIGN_SHARE else None
        return body.decode("cp1252" if best is None else best.encoding, "replace")


def read_plain(text: str) -> Reading:
    """Give the text as it is."""
    if not text.strip():
        raise Unreadable("document_empty", "This document holds no text.")
    yield Segment(text.strip())


def read_markdown(text: str) -> Reading:
    """Give what stands under each heading, with the headings that lead there. Headings inside code are none."""
    path: list[str] = []
    lines: list[str] = []
    fenced, found = False, False
    for line in [*text.splitlines(), None]:
        heading = None if fenced or line is None else HEADING.match(line)
        if line is None or heading is not None:
            for segment in _under(path, lines):
                found = True
                yield segment
            lines = []
        if heading is not None:
            level = len(heading[1]) - 1
            path = [*path[:level], *[""] * max(0, level - len(path)), heading[2]]
        if line is not None:
            fenced = fenced != bool(FENCE.match(line))
            lines.append(line)
    if not found:
        raise Unreadable("document_empty", "This document holds no text.")


def _under(path: list[str], lines: list[str]) -> Iterator[Segment]:
    text = "\n".join(lines).strip()
    if text and not (len(lines) == 1 and HEADING.match(lines[0])):
        yield Segment(text, section=section_of(path))


def read_csv(text: str) -> Reading:
    """Give rows as lines of "column: value", a few together, so that each passage can be understood by itself."""
    csv.field_size_limit(CELL_MAX)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text), dialect)
    try:
        header = next(rows, None)
        if header is None:
            raise Unreadable("document_empty", "This table has no rows.")
        yield from _rows(header, rows)
    except csv.Error as error:
        raise Unreadable("document_broken", f"This table cannot be read in line {rows.line_num}: {error}.") from error


def _rows(header: list[str], rows: Iterator[list[str]]) -> Reading:
    lines: list[str] = []
    first, number = 2, 1
    for row in rows:
        number += 1
        if number > ROWS_MAX:
            yield Note(f"Read the first {ROWS_MAX:,} rows; further ones are left out.")
            break
        line = written(header, row)
        if lines and sum(map(len, lines)) + len(line) > ROWS_TOGETHER:
            yield Segment("\n".join(lines), section=_named(first, number - 1))
            lines, first = [], number
        if line:
            lines.append(line)
    if lines:
        yield Segment("\n".join(lines), section=_named(first, number))
    elif number == 1:
        raise Unreadable("document_empty", "This table has no rows below its first line.")


def written(header: list[str], row: list[str]) -> str:
    """Write a row out.

    >>> written(["plan", "price"], ["Team", "20"])
    'plan: Team; price: 20'
    """
    names = [*header, *[""] * (len(row) - len(header))]
    cells = [(name.strip(), " ".join(cell.split())) for name, cell in zip(names, row, strict=False)]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


def _named(first: int, last: int) -> str:
    return f"Row {first}" if first >= last else f"Rows {first} to {last}"
