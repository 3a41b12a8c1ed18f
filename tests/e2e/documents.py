"""Graphs for the browser tests."""

from typing import Any


def node(name: str, kind: str, x: float = 0, y: float = 0, **params: Any) -> dict[str, Any]:
    """Write a node."""
    return {"id": name, "type": kind, "name": name.capitalize(), "position": {"x": x, "y": y}, "params": params}


def document(nodes: list[dict[str, Any]], *pairs: str) -> dict[str, Any]:
    """Write a document; pairs are ``source>target`` or ``source.port>target``."""
    edges = []
    for number, pair in enumerate(pairs):
        source, target = pair.split(">")
        source, _, port = source.partition(".")
        edges.append({"id": f"e{number}", "source": source, "source_port": port or "out", "target": target, "target_port": "in"})
    return {"schema": 1, "nodes": nodes, "edges": edges}


def slow(seconds: float) -> dict[str, Any]:
    """Draw two branches that wait at the same time, and a join."""
    return document(
        [
            node("start", "start", 0, 120, fields=[]),
            node("left", "wait", 300, 0, seconds=seconds),
            node("right", "wait", 300, 240, seconds=seconds),
            node("join", "merge", 600, 120, mode="list"),
            node("answer", "output", 900, 120, value="done"),
        ],
        "start>left", "start>right", "left>join", "right>join", "join>answer",
    )  # fmt: skip


def broken() -> dict[str, Any]:
    """Draw work, a node that fails, and what follows."""
    return document(
        [
            node("start", "start", 0, 0, fields=[]),
            node("work", "set", 300, 0, value={"n": 7}),
            node("weak", "code", 600, 0, source="def main(input):\n    return input['n'] / 0\n"),
            node("after", "template", 0, 220, text="{{ input.n }} done"),
            node("result", "output", 300, 220),
        ],
        "start>work", "work>weak", "weak>after", "after>result",
    )  # fmt: skip


def revising(turns: int = 3) -> dict[str, Any]:
    """Draw a loop that revises until its score is good, and a map over many rows, some of which fail."""
    inside = {"parent": "revise"}
    row = {"parent": "each"}
    draft = "{{ {'text': 'Draft ' + str(loop.index + 1), 'score': (loop.index + 1) / TURNS} }}".replace("TURNS", str(turns))
    return document(
        [
            node("start", "start", 0, 160, fields=[]),
            node("revise", "loop", 300, 40, initial={"text": ""}, until="draft.score >= 1", score="draft.score"),
            {**node("draft", "set", 340, 160, value=draft), **inside},
            {**node("tidy", "set", 340, 280, value="{{ draft }}"), **inside},
            node("each", "map", 820, 40, items="{{ list(range(60)) }}", on_item_error="collect"),
            {**node("half", "code", 860, 160, source="def main(input):\n    return 10 / (input % 25 - 7)\n"), **row},
            node("result", "output", 1320, 160),
        ],
        "start>revise", "draft>tidy", "revise>each", "each>result",
    )  # fmt: skip


def asking() -> dict[str, Any]:
    """Draw a draft that a person may edit before it is sent or dropped."""
    text = {"name": "text", "label": "Answer", "type": "long_text", "required": True, "default": "{{ draft }}"}
    return document(
        [
            node("start", "start", 0, 0, fields=[]),
            node("draft", "set", 0, 160, value="Dear Ada, your parcel is on its way."),
            node("review", "approval", 320, 80, message="Send this answer to Ada?", fields=[text]),
            {**node("sent", "output", 0, 340), "params": {"name": "sent", "value": "{{ review.values.text }}"}},
            {**node("dropped", "output", 320, 340), "params": {"name": "dropped", "value": "{{ review.by }}"}},
        ],
        "start>draft", "draft>review", "review.approve>sent", "review.reject>dropped",
    )  # fmt: skip
