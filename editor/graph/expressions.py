"""What an expression's source says about itself: its syntax and the names it uses. Nothing is evaluated here."""

import ast
from functools import lru_cache

from editor.graph.limits import MAX_EXPRESSION_BYTES
from editor.graph.paths import parse_path

BUILTINS = frozenset(
    {
        "abs", "all", "any", "bin", "bool", "bytes", "chr", "dict", "divmod", "enumerate", "filter", "float", "frozenset",
        "hash", "hex", "int", "isinstance", "iter", "len", "list", "map", "max", "min", "next", "oct", "ord", "pow", "print",
        "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip",
        "ValueError", "KeyError", "TypeError", "IndexError", "Exception", "getattr", "hasattr", "id", "callable",
    }
)  # fmt: skip
"""Names that the sandbox brings itself."""


class ExpressionError(ValueError):
    """An expression that is not valid, with a sentence that says where."""


@lru_cache(maxsize=8192)
def root_names(source: str) -> frozenset[str]:
    """List the names that an expression takes from outside.

    Parameters
    ----------
    source : str
        An expression without braces.

    Returns
    -------
    frozenset of str
        Without the names that it binds itself and without the sandbox's built-in ones.

    Raises
    ------
    ExpressionError
        If it is not valid or too long.

    Examples
    --------
    >>> sorted(root_names("[len(r.name) for r in rows if r.id in known]"))
    ['known', 'rows']
    """
    path = parse_path(source)
    if path is not None:
        return frozenset({str(path[0])})
    return frozenset(node.id for node in _outer_names(_parse(source)))


def rename_in_expression(source: str, old: str, new: str) -> str:
    """Rewrite an expression for a node that got another id.

    Parameters
    ----------
    source : str
        An expression without braces.
    old, new : str
        The id before and after.

    Returns
    -------
    str
        The source with that name changed, and nothing else; unchanged if it is not valid.

    Examples
    --------
    >>> rename_in_expression("a.a + 'a' + a['a']", "a", "b")
    "b.a + 'a' + b['a']"
    """
    try:
        places = [node for node in _outer_names(_parse(source)) if node.id == old]
    except ExpressionError:
        return source
    shift = len(source) - len(source.lstrip())
    lines = source.strip().encode().split(b"\n")
    for node in sorted(places, key=lambda found: (found.lineno, found.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + new.encode() + line[node.col_offset + len(old.encode()) :]
    tail = source[shift + len(source.strip()) :]
    return source[:shift] + b"\n".join(lines).decode() + tail


def _parse(source: str) -> ast.Expression:
    if len(source.encode("utf-8", "surrogatepass")) > MAX_EXPRESSION_BYTES:
        raise ExpressionError(f"it is longer than {MAX_EXPRESSION_BYTES} bytes")
    if not source.strip():
        raise ExpressionError("it is empty")
    try:
        return ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"{error.msg} at character {error.offset or 1}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(str(error) or "it is nested too deeply") from None


def _outer_names(tree: ast.AST) -> list[ast.Name]:
    """Collect the names that are read and not bound by a comprehension, a lambda or an assignment around them."""
    found: list[ast.Name] = []
    left: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while left:
        node, bound = left.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in bound and node.id not in BUILTINS:
                found.append(node)
            continue
        inside = bound | _binds(node)
        left += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found


def _binds(node: ast.AST) -> frozenset[str]:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        targets = [part for generator in node.generators for part in ast.walk(generator.target)]
        return frozenset(part.id for part in targets if isinstance(part, ast.Name))
    if isinstance(node, ast.Lambda):
        return frozenset(argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
    if isinstance(node, ast.Expression):
        return frozenset(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    return frozenset()
