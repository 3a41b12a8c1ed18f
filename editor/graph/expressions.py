"""What an expression's source says about itself: its syntax and the names it uses. Nothing is evaluated here."""

import ast
import re
from functools import lru_cache

from editor.graph.limits import MAX_EXPRESSION_BYTES
from editor.graph.paths import is_plain_path, parse_path

BUILTINS = frozenset(
    {
        "abs", "all", "any", "bin", "bool", "bytes", "chr", "complex", "dict", "divmod", "enumerate", "filter", "float", "format",
        "frozenset", "getattr", "hasattr", "hash", "hex", "id", "int", "isinstance", "iter", "len", "list", "map", "max", "min",
        "next", "object", "oct", "ord", "pow", "print", "property", "range", "repr", "reversed", "round", "set", "setattr",
        "slice", "sorted", "str", "sum", "tuple", "type", "zip",
        "ArithmeticError", "AssertionError", "AttributeError", "Exception", "IndexError", "KeyError", "LookupError",
        "NotImplementedError", "OverflowError", "RuntimeError", "StopIteration", "TypeError", "ValueError", "ZeroDivisionError",
    }
)  # fmt: skip
"""Names that the sandbox brings itself."""

LINE_END = re.compile(rb"\r\n|\r|\n")


class ExpressionError(ValueError):
    """An expression that is not valid, with a sentence that says where; `is_size` says that it is only too long."""

    is_size = False


class ExpressionTooLong(ExpressionError):
    """An expression of more bytes than an expression may have."""

    is_size = True


def root_names(source: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """List the names that an expression takes from outside.

    Parameters
    ----------
    source : str
        An expression without braces.
    known : frozenset of str
        Names that have a value although the sandbox brings something of that name: ids of nodes.

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
    >>> sorted(root_names("list(list)", frozenset({"list"})))
    ['list']
    """
    read, called = _names(source)
    if is_plain_path(source):
        return read
    return frozenset(name for name in read if name not in BUILTINS or name in known) | (called - BUILTINS)


def _names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Collect the names that are read as values, and those that are called."""
    if len(source) > MAX_EXPRESSION_BYTES:
        raise _too_long()
    return _cached_names(source)


@lru_cache(maxsize=8192)
def _cached_names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    path = parse_path(source)
    if path is not None:
        return frozenset({str(path[0])}), frozenset()
    names = _outer_names(_parse(source))
    return (
        frozenset(node.id for node, is_called in names if not is_called),
        frozenset(node.id for node, is_called in names if is_called),
    )


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
        The source with that name changed, and nothing else; unchanged if it is not valid. A built-in function that is
        called keeps its name, also when a node has the same one.

    Examples
    --------
    >>> rename_in_expression("a.a + 'a' + a['a']", "a", "b")
    "b.a + 'a' + b['a']"
    """
    try:
        names = _outer_names(_parse(source))
    except ExpressionError:
        return source
    found = [node for node, is_called in names if node.id == old and not (is_called and old in BUILTINS)]
    shift = len(source) - len(source.lstrip())
    lines, ends = _lines(source.strip())
    for node in sorted(found, key=lambda name: (name.lineno, name.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + new.encode() + line[node.end_col_offset or 0 :]
    inner = b"".join(line + end for line, end in zip(lines, ends, strict=True)).decode()
    return source[:shift] + inner + source[shift + len(source.strip()) :]


def _lines(source: str) -> tuple[list[bytes], list[bytes]]:
    """Take a source apart into lines and their ends, as the parser counts them."""
    text = source.encode()
    return LINE_END.split(text), [*LINE_END.findall(text), b""]


def _parse(source: str) -> ast.Expression:
    if len(source.encode("utf-8", "surrogatepass")) > MAX_EXPRESSION_BYTES:
        raise _too_long()
    if not source.strip():
        raise ExpressionError("it is empty")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"{error.msg} at character {error.offset or 1}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("it is nested too deeply, or holds a character that no source may hold") from None
    _refuse_what_never_works(tree)
    return tree


def _too_long() -> ExpressionError:
    return ExpressionTooLong(f"it is longer than {MAX_EXPRESSION_BYTES // 1024} KiB")


def _refuse_what_never_works(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
            raise ExpressionError("await and yield have no place in it")
        if isinstance(node, ast.Set) and any(isinstance(part, ast.Set | ast.Dict) for part in node.elts):
            raise ExpressionError("it has braces inside its braces")


def _outer_names(tree: ast.AST) -> list[tuple[ast.Name, bool]]:
    """Collect the names that nothing in the expression binds, each with whether it is called."""
    found: list[tuple[ast.Name, bool]] = []
    left: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    called: set[int] = set()
    while left:
        node, bound = left.pop()
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in bound:
                found.append((node, id(node) in called))
            continue
        left += _inside(node, bound)
    return found


def _inside(node: ast.AST, bound: frozenset[str]) -> list[tuple[ast.AST, frozenset[str]]]:
    """List what a node consists of, each with the names that are bound there."""
    inside = bound | _binds(node)
    children = [(child, inside) for child in ast.iter_child_nodes(node)]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        first = node.generators[0]  # what is gone through is read outside of the comprehension
        rest = [(part, inside) for part in (first.target, *first.ifs)]
        return [child for child in children if child[0] is not first] + [(first.iter, bound), *rest]
    if isinstance(node, ast.Lambda):
        defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
        return [(node.body, inside), *((default, bound) for default in defaults)]
    return children


def _binds(node: ast.AST) -> frozenset[str]:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        targets = [part for generator in node.generators for part in ast.walk(generator.target)]
        return frozenset(part.id for part in targets if isinstance(part, ast.Name))
    if isinstance(node, ast.Lambda):
        return frozenset(argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
    if isinstance(node, ast.Expression):
        return frozenset(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    return frozenset()
