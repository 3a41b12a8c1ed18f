"""What one process of LangGraph takes for the same model calls: ``python -m tests.bench.rival_langgraph_streams URL``.

It is run as a process of its own, so that its memory is that of LangGraph alone, and prints what it measured as JSON.
"""

import asyncio
import json
import operator
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Annotated, Any, TypedDict

import httpx
import psutil
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

ROUNDS = 3
ACTIVE = 100
KIB = 1024


class Calls(TypedDict):
    """What a map of model calls collects."""

    items: list[int]
    done: Annotated[list[str], operator.add]


class Nothing(TypedDict):
    """What a run carries that only waits for an answer."""

    answer: int


def build_calls(client: httpx.AsyncClient, url: str, saver: AsyncSqliteSaver) -> Any:
    """Build a map whose items each read a model's answer piece by piece and hand the pieces on."""

    async def ask(_: dict[str, Any]) -> dict[str, Any]:
        write, pieces = get_stream_writer(), []
        async with client.stream("POST", f"{url}/v1/chat/completions", json={"stream": True}) as reply:
            async for line in reply.aiter_lines():
                if line.startswith("data: {"):
                    choices = json.loads(line[6:])["choices"]
                    pieces.append(choices[0]["delta"].get("content") or "" if choices else "")
                    write(pieces[-1])
        return {"done": ["".join(pieces)]}

    graph = StateGraph(Calls)
    graph.add_node("plan", lambda _: {})
    graph.add_node("ask", ask)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", lambda state: [Send("ask", {"item": one}) for one in state["items"]], ["ask"])
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=saver)


def build_hang(client: httpx.AsyncClient, url: str, saver: AsyncSqliteSaver) -> Any:
    """Build a graph of one request that is answered late."""

    async def hang(_: Nothing) -> dict[str, Any]:
        return {"answer": (await client.get(f"{url}/hang/20")).status_code}

    graph = StateGraph(Nothing)
    graph.add_node("hang", hang)
    graph.add_edge(START, "hang")
    graph.add_edge("hang", END)
    return graph.compile(checkpointer=saver)


def config() -> Any:
    """Give each run a thread of checkpoints of its own."""
    return {"configurable": {"thread_id": uuid.uuid4().hex}}


async def seconds_of_streams(graph: Any, number: int) -> float:
    """Time one run of as many calls, with its viewers' stream read."""
    began = time.perf_counter()
    given = {"items": list(range(number)), "done": []}
    pieces = [piece async for piece in graph.astream(given, config(), durability="sync", stream_mode="custom")]
    assert len(pieces) >= number
    return time.perf_counter() - began


async def weigh(graph: Any) -> float:
    """Give what a run at work takes of the process's memory, in KiB."""
    mine = psutil.Process()
    await asyncio.sleep(0.5)
    before = mine.memory_info().rss
    runs = [asyncio.create_task(graph.ainvoke({"answer": 0}, config(), durability="sync")) for _ in range(ACTIVE)]
    await asyncio.sleep(5)
    used = mine.memory_info().rss - before
    await asyncio.gather(*runs)
    return used / ACTIVE / KIB


async def measure(url: str, number: int) -> dict[str, float]:
    """Measure streams and memory."""
    limits = httpx.Limits(max_connections=None)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "streams.db")
        async with AsyncSqliteSaver.from_conn_string(path) as saver, httpx.AsyncClient(timeout=60, limits=limits) as client:
            active = await weigh(build_hang(client, url, saver))
            calls = build_calls(client, url, saver)
            times = sorted([await seconds_of_streams(calls, number) for _ in range(ROUNDS + 1)][1:])
            return {"seconds": times[len(times) // 2], "active_kib": active}


def measured(url: str, number: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.rival_langgraph_streams", url, str(number)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout
    answer: dict[str, float] = json.loads(out)
    return answer


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2])))))
