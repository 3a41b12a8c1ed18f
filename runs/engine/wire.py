"""Events as they are stored and sent: plain JSON with what a pixel needs, never a whole value."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from editor.graph.faults import Fault
from editor.graph.nodetype import Usage
from runs.engine.events import (
    ContainerOpened,
    Event,
    NodeCancelled,
    NodeFailed,
    NodeRetryScheduled,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    Origin,
    Progress,
    RunCancelled,
    RunFailed,
    RunParked,
    RunResumed,
    RunStarted,
    RunSucceeded,
    ScopeClosed,
    ScopeOpened,
    ShardClosed,
    ShardOpened,
    TurnAsked,
    TurnJudged,
)

PREVIEW_BYTES = 1024
DETAIL_CHARACTERS = 4096
ELLIPSIS = "…"
_KEPT_BYTES = PREVIEW_BYTES - len(ELLIPSIS.encode())
_FEW_MEMBERS = 12
_SHORT_TEXT = 64
_CONTAINERS = frozenset({dict, list})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode

Wire = dict[str, Any]


def to_wire(event: Event) -> Wire:
    """Give an event in the form that is stored and sent.

    Parameters
    ----------
    event : Event
        What happened.

    Returns
    -------
    dict
        ``kind``, ``at`` (seconds since 1970), ``node`` (a key, or None) and ``data``: JSON of bounded size, without the
        number that the event gets when it is committed.

    Examples
    --------
    >>> to_wire(NodeStarted(5.0, "each#2/score", 1))
    {'kind': 'node.started', 'at': 5.0, 'node': 'each#2/score', 'data': {'attempt': 1}}
    """
    data = _DATA[type(event)](event)
    return {"kind": event.kind, "at": event.at, "node": getattr(event, "key", None), "data": data}


def preview(value: Any) -> str:
    """Give the beginning of a value as text, at most 1 KB of it in UTF-8.

    Parameters
    ----------
    value : Any
        JSON.

    Returns
    -------
    str
        Text as it is, anything else as compact JSON. What was cut ends in an ellipsis; of a list follows how long it is.

    Examples
    --------
    >>> preview({"answer": 42})
    '{"answer":42}'
    >>> len(preview("x" * 5000).encode())
    1024
    >>> preview(list(range(1000)))[-15:]
    '… of 1000 items'
    """
    if isinstance(value, str):
        text = value
    else:
        whole = type(value) not in _CONTAINERS or _is_small(value)
        kept = value if whole else _clip(value, PREVIEW_BYTES)[0]
        text = _encode(kept)
        if not whole and (len(kept) < len(value) or len(text) > PREVIEW_BYTES):
            return _beginning(text, value)
    return _cut(text)


def _beginning(text: str, value: Any) -> str:
    """Give the beginning of a container's JSON, and of a list how long it is."""
    end = f"{ELLIPSIS} of {len(value)} items" if type(value) is list else ELLIPSIS
    begun = _cut(text[:-1]).removesuffix(ELLIPSIS).encode()
    return begun[: PREVIEW_BYTES - len(end.encode())].decode(errors="ignore") + end


def _cut(text: str) -> str:
    """Cut text to the size of a preview, without the characters that a database refuses."""
    head = text[: PREVIEW_BYTES + 1].replace("\0", "\ufffd")
    if len(text) <= PREVIEW_BYTES and head.isascii():
        return head
    raw = head.encode(errors="replace")
    if len(text) <= PREVIEW_BYTES and len(raw) <= PREVIEW_BYTES:
        return raw.decode()
    return raw[:_KEPT_BYTES].decode(errors="ignore") + ELLIPSIS


def _is_small(value: Any, depth: int = 2) -> bool:
    """Say whether a value is quickly seen to be so small that encoding all of it is cheap."""
    if len(value) > _FEW_MEMBERS:
        return False
    for member in value.values() if type(value) is dict else value:
        kind = type(member)
        if kind is str:
            if len(member) > _SHORT_TEXT:
                return False
        elif kind in _CONTAINERS and not (depth and _is_small(member, depth - 1)):
            return False
    return True


def _clip(value: Any, budget: int) -> tuple[Any, int]:
    """Copy as much of a JSON value as about `budget` characters hold, and say how many are left.

    A value of megabytes costs no more than what is kept of it.
    """
    if isinstance(value, str):
        kept = value if len(value) <= budget else value[: max(budget, 0)] + ELLIPSIS
        return kept, budget - len(kept) - 2
    if isinstance(value, (dict, Mapping)):
        return _clip_mapping(value, budget)
    if isinstance(value, (list, tuple)):
        return _clip_list(value, budget)
    return value, budget - 4


def _clip_mapping(value: Mapping[str, Any], budget: int) -> tuple[dict[str, Any], int]:
    """Copy the first members of an object."""
    kept: dict[str, Any] = {}
    for name, member in value.items():
        if budget < 0:
            break
        kept[name[: budget + 1]], budget = _clip(member, budget - len(name) - 4)
    return kept, budget


def _clip_list(value: list[Any] | tuple[Any, ...], budget: int) -> tuple[list[Any], int]:
    """Copy the first items of a list."""
    kept: list[Any] = []
    for item in value:
        if budget < 0:
            break
        clipped, budget = _clip(item, budget - 1)
        kept.append(clipped)
    return kept, budget


def _fault(fault: Fault) -> Wire:
    """Give a fault with texts and data of bounded length."""
    clipped, _ = _clip(fault.to_json(), DETAIL_CHARACTERS)
    return {"code": fault.code, **clipped}


def _with_usage(data: Wire, usage: Usage | None) -> Wire:
    if usage is not None:
        data["usage"] = usage.to_json()
    return data


def _with_origin(data: Wire, origin: Origin) -> Wire:
    if origin.how:
        data.update(origin=origin.how, reused_from=origin.run_id or None, stale=origin.stale)
    return data


def _run_started(event: RunStarted) -> Wire:
    return {}


def _run_parked(event: RunParked) -> Wire:
    return {"wake_at": event.wake_at}


def _reason(event: RunResumed | RunCancelled) -> Wire:
    return {"reason": event.reason}


def _run_succeeded(event: RunSucceeded) -> Wire:
    return {"preview": preview(event.output)}


def _run_failed(event: RunFailed) -> Wire:
    return {"error": _fault(event.fault), "preview": preview(event.output)}


def _node_started(event: NodeStarted) -> Wire:
    return {"attempt": event.attempt}


def _node_retry(event: NodeRetryScheduled) -> Wire:
    data = {"attempt": event.attempt, "error": _fault(event.fault), "wake_at": event.wake_at, "lost": event.lost}
    return _with_usage(data, event.usage)


def _node_waiting(event: NodeWaiting) -> Wire:
    return _with_usage({"attempt": event.attempt, "wake_at": event.wake_at, "reason": event.reason}, event.usage)


def _node_succeeded(event: NodeSucceeded) -> Wire:
    data: Wire = {
        "status": "succeeded",
        "attempt": event.attempt,
        "ports": list(event.ports),
        "degraded": event.degraded,
        "started_at": event.started_at,
        "preview": preview(event.value),
    }
    if event.fault is not None:
        data["error"] = _fault(event.fault)
    if event.details:
        data["details"], _ = _clip(event.details, DETAIL_CHARACTERS)
    return _with_usage(_with_origin(data, event.origin), event.usage)


def _node_failed(event: NodeFailed) -> Wire:
    data: Wire = {
        "status": "failed",
        "attempt": event.attempt,
        "ports": ["error"] if event.handled == "port" else [],
        "degraded": False,
        "started_at": event.started_at,
        "error": _fault(event.fault),
        "handled": event.handled,
        "reason": event.handled,
    }
    return _with_usage(_with_origin(data, event.origin), event.usage)


def _node_cancelled(event: NodeCancelled) -> Wire:
    return {
        "status": "cancelled",
        "attempt": event.attempt,
        "ports": [],
        "degraded": False,
        "started_at": event.started_at,
        "reason": event.reason,
    }


def _node_skipped(event: NodeSkipped) -> Wire:
    return {"status": str(event.status), "reason": event.reason}


def progress_data(progress: Progress) -> Wire:
    """Give how far a container is, as events and rows carry it.

    Parameters
    ----------
    progress : Progress
        The counts.

    Returns
    -------
    dict
        ``total``, ``done``, ``failed`` and ``running``; of a map that is shared out ``shards``, the first items of the parts that
        are not counted yet.
    """
    data: Wire = {"total": progress.total, "done": progress.done, "failed": progress.failed, "running": progress.running}
    if progress.shards is not None:
        data["shards"] = list(progress.shards)
    return data


def _progress(event: ContainerOpened | ScopeOpened | ShardOpened | TurnAsked) -> Wire:
    return progress_data(event.progress)


def _scope_closed(event: ScopeClosed) -> Wire:
    data = progress_data(event.progress)
    if event.fault is not None:
        data["item"] = {"index": event.index, "error": _fault(event.fault)}
    return data


def _shard_closed(event: ShardClosed) -> Wire:
    data = progress_data(event.progress)
    if event.end.failures:
        data["items"] = list(event.end.failures)
    return data


def _turn_judged(event: TurnJudged) -> Wire:
    return {**progress_data(event.progress), "turn": {"index": event.index, "until": event.until, "score": event.score}}


_DATA: dict[type, Callable[[Any], Wire]] = {
    RunStarted: _run_started,
    RunParked: _run_parked,
    RunResumed: _reason,
    RunSucceeded: _run_succeeded,
    RunFailed: _run_failed,
    RunCancelled: _reason,
    NodeStarted: _node_started,
    NodeRetryScheduled: _node_retry,
    NodeWaiting: _node_waiting,
    NodeSucceeded: _node_succeeded,
    NodeFailed: _node_failed,
    NodeCancelled: _node_cancelled,
    NodeSkipped: _node_skipped,
    ContainerOpened: _progress,
    ScopeOpened: _progress,
    ScopeClosed: _scope_closed,
    ShardOpened: _progress,
    ShardClosed: _shard_closed,
    TurnAsked: _progress,
    TurnJudged: _turn_judged,
}
