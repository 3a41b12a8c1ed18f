"""LangGraph with its SQLite checkpointer and ``durability="sync"``: the nearest in-process engine that keeps each step."""

import time
import uuid
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    """What travels along the chain."""

    text: str


def append(state: State) -> dict[str, Any]:
    """Do what every bench node does: add a character."""
    return {"text": state["text"] + "x"}


def build(nodes: int, saver: SqliteSaver) -> Any:
    """Build a chain of that many nodes."""
    graph = StateGraph(State)
    before = START
    for index in range(nodes):
        name = f"n{index}"
        graph.add_node(name, append)
        graph.add_edge(before, name)
        before = name
    graph.add_edge(before, END)
    return graph.compile(checkpointer=saver)


def chain_times(nodes: int, rounds: int, folder: Path) -> list[float]:
    """Time that many runs of a chain after one to warm up, in seconds."""
    times = []
    with SqliteSaver.from_conn_string(str(folder / f"chain{nodes}.db")) as saver:
        graph = build(nodes, saver)
        for _ in range(rounds + 1):
            config = {"recursion_limit": 10_000, "configurable": {"thread_id": uuid.uuid4().hex}}
            began = time.perf_counter()
            answer = graph.invoke({"text": ""}, config, durability="sync")
            times.append(time.perf_counter() - began)
            assert len(answer["text"]) == nodes
    return times[1:]
