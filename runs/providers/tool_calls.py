"""Calls of tools in the streams of models: they come in pieces, and are put together here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from editor.graph.context import Tool, ToolCall

MOST_CALLS = 64
"""Of one answer; what comes beyond is dropped."""
LONGEST_ARGUMENTS = 256 * 1024


@dataclass(frozen=True, slots=True)
class CallPiece:
    """What one piece of a stream brought of one call."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class CallParts:
    """A call as far as it has come."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Calls:
    """The calls of one answer."""

    def __init__(self) -> None:
        self._parts: dict[int, CallParts] = {}

    def add(self, piece: CallPiece) -> None:
        """Take in what a piece brought."""
        if piece.index not in self._parts and len(self._parts) >= MOST_CALLS:
            return
        part = self._parts.setdefault(piece.index, CallParts())
        part.id = part.id or piece.id
        part.name = part.name or piece.name
        if sum(map(len, part.arguments)) < LONGEST_ARGUMENTS:
            part.arguments.append(piece.arguments)

    def whole(self) -> tuple[ToolCall, ...]:
        """Give the calls in their order. One without an id gets one: its result is told by it."""
        found = sorted(self._parts.items())
        return tuple(ToolCall(part.id or f"call_{index}", part.name, "".join(part.arguments)) for index, part in found)


def call_pieces(raw: object) -> tuple[CallPiece, ...]:
    """Read the calls in a piece of a stream; of a shape that they should not have, only what can be read.

    >>> call_pieces([{"index": 0, "id": "c", "function": {"name": "search", "arguments": "{"}}])
    (CallPiece(index=0, id='c', name='search', arguments='{'),)
    """
    return tuple(_pieces(raw)) if isinstance(raw, list | tuple) else ()


def _pieces(raw: Sequence[object]) -> Iterator[CallPiece]:
    for place, one in enumerate(raw):
        function = _get(one, "function")
        index = _get(one, "index")
        yield CallPiece(
            index if isinstance(index, int) else place,
            _text(_get(one, "id")),
            _text(_get(function, "name")),
            _text(_get(function, "arguments")),
        )


def _get(raw: object, name: str) -> object:
    """Read a field of a mapping, or of an object of litellm's."""
    return raw.get(name) if isinstance(raw, Mapping) else getattr(raw, name, None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def declared(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Name tools as OpenAI's protocol does; litellm translates it for the others."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]
