"""C02: an expression reaches its data and nothing else."""

import ast
import json
import random
from pathlib import Path

import psutil
import pytest

from tests.security.sandboxes import code_of, sandbox, value_of

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]
REPOSITORY = Path(__file__).resolve().parents[2]
CANARY = "canary-4711"
DATA = {"a": {"b": [1, 2], "c": "text", "d": {"e": 1.5}}}

PROBES = [
    "().__class__", "().__class__.__bases__", "''.__class__.__mro__", "[].__class__.__base__.__subclasses__()",
    "(lambda: 0).__globals__", "(lambda: 0).__code__", "(lambda: 0).__closure__", "a.__class__.__init__.__globals__",
    "a.get.__self__", "a.b.append.__self__.__class__", "len.__self__", "print.__module__", "__builtins__", "__import__('os')",
    "__import__('subprocess').run('id')", "globals()", "locals()", "vars()", "dir()", "vars(a)", "open('/etc/passwd').read()",
    "open('/proc/self/environ').read()", "eval('1+1')", "exec('import os')", "compile('1','x','eval')", "input()", "breakpoint()",
    "help()", "exit()", "quit()", "memoryview(b'x')", "type('X', (), {})", "type(a)", "type(type)", "object.__subclasses__()",
    "getattr(a, '__class__')", "setattr(a, 'x', 1)", "hasattr(a, '__class__')", "'{0.__class__}'.format(a)",
    "'{0.__class__.__init__.__globals__}'.format(a)", "f'{a.__class__}'", "'%s' % a.__class__", "str.format('{0.__class__}', 1)",
    "(x for x in [1]).gi_frame", "(x for x in [1]).gi_frame.f_back.f_globals", "[x for x in ().__class__.__bases__]",
    "next(iter([1])).__class__", "Exception().__traceback__", "Exception('x').__context__", "_json", "_get", "_names",
    "_get.__globals__",
    "_json.__loader__", "_json.codecs", "_json.decoder.sys", "__loader__", "__spec__", "__file__", "__name__", "super().__init__",
    "(_json := 1)", "(_get := 1)", "[].sort.__func__", "a['__class__']", "a.constructor", "a.__proto__", "__debug__",
    "a.c.encode.__self__", "int.from_bytes", "bytes.fromhex", "os.environ", "sys.modules", "run.__class__", "pathlib.Path('/')",
]  # fmt: skip
"""Every way inwards that was ever published for a template language, in shape."""

HARMLESS = {"NoneType", "type", "dict", "str"}


@pytest.mark.parametrize("probe", PROBES)
async def test_a_reflective_probe_finds_an_error_or_a_harmless_constant(probe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHAPP_TEST_SECRET", CANARY)
    async with sandbox() as made:
        outcome = await value_of(made, probe, DATA)
        text = json.dumps(outcome.to_json()) if code_of(outcome) else json.dumps(outcome)
        assert CANARY not in text
        assert "root:" not in text
        assert str(REPOSITORY) not in text
        if not code_of(outcome):
            assert len(text) < 300


async def test_a_fuzzed_expression_starts_nothing_and_opens_nothing() -> None:
    pieces = [
        "a",
        "a.b",
        "a.c",
        "[",
        "]",
        "(",
        ")",
        "+",
        "*",
        "lambda x:",
        "x",
        "if",
        "else",
        "for",
        "in",
        "0",
        "'s'",
        ".",
        "{",
        "}",
        ":",
        ",",
    ]
    chance = random.Random(11)
    me = psutil.Process()
    async with sandbox() as made:
        await value_of(made, "1 + 1")
        children = {child.pid for child in me.children(recursive=True)}
        connections = len(me.net_connections())
        for _ in range(600):
            source = " ".join(chance.choice(pieces) for _ in range(chance.randint(1, 9)))
            outcome = await value_of(made, source, DATA)
            assert code_of(outcome) in ("", "expression_error")
        assert {child.pid for child in me.children(recursive=True)} == children
        assert len(me.net_connections()) == connections


async def test_data_that_looks_like_an_expression_stays_data() -> None:
    async with sandbox() as made:
        assert await value_of(made, "a.c + ''", {"a": {"c": "{{ 1 + 1 }}"}}) == "{{ 1 + 1 }}"


FORBIDDEN = {"eval", "exec", "compile", "__import__"}


async def test_the_product_evaluates_nothing_in_its_own_process() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for package in ("editor", "runs", "graphapp")
        for path in (REPOSITORY / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN
    ]
    assert found == []


async def test_only_the_sandbox_package_imports_the_sandbox() -> None:
    found = {
        path.relative_to(REPOSITORY).parts[:2]
        for package in ("editor", "runs", "graphapp")
        for path in (REPOSITORY / package).rglob("*.py")
        if "pydantic_monty" in path.read_text()
    }
    assert found == {("runs", "sandbox")}
