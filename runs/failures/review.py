"""Reads: one failed run beside the last one of its workflow that succeeded, and what differs between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

from editor.errors import NotFound
from editor.permissions import Actor
from runs.engine.states import Kind, RunStatus
from runs.failures.models import FailureEntry, FailureGroup
from runs.failures.selectors import group_get, open_entry
from runs.models import NodeRun, Run
from runs.selectors import as_uuid

MOST_CHANGES = 60
SHOWN_CHARS = 2000
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; `path` leads to it. A value that is not there is None, as `is_new` and `is_gone` tell apart."""

    path: str
    before: Any
    after: Any
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class NodeChange:
    """What differs in one node of the graph; a node without changes was added or taken away."""

    node: str
    name: str
    what: str
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One run of a group. `received` compares what the failed node got, with its templates filled in: its prompt, its model."""

    group: FailureGroup
    entry: FailureEntry
    run: Run
    last_success: Run | None
    input: Sequence[Change]
    nodes: Sequence[NodeChange]
    received: Sequence[Change]


def group_review(*, actor: Actor, group_id: object, run_id: object = None) -> Review:
    """Look at one run of a group; without an id at the last one that nothing has been done about."""
    group = group_get(actor=actor, group_id=group_id)
    entry = open_entry(group) if run_id is None else _entry(group, run_id)
    if entry is None:
        raise NotFound
    run = Run.objects.with_shards().select_related("workflow", "version").get(pk=entry.run_id)
    good = last_success(run)
    if good is None:
        return Review(group, entry, run, None, (), (), ())
    changes = tuple(islice(differences(good.input, run.input), MOST_CHANGES))
    nodes = () if good.version_id == run.version_id else tuple(_graph(good.version.document, run.version.document))
    return Review(group, entry, run, good, changes, nodes, _received(good, run, entry.node_key))


def last_success(run: Run) -> Run | None:
    """Find the last run of the workflow, begun before this one, that succeeded as a whole."""
    good = Run.objects.with_shards().filter(
        workflow_id=run.workflow_id, status=RunStatus.SUCCEEDED, created_at__lt=run.created_at
    )
    good = good.filter(kind__in=(Kind.NORMAL, Kind.RESUME)).select_related("workflow", "version")
    return good.order_by("-created_at").first()


def differences(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Say which parts of two values differ, by their paths.

    Examples
    --------
    >>> [(one.path, one.before, one.after) for one in differences({"a": [1, 2], "b": 3}, {"a": [1, 5]})]
    [('a[1]', 2, 5), ('b', 3, None)]
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            place = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name, NOTHING), after.get(name, NOTHING), place)
    elif isinstance(before, list) and isinstance(after, list):
        for index, (one, other) in enumerate(zip_longest(before, after, fillvalue=NOTHING)):
            yield from differences(one, other, f"{path}[{index}]")
    elif before is not after and before != after:
        yield Change(path, _shown(before), _shown(after), before is NOTHING, after is NOTHING)


def _shown(value: Any) -> Any:
    if value is NOTHING:
        return None
    return value[:SHOWN_CHARS] if isinstance(value, str) else value


def _entry(group: FailureGroup, run_id: object) -> FailureEntry | None:
    return FailureEntry.objects.filter(group=group, run_id=as_uuid(run_id)).order_by("-at", "-pk").first()


def _graph(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[NodeChange]:
    """Compare two documents by node: what it does and how it fails, not where it stands."""
    old = {node["id"]: node for node in before.get("nodes", ())}
    new = {node["id"]: node for node in after.get("nodes", ())}
    for node_id in dict.fromkeys((*old, *new)):
        one, other = old.get(node_id), new.get(node_id)
        name = str((other or one or {}).get("name") or node_id)
        if one is None or other is None:
            yield NodeChange(node_id, name, "added" if one is None else "removed")
            continue
        kept = ("type", "params", "policy")
        changes = [
            Change(change.path.removeprefix("params."), change.before, change.after, change.is_new, change.is_gone)
            for change in differences({key: one.get(key) for key in kept}, {key: other.get(key) for key in kept})
        ]
        if changes:
            yield NodeChange(node_id, name, "changed", changes[:MOST_CHANGES])


def _received(good: Run, run: Run, key: str) -> tuple[Change, ...]:
    if not key:
        return ()
    scope, slash, node_id = key.rpartition("/")
    rows = NodeRun.objects.filter(run__in=(good, run), scope_path=scope + slash, node_id=node_id)
    params = dict(rows.values_list("run_id", "params"))
    before, after = params.get(good.pk), params.get(run.pk)
    if before is None or after is None:
        return ()
    return tuple(islice(differences(before, after), MOST_CHANGES))
