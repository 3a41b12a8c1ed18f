"""The engine against its rivals, in one run on one machine: ``python -m tests.bench.bench_engine``.

A chain is timed from the request that starts the run to the commit that ends it, durable and with events.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from graphapp import datadir
from tests.bench import documents, rival_celery, rival_langgraph
from tests.bench.measure import Report, median
from tests.e2e.stack import Stack, free_port

ROUNDS = 15
LOOK_AFTER_SECONDS = 0.5
"""Asking how far a run is costs as much as a run: it is asked when the run is over."""


def moment(text: str) -> float:
    """Read an ISO time as seconds."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def run_seconds(stack: Stack, workflow: str) -> float:
    """Time one run from its creation to its end, as the database has it."""
    started = stack.run(workflow)["id"]
    time.sleep(LOOK_AFTER_SECONDS)
    run = stack.finished(started)
    assert run["status"] == "succeeded", run
    return moment(run["finished_at"]) - moment(run["created_at"])


def our_times(stack: Stack, nodes: int) -> list[float]:
    """Time runs of our chain after three to warm up."""
    workflow = stack.workflow(f"chain {nodes}", documents.chain(nodes))
    return [run_seconds(stack, workflow) for _ in range(ROUNDS + 3)][3:]


@contextmanager
def slow_server(port: int) -> Iterator[str]:
    """Serve a small answer after 100 ms, on a loop of its own."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(answer, "127.0.0.1", port, backlog=512), loop).result()
    yield f"http://127.0.0.1:{port}/"
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)


def chains(stack: Stack, redis_url: str, folder: Path) -> Report:
    """Compare the cost of a node in a chain of fifty."""
    report = Report("A chain of 50 `set` nodes, durable, with events")
    graph_times = rival_langgraph.chain_times(50, ROUNDS, folder)
    graph_short = rival_langgraph.chain_times(3, ROUNDS, folder)
    with rival_celery.worker(redis_url):
        rival_celery.chain_of(50)
        celery_times = [rival_celery.chain_of(50) for _ in range(5)]
        celery_short = [rival_celery.chain_of(3) for _ in range(5)]
    ours, short = our_times(stack, 50), our_times(stack, 3)
    slope = (median(ours) - median(short)) / 47
    graph_slope = (median(graph_times) - median(graph_short)) / 47
    celery_slope = (median(celery_times) - median(celery_short)) / 47
    report.fact("whole run of 50 nodes, ours", median(ours) * 1000, "ms")
    report.fact("whole run of 3 nodes, ours", median(short) * 1000, "ms")
    report.fact("a further node, LangGraph with SQLite, sync", graph_slope * 1000, "ms")
    report.fact("a further node, a Celery task each", celery_slope * 1000, "ms")
    report.fact("a further node, ours", slope * 1000, "ms")
    report.at_most("ours to LangGraph, a further node", slope / graph_slope, 1 / 5, "times")
    report.at_most("ours to Celery, a further node", slope / celery_slope, 1 / 10, "times")
    report.fact("ours to LangGraph, the whole run", median(ours) / median(graph_times), "times")
    report.fact("ours to Celery, the whole run", median(ours) / median(celery_times), "times")
    return report


def bare_seconds(url: str, requests: int) -> float:
    """Time as many requests at once by a bare client of the same library."""

    async def all_of_them() -> float:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=requests)) as client:
            began = time.perf_counter()
            await asyncio.gather(*(client.get(url) for _ in range(requests)))
            return time.perf_counter() - began

    return asyncio.run(all_of_them())


def fans(stack: Stack, url: str) -> Report:
    """Time parallel HTTP requests of 100 ms to a join."""
    report = Report("Parallel HTTP requests of 100 ms to a join")
    for branches in (1, 10, 50, 100):
        workflow = stack.workflow(f"fan {branches}", documents.http_fan(branches, url))
        times = [run_seconds(stack, workflow) for _ in range(6)][1:]
        bare = median([bare_seconds(url, branches) for _ in range(6)][1:])
        report.at_most(f"{branches} at once, to the ideal 100 ms", median(times) / 0.1, 3, "times")
        report.fact(f"{branches} at once by a bare client, to the ideal", bare / 0.1, "times")
    return report


def main() -> None:
    """Start the product, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        allowed = {"GRAPHAPP_HTTP_ALLOW": f"127.0.0.1:{port}"}
        with Stack(Path(folder) / "data", allowed) as stack, slow_server(port) as url:
            time.sleep(1)
            redis_url = datadir.redis_url(stack.data)
            print(chains(stack, redis_url, Path(folder)).text())
            print(fans(stack, url).text())


if __name__ == "__main__":
    main()
