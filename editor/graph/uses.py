"""What the texts of a node's params use, read once for all rules and for the plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from editor.graph.expressions import ExpressionError, root_names
from editor.graph.limits import MAX_EXPRESSIONS, MAX_EXPRESSIONS_BYTES
from editor.graph.params import Place
from editor.graph.paths import is_plain_path
from editor.graph.template import TemplateError, parse, without_braces

SHOWN = 80
"""Letters of an expression that a problem shows."""

MAX_MISTAKES = 50
"""That are listed for one node."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a text cannot be evaluated: a problem's code, and what to say after the place."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """One text that is evaluated, with the names that it needs.

    Parameters
    ----------
    place : Place
        Where it stands.
    names : frozenset of str
        What it takes from outside; of the expressions that are valid.
    is_plain : bool
        Whether look-ups are enough for it.
    mistakes : tuple of Mistake
        What is wrong with it.
    count, size : int
        How many expressions it holds, and how long those are together that are more than plain paths.
    """

    place: Place
    names: frozenset[str]
    is_plain: bool
    mistakes: tuple[Mistake, ...] = ()
    count: int = 1
    size: int = 0


class UseReader:
    """Reads the texts of a document's nodes, up to as many expressions as a document may have.

    What is left out after the limit, or after many mistakes in one node, is left out of a document that is refused anyway.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._count = 0
        self._size = 0

    @property
    def is_over(self) -> bool:
        """Whether there is more than a document may have."""
        return self._count > MAX_EXPRESSIONS or self._size > MAX_EXPRESSIONS_BYTES

    def read(self, found: Iterable[Place]) -> Iterator[Use]:
        """Read the texts of one node."""
        mistakes = 0
        for place in found:
            if self.is_over or mistakes >= MAX_MISTAKES:
                return
            use = read_use(place, self._known)
            self._count += use.count
            self._size += use.size
            mistakes += len(use.mistakes)
            yield use


def read_use(place: Place, known: frozenset[str]) -> Use:
    """Read a text that is evaluated. Evaluates nothing.

    Parameters
    ----------
    place : Place
        The text and where it stands.
    known : frozenset of str
        The ids of the document's nodes.

    Returns
    -------
    Use

    Examples
    --------
    >>> sorted(read_use(Place(("text",), "{{ a.b }} {{ len(c) }}", "template"), frozenset()).names)
    ['a', 'c']
    """
    try:
        sources = _sources(place)
    except TemplateError as error:
        return Use(place, frozenset(), is_plain=False, mistakes=(Mistake("template.unclosed", str(error)),))
    complex_ones = [source for source in sources if not is_plain_path(source)]
    size = sum(map(len, complex_ones))
    if len(sources) > MAX_EXPRESSIONS or size > MAX_EXPRESSIONS_BYTES:
        return Use(place, frozenset(), is_plain=False, count=len(sources), size=size)
    names, mistakes = _read(sources, known)
    return Use(place, names, not complex_ones, mistakes, len(sources), size)


def _read(sources: list[str], known: frozenset[str]) -> tuple[frozenset[str], tuple[Mistake, ...]]:
    names: set[str] = set()
    mistakes: list[Mistake] = []
    for source in sources:
        try:
            names |= root_names(source, known)
        except ExpressionError as error:
            mistakes.append(_mistake(source, error))
            if len(mistakes) >= MAX_MISTAKES:
                break
    return frozenset(names), tuple(mistakes)


def _sources(place: Place) -> list[str]:
    if place.kind == "expression":
        return [without_braces(place.text)]
    return [part.source for part in parse(place.text) if not isinstance(part, str)]


def _mistake(source: str, error: ExpressionError) -> Mistake:
    code = "expression.too_long" if error.is_size else "expression.syntax"
    return Mistake(code, f"the expression {source[:SHOWN]!r} is not valid: {error}")
