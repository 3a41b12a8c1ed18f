"""Prepares an expression for the sandbox. Parses text, runs nothing.

Data reaches the sandbox as plain dicts, and people write ``classify.category``. So each attribute that is read, and not
called, becomes a look-up that takes items of dicts and attributes of anything else.
"""

import ast
from functools import lru_cache

from editor.graph.faults import Fault, NodeFailure

HELPERS = """import json as _json
def _get(value, name):
    if isinstance(value, dict):
        if name in value:
            return value[name]
        raise AttributeError('there is no field ' + repr(name) + ', only ' + (', '.join(list(value)[:12]) or 'an empty object'))
    return getattr(value, name)
"""


class _ReadFields(ast.NodeTransformer):
    """Turns ``a.b`` into ``_get(a, _names[0])``, and leaves the method in ``a.b()`` alone.

    The field names stand in a tuple, because a quoted one may not fit inside the quotes of an f-string.
    """

    def __init__(self) -> None:
        self.fields: list[str] = []
        self.roots: set[str] = set()

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        if isinstance(func, ast.Attribute):
            func.value = self.visit(func.value)
        elif not isinstance(func, ast.Name):
            node.func = self.visit(func)
        node.args = [self.visit(arg) for arg in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = self.visit(node.value)
        self.fields.append(node.attr)
        place = ast.Constant(len(self.fields) - 1)
        name = ast.Subscript(ast.Name("_names", ast.Load()), place, ast.Load())
        return ast.Call(ast.Name("_get", ast.Load()), [value, name], [])

    def visit_Name(self, node: ast.Name) -> ast.AST:
        self.roots.add(node.id)
        return node


@lru_cache(maxsize=4096)
def sandboxed(source: str) -> tuple[str, frozenset[str]]:
    """The program that evaluates an expression to JSON text, and the names of values that it reads.

    A name that is only called is a function of the sandbox, also when a node happens to have the same id.
    """
    reader = _ReadFields()
    try:
        tree = ast.parse(source.strip(), mode="eval")
        text = ast.unparse(ast.fix_missing_locations(reader.visit(tree)))
    except SyntaxError as error:
        raise NodeFailure(broken(source, f"{error.msg} at character {error.offset or 1}")) from None
    except (RecursionError, MemoryError, ValueError):
        raise NodeFailure(broken(source, "it is too deeply nested or holds a character that no source may hold")) from None
    roots = frozenset(reader.roots)
    if not reader.fields:
        return f"import json as _json\n_json.dumps({text}, ensure_ascii=False)", roots
    return f"{HELPERS}_names = {tuple(reader.fields)!r}\n_json.dumps({text}, ensure_ascii=False)", roots


def broken(source: str, reason: str) -> Fault:
    """Say that an expression cannot be read."""
    return Fault(
        "expression_error",
        f"The expression cannot be read: {reason}.",
        hint="An expression is one line of Python, such as start.amount > 100.",
        data={"expression": source[:500]},
    )
