"""Nothing grows past what one reads in one go. Exceptions are listed with a reason, and the list only shrinks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULE_LINES, TEST_MODULE_LINES, FUNCTION_LINES, TYPESCRIPT_LINES = 400, 600, 50, 300
EXCEPTIONS = {
    line.split()[0]
    for line in (Path(__file__).parent / "size_exceptions.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


def python_files() -> Iterator[Path]:
    for package in ("graphapp", "editor", "runs", "tests"):
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_python_modules_stay_short() -> None:
    too_long = {
        named(path): lines(path)
        for path in python_files()
        if lines(path) > (TEST_MODULE_LINES if path.is_relative_to(ROOT / "tests") else MODULE_LINES)
    }
    assert set(too_long) <= EXCEPTIONS, too_long


def test_functions_stay_short() -> None:
    too_long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES and not is_documented_elsewhere(node, length):
                    too_long[f"{named(path)}:{node.name}"] = length
    assert set(too_long) <= EXCEPTIONS, too_long


def is_documented_elsewhere(node: ast.FunctionDef | ast.AsyncFunctionDef, length: int) -> bool:
    """Do not count a docstring with its examples: it explains, and is read on its own."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return length - ((first.end_lineno or 0) - first.lineno + 1) <= FUNCTION_LINES
    return False


def test_typescript_modules_stay_short() -> None:
    sources = [path for path in (ROOT / "frontend_static" / "src").rglob("*.ts*") if ".test." not in path.name]
    too_long = {named(path): lines(path) for path in sources if lines(path) > TYPESCRIPT_LINES and not is_generated(path)}
    assert set(too_long) <= EXCEPTIONS, too_long


def is_generated(path: Path) -> bool:
    return bool(re.search(r"auto-?generated|generated", path.read_text(encoding="utf-8")[:300], re.IGNORECASE))


def test_every_exception_is_still_needed() -> None:
    gone = {entry for entry in EXCEPTIONS if not (ROOT / entry.partition(":")[0]).exists()}
    assert not gone, f"take off the list: {gone}"
