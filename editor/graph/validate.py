"""Everything that is wrong with a drawing. All rules run; each is a small function in a `rules_` module."""

from collections.abc import Callable, Iterator

from editor.graph import rules_containers, rules_cycles, rules_edges, rules_nodes, rules_references, rules_tools
from editor.graph.catalogue import Catalogue
from editor.graph.document import GraphDocument
from editor.graph.limits import MAX_EDGES, MAX_NODES
from editor.graph.problems import Problem, Severity
from editor.graph.survey import Survey

Rule = Callable[[Survey], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    rules_nodes.ids,
    rules_nodes.types,
    rules_nodes.parents,
    rules_containers.contents,
    rules_containers.exits,
    rules_nodes.params,
    rules_nodes.expressions,
    rules_edges.ends,
    rules_edges.required,
    rules_edges.several,
    rules_cycles.cycles,
    rules_tools.tools,
    rules_references.names,
    rules_edges.shape,
)


MAX_PROBLEMS = 1000
"""Errors that are listed, and as many warnings: more help nobody, and a broken import can have millions."""


def validate(document: GraphDocument, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Find every problem of a document. Runs nothing and calls nothing.

    Parameters
    ----------
    document : GraphDocument
        Any parsed document.
    catalogue : Catalogue
        The node types that are available.

    Returns
    -------
    tuple of Problem
        Errors first, then in the order of the rules; empty when all is well. Of each severity the first thousand.

    Examples
    --------
    >>> [problem.code for problem in validate(GraphDocument(), Catalogue([]))]
    ['graph.no_nodes']
    """
    return validate_survey(Survey(document, catalogue))


def validate_survey(survey: Survey) -> tuple[Problem, ...]:
    """Find every problem of a document that was looked at already.

    Parameters
    ----------
    survey : Survey
        The document and its node types.

    Returns
    -------
    tuple of Problem
        As `validate` gives them.
    """
    if len(survey.document.nodes) > MAX_NODES or len(survey.document.edges) > MAX_EDGES:
        message = f"The document has more than {MAX_NODES:,} nodes or {MAX_EDGES:,} edges."
        return (Problem("document.too_large", "error", message, "Split it into several workflows."),)
    found: dict[Severity, list[Problem]] = {"error": [], "warning": []}
    for problem in (problem for rule in RULES for problem in rule(survey)):
        if len(found[problem.severity]) < MAX_PROBLEMS:
            found[problem.severity].append(problem)
        elif problem.severity == "error":
            break
    return (*found["error"], *found["warning"])
