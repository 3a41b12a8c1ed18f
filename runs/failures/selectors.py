"""Reads: groups of failures, what belongs to one, and named filters. Every one starts from what the actor may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from editor.errors import Invalid, NotFound
from editor.permissions import Action, Actor, require
from runs.failures.models import (
    OPEN_STATES,
    EntryState,
    FailureCause,
    FailureEntry,
    FailureGroup,
    FailureNote,
    FailurePerson,
    FailureView,
)
from runs.journal.connection import execute
from runs.selectors import as_uuid

Per = Literal["hour", "day"]
BUCKETS: Mapping[Per, int] = {"hour": 24, "day": 14}
RUN_VALUES = ("run__version__document", "run__workflow__draft", "run__workflow__draft_problems", "run__input", "run__output")
NOTES = 200
CAUSES = 100
SIMILAR = 10
OPEN = "open"
ALL = "all"
MINE = "me"
NOBODY = "nobody"

SPARKS = """
SELECT c.group_id::text,
    floor(
        extract(epoch FROM date_trunc(%(per)s, now(), 'UTC') - date_trunc(%(per)s, h.hour, 'UTC')) / %(seconds)s::float8
    )::int AS ago,
    sum(h.count)::int
FROM runs_failurecause c JOIN runs_failurehour h ON h.cause_id = c.id
WHERE c.group_id = ANY(%(groups)s::uuid[])
    AND h.hour >= date_trunc(%(per)s, now(), 'UTC') - %(seconds)s::float8 * (%(buckets)s::int - 1) * interval '1 second'
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Which groups are wanted.

    `state` may be ``open`` for all that call for work, or ``all``; `assignee` ``me``, ``nobody`` or an id.
    """

    state: str = OPEN
    workflow: str | None = None
    kind: str | None = None
    assignee: str | None = None
    code: str | None = None
    text: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group with what lists show of it. `spark` is how many runs it hit in each hour or day, the last one last."""

    group: FailureGroup
    people: int
    spark: Sequence[int]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One page of groups, the one that was seen last first; `counts` is by state, whatever state was asked for."""

    items: Sequence[GroupShown]
    counts: Mapping[str, int]
    next: str | None


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """All that is kept of a group."""

    shown: GroupShown
    causes: Sequence[FailureCause]
    notes: Sequence[FailureNote]
    people: Sequence[Any]
    similar: Sequence[FailureGroup] = field(default=())


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of the runs of a group, the newest first."""

    items: Sequence[FailureEntry]
    next: str | None


def group_list(*, actor: Actor, wanted: GroupFilter, per: Per = "hour", after: str | None = None, limit: int = 50) -> GroupPage:
    """List groups. `after` is the `next` of the page before."""
    found = _matching(actor, wanted)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    found = _of_state(found, wanted.state)
    if after is not None:
        at, last = _place(after)
        found = found.filter(Q(last_seen__lt=at) | Q(last_seen=at, pk__lt=as_uuid(last)))
    groups = list(_with_names(found).order_by("-last_seen", "-pk")[: limit + 1])
    page = groups[:limit]
    follows = f"{page[-1].last_seen.isoformat()}_{page[-1].pk}" if len(groups) > limit else None
    return GroupPage(_shown(page, per), counts, follows)


def group_count(actor: Actor) -> int:
    """Count the groups that call for work."""
    return FailureGroup.objects.visible_to(actor).filter(merged_into=None, state__in=OPEN_STATES).count()


def group_get(*, actor: Actor, group_id: object, action: Action = Action.RUN_VIEW) -> FailureGroup:
    """Find a group; of one that was merged the one that it is in now."""
    group = _with_names(FailureGroup.objects.visible_to(actor)).filter(pk=as_uuid(group_id)).first()
    if group is None:
        raise NotFound
    if group.merged_into_id is not None:
        return group_get(actor=actor, group_id=group.merged_into_id, action=action)
    require(actor, action, group.workflow)
    return group


def group_detail(*, actor: Actor, group_id: object, per: Per = "hour") -> GroupDetail:
    """Read a group with its causes, what was said and done, whom it hit, and others like it."""
    group = group_get(actor=actor, group_id=group_id)
    causes = list(group.causes.order_by("first_seen", "pk")[:CAUSES])
    notes = list(group.notes.select_related("person").order_by("-pk")[:NOTES])
    people = [one.person for one in _people(group)]
    alike = FailureGroup.objects.visible_to(actor).filter(merged_into=None, code=group.code).exclude(pk=group.pk)
    similar = list(_with_names(alike).order_by("-last_seen", "-pk")[:SIMILAR])
    return GroupDetail(_shown([group], per)[0], causes, notes[::-1], people, similar)


def entry_list(*, group: FailureGroup, state: str = ALL, after: str | None = None, limit: int = 50) -> EntryPage:
    """List the runs of a group. `state` is ``all`` or one of `EntryState`."""
    found = FailureEntry.objects.filter(group=group)
    if state != ALL:
        found = found.filter(state=state)
    if after is not None:
        at, last = _place(after)
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=_number(last)))
    found = found.select_related("run__version", "person", "handled_by").defer(
        "run__version__document", "run__input", "run__output"
    )
    entries = list(found.order_by("-at", "-pk")[: limit + 1])
    page = entries[:limit]
    return EntryPage(page, f"{page[-1].at.isoformat()}_{page[-1].pk}" if len(entries) > limit else None)


def open_entry(group: FailureGroup) -> FailureEntry | None:
    """Give the last run of a group that nothing has been done about, else the last one at all."""
    found = FailureEntry.objects.filter(group=group).select_related("run")
    found = found.defer("run__input", "run__output")
    return found.filter(state=EntryState.OPEN).order_by("-at", "-pk").first() or found.order_by("-at", "-pk").first()


def view_list(actor: Actor) -> Sequence[FailureView]:
    """List the filters that somebody named."""
    return list(FailureView.objects.filter(person_id=actor.pk).order_by("name"))


def _matching(actor: Actor, wanted: GroupFilter) -> QuerySet[FailureGroup]:
    found = FailureGroup.objects.visible_to(actor).filter(merged_into=None)
    if wanted.workflow:
        found = found.filter(workflow_id=as_uuid(wanted.workflow))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.code:
        found = found.filter(code=wanted.code)
    if wanted.since is not None:
        found = found.filter(last_seen__gte=wanted.since)
    if wanted.assignee:
        found = found.filter(_assigned(actor, wanted.assignee))
    for word in wanted.text.split()[:10]:
        either = Q(message__icontains=word) | Q(node_name__icontains=word) | Q(node_key__icontains=word)
        found = found.filter(either | Q(code__icontains=word) | Q(workflow__name__icontains=word))
    return found


def _assigned(actor: Actor, who: str) -> Q:
    if who == NOBODY:
        return Q(assignee=None)
    return Q(assignee_id=actor.pk if who == MINE else _number(who))


def _of_state(found: QuerySet[FailureGroup], state: str) -> QuerySet[FailureGroup]:
    if state == ALL:
        return found
    return found.filter(state__in=OPEN_STATES) if state == OPEN else found.filter(state=state)


def _with_names(found: QuerySet[FailureGroup]) -> QuerySet[FailureGroup]:
    return found.select_related("workflow", "assignee", "first_version").defer(
        "first_version__document", "workflow__draft", "workflow__draft_problems"
    )


def _shown(groups: Sequence[FailureGroup], per: Per) -> list[GroupShown]:
    ids = [str(group.pk) for group in groups]
    counted = FailureCause.objects.filter(group__in=groups).values_list("group_id")
    people = {str(group): count for group, count in counted.annotate(n=Count("people__person_id", distinct=True))}
    buckets = BUCKETS[per]
    sparks = {one: [0] * buckets for one in ids}
    seconds = timedelta(**{f"{per}s": 1}).total_seconds()
    for group, ago, count in execute(SPARKS, {"groups": ids, "per": per, "seconds": seconds, "buckets": buckets}):
        if 0 <= ago < buckets:
            sparks[group][buckets - 1 - ago] += count
    return [GroupShown(group, people.get(str(group.pk), 0), sparks[str(group.pk)]) for group in groups]


def _people(group: FailureGroup) -> Any:
    seen = FailurePerson.objects.filter(cause__group=group).select_related("person")
    return seen.order_by("person_id").distinct("person_id")[:50]


def _place(text: str) -> tuple[datetime, str]:
    at, _, last = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Invalid("invalid", "This is no place in the list.", data={"fields": {"after": "Use the next of a page."}}) from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment), last


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
