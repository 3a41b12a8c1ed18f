"""Refusals that are shown to people: a code that never changes its meaning, a plain sentence, an HTTP status."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class AppError(Exception):
    """Ours to raise and the user's to read; everything else that escapes is a bug."""

    status = 400

    def __init__(self, code: str, message: str, *, status: int | None = None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status or type(self).status
        self.data: dict[str, Any] = dict(data or {})

    def to_json(self) -> dict[str, Any]:
        """Give the one shape that every refused call answers with."""
        return {"error": {"code": self.code, "message": self.message, "data": self.data}}


class NotFound(AppError):
    """Not there, or not yours: both answer alike, to the byte, so that nobody can probe for ids."""

    status = 404

    def __init__(self, code: str = "not_found", message: str = "This does not exist, or it is not yours.") -> None:
        super().__init__(code, message)


class Forbidden(AppError):
    """You may see it, but your role does not allow this."""

    status = 403

    def __init__(self, code: str = "forbidden", message: str = "Your role does not allow this.") -> None:
        super().__init__(code, message)


class Conflict(AppError):
    """The thing changed in the meantime; `data` carries what the caller needs to decide."""

    status = 409


class Invalid(AppError):
    """Understood and refused: `data` says which fields, or which problems, and why."""

    status = 422


class Problematic(Protocol):
    """What the graph core's problems look like from here."""

    def to_json(self) -> dict[str, Any]: ...


def refused_graph(code: str, message: str, problems: Iterable[Problematic]) -> Invalid:
    """Refuse a document with the whole list of what is wrong with it."""
    return Invalid(code, message, data={"problems": [problem.to_json() for problem in problems]})
