"""The graphs that the benches run and draw."""

import random
from typing import Any


def edge(number: int, source: str, target: str) -> dict[str, Any]:
    """Connect the usual ports of two nodes."""
    return {"id": f"e{number}", "source": source, "source_port": "out", "target": target, "target_port": "in"}


def place(number: int) -> dict[str, int]:
    """Stand a node in a block that a window shows whole, as long as there are few of them."""
    return {"x": 280 * (number % 3), "y": 140 * (number // 3)}


def chain(nodes: int) -> dict[str, Any]:
    """Draw a chain of that many `set` nodes, each reading the one before it, after a start and before an output."""
    drawn: list[dict[str, Any]] = [{"id": "start", "type": "start", "params": {"fields": []}, "position": {"x": 0, "y": 0}}]
    edges = []
    before = "start"
    for index in range(nodes):
        name = f"n{index}"
        value = "x" if index == 0 else {"text": "{{ " + before + " }}", "n": index} if index == 1 else "{{ " + before + " }}"
        drawn.append({"id": name, "type": "set", "params": {"value": value}, "position": place(index + 1)})
        edges.append(edge(index, before, name))
        before = name
    drawn.append({"id": "output", "type": "output", "params": {}, "position": place(nodes + 1)})
    edges.append(edge(nodes, before, "output"))
    return {"schema": 1, "settings": {}, "nodes": drawn, "edges": edges, "annotations": []}


def http_fan(branches: int, url: str) -> dict[str, Any]:
    """Draw that many parallel HTTP requests to a join."""
    drawn: list[dict[str, Any]] = [{"id": "start", "type": "start", "params": {"fields": []}}]
    edges = []
    for index in range(branches):
        name = f"h{index}"
        drawn.append({"id": name, "type": "http_request", "params": {"method": "GET", "url": url}})
        edges += [edge(2 * index, "start", name), edge(2 * index + 1, name, "join")]
    drawn.append({"id": "join", "type": "merge", "params": {"mode": "list"}})
    drawn.append({"id": "output", "type": "output", "params": {"value": "done"}})
    edges.append(edge(2 * branches, "join", "output"))
    return {"schema": 1, "settings": {"max_parallel": max(1, branches)}, "nodes": drawn, "edges": edges, "annotations": []}


def grid(nodes: int, seed: int = 7) -> dict[str, Any]:
    """Draw a jittered grid of template nodes with half as many edges again, to neighbours, as the canvas bench wants it."""
    rng = random.Random(seed)
    width = round(nodes**0.5)
    drawn = [
        {
            "id": f"n{index}",
            "type": "template",
            "name": f"Node {index}",
            "params": {"text": f"text {index}"},
            "position": {"x": (index % width) * 320 + rng.randrange(40), "y": (index // width) * 170 + rng.randrange(40)},
        }
        for index in range(nodes)
    ]
    edges = []
    for number in range(nodes + nodes // 2):
        source = rng.randrange(nodes - 1)
        target = min(nodes - 1, source + rng.choice((1, 2, width, width + 1)))
        edges.append(edge(number, f"n{source}", f"n{target}"))
    unique = {(drawn_edge["source"], drawn_edge["target"]): drawn_edge for drawn_edge in edges}
    return {"schema": 1, "settings": {}, "nodes": drawn, "edges": list(unique.values()), "annotations": []}


def around(kind: str, params: dict[str, Any], inside: int) -> dict[str, Any]:
    """Draw a container with that many `set` nodes in a row, each reading the one before it."""
    start = {"id": "start", "type": "start", "params": {"fields": []}}
    drawn: list[dict[str, Any]] = [start, {"id": "box", "type": kind, "params": params}, {"id": "output", "type": "output"}]
    edges = [edge(0, "start", "box"), edge(1, "box", "output")]
    for index in range(inside):
        value = "{{ n" + str(index - 1) + " }}" if index else "{{ index }}" if kind == "map" else "{{ loop.index }}"
        drawn.append({"id": f"n{index}", "type": "set", "parent": "box", "params": {"value": value}})
        if index:
            edges.append(edge(index + 1, f"n{index - 1}", f"n{index}"))
    return {"schema": 1, "settings": {}, "nodes": drawn, "edges": edges, "annotations": []}
