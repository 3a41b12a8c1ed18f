"""Every way in which the product fails is explained to people."""

import ast
from collections.abc import Iterator
from pathlib import Path

from runs.failures.words import WORDS
from runs.providers.errors import BY_CLASS

ROOT = Path(__file__).parents[4]
MAKERS = {"Fault", "fault", "over", "_cut", "refused_as"}


def strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def codes() -> set[str]:
    found = {code for code, *_ in BY_CLASS.values()}
    for package in ("runs", "editor"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MAKERS and node.args:
                    found |= set(_chosen(node.args[0]))
    return found


def _chosen(first: ast.expr) -> Iterator[str]:
    """A code, or what an expression of two chooses from; not the condition between them."""
    if isinstance(first, ast.IfExp):
        yield from _chosen(first.body)
        yield from _chosen(first.orelse)
    elif isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value


def test_every_fault_code_of_the_product_has_its_words() -> None:
    found = codes()
    assert len(found) > 40, "the codes are found"
    assert found <= set(WORDS), f"say in runs/failures/words.py what these mean: {sorted(found - set(WORDS))}"


def test_words_are_sentences() -> None:
    for code, words in WORDS.items():
        assert words.title[-1:] not in {"", "."}, code
        assert words.why.endswith("."), code
        assert words.fix.endswith("."), code
