"""Writes: what people do about groups of failures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from editor.errors import Invalid, NotFound
from editor.permissions import Action, Actor, can, require
from runs.failures import statements
from runs.failures.collect import CURSOR
from runs.failures.keep import move, resolve_emptied
from runs.failures.models import (
    EntryState,
    FailureCause,
    FailureCursor,
    FailureEntry,
    FailureGroup,
    FailureNote,
    FailureView,
    GroupState,
)
from runs.journal.connection import execute
from runs.selectors import as_uuid

TRIAGE = Action.RUN_ANSWER
"""What working on failures asks for: whoever may decide for a run may say what becomes of its failure."""
MOST_HANDLED = 1000
MOST_VIEWS = 50


@dataclass(frozen=True, slots=True)
class Ignore:
    """For how long a group is ignored: until so many more runs, until a moment, or for ever where both are None."""

    more: int | None = None
    until: datetime | None = None


def group_set_state(*, group: FailureGroup, actor: Actor, state: str, ignore: Ignore, text: str = "") -> FailureGroup:
    """Bring a group into a state by hand. Setting the state that it has anew is noted only for what is ignored."""
    require(actor, TRIAGE, group.workflow)
    if state == GroupState.IGNORED and ignore.until is not None and ignore.until <= timezone.now():
        raise Invalid("ignore_invalid", "That moment is over.", data={"fields": {"until": "Choose a moment to come."}})
    with transaction.atomic():
        locked = _locked(group)
        wanted = GroupState(state)
        if wanted == GroupState.NEW and locked.assignee_id is not None:
            wanted = GroupState.ASSIGNED
        if locked.state == wanted and wanted != GroupState.IGNORED:
            return locked
        move(locked, wanted, actor, why="person", text=text)
        if wanted == GroupState.IGNORED:
            locked.ignore_until = ignore.until
            locked.ignore_above = None if ignore.more is None else locked.count + ignore.more
            locked.save(update_fields=["ignore_until", "ignore_above"])
    locked.refresh_from_db()
    return locked


def group_assign(*, group: FailureGroup, actor: Actor, email: str | None) -> FailureGroup:
    """Give a group to somebody who may see it, or to nobody."""
    require(actor, TRIAGE, group.workflow)
    person = None if email is None else get_user_model().objects.filter(email__iexact=email.strip(), is_active=True).first()
    if email is not None and (person is None or not can(person, Action.RUN_VIEW, group.workflow)):
        why = "Nobody of that address may see this workflow."
        raise Invalid("assignee_unknown", why, data={"fields": {"email": why}})
    with transaction.atomic():
        locked = _locked(group)
        if locked.assignee_id == (None if person is None else person.pk):
            return locked
        locked.assignee = person
        if person is not None and locked.state in {GroupState.NEW, GroupState.REGRESSED}:
            locked.state = GroupState.ASSIGNED
        elif person is None and locked.state == GroupState.ASSIGNED:
            locked.state = GroupState.NEW
        locked.save(update_fields=["assignee", "state"])
        _note(locked, actor, "assigned", data={"to": None if person is None else person.get_username()})
    return locked


def group_comment(*, group: FailureGroup, actor: Actor, text: str) -> FailureNote:
    """Say something about a group."""
    require(actor, TRIAGE, group.workflow)
    return _note(group, actor, "comment", text)


def group_merge(*, group: FailureGroup, actor: Actor, others: Sequence[FailureGroup]) -> FailureGroup:
    """Let a group take the causes of others of its workflow, with all that belongs to them and all that comes."""
    require(actor, TRIAGE, group.workflow)
    if any(other.workflow_id != group.workflow_id for other in others):
        raise Invalid("merge_invalid", "Only groups of one workflow can be merged.")
    ids = [other.pk for other in others if other.pk != group.pk]
    if not ids:
        raise Invalid("merge_invalid", "Name another group.")
    with _collecting_rests():
        list(FailureGroup.objects.select_for_update().filter(pk__in=[group.pk, *ids]).order_by("pk"))
        FailureCause.objects.filter(group_id__in=ids).update(group=group)
        FailureEntry.objects.filter(group_id__in=ids).update(group=group)
        FailureNote.objects.filter(group_id__in=ids).update(group=group)
        FailureGroup.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).update(merged_into=group, count=0, open_count=0)
        execute(statements.GROUP_SUMS, {"groups": [str(group.pk)]})
        _note(group, actor, "merged", data={"groups": [f"{other.code}: {other.message[:200]}" for other in others]})
    group.refresh_from_db()
    return group


def group_split(*, group: FailureGroup, actor: Actor, causes: Sequence[int]) -> FailureGroup:
    """Take causes out of a group into one of their own, with all that belongs to them and all that comes."""
    require(actor, TRIAGE, group.workflow)
    with _collecting_rests():
        locked = _locked(group)
        own = list(FailureCause.objects.filter(group=locked).order_by("last_seen", "pk"))
        taken = [cause for cause in own if cause.pk in set(causes)]
        if not taken or len(taken) == len(own):
            raise Invalid("split_invalid", "Name some of the group's causes, but not all of them.")
        last = taken[-1]
        about = {"node_key": last.node_key, "code": last.code, "message": last.message, "kind": locked.kind}
        name = locked.node_name if last.node_key == locked.node_key else ""
        times = {"first_seen": last.first_seen, "last_seen": last.last_seen}
        made = FailureGroup.objects.create(workflow_id=locked.workflow_id, node_name=name, **about, **times)
        ids = [cause.pk for cause in taken]
        FailureCause.objects.filter(pk__in=ids).update(group=made)
        FailureEntry.objects.filter(cause_id__in=ids).update(group=made)
        execute(statements.GROUP_SUMS, {"groups": [str(locked.pk), str(made.pk)]})
        left = next(cause for cause in reversed(own) if cause.pk not in set(ids))
        FailureGroup.objects.filter(pk=locked.pk).update(message=left.message, code=left.code, node_key=left.node_key)
        _note(locked, actor, "split", data={"to": str(made.pk)})
        _note(made, actor, "split", data={"from": str(locked.pk)})
    made.refresh_from_db()
    return made


def entries_handle(*, group: FailureGroup, actor: Actor, runs: Sequence[str], reason: str) -> int:
    """Mark runs of a group as handled, or all that are open where none is named; say how many. The last resolves the group."""
    require(actor, TRIAGE, group.workflow)
    with transaction.atomic():
        locked = _locked(group)
        found = FailureEntry.objects.filter(group=locked, state=EntryState.OPEN)
        if runs:
            found = found.filter(run_id__in=[as_uuid(run) for run in runs])
        count = found.update(state=EntryState.HANDLED, handled_by_id=actor.pk, reason=reason)
        if count:
            execute(statements.GROUP_SUMS, {"groups": [str(locked.pk)]})
            _note(locked, actor, "handled", reason, {"runs": count})
            resolve_emptied([str(locked.pk)], "handled")
    return count


def view_save(*, actor: Actor, name: str, query: str) -> FailureView:
    """Keep a filter by its name, in the place of one of the same name."""
    if FailureView.objects.filter(person_id=actor.pk).exclude(name=name).count() >= MOST_VIEWS:
        raise Invalid("too_many_views", f"{MOST_VIEWS} views are the most. Delete one first.")
    view, _ = FailureView.objects.update_or_create(person_id=actor.pk, name=name, defaults={"query": query})
    return view


def view_delete(*, actor: Actor, name: str) -> None:
    """Forget a named filter."""
    if not FailureView.objects.filter(person_id=actor.pk, name=name).delete()[0]:
        raise NotFound


@contextmanager
def _collecting_rests() -> Iterator[None]:
    """Make a transaction in which no worker collects: what it finds must not go to a group whose causes are moved."""
    with transaction.atomic():
        list(FailureCursor.objects.select_for_update().filter(name=CURSOR))
        yield


def _locked(group: FailureGroup) -> FailureGroup:
    found = FailureGroup.objects.select_for_update(of=("self",)).select_related("workflow", "assignee").filter(pk=group.pk)
    locked = found.filter(merged_into=None).first()
    if locked is None:
        raise NotFound
    return locked


def _note(group: FailureGroup, actor: Actor, kind: str, text: str = "", data: dict[str, object] | None = None) -> FailureNote:
    return FailureNote.objects.create(group=group, person_id=actor.pk, kind=kind, text=text, data=data or {})
