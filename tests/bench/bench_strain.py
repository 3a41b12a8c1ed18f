"""What a worker process takes: streams, deaths, and runs that only wait: ``python -m tests.bench.bench_strain``."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.bench import documents
from tests.bench.bench_engine import moment
from tests.bench.bench_load import workers_of
from tests.bench.measure import Report, median
from tests.bench.model_server import CHUNKS, STREAM_SECONDS, model_server
from tests.bench.rival_langgraph_streams import measured
from tests.e2e.stack import Stack, free_port

STREAMS = 300
ROUNDS = 3
LEASE_SECONDS, SWEEP_SECONDS = 30, 2
PARKED, ACTIVE = 1000, 100
MIB = 1024 * 1024


def wait_for(holds: Callable[[], bool], seconds: float) -> None:
    """Look seldom: looking is work for what is measured."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise TimeoutError
        time.sleep(0.5)


def calls(number: int) -> dict[str, Any]:
    """Draw a map that calls a model for each item, all at once."""
    box = {"items": list(range(number)), "concurrency": number}
    drawn = [
        {"id": "start", "type": "start", "params": {"fields": []}},
        {"id": "box", "type": "map", "params": box},
        {"id": "ask", "type": "llm", "parent": "box", "params": {"model": "lab/m", "prompt": "{{ index }}"}},
        {"id": "output", "type": "output"},
    ]
    edges = [documents.edge(0, "start", "box"), documents.edge(1, "box", "output")]
    return {"schema": 1, "settings": {"max_parallel": number}, "nodes": drawn, "edges": edges, "annotations": []}


async def bare_streams(url: str, number: int) -> float:
    """Time as many streams read by a bare client."""

    async def one(client: httpx.AsyncClient) -> None:
        async with client.stream("POST", f"{url}/v1/chat/completions", json={"stream": True}) as reply:
            async for _ in reply.aiter_lines():
                pass

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        began = time.perf_counter()
        await asyncio.gather(*(one(client) for _ in range(number)))
        return time.perf_counter() - began


def streams(stack: Stack, url: str, rival: Mapping[str, float]) -> Report:
    """Time model calls that stream at once in one worker process."""
    report = Report(f"{STREAMS} model calls of {CHUNKS} pieces that stream at once")
    workflow = stack.workflow("streams", calls(STREAMS))
    worker = psutil.Process(workers_of(stack)[0])
    took, used = [], []
    for _ in range(ROUNDS + 1):
        before = worker.cpu_times()
        started = stack.run(workflow)["id"]
        time.sleep(STREAM_SECONDS * 2)
        run = stack.finished(started)
        assert run["status"] == "succeeded", run["error"]
        after = worker.cpu_times()
        took.append(moment(run["finished_at"]) - moment(run["created_at"]))
        used.append(after.user + after.system - before.user - before.system)
    floor = median([asyncio.run(bare_streams(url, STREAMS)) for _ in range(ROUNDS)])
    seconds = median(took[1:])
    report.fact("the whole run", seconds, "s")
    report.fact("one stream alone", STREAM_SECONDS, "s")
    report.fact("its floor: a bare client", floor, "s")
    report.fact("the run to its floor", seconds / floor, "times")
    report.fact("the same in LangGraph with SQLite, sync", rival["seconds"], "s")
    report.fact("ours to LangGraph", seconds / rival["seconds"], "times")
    report.fact("processor time of the worker for one piece", median(used[1:]) / (STREAMS * CHUNKS) * 1000, "ms")
    return report


def recovery(stack: Stack, url: str) -> Report:
    """Time from the death of the only worker to the next attempt at what it was doing."""
    report = Report("From `kill -9` to the next attempt")
    workflow = stack.workflow("hang", documents.http_fan(1, f"{url}/hang/5"))
    times = []
    for number in range(ROUNDS):
        known = len(hangs(url))
        started = stack.run(workflow)["id"]
        wait_for(lambda known=known: len(hangs(url)) > known, 20)  # type: ignore[misc]  # called at once
        time.sleep(number * 3 % 5)
        died = time.time()
        for pid in workers_of(stack):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda known=known: len(hangs(url)) > known + 1, 90)  # type: ignore[misc]
        times.append(hangs(url)[-1] - died)
        assert stack.finished(started)["status"] == "succeeded"
    report.at_most("longest", max(times), LEASE_SECONDS + SWEEP_SECONDS * 1.25 + 1, "s")
    report.fact("shortest", min(times), "s")
    report.fact("the lease, as shipped", LEASE_SECONDS, "s")
    return report


def hangs(url: str) -> list[float]:
    """Ask when the server was asked to hang."""
    times: list[float] = httpx.get(f"{url}/hangs").json()
    return times


def asking() -> dict[str, Any]:
    """Draw a run that waits for somebody."""
    drawn = [
        {"id": "start", "type": "start", "params": {"fields": []}},
        {"id": "ask", "type": "approval", "params": {"message": "May it go on?"}},
        {"id": "output", "type": "output"},
    ]
    edges = [documents.edge(0, "start", "ask"), {**documents.edge(1, "ask", "output"), "source_port": "approve"}]
    return {"schema": 1, "settings": {}, "nodes": drawn, "edges": edges, "annotations": []}


def memory(stack: Stack, url: str, rival: Mapping[str, float]) -> Report:
    """Weigh a worker with many runs that wait for somebody, and with runs at work."""
    report = Report("Memory of a worker")

    def weigh() -> float:
        return float(sum(psutil.Process(pid).memory_info().rss for pid in workers_of(stack)) / MIB)

    def count(workflow: str, status: str) -> int:
        page = {"workflow": workflow, "status": status, "limit": 1}
        return int(stack.api.get("/runs", params=page).json()["total"])

    empty = weigh()
    waits, works = stack.workflow("asks", asking()), stack.workflow("works", documents.http_fan(1, f"{url}/hang/60"))
    for _ in range(PARKED):
        stack.run(waits)
    wait_for(lambda: count(waits, "waiting") == PARKED, 120)
    parked = weigh()
    known = len(hangs(url))
    for _ in range(ACTIVE):
        stack.run(works)
    wait_for(lambda: len(hangs(url)) >= known + ACTIVE, 60)
    active = weigh()
    report.fact("when it has done its first runs", empty, "MiB")
    report.fact(f"with {PARKED:,} runs that wait", parked, "MiB")
    report.fact(f"and {ACTIVE} runs at work", active, "MiB")
    report.at_most("a run that waits", (parked - empty) / PARKED * 1024, 20, "KiB")
    report.fact("a run at work", (active - parked) / ACTIVE * 1024, "KiB")
    report.fact("a run at work in LangGraph", rival["active_kib"], "KiB")
    return report


def main() -> None:
    """Start the product, measure, print."""
    with tempfile.TemporaryDirectory() as folder, model_server(port := free_port()) as url:
        env = {
            "GRAPHAPP_API_RATE": "100000",
            "GRAPHAPP_MODEL_BASES": f"lab={url}/v1",
            "LAB_API_KEY": "none",
            "GRAPHAPP_HTTP_ALLOW": f"127.0.0.1:{port}",
        }
        with Stack(Path(folder) / "data", env) as stack:
            time.sleep(1)
            rival = measured(url, STREAMS)
            print(streams(stack, url, rival).text())
            print(recovery(stack, url).text())
            print(memory(stack, url, rival).text())


if __name__ == "__main__":
    main()
