"""A run that never was, told to the page over its own socket: as many changes of status a second as wanted."""

import itertools
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

RUN = "00000000-0000-4000-8000-00000000beef"
TICK = 0.05


def run_of(workflow: str) -> dict[str, Any]:
    """Describe a run under way of which nothing has been told yet."""
    return {
        "id": RUN, "workflow": {"id": workflow, "name": "Canvas bench"}, "version": None, "status": "running",
        "created_at": now(), "started_at": now(), "finished_at": None, "error": None, "usage": {},
        "budget": {"usd": None, "tokens": None, "on": "ask", "model": ""}, "input": {}, "output": None, "seq": 0, "node_runs": [],
        "kind": "normal", "base_run": None, "parent_run": None, "from_node": "", "is_test": False,
    }  # fmt: skip


def now() -> str:
    """Give this moment as the API writes it."""
    return datetime.now(UTC).isoformat()


def facts(nodes: int) -> Iterator[dict[str, Any]]:
    """Start and finish one node after the other, again and again."""
    done = {"status": "succeeded", "ports": ["out"], "error": None, "degraded": False, "usage": None, "preview": "text"}
    numbers = itertools.count(1)
    for turn in itertools.count(1):
        for node in range(nodes):
            yield {"seq": next(numbers), "at": now(), "kind": "node.started", "node": f"n{node}", "data": {"attempt": turn}}
            told = {**done, "attempt": turn}
            yield {"seq": next(numbers), "at": now(), "kind": "node.finished", "node": f"n{node}", "data": told}


class ToldRun:
    """Stands in for the server of one run's socket."""

    def __init__(self, page: Page, workflow: str, nodes: int) -> None:
        self._page = page
        self._sockets: list[WebSocketRoute] = []
        self._facts = facts(nodes)

        def answer(route: Route) -> None:
            route.fulfill(json=run_of(workflow))

        page.route(re.compile(rf"/api/v1/runs/{RUN}$"), answer)
        page.route_web_socket(re.compile(rf"/ws/runs/{RUN}/"), self._keep)

    def _keep(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)

    def wait(self) -> None:
        """Wait until the page listens."""
        while not self._sockets:
            self._page.wait_for_timeout(20)

    def at_rate(self, a_second: int) -> Callable[[float], None]:
        """Tell so many facts a second until a moment, twenty times a second."""
        each = math.ceil(a_second * TICK)

        def act(until: float) -> None:
            while time.monotonic() < until:
                began = time.monotonic()
                if each:
                    self._sockets[-1].send(json.dumps({"kind": "events", "events": list(itertools.islice(self._facts, each))}))
                self._page.wait_for_timeout(max(0.0, (TICK - (time.monotonic() - began)) * 1000))

        return act
