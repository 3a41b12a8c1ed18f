"""Cuts what was read into passages: at the best place, of a size that an embedding model can take in, overlapping a little."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from semantic_text_splitter import MarkdownSplitter, TextSplitter

from runs.knowledge.segments import Segment

PASSAGE_CHARS = 900
OVERLAP_CHARS = 120
PASSAGES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage, not stored yet. `start` and `end` count characters of its page or section."""

    text: str
    page: int | None
    section: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def split(segments: Iterable[Segment], *, markdown: bool = False) -> Iterator[Piece]:
    """Cut segments into passages. None crosses a page or a heading, so that a citation names one place.

    >>> [piece.text for piece in split([Segment("One."), Segment("Two.")])]
    ['One.', 'Two.']
    """
    make: Callable[..., TextSplitter | MarkdownSplitter] = MarkdownSplitter if markdown else TextSplitter
    splitter = make(PASSAGE_CHARS, overlap=OVERLAP_CHARS)
    for segment in segments:
        text = segment.text.replace("\x00", "")
        for start, piece in splitter.chunk_indices(text):
            if any(letter.isalnum() for letter in piece):
                yield Piece(piece, segment.page, segment.section, start, start + len(piece))
