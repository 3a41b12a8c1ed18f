"""The shapes of failures by cause."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from runs.api.schemas import RunSummary, WorkflowRef
from runs.failures.models import FailureCause, FailureEntry, FailureGroup, FailureNote, FailureView
from runs.failures.review import Change, NodeChange, Review
from runs.failures.selectors import EntryPage, GroupDetail, GroupFilter, GroupPage, GroupShown, Per
from runs.failures.services import Ignore
from runs.failures.words import words_for

State = Literal["new", "assigned", "in_progress", "resolved", "ignored", "regressed"]
Wanted = Literal["open", "all", "new", "assigned", "in_progress", "resolved", "ignored", "regressed"]
FailureKindName = Literal["failed", "stuck", "budget", "degraded"]
EntryStateName = Literal["open", "recovered", "replaced", "handled", "answered"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class PersonOut(BaseModel):
    """Somebody who has to do with a failure."""

    id: int
    email: str
    name: str

    @classmethod
    def of(cls, person: Any) -> Self:
        return cls(id=person.pk, email=person.get_username(), name=person.get_full_name() or person.get_username())


def person_or_none(person: Any) -> PersonOut | None:
    """Give a person if there is one."""
    return None if person is None else PersonOut.of(person)


class FailureWords(BaseModel):
    """What a fault code means, and what usually helps."""

    title: str
    why: str
    fix: str

    @classmethod
    def of(cls, code: str) -> Self:
        return cls.model_validate(words_for(code), from_attributes=True)


class FailureBrief(BaseModel):
    """A group in a few words."""

    id: str
    workflow: WorkflowRef
    node_key: str = Field(description="Which node, without turns and items; empty where no node failed.")
    node_name: str
    code: str
    title: str = Field(description="The code in plain words.")
    message: str = Field(description="Of the last failure.")
    kind: FailureKindName
    state: State
    count: int = Field(description="Runs that it happened to.")
    open_count: int = Field(description="Those of them that nothing has been done about.")
    first_seen: datetime
    last_seen: datetime

    @classmethod
    def facts(cls, group: FailureGroup) -> dict[str, Any]:
        names = ["node_key", "node_name", "code", "message", "kind", "state", "count", "open_count", "first_seen", "last_seen"]
        workflow = {"id": str(group.workflow_id), "name": group.workflow.name}
        told = {name: getattr(group, name) for name in names}
        return {"id": str(group.pk), "workflow": workflow, "title": words_for(group.code).title, **told}

    @classmethod
    def of_group(cls, group: FailureGroup) -> Self:
        return cls.model_validate(cls.facts(group))


class FailureOut(FailureBrief):
    """A group as lists show it."""

    assignee: PersonOut | None
    people: int = Field(description="People whose runs it hit.")
    first_version: int | None = Field(description="The version in which it began; null for a draft.")
    spark: Sequence[int] = Field(description="Runs that it hit in each of the last 24 hours or 14 days, the last one last.")
    resolved_at: datetime | None
    ignore_until: datetime | None
    ignore_above: int | None = Field(description="The count beyond which it is ignored no more.")

    @classmethod
    def shown(cls, one: GroupShown) -> dict[str, Any]:
        group = one.group
        version = group.first_version
        return {
            **cls.facts(group),
            "assignee": person_or_none(group.assignee),
            "people": one.people,
            "first_version": None if version is None else version.number,
            "spark": one.spark,
            "resolved_at": group.resolved_at,
            "ignore_until": group.ignore_until,
            "ignore_above": group.ignore_above,
        }

    @classmethod
    def of(cls, one: GroupShown) -> Self:
        return cls.model_validate(cls.shown(one))


class FailureQuery(BaseModel):
    """Which groups are asked for."""

    state: Wanted = Field("open", description="`open` is every state that calls for work.")
    workflow: str | None = None
    kind: FailureKindName | None = None
    assignee: str | None = Field(None, description="`me`, `nobody` or a person's id.")
    code: Annotated[str, StringConstraints(max_length=200)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] = Field("", description="Words in the message, node, code or workflow.")
    since: datetime | None = Field(None, description="Seen since then.")
    per: Per = "hour"
    after: str | None = Field(None, description="The `next` of the page before.")
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    def filter(self) -> GroupFilter:
        return GroupFilter(self.state, self.workflow, self.kind, self.assignee, self.code, self.q, self.since)


class FailurePage(BaseModel):
    """One page of groups, the one that was seen last first."""

    items: list[FailureOut]
    counts: dict[str, int] = Field(description="How many groups there are in each state, whatever state was asked for.")
    next: str | None = Field(description="Where the next page begins, as `after`.")

    @classmethod
    def of(cls, page: GroupPage) -> Self:
        return cls(items=[FailureOut.of(one) for one in page.items], counts=dict(page.counts), next=page.next)


class FailureCount(BaseModel):
    """How many groups call for work."""

    open: int


class CauseOut(BaseModel):
    """One fingerprint of a group."""

    id: int
    node_key: str
    code: str
    message: str
    count: int
    first_seen: datetime
    last_seen: datetime

    @classmethod
    def of(cls, cause: FailureCause) -> Self:
        return cls.model_validate({name: getattr(cause, name) for name in cls.model_fields})


class NoteOut(BaseModel):
    """What somebody said or did, or what happened by itself."""

    id: int
    at: datetime
    kind: str
    person: PersonOut | None
    text: str
    data: dict[str, Any]

    @classmethod
    def of(cls, note: FailureNote) -> Self:
        told = {"id": note.pk, "at": note.at, "kind": note.kind, "text": note.text, "data": note.data}
        return cls.model_validate({**told, "person": person_or_none(note.person)})


class FailureDetailOut(FailureOut):
    """All that is kept of a group."""

    words: FailureWords
    causes: list[CauseOut]
    notes: list[NoteOut]
    hit: list[PersonOut] = Field(description="People whose runs it hit; 50 at most.")
    similar: list[FailureBrief] = Field(description="Other groups with the same code, the last seen first.")

    @classmethod
    def of_detail(cls, detail: GroupDetail) -> Self:
        return cls.model_validate(
            {
                **cls.shown(detail.shown),
                "words": FailureWords.of(detail.shown.group.code),
                "causes": [CauseOut.of(cause) for cause in detail.causes],
                "notes": [NoteOut.of(note) for note in detail.notes],
                "hit": [PersonOut.of(person) for person in detail.people],
                "similar": [FailureBrief.of_group(group) for group in detail.similar],
            }
        )


class EntryOut(BaseModel):
    """One run of a group."""

    run: RunSummary
    kind: FailureKindName
    state: EntryStateName
    is_waiting: bool
    node_key: str = Field(description="The first node run that it happened to.")
    times: int = Field(description="How many node runs of this run it happened to.")
    message: str
    at: datetime
    person: PersonOut | None
    follower: str | None = Field(description="The run that resumed it and has ended.")
    handled_by: PersonOut | None
    reason: str

    @classmethod
    def of(cls, entry: FailureEntry) -> Self:
        names = ("kind", "state", "is_waiting", "node_key", "times", "message", "at", "reason")
        people = {"person": person_or_none(entry.person), "handled_by": person_or_none(entry.handled_by)}
        follower = None if entry.follower is None else str(entry.follower)
        told = {name: getattr(entry, name) for name in names}
        return cls.model_validate({"run": RunSummary.facts(entry.run), "follower": follower, **people, **told})


class FailureRunPage(BaseModel):
    """One page of the runs of a group, the newest first."""

    items: list[EntryOut]
    next: str | None

    @classmethod
    def of(cls, page: EntryPage) -> Self:
        return cls(items=[EntryOut.of(entry) for entry in page.items], next=page.next)


class ChangeOut(BaseModel):
    """One value that differs."""

    path: str
    before: Any
    after: Any
    is_new: bool
    is_gone: bool

    @classmethod
    def all_of(cls, changes: Sequence[Change]) -> list[Self]:
        return [cls.model_validate(change, from_attributes=True) for change in changes]


class NodeChangeOut(BaseModel):
    """What differs in one node of the graph."""

    node: str
    name: str
    what: Literal["added", "removed", "changed"]
    changes: list[ChangeOut]

    @classmethod
    def of(cls, one: NodeChange) -> Self:
        return cls.model_validate(
            {"node": one.node, "name": one.name, "what": one.what, "changes": ChangeOut.all_of(one.changes)}
        )


class ReviewOut(BaseModel):
    """One run of a group beside the last one of the workflow that succeeded."""

    entry: EntryOut
    last_success: RunSummary | None
    input: list[ChangeOut] = Field(description="What differs in the input.")
    nodes: list[NodeChangeOut] = Field(description="What differs in the graph.")
    received: list[ChangeOut] = Field(description="What the failed node received otherwise: its params, filled in.")

    @classmethod
    def of(cls, review: Review) -> Self:
        review.entry.run = review.run
        good = review.last_success
        return cls(
            entry=EntryOut.of(review.entry),
            last_success=None if good is None else RunSummary.of(good),
            input=ChangeOut.all_of(review.input),
            nodes=[NodeChangeOut.of(one) for one in review.nodes],
            received=ChangeOut.all_of(review.received),
        )


class FailureStateIn(ApiModel):
    """The state that a group is to have. How long it is ignored: until so many more runs, or a moment; neither is for ever."""

    state: Literal["new", "in_progress", "resolved", "ignored"]
    more: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    until: Annotated[datetime, Field(strict=False)] | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""

    def ignore(self) -> Ignore:
        return Ignore(self.more, self.until)


class FailureAssignIn(ApiModel):
    """Who is to look after a group; null for nobody."""

    email: Annotated[str, StringConstraints(max_length=254)] | None


class FailureCommentIn(ApiModel):
    """Something to say."""

    text: Text


class FailureMergeIn(ApiModel):
    """Groups of the same workflow that are to be part of this one."""

    groups: Annotated[list[str], Field(min_length=1, max_length=50)]


class FailureSplitIn(ApiModel):
    """Causes that are to be a group of their own, by their ids."""

    causes: Annotated[list[int], Field(min_length=1, max_length=100)]


class FailureHandleIn(ApiModel):
    """Which runs are handled, and why; an empty list is about all that are open."""

    runs: Annotated[list[str], Field(max_length=1000)] = Field(default_factory=list)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class HandledOut(BaseModel):
    """How many runs were marked."""

    count: int


class FailureViewIn(ApiModel):
    """A filter as it stands in the address of the page."""

    query: Annotated[str, StringConstraints(max_length=1000)]


class FailureViewOut(BaseModel):
    """A filter that somebody named."""

    name: str
    query: str

    @classmethod
    def of(cls, view: FailureView) -> Self:
        return cls(name=view.name, query=view.query)


class FailureViewList(BaseModel):
    """All of them, by name."""

    items: list[FailureViewOut]
