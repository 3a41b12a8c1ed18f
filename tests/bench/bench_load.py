"""What the engine costs under load, in one run on one machine: ``python -m tests.bench.bench_load``.

Each figure stands beside its floor: the same amount of work by bare asyncio, or the rows alone in one statement.
"""

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from graphapp import datadir
from tests.bench import documents, rival_langgraph
from tests.bench.bench_engine import moment, run_seconds
from tests.bench.measure import Report, median
from tests.e2e.stack import Stack
from tests.real.processes import Worker

ITEMS = 1000
SHARED_ITEMS = 10_000
TURNS = 100
AT_ONCE = 100
ROUNDS = 5
LOOK_SECONDS, LOOKS = 0.5, 240


def typical(measure: Callable[[], float]) -> float:
    """Give the median of some rounds, after one to warm up."""
    return median([measure() for _ in range(ROUNDS + 1)][1:])


def asyncio_seconds(tasks: int) -> float:
    """Time as many empty tasks of bare asyncio."""

    async def nothing() -> None:
        await asyncio.sleep(0)

    async def all_of_them() -> None:
        await asyncio.gather(*(nothing() for _ in range(tasks)))

    began = time.perf_counter()
    asyncio.run(all_of_them())
    return time.perf_counter() - began


def insert_seconds(url: str, rows: int) -> float:
    """Time the rows of as many node runs in one statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TEMP TABLE bench_rows (run uuid, scope text, node text, status text, output json, at timestamptz)"
        )
        values = json.dumps([{"scope": f"box#{number}/", "node": "n0", "output": number} for number in range(rows)])
        began = time.perf_counter()
        connection.execute(
            "INSERT INTO bench_rows SELECT gen_random_uuid(), x.scope, x.node, 'succeeded', x.output, now() "
            "FROM json_to_recordset(%s::json) AS x(scope text, node text, output json)",
            [values],
        )
        return time.perf_counter() - began


def containers(stack: Stack, url: str, folder: Path) -> Report:
    """Time a map and a loop of trivial work."""
    report = Report(f"A map of {ITEMS:,} items, a loop of {TURNS} turns")
    items = list(range(ITEMS))
    wide = stack.workflow("map", documents.around("map", {"items": items, "concurrency": 50}, 1))
    narrow = stack.workflow("short map", documents.around("map", {"items": items[:1]}, 1))
    an_item = (typical(lambda: run_seconds(stack, wide)) - typical(lambda: run_seconds(stack, narrow))) / (ITEMS - 1)
    floor = typical(lambda: asyncio_seconds(ITEMS) + insert_seconds(url, ITEMS)) / ITEMS
    report.at_most("an item of the map", an_item * 1000, 0.1, "ms")
    report.fact("its floor: a bare task and its row", floor * 1000, "ms")
    report.fact("an item to its floor", an_item / floor, "times")
    rival = median(rival_langgraph.map_times(ITEMS, ROUNDS, folder)) / ITEMS
    report.fact("an item in LangGraph with SQLite, sync", rival * 1000, "ms")
    report.fact("ours to LangGraph", an_item / rival, "times")
    turns = {"on_limit": "best", "score": "loop.index"}
    long = stack.workflow("loop", documents.around("loop", {**turns, "max_iterations": TURNS}, 2))
    short = stack.workflow("short loop", documents.around("loop", {**turns, "max_iterations": 1}, 2))
    a_node = (typical(lambda: run_seconds(stack, long)) - typical(lambda: run_seconds(stack, short))) / ((TURNS - 1) * 2)
    report.at_most("a node of the loop", a_node * 1000, 0.2, "ms")
    rival = median(rival_langgraph.loop_times(TURNS, ROUNDS, folder)) / (TURNS * 2)
    report.fact("a node of the loop in LangGraph with SQLite, sync", rival * 1000, "ms")
    report.fact("ours to LangGraph", a_node / rival, "times")
    return report


def all_ended(stack: Stack, workflow: str) -> list[dict[str, Any]]:
    """Wait until the latest runs of a workflow have ended; asking is work too, so it is done seldom."""
    for _ in range(LOOKS):
        time.sleep(LOOK_SECONDS)
        runs: list[dict[str, Any]] = stack.api.get("/runs", params={"workflow": workflow, "limit": AT_ONCE}).json()["items"]
        if all(run["finished_at"] for run in runs):
            return runs
    raise TimeoutError(f"{AT_ONCE} runs did not end.")


def workers_of(stack: Stack) -> list[int]:
    """Find the worker's processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"celery" in b" ".join(words) and str(stack.data).encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


@contextmanager
def held(stack: Stack) -> Iterator[None]:
    """Hold the worker still for a while."""
    pids = workers_of(stack)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def many_runs(stack: Stack, folder: Path) -> Report:
    """Time a hundred runs that wait for the worker all at once; to ask for them is work of the web process."""
    report = Report(f"{AT_ONCE} runs of a chain of 10 nodes at once")
    workflow = stack.workflow("ten", documents.chain(10))

    def together() -> float:
        with held(stack), ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: stack.run(workflow), range(AT_ONCE)))
        began = time.time()
        ended = all_ended(stack, workflow)
        assert {run["status"] for run in ended} == {"succeeded"}
        return max(moment(run["finished_at"]) for run in ended) - began

    seconds = typical(together)
    report.at_most("a node", seconds / (AT_ONCE * 12) * 1000, 0.3, "ms")
    report.fact("all of them, until the last end", seconds, "s")
    rival = median(rival_langgraph.together_times(10, AT_ONCE, ROUNDS, folder))
    report.fact("all of them in LangGraph with SQLite, sync", rival, "s")
    report.fact("ours to LangGraph", seconds / rival, "times")
    return report


def one_run(stack: Stack) -> Report:
    """Time the smallest run, and how the cost of a node follows the size of the graph."""
    report = Report("One run")
    three = stack.workflow("three", documents.chain(1))
    report.at_most(
        "3 nodes, from the request to the commit of the end", typical(lambda: run_seconds(stack, three)) * 1000, 15, "ms"
    )
    per_node = {}
    for nodes in (100, 1000, 4990):
        workflow = stack.workflow(f"{nodes}", documents.chain(nodes))
        run_seconds(stack, workflow)
        per_node[nodes] = median([run_seconds(stack, workflow) for _ in range(3)]) / nodes
        report.fact(f"a node of {nodes:,}", per_node[nodes] * 1000, "ms")
    report.at_most("a node of 4,990 to one of 100", per_node[4990] / per_node[100], 1.5, "times")
    return report


@contextmanager
def second_worker(stack: Stack) -> Iterator[None]:
    """Let another worker process help, on the same stores."""
    helper = Worker({**stack.env, "REDIS_URL": datadir.redis_url(stack.data)}, stack.data / "second.log")
    helper.start()
    try:
        yield
    finally:
        helper.stop()


def shared_map(data: Path) -> Report:
    """Time a map of very many items with one owner, and shared out to two workers."""
    report = Report(f"A map of {SHARED_ITEMS:,} items, with one owner and with several")
    document = documents.around("map", {"items": list(range(SHARED_ITEMS)), "concurrency": 200}, 1)
    seconds = {}
    for name, env in (("alone", {"GRAPHAPP_SHARDS": "0"}), ("shared", {"GRAPHAPP_SHARDS": "4"})):
        with Stack(data / name, {"GRAPHAPP_API_RATE": "100000", **env}) as stack, second_worker(stack):
            workflow = stack.workflow("large", document)
            seconds[name] = median([run_seconds(stack, workflow) for _ in range(4)][1:])
    report.fact("an item, one owner", seconds["alone"] / SHARED_ITEMS * 1000, "ms")
    report.fact("an item, shared out to two workers", seconds["shared"] / SHARED_ITEMS * 1000, "ms")
    report.fact("as fast as one owner", seconds["alone"] / seconds["shared"], "times")
    return report


def main() -> None:
    """Start the product, measure, print."""
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder) / "data", {"GRAPHAPP_API_RATE": "100000"}) as stack:
        time.sleep(1)
        print(containers(stack, datadir.database_url(stack.data), Path(folder)).text())
        print(many_runs(stack, Path(folder)).text())
        print(one_run(stack).text())
    with tempfile.TemporaryDirectory() as folder:
        print(shared_map(Path(folder)).text())


if __name__ == "__main__":
    main()
