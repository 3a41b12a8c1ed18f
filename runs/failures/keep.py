"""Writes what was found: entries, causes, groups, and what follows for the state of a group. The caller holds the cursor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from editor.models import WorkflowVersion
from runs.failures import statements
from runs.failures.causes import Cause
from runs.failures.models import (
    OPEN_STATES,
    EntryState,
    FailureCause,
    FailureEntry,
    FailureGroup,
    FailureKind,
    FailureNote,
    GroupState,
)
from runs.journal.connection import execute

WORST = (FailureKind.FAILED, FailureKind.STUCK, FailureKind.BUDGET, FailureKind.DEGRADED)
Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One cause in one run."""

    run: str
    workflow: str
    version: int
    person: int | None
    at: datetime
    created_at: datetime
    fingerprint: str
    cause: Cause
    is_waiting: bool = False

    @property
    def mark(self) -> Mark:
        """What its cause is known by."""
        return self.workflow, self.fingerprint


def keep(seen: Sequence[Seen]) -> int:
    """Keep what was seen; say of how many runs it was not known. What was kept before is brought up to date."""
    if not seen:
        return 0
    causes = _causes(seen)
    groups = _locked({cause.group_id for cause in causes.values()})
    entries = [_entry(one, causes[one.mark]) for one in seen]
    known = _known(entries)
    fresh = [one for one, entry in zip(seen, entries, strict=True) if (str(entry.run_id), entry.cause_id) not in known]
    FailureEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["run", "cause"],
        update_fields=["kind", "is_waiting", "node_key", "times", "message", "at", "state"],
    )
    if fresh:
        ids, moments = [causes[one.mark].pk for one in fresh], [one.at for one in fresh]
        execute(statements.CAUSE_SUMS, {"causes": ids, "moments": moments})
        execute(statements.HOURS, {"causes": ids, "moments": moments})
        execute(statements.PEOPLE, {"causes": ids, "people": [one.person for one in fresh]})
    execute(statements.GROUP_SUMS, {"groups": list(groups)})
    _bring_up_to_date(seen, causes, groups)
    return len({one.run for one in fresh})


def follow_up(ended: Sequence[tuple[str, str, bool]]) -> None:
    """Close the entries of runs that others have resumed: by base, follower, and whether it succeeded."""
    if not ended:
        return
    states = [str(EntryState.RECOVERED if succeeded else EntryState.REPLACED) for _, _, succeeded in ended]
    params = {"bases": [base for base, _, _ in ended], "followers": [follower for _, follower, _ in ended], "states": states}
    rows = execute(statements.FOLLOWED, params)
    if not rows:
        return
    execute(statements.GROUP_SUMS, {"groups": sorted({group for group, _ in rows})})
    resolve_emptied((group for group, state in rows if state == EntryState.RECOVERED), "resumed")


def resolve_emptied(groups: Iterable[str], why: str) -> None:
    """Take groups as resolved in which nothing is left to do."""
    found = FailureGroup.objects.filter(pk__in=set(groups), open_count=0, state__in=OPEN_STATES)
    for group in found.select_for_update().order_by("pk"):
        move(group, GroupState.RESOLVED, None, why=why)


def retell() -> None:
    """Show groups again that were ignored until now."""
    due = FailureGroup.objects.filter(state=GroupState.IGNORED, ignore_until__isnull=False, ignore_until__lte=Now())
    for group in due.select_for_update().order_by("pk"):
        move(group, GroupState.NEW, None, why="ignored_until")


def move(group: FailureGroup, state: GroupState, person: Any, *, why: str = "", text: str = "") -> None:
    """Bring a group into a state and note it. What belongs to the state before is forgotten."""
    before, group.state = group.state, state
    group.resolved_at = None
    group.ignore_until = group.ignore_above = None
    group.save(update_fields=["state", "resolved_at", "ignore_until", "ignore_above"])
    if state == GroupState.RESOLVED:
        FailureGroup.objects.filter(pk=group.pk).update(resolved_at=Now())
    data = {"from": str(before), "to": str(state), "why": why}
    FailureNote.objects.create(group=group, person=person, kind="state", text=text, data=data)


def _causes(seen: Sequence[Seen]) -> dict[Mark, FailureCause]:
    """Find the causes by fingerprint, and make a group for each that is new."""
    first = {one.mark: one for one in reversed(seen)}
    marks = {fingerprint for _, fingerprint in first}
    found = {(str(one.workflow_id), one.fingerprint): one for one in FailureCause.objects.filter(fingerprint__in=marks)}
    new = [one for mark, one in first.items() if mark not in found]
    names = _names(new)
    groups = [_group(one, names.get((one.version, one.cause.place), "")) for one in new]
    FailureGroup.objects.bulk_create(groups)
    made = [_cause(one, group) for one, group in zip(new, groups, strict=True)]
    FailureCause.objects.bulk_create(made)
    return found | {(str(one.workflow_id), one.fingerprint): one for one in made}


def _group(seen: Seen, name: str) -> FailureGroup:
    about = {"node_key": seen.cause.place, "code": seen.cause.code, "message": seen.cause.message, "kind": seen.cause.kind}
    times = {"first_seen": seen.at, "last_seen": seen.at, "first_version_id": seen.version}
    return FailureGroup(workflow_id=seen.workflow, node_name=name, **about, **times)


def _cause(seen: Seen, group: FailureGroup) -> FailureCause:
    about = {"node_key": seen.cause.place, "code": seen.cause.code, "message": seen.cause.message}
    times = {"first_seen": seen.at, "last_seen": seen.at, "first_version_id": seen.version}
    return FailureCause(workflow_id=seen.workflow, fingerprint=seen.fingerprint, group=group, **about, **times)


def _names(new: Sequence[Seen]) -> dict[tuple[int, str], str]:
    """Name the nodes as they are drawn."""
    wanted = {(one.version, one.cause.place) for one in new if one.cause.place}
    documents = dict(WorkflowVersion.objects.filter(pk__in={version for version, _ in wanted}).values_list("pk", "document"))
    found = {}
    for version, place in wanted:
        node_id = place.rpartition("/")[2]
        nodes = documents.get(version, {}).get("nodes", ())
        found[version, place] = next((str(node.get("name") or "") for node in nodes if node.get("id") == node_id), "")[:200]
    return found


def _locked(groups: Iterable[Any]) -> dict[str, FailureGroup]:
    """Lock groups in the one order that everybody keeps to."""
    found = FailureGroup.objects.select_for_update().filter(pk__in=set(groups)).order_by("pk")
    return {str(group.pk): group for group in found}


def _known(entries: Sequence[FailureEntry]) -> set[tuple[str, int]]:
    rows = FailureEntry.objects.filter(run_id__in=[entry.run_id for entry in entries]).values_list("run_id", "cause_id")
    return {(str(run), cause) for run, cause in rows}


def _entry(seen: Seen, cause: FailureCause) -> FailureEntry:
    return FailureEntry(
        run_id=seen.run,
        cause=cause,
        group_id=cause.group_id,
        person_id=seen.person,
        kind=seen.cause.kind,
        is_waiting=seen.is_waiting,
        node_key=seen.cause.node_key,
        times=seen.cause.times,
        message=seen.cause.message,
        at=seen.at,
        state=EntryState.OPEN,
    )


def _bring_up_to_date(seen: Sequence[Seen], causes: dict[Mark, FailureCause], groups: dict[str, FailureGroup]) -> None:
    """Let each group tell of its last failure, and come back if it was thought to be over."""
    last: dict[str, Seen] = {}
    newest: dict[str, datetime] = {}
    for one in sorted(seen, key=lambda each: each.at):
        its = str(causes[one.mark].group_id)
        last[its] = one
        newest[its] = max(one.created_at, newest.get(its, one.created_at))
    counts = dict(FailureGroup.objects.filter(pk__in=groups).values_list("pk", "count"))
    for key, group in groups.items():
        cause = last[key].cause
        group.message, group.code = cause.message, cause.code
        group.kind = min(cause.kind, FailureKind(group.kind), key=WORST.index)
        group.save(update_fields=["message", "code", "kind"])
        _come_back(group, newest[key], counts[group.pk])


def _come_back(group: FailureGroup, newest: datetime, count: int) -> None:
    if group.state == GroupState.RESOLVED and group.resolved_at is not None and newest > group.resolved_at:
        move(group, GroupState.REGRESSED, None, why="came_back")
    elif group.state == GroupState.IGNORED and group.ignore_above is not None and count > group.ignore_above:
        move(group, GroupState.NEW, None, why="ignored_above")
