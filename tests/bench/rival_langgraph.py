"""LangGraph with its SQLite checkpointer and ``durability="sync"``: the nearest in-process engine that keeps each step."""

import operator
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send


class State(TypedDict):
    """What travels along a chain, or around a loop."""

    text: str


class Items(TypedDict):
    """What a map collects."""

    items: list[int]
    done: Annotated[list[int], operator.add]


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


def build_loop(turns: int, saver: SqliteSaver) -> Any:
    """Build a loop of two nodes."""
    graph = StateGraph(State)
    graph.add_node("first", append)
    graph.add_node("second", append)
    graph.add_edge(START, "first")
    graph.add_edge("first", "second")
    graph.add_conditional_edges("second", lambda state: END if len(state["text"]) >= 2 * turns else "first")
    return graph.compile(checkpointer=saver)


def build_map(saver: SqliteSaver) -> Any:
    """Build a map: one node for each item, all at once."""
    graph = StateGraph(Items)
    graph.add_node("plan", lambda state: {})
    graph.add_node("item", lambda item: {"done": [item["item"]]})
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", lambda state: [Send("item", {"item": one}) for one in state["items"]], ["item"])
    graph.add_edge("item", END)
    return graph.compile(checkpointer=saver)


def invoked(graph: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Run a graph once, in a thread of checkpoints of its own."""
    config = {"recursion_limit": 10_000, "configurable": {"thread_id": uuid.uuid4().hex}}
    answer: dict[str, Any] = graph.invoke(given, config, durability="sync")
    return answer


def seconds_of(graph: Any, given: dict[str, Any]) -> float:
    """Time one run."""
    began = time.perf_counter()
    invoked(graph, given)
    return time.perf_counter() - began


def chain_times(nodes: int, rounds: int, folder: Path) -> list[float]:
    """Time that many runs of a chain after one to warm up, in seconds."""
    with SqliteSaver.from_conn_string(str(folder / f"chain{nodes}.db")) as saver:
        graph = build(nodes, saver)
        assert len(invoked(graph, {"text": ""})["text"]) == nodes
        return [seconds_of(graph, {"text": ""}) for _ in range(rounds)]


def map_times(items: int, rounds: int, folder: Path) -> list[float]:
    """Time that many runs of a map after one to warm up, in seconds."""
    given = {"items": list(range(items)), "done": []}
    with SqliteSaver.from_conn_string(str(folder / f"map{items}.db")) as saver:
        graph = build_map(saver)
        assert len(invoked(graph, given)["done"]) == items
        return [seconds_of(graph, given) for _ in range(rounds)]


def loop_times(turns: int, rounds: int, folder: Path) -> list[float]:
    """Time that many runs of a loop of two nodes after one to warm up, in seconds."""
    with SqliteSaver.from_conn_string(str(folder / f"loop{turns}.db")) as saver:
        graph = build_loop(turns, saver)
        assert len(invoked(graph, {"text": ""})["text"]) == 2 * turns
        return [seconds_of(graph, {"text": ""}) for _ in range(rounds)]


def together_times(nodes: int, runs: int, rounds: int, folder: Path) -> list[float]:
    """Time runs of a chain that all begin at once, on sixteen threads, in seconds until the last has ended."""
    times = []
    with SqliteSaver.from_conn_string(str(folder / f"together{nodes}.db")) as saver, ThreadPoolExecutor(16) as pool:
        graph = build(nodes, saver)
        for _ in range(rounds + 1):
            began = time.perf_counter()
            list(pool.map(lambda _: invoked(graph, {"text": ""}), range(runs)))
            times.append(time.perf_counter() - began)
    return times[1:]
