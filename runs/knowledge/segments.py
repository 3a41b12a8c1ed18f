"""What reading a document gives: stretches of text that know where they come from."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A page, or what stands under one heading."""

    text: str
    page: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out, in one sentence."""

    text: str


class Unreadable(Exception):
    """Why a document cannot be read: a code, a sentence, and what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


SECTION_MAX = 300

Reading = Iterator[Segment | Progress | Note]


def section_of(path: list[str]) -> str:
    """Name a place by the headings that lead to it.

    >>> section_of(["Guide", "", "Install"])
    'Guide > Install'
    """
    return " > ".join(part for part in path if part)[:SECTION_MAX]
