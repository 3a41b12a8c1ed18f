"""What a viewer knows of a run from its stored events: the reference for the browser's reducer."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runs.engine.state import LISTED, LOST, RETRY

View = dict[str, Any]

_RUN_STATUS = {
    "run.started": "running",
    "run.waiting": "waiting",
    "run.resumed": "running",
    "run.succeeded": "succeeded",
    "run.failed": "failed",
    "run.cancelled": "cancelled",
}


def fold(wire_events: Iterable[Mapping[str, Any]]) -> View:
    """Fold stored events to the state that a viewer shows.

    Parameters
    ----------
    wire_events : iterable of Mapping
        In order, from the first one.

    Returns
    -------
    dict
        ``status``, ``started_at``, ``finished_at``, ``wake_at``, ``error``, ``reason`` and ``nodes``: by key ``status``,
        ``reason``, ``attempt``, ``ports``, ``started_at``, ``finished_at``, ``wake_at``, ``error``, ``usage`` (of all
        attempts), ``degraded``, ``preview``, ``origin``, ``reused_from``, ``stale`` and, of containers, ``progress``
        (``total``, ``done``, ``failed``, ``running``, the numbers of the first ``failures``, and of a loop the ``scores`` by
        turn). A node run without an event is pending and absent.

    Examples
    --------
    >>> view = fold([{"kind": "node.started", "at": 2.0, "node": "a", "data": {"attempt": 1}}])
    >>> view["nodes"]["a"]["status"], view["nodes"]["a"]["started_at"]
    ('running', 2.0)
    """
    run: View = {"status": "queued", "started_at": None, "finished_at": None, "wake_at": None, "error": None, "reason": ""}
    nodes: dict[str, View] = {}
    for event in wire_events:
        kind = event["kind"]
        if kind in _RUN_STATUS:
            _apply_to_run(run, event)
        elif kind in _NODE_FOLDS:
            node = nodes.setdefault(event["node"], _fresh_node())
            _NODE_FOLDS[kind](node, event["at"], event["data"])
    return {**run, "nodes": nodes}


def _apply_to_run(run: View, event: Mapping[str, Any]) -> None:
    """Move the run itself. An error or a reason stays until another one is given."""
    kind, data = event["kind"], event["data"]
    run["status"] = _RUN_STATUS[kind]
    run["wake_at"] = data.get("wake_at")
    run["error"] = data.get("error", run["error"])
    run["reason"] = data.get("reason", run["reason"])
    if kind == "run.started":
        run["started_at"] = event["at"]
    if run["status"] in ("succeeded", "failed", "cancelled"):
        run["finished_at"] = event["at"]


def _fresh_node() -> View:
    return {
        "status": "pending",
        "reason": "",
        "attempt": 0,
        "ports": [],
        "started_at": None,
        "finished_at": None,
        "wake_at": None,
        "error": None,
        "usage": None,
        "degraded": False,
        "preview": None,
        "origin": "",
        "reused_from": None,
        "stale": False,
        "progress": None,
    }


def _add_usage(node: View, usage: Mapping[str, Any] | None) -> None:
    """Add what an attempt consumed to what the earlier ones did."""
    if usage is None:
        return
    before = node["usage"] or {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0}
    sums = {name: before[name] + usage[name] for name in ("input_tokens", "output_tokens", "cost_usd")}
    node["usage"] = {**sums, "model": usage.get("model", "")}


def _started(node: View, at: float, data: Mapping[str, Any]) -> None:
    started_at = at if node["started_at"] is None else node["started_at"]
    node.update(status="running", reason="", attempt=data["attempt"], started_at=started_at, wake_at=None, progress=None)


def _retry(node: View, at: float, data: Mapping[str, Any]) -> None:
    reason = LOST if data["lost"] else RETRY
    node.update(status="waiting", reason=reason, attempt=data["attempt"], error=data["error"], wake_at=data["wake_at"])
    _add_usage(node, data.get("usage"))


def _waiting(node: View, at: float, data: Mapping[str, Any]) -> None:
    node.update(status="waiting", reason=data["reason"], attempt=data["attempt"], wake_at=data["wake_at"])
    _add_usage(node, data.get("usage"))


def _finished(node: View, at: float, data: Mapping[str, Any]) -> None:
    _add_usage(node, data.get("usage"))
    if node["started_at"] is None:
        node["started_at"] = data["started_at"]
    node.update(
        status=data["status"],
        reason=data.get("reason", ""),
        attempt=data["attempt"],
        ports=data["ports"],
        finished_at=at,
        wake_at=None,
        error=data.get("error"),
        degraded=data["degraded"],
        preview=data.get("preview"),
        origin=data.get("origin", ""),
        reused_from=data.get("reused_from"),
        stale=data.get("stale", False),
    )


def _skipped(node: View, at: float, data: Mapping[str, Any]) -> None:
    node.update(status=data["status"], reason=data.get("reason", ""), finished_at=at, wake_at=None)


def _progress(node: View, at: float, data: Mapping[str, Any]) -> None:
    before = node["progress"] or {"failures": [], "scores": {}}
    failures, scores = before["failures"], before["scores"]
    failed = [data["item"]["index"]] if "item" in data else data.get("items", [])
    if failed and len(failures) < LISTED:
        failures = [*failures, *failed][:LISTED]
    if "turn" in data and data["turn"]["score"] is not None:
        scores = {**scores, str(data["turn"]["index"]): data["turn"]["score"]}
    counts = {name: data[name] for name in ("total", "done", "failed", "running")}
    node["progress"] = {**counts, "failures": failures, "scores": scores}


def _step(node: View, at: float, data: Mapping[str, Any]) -> None:
    """Count what a step of an agent consumed; what it was is read where somebody looks."""
    _add_usage(node, data.get("usage"))


_NODE_FOLDS: dict[str, Callable[[View, float, Mapping[str, Any]], None]] = {
    "node.started": _started,
    "node.retry": _retry,
    "node.waiting": _waiting,
    "node.finished": _finished,
    "node.skipped": _skipped,
    "map.progress": _progress,
    "step": _step,
}
