"""C03: code of a workflow has no files, no network, no processes, no environment and no clock."""

from pathlib import Path

import psutil
import pytest

from tests.security.sandboxes import body, code_of, result_of, sandbox

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]

IMPORTABLE = {
    "asyncio", "base64", "binascii", "bisect", "collections", "copy", "csv", "dataclasses", "datetime", "decimal", "functools",
    "hashlib", "itertools", "json", "math", "os", "pathlib", "random", "re", "sys", "time", "tomllib", "typing", "unicodedata",
}  # fmt: skip
"""What the sandbox's version in use brings. A new name here is a decision, not a surprise."""
OTHERS = {
    "builtins", "codecs", "concurrent.futures", "contextlib", "ctypes", "django", "email", "enum", "ftplib", "gc", "glob", "http",
    "imaplib", "importlib", "inspect", "io", "logging", "mmap", "multiprocessing", "numpy", "operator", "pickle", "pty",
    "resource", "secrets", "select", "shelve",
    "platform", "shutil", "signal", "site", "smtplib", "socket", "sqlite3", "ssl", "statistics",
    "string", "struct", "subprocess", "tempfile", "textwrap", "threading", "traceback", "types", "urllib", "uuid", "warnings",
    "weakref", "xml", "zipfile", "zoneinfo", "pydantic", "httpx", "runs", "editor", "graphapp", "antigravity", "this",
}  # fmt: skip


async def test_the_list_of_importable_modules_is_as_known() -> None:
    async with sandbox() as made:
        found = {name for name in IMPORTABLE | OTHERS if not code_of(await result_of(made, f"import {name}\n{body('return 1')}"))}
    assert found == IMPORTABLE


@pytest.mark.parametrize(
    "line",
    [
        "return open('/etc/passwd').read()",
        "import pathlib; return pathlib.Path('/etc/passwd').read_text()",
        "import pathlib; return [str(p) for p in pathlib.Path('/').iterdir()]",
        "import pathlib; pathlib.Path('/tmp/canary').write_text('x')",
        "import os; return os.listdir('/')",
        "import os; return os.environ['PATH']",
        "import os; return os.getenv('PATH').lower()",
        "import os; return os.system('id')",
        "import os; return os.popen('id').read()",
        "import os; return os.fork()",
        "import os; return os.kill(1, 9)",
        "import os; return os.urandom(4).hex() and os.getpid()",
        "import sys; return list(sys.modules)",
        "import sys; return sys._getframe().f_back.f_globals",
        "import asyncio; return asyncio.create_subprocess_exec('id')",
        "import asyncio; return asyncio.open_connection('127.0.0.1', 80)",
        "return __import__('socket')",
    ],
)
async def test_the_world_is_out_of_reach(line: str) -> None:
    async with sandbox() as made:
        assert code_of(await result_of(made, body(*line.split("; ")))) == "code_error"
    assert not Path("/tmp/canary").exists()


async def test_the_clock_and_chance_are_those_of_the_run() -> None:
    source = "import datetime, random, time\n" + body("return [str(datetime.datetime.now()), time.time(), random.random()]")
    async with sandbox() as made:
        first, second = await result_of(made, source), await result_of(made, source)
    assert first == second
    assert first[0] == "2026-01-02 03:04:05"


async def test_the_process_of_the_code_has_no_environment_and_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHAPP_TEST_SECRET", "canary")
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    async with sandbox() as made:
        await result_of(made, body("return 1"))
        workers = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
        assert workers
        for worker in workers:
            assert Path(f"/proc/{worker.pid}/environ").read_bytes() == b""
            places = [str(entry.readlink()) for entry in Path(f"/proc/{worker.pid}/fd").iterdir()]
            assert not [place for place in places if "socket" in place]


async def test_a_fault_names_the_authors_line() -> None:
    async with sandbox() as made:
        fault = await result_of(made, "def half(x):\n    return 1 / x\n\n\ndef main():\n    return half(0)")
    assert fault.code == "code_error"
    assert fault.data["line"] == 2
    assert [frame["line"] for frame in fault.data["traceback"]] == [6, 2]


@pytest.mark.parametrize(
    "source",
    ["", "x = 1", "def main(", "def main(other): return 1", "main = 3", "class main: pass", "def f(): pass\ndef  Main(): pass"],
)
async def test_a_source_without_a_fitting_main_is_refused(source: str) -> None:
    async with sandbox() as made:
        assert code_of(await result_of(made, source)) == "code_error"
