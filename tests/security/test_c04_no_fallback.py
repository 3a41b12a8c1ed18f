"""C04: without its sandbox the product runs no user code at all, and says so."""

import asyncio
import shutil
from pathlib import Path

import psutil
import pytest

from tests.security.sandboxes import body, code_of, result_of, sandbox, value_of

pytestmark = [pytest.mark.asyncio, pytest.mark.enable_socket]


async def test_a_missing_sandbox_stops_the_node() -> None:
    async with sandbox(binary=Path("/nowhere/monty")) as made:
        assert code_of(await value_of(made, "1 + 1")) == "sandbox_unavailable"
        assert code_of(await result_of(made, body("return 1"))) == "sandbox_unavailable"


async def test_a_sandbox_that_is_another_program_stops_the_node() -> None:
    async with sandbox(binary=Path(shutil.which("false") or "/bin/false")) as made:
        assert code_of(await value_of(made, "1 + 1")) == "sandbox_unavailable"


async def test_a_killed_sandbox_stops_the_node_and_serves_the_next() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    async with sandbox() as made:
        assert await result_of(made, body("return 1")) == 1
        running = asyncio.create_task(result_of(made, body("while True: pass")))
        worker = next(child for child in psutil.Process().children(recursive=True) if child.pid not in before)
        while worker.cpu_times().user < 0.05:
            await asyncio.sleep(0.01)
        worker.kill()
        assert code_of(await running) == "sandbox_unavailable"
        assert await result_of(made, body("return 2")) == 2


async def test_a_cancelled_program_is_ended_and_its_place_is_free() -> None:
    async with sandbox() as made:
        await result_of(made, body("return 1"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await result_of(made, body("while True: pass"))
        started = asyncio.get_running_loop().time()
        assert await result_of(made, body("return 2")) == 2
        assert asyncio.get_running_loop().time() - started < 2.0
