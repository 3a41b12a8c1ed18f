"""M1 to M12: the traps of the sandbox that were found by measuring it."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from runs.sandbox.limits import CODE, EXPRESSION
from tests.security.sandboxes import body, code_of, result_of, sandbox, value_of

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]
REPOSITORY = Path(__file__).resolve().parents[2]

HOST = """
import asyncio, sys
from tests.security.sandboxes import body, result_of, sandbox
async def go():
    async with sandbox() as made:
        await result_of(made, body("return 1"))
        print("ready", flush=True)
        await result_of(made, body("while True: pass"))
asyncio.run(go())
"""


async def test_m1_a_program_does_not_outlive_a_killed_host() -> None:
    host = subprocess.Popen([sys.executable, "-c", HOST], stdout=subprocess.PIPE, cwd=REPOSITORY)
    assert host.stdout is not None
    assert host.stdout.readline() == b"ready\n"
    workers = psutil.Process(host.pid).children(recursive=True)
    while not any(worker.cpu_times().user > 0.05 for worker in workers):
        await asyncio.sleep(0.01)
    host.kill()
    host.wait()
    host.stdout.close()
    gone, alive = await asyncio.to_thread(psutil.wait_procs, workers, CODE.feed_seconds + 2)
    assert (len(gone), alive) == (len(workers), [])


FORK = """
import asyncio, os, sys
from tests.security.sandboxes import sandbox, value_of
async def go():
    async with sandbox() as made:
        return await value_of(made, "2 + 2")
if sys.argv[1] == "used":
    assert asyncio.run(go()) == 4
child = os.fork()
outcome = asyncio.run(go())
if child == 0:
    print(outcome if outcome == 4 else outcome.code, flush=True)
    os._exit(0)
os.wait()
assert outcome == 4
"""


@pytest.mark.parametrize(("when", "answer"), [("fresh", "4"), ("used", "sandbox_unavailable")])
async def test_m2_a_fork_makes_its_own_processes_or_says_that_it_cannot(when: str, answer: str) -> None:
    command = [sys.executable, "-c", FORK, when]
    done = await asyncio.to_thread(subprocess.run, command, cwd=REPOSITORY, capture_output=True, text=True, timeout=30)
    assert (done.stdout.strip(), done.returncode) == (answer, 0)


@pytest.mark.parametrize("depth", [63, 64, 65, 100, 300])
async def test_m3_a_deep_result_is_whole_or_refused(depth: int) -> None:
    async with sandbox() as made:
        outcome = await result_of(made, body("x = 0", f"for i in range({depth}): x = [x]", "return x"))
    if depth <= 64:
        assert json.dumps(outcome).count("[") == depth
    else:
        assert code_of(outcome) in {"code_error", "sandbox_limit"}


async def test_m4_a_flood_of_prints_is_cut_and_ended() -> None:
    printed: list[str] = []
    before = psutil.Process().memory_info().rss
    async with sandbox() as made:
        started = time.monotonic()
        outcome = await result_of(made, body("while True: print('x' * 10000)"), printed)
        assert time.monotonic() - started < 3
    assert code_of(outcome) == "sandbox_limit"
    assert sum(map(len, printed)) <= CODE.printed_bytes + 100
    assert psutil.Process().memory_info().rss - before < 64 * 1024 * 1024


async def test_m4_an_expression_cannot_print() -> None:
    async with sandbox() as made:
        assert code_of(await value_of(made, "print('x')")) == "expression_error"


KINDS: list[tuple[str, Any]] = [
    ("None", None), ("True", True), ("1", 1), ("1.5", 1.5), ("'a'", "a"), ("[1]", [1]), ("{'a': 1}", {"a": 1}),
    ("(1, 2)", [1, 2]), ("{1: 2}", {"1": 2}), ("2 ** 70", 2**70), ("'\\x00'", "\x00"),
    ("float('nan')", None), ("float('inf')", None), ("-float('inf')", None), ("10 ** 400", None), ("10 ** 5000", None),
    ("1e308 * 10", None), ("b'x'", None), ("{1}", None), ("frozenset({1})", None), ("1j", None), ("lambda: 1", None),
    ("range(3)", None), ("iter([1])", None), ("{(1, 2): 3}", None), ("...", None), ("len", None), ("[lambda: 1]", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value"), KINDS)
async def test_m5_only_json_comes_out(source: str, value: Any) -> None:
    async with sandbox() as made:
        outcome = await value_of(made, source)
    if value is None and source != "None":
        assert code_of(outcome) == "expression_error"
    else:
        assert (outcome, type(outcome)) == (value, type(value))


async def test_m5_every_type_keeps_its_name_in_the_fault() -> None:
    async with sandbox() as made:
        assert "set" in (await value_of(made, "{1}")).message


async def test_m6_sleep_takes_no_time() -> None:
    async with sandbox() as made:
        started = time.monotonic()
        assert await result_of(made, "import time\n" + body("time.sleep(3600)", "return 1")) == 1
        assert time.monotonic() - started < CODE.feed_seconds + 1


async def test_m7_a_lone_surrogate_is_replaced() -> None:
    async with sandbox() as made:
        assert await value_of(made, "'\\ud800'") == "\ufffd"


async def test_m9_nothing_is_left_from_one_evaluation_to_the_next() -> None:
    async with sandbox() as made:
        await value_of(made, "(kept := 1)")
        await value_of(made, "[x for x in range(10 ** 9)]")
        assert code_of(await value_of(made, "kept + 0")) == "expression_error"
        await result_of(made, "kept = 1\n" + body("return 1"))
        assert code_of(await result_of(made, body("return kept"))) == "code_error"


BOMBS = [
    "[x for x in range(10 ** 9)]", "list(range(10 ** 9))", "'a' * 10 ** 10", "10 ** 10 ** 9", "[0] * 10 ** 10",
    "sum(range(10 ** 10))",
    "'%0999999999d' % 1", "f'{1:>999999999}'", "'a'.ljust(10 ** 10)", "('a' * 10 ** 5).replace('a', 'b' * 10 ** 5)",
    "','.join(['x' * 10 ** 6] * 10 ** 4)", "max(range(10 ** 10))", "all(x >= 0 for x in range(10 ** 10))", 
    "{x: x for x in range(10 ** 8)}",
    "[[x] * 1000 for x in range(10 ** 7)]", "(lambda f: f(f))(lambda f: f(f))", "sorted(range(10 ** 8))", "1 << 10 ** 10",
    "pow(3, 10 ** 9)", "str(2 ** 10 ** 7)", "[a for a in range(99) for b in range(999) for c in range(999) for d in range(999)]",
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
async def test_m10_a_bomb_ends_within_its_limits(bomb: str) -> None:
    async with sandbox() as made:
        started = time.monotonic()
        assert code_of(await value_of(made, bomb)) in {"expression_error", "sandbox_unavailable", "sandbox_limit"}
        assert time.monotonic() - started < EXPRESSION.request_seconds + 1
        assert await value_of(made, "1 + 1") == 2


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*b", "([a-z]+)*1"])
async def test_m10_a_pattern_that_backtracks_ends(pattern: str) -> None:
    async with sandbox() as made:
        started = time.monotonic()
        await result_of(made, "import re\n" + body(f"return bool(re.match({pattern!r}, 'a' * 40 + '!'))"))
        assert time.monotonic() - started < CODE.feed_seconds + 1


async def test_inputs_and_sources_are_bounded() -> None:
    async with sandbox() as made:
        assert code_of(await value_of(made, "len(a)", {"a": "x" * (EXPRESSION.input_bytes + 1)})) == "sandbox_limit"
        assert code_of(await value_of(made, "1 +" * 2000 + "1")) == "expression_error"
        assert code_of(await result_of(made, "#" * (CODE.source_bytes + 1))) == "code_error"
        assert code_of(await value_of(made, "'x' * (2 * 1024 * 1024)")) == "expression_error"


async def test_many_evaluations_share_few_processes() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    async with sandbox(processes=2) as made:
        found = await asyncio.gather(*(value_of(made, f"{n} + 1") for n in range(200)))
        workers = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert found == [n + 1 for n in range(200)]
    assert len(workers) <= 2
