"""Prepares the source of a code node for the sandbox. Parses text, runs nothing."""

import ast
from dataclasses import dataclass
from functools import lru_cache

from editor.graph.faults import Fault, NodeFailure

OFFERED = ("input", "inputs", "run")
"""What ``main`` may ask for, by parameter name."""


@dataclass(frozen=True, slots=True)
class Program:
    """A source with the call of its ``main`` after it, so that line numbers stay the author's."""

    text: str
    lines: int
    wants: tuple[str, ...]


@lru_cache(maxsize=512)
def program(source: str) -> Program:
    """Find ``def main`` and add its call; a source without one is a fault that says what to write."""
    main = find_main(source)
    wants = _wanted(main)
    call = f"main({', '.join(f'{name}=_given[{name!r}]' for name in wants)})"
    if isinstance(main, ast.AsyncFunctionDef):
        call = f"await {call}"
    text = f"{source}\n\nimport json as _json\n_json.dumps({call}, ensure_ascii=False)"
    return Program(text, source.count("\n") + 1, wants)


def find_main(source: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The last top-level ``main``, as Python would bind it."""
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise NodeFailure(code_fault(f"{error.msg}, in line {error.lineno or 1}", line=error.lineno or 1)) from None
    except (RecursionError, MemoryError, ValueError):
        raise NodeFailure(code_fault("the source is too deeply nested or holds a character that no source may hold")) from None
    mains = [node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "main"]
    if not mains:
        raise NodeFailure(code_fault("there is no def main", hint="Write def main(input): and return the result."))
    return mains[-1]


def _wanted(main: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    args = main.args
    names = [arg.arg for arg in (*args.args, *args.kwonlyargs)]
    wrong = [name for name in names if name not in OFFERED]
    if wrong or args.posonlyargs:
        name = wrong[0] if wrong else args.posonlyargs[0].arg
        raise NodeFailure(
            code_fault(
                f"main asks for {name}, which there is not, in line {main.lineno}",
                hint="main may take input, inputs and run, by these names.",
                line=main.lineno,
            )
        )
    return tuple(names)


def code_fault(reason: str, *, hint: str = "", line: int | None = None) -> Fault:
    """Say that a source cannot be run."""
    data = {} if line is None else {"line": line}
    return Fault("code_error", f"The code cannot be run: {reason}.", hint=hint, data=data)
