"""What the texts of a node's params use, read once for all rules and for the plan."""

from dataclasses import dataclass

from editor.graph.expressions import ExpressionError, root_names
from editor.graph.params import Place
from editor.graph.paths import is_plain_path
from editor.graph.template import TemplateError, parse, without_braces

SHOWN = 80
"""Letters of an expression that a problem shows."""


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
    """

    place: Place
    names: frozenset[str]
    is_plain: bool
    mistakes: tuple[Mistake, ...] = ()


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
    names: frozenset[str] = frozenset()
    mistakes: list[Mistake] = []
    for source in sources:
        try:
            names |= root_names(source, known)
        except ExpressionError as error:
            mistakes.append(_mistake(source, error))
    return Use(place, names, all(map(is_plain_path, sources)), tuple(mistakes))


def _sources(place: Place) -> list[str]:
    if place.kind == "expression":
        return [without_braces(place.text)]
    return [part.source for part in parse(place.text) if not isinstance(part, str)]


def _mistake(source: str, error: ExpressionError) -> Mistake:
    code = "expression.too_long" if error.is_size else "expression.syntax"
    return Mistake(code, f"the expression {source[:SHOWN]!r} is not valid: {error}")
