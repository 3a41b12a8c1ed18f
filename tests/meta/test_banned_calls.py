"""Some things are done in one place only, some nowhere. Read from the syntax tree, not from the text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for package in ("graphapp", "editor", "runs")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
HTTP_MODULES = {"httpx", "requests", "urllib.request", "aiohttp", "urllib3"}
ONLY_IN = {
    "subprocess": ("graphapp/embedded/", "runs/sandbox/", "runs/knowledge/reader.py"),
    "multiprocessing": ("runs/sandbox/",),
    "litellm": ("runs/providers/",),
    "pydantic_monty": ("runs/sandbox/",),
    "channels.layers": ("runs/publish.py", "runs/process.py"),
    **dict.fromkeys(HTTP_MODULES, ("runs/providers/",)),
}
"""Modules and where they may be imported. `runs/process.py` listens to the layer; only publish.py sends."""
NOWHERE = {"pickle", "marshal", "shelve", "dill", "jinja2", "sympy"}
BUILT_INS = {"eval", "exec", "compile", "__import__", "breakpoint", "print", "input"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_does_only_what_is_its_to_do(path: Path) -> None:
    tree, name = ast.parse(path.read_text(encoding="utf-8")), named(path)
    for module in imported(tree):
        root = module.partition(".")[0]
        assert root not in NOWHERE, f"{name} imports {module}"
        for place in (module, root):
            if place in ONLY_IN:
                assert name.startswith(ONLY_IN[place]), f"{name} imports {module}"
        assert module != "celery.shared_task" or name == "runs/tasks.py", f"{name} defines a task"
    for function in called(tree):
        assert function not in BUILT_INS, f"{name} calls {function}"
        assert function not in {"os.system", "os.popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"}
        assert not function.endswith("group_send") or name == "runs/publish.py", f"{name} sends to a group"
        assert not function.endswith(("send_task", "apply_async")) or name == "runs/dispatch.py", f"{name} sends to the queue"
        assert function.rpartition(".")[2] not in {"mark_safe", "RawSQL"}, f"{name} calls {function}"


def test_only_the_journal_writes_what_happened() -> None:
    models = {"Run", "NodeRun", "Attempt", "Event"}
    for path in SOURCES:
        if "runs/journal" in named(path):
            continue
        for function in called(ast.parse(path.read_text(encoding="utf-8"))):
            parts = function.split(".")
            writes = parts[-1] in {"create", "bulk_create", "update_or_create", "get_or_create"}
            assert not (writes and parts[0] in models), f"{named(path)} calls {function}"
