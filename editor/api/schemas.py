"""The shapes that go in and out of the editor's routes."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, WithJsonSchema

from editor.api.http import ApiModel
from editor.graph.problems import Problem
from editor.models import KnowledgeBase, Workflow, WorkflowVersion
from editor.permissions import Actor, Role, role_of
from editor.services import NAME_MAX

JsonObject = dict[str, Any]
DOCUMENT_EXAMPLE = {
    "schema": 1,
    "settings": {"on_failure": "fail_fast", "max_parallel": 20, "timeout_seconds": None, "budget_usd": None},
    "nodes": [
        {"id": "start", "type": "start", "type_version": 1, "name": "Start", "position": {"x": 0, "y": 0}},
        {"id": "result", "type": "output", "type_version": 1, "name": "Result", "position": {"x": 320, "y": 0}},
    ],
    "edges": [{"id": "e1", "source": "start", "source_port": "out", "target": "result", "target_port": "in"}],
    "annotations": [],
}


def no_nul(text: str) -> str:
    """Refuse what PostgreSQL cannot compare with; queries do not pass the body's parser."""
    if "\x00" in text:
        raise ValueError("must not hold a NUL character")
    return text


TeamRef = Annotated[
    str | None,
    Field(description="The id of a team that it is to belong to; without one it is yours."),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}),
]
Space = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(no_nul),
    Field(description="`mine`, `shared` (by others with you), or the id of one of your teams; empty for all."),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX)]
Description = Annotated[str, StringConstraints(max_length=10_000)]
Search = Annotated[str, StringConstraints(max_length=200), AfterValidator(no_nul)]
Document = Annotated[JsonObject, Field(description="A graph document.", examples=[DOCUMENT_EXAMPLE])]


class WorkflowIn(ApiModel):
    """A workflow to make."""

    name: Name = Field(examples=["Support triage"])
    description: Description = ""
    document: Document | None = None
    team: TeamRef = None


class WorkflowPatch(ApiModel):
    """What to change of a workflow; what is left out stays."""

    name: Name | None = None
    description: Description | None = None


class LastRun(BaseModel):
    """A workflow's newest run, where the answer comes from somebody who knows runs."""

    id: str
    status: str
    created_at: datetime


class BelongsTo(BaseModel):
    """To whom something belongs."""

    kind: Literal["person", "team"]
    id: str = Field(description="Of a team its id; empty for a person.")
    name: str
    is_you: bool

    @classmethod
    def of(cls, thing: Workflow | KnowledgeBase, actor: Actor) -> Self:
        if thing.owner is None:
            return cls(kind="team", id=str(thing.team_id), name=str(thing.team), is_you=False)
        name = thing.owner.get_full_name() or thing.owner.get_username()
        return cls(kind="person", id="", name=name, is_you=thing.owner_id == actor.pk)


RoleName = Literal["viewer", "runner", "editor", "admin", "owner"]


def role_name(role: Role) -> RoleName:
    """Give a role as the API calls it."""
    name: RoleName = role.name.lower()  # type: ignore[assignment]  # NONE never comes here: what is not seen is not shown
    return name


class WorkflowOut(BaseModel):
    """A workflow without its document."""

    id: str
    belongs_to: BelongsTo
    role: RoleName = Field(description="What you are to it; a role may do all that those before it in the list may.")
    name: str
    description: str
    slug: str
    revision: int
    created_at: datetime
    updated_at: datetime
    node_count: int
    latest_version: int | None
    last_run: LastRun | None

    @classmethod
    def of(cls, workflow: Workflow, actor: Actor, role: Role | None = None) -> Self:
        return cls(
            id=str(workflow.pk),
            belongs_to=BelongsTo.of(workflow, actor),
            role=role_name(role_of(actor, workflow) if role is None else role),
            name=workflow.name,
            description=workflow.description,
            slug=workflow.slug,
            revision=workflow.revision,
            created_at=workflow.created_at,
            updated_at=workflow.updated_at,
            node_count=workflow.node_count,
            latest_version=getattr(workflow, "latest_version", None),
            last_run=None,
        )


class WorkflowPage(BaseModel):
    """One page of workflows, the last changed first."""

    items: list[WorkflowOut]
    total: int


class ProblemOut(BaseModel):
    """Something wrong with a document, and where."""

    code: str = Field(examples=["edge.type_mismatch"])
    severity: Literal["error", "warning"]
    message: str
    hint: str = ""
    node_id: str | None = None
    param: str | None = None
    port: str | None = None
    edge_id: str | None = None

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls.model_validate(problem.to_json())


class DraftIn(ApiModel):
    """A draft to save, and the revision it was made from."""

    document: Document
    revision: int = Field(ge=0, le=2_147_483_646, examples=[1])


class DraftOut(BaseModel):
    """A draft with everything that is wrong with it."""

    workflow: WorkflowOut
    document: Document
    revision: int
    problems: list[ProblemOut]


class DraftSaved(BaseModel):
    """A save that landed."""

    revision: int
    problems: list[ProblemOut]


class WrapIn(ApiModel):
    """A document whose cycles are to become loops."""

    document: Document


class WrapOut(BaseModel):
    """The document with loops, and everything that is wrong with it."""

    document: Document
    problems: list[ProblemOut]


class VersionIn(ApiModel):
    """A version to publish from the draft as it is now."""

    note: Annotated[str, StringConstraints(max_length=500)] = ""


class VersionOut(BaseModel):
    """A published version without its document."""

    number: int
    digest: str
    note: str
    author: str | None
    created_at: datetime

    @classmethod
    def facts(cls, version: WorkflowVersion) -> dict[str, Any]:
        author = version.author
        return {
            "number": version.number,
            "digest": version.digest,
            "note": version.note,
            "author": None if author is None else author.get_username(),
            "created_at": version.published_at,
        }

    @classmethod
    def of(cls, version: WorkflowVersion) -> Self:
        return cls.model_validate(cls.facts(version))


class VersionList(BaseModel):
    """The published versions, the newest first."""

    items: list[VersionOut]


class VersionWithDocument(VersionOut):
    """A published version as a whole."""

    document: Document

    @classmethod
    def facts(cls, version: WorkflowVersion) -> dict[str, Any]:
        return {**super().facts(version), "document": version.document}


class HistoryOut(BaseModel):
    """What a workflow has been at one time: a published version, or a draft that ran or was kept."""

    id: int
    number: int | None = Field(description="Of a published version.")
    note: str
    author: str | None
    created_at: datetime

    @classmethod
    def facts(cls, version: WorkflowVersion) -> dict[str, Any]:
        author = None if version.author is None else version.author.get_username()
        at = version.published_at or version.created_at
        return {"id": version.pk, "number": version.number, "note": version.note, "author": author, "created_at": at}

    @classmethod
    def of(cls, version: WorkflowVersion) -> Self:
        return cls.model_validate(cls.facts(version))


class HistoryPage(BaseModel):
    """Some of the history, the newest first."""

    items: list[HistoryOut]
    has_more: bool = Field(description="Older entries follow: ask for those `before` the id of the last one.")


class HistoryWithDocument(HistoryOut):
    """One entry as a whole."""

    document: Document

    @classmethod
    def facts(cls, version: WorkflowVersion) -> dict[str, Any]:
        return {**super().facts(version), "document": version.document}


class RestoreIn(ApiModel):
    """The revision of the draft that makes way."""

    revision: int = Field(ge=0, le=2_147_483_646, examples=[1])


class CategoryOut(BaseModel):
    """A heading of the palette."""

    name: str
    title: str


class CatalogueOut(BaseModel):
    """The node types of this installation, and the rules for connecting them, as data."""

    node_types: list[JsonObject]
    port_types: list[str]
    assignable: dict[str, list[str]]
    converters: dict[str, str]
    categories: list[CategoryOut]
