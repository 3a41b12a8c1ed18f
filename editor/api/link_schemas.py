"""The shapes of links: what their owners set and see, and what visitors get."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from django.utils import timezone
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from editor.api.schemas import CatalogueOut, Document, JsonObject
from editor.models import ShareLink, WorkflowVersion
from editor.permissions import Actor
from editor.sharing.exposure import Exposed, Hidden, exposed, start_fields, types_in
from editor.sharing.models import NAME_MAX, Right

RightName = Literal["view", "run", "copy", "replay"]
LinkName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NAME_MAX)]
Password = Annotated[str, StringConstraints(max_length=200)]
Moment = Annotated[AwareDatetime, Field(strict=False)]
Limit = Annotated[int, Field(ge=1, le=1_000_000)]
HourlyLimit = Annotated[int, Field(ge=1, le=10_000)]


class LinkTerms(ApiModel):
    """Under what terms a link works; what is left out is as it was, or without limit."""

    name: LinkName = Field("", description="For its owners; visitors do not see it.")
    expires_at: Moment | None = Field(None, description="With a time zone; null: it does not expire.")
    password: Password = Field("", description="Visitors are asked for it. Empty: they are not.")
    uses_limit: Limit | None = Field(None, description="How many uses it is good for: openings, runs or copies.")
    runs_per_hour: HourlyLimit | None = Field(None, description="Of a link that runs; null: 60.")

    def given(self) -> dict[str, Any]:
        """Give what was sent."""
        return {name: getattr(self, name) for name in LinkTerms.model_fields if name in self.model_fields_set}


class LinkIn(LinkTerms):
    """A link to make. A replay is made from its run."""

    right: Literal["view", "run", "copy"]
    version: Annotated[int, Field(ge=1)] | None = Field(None, description="Null: whatever is published last.")


class LinkPatch(LinkTerms):
    """What to change of a link."""


class LinkOut(BaseModel):
    """A link as its owners see it. Its address is shown once, when it is made."""

    id: str
    name: str
    right: RightName
    state: Literal["live", "expired", "revoked", "used_up"]
    version: int | None = Field(description="The version that it shows; null: whatever is published last.")
    run: str | None = Field(description="Of a replay.")
    made_by: str
    has_password: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    uses: int = Field(description="Openings of a view or a replay, runs, or copies.")
    uses_limit: int | None
    opens: int = Field(description="Visitors who opened it.")
    runs_per_hour: int
    last_used_at: datetime | None
    created_at: datetime

    @classmethod
    def facts(cls, link: ShareLink) -> JsonObject:
        return {
            "id": str(link.pk),
            "name": link.name,
            "right": link.right,
            "state": link.state(timezone.now()).value,
            "version": None if link.version is None else link.version.number,
            "run": None if link.run is None else str(link.run),
            "made_by": link.made_by.get_username(),
            "has_password": bool(link.password),
            **{
                name: getattr(link, name)
                for name in (
                    "expires_at", "revoked_at", "uses", "uses_limit", "opens", "runs_per_hour", "last_used_at", "created_at",
                )
            },
        }  # fmt: skip

    @classmethod
    def of(cls, link: ShareLink) -> Self:
        return cls.model_validate(cls.facts(link))


class LinkMade(LinkOut):
    """A new link, with its address: nobody can read it again."""

    path: str = Field(description="Where visitors go, on this site.", examples=["/s/…"])

    @classmethod
    def of_made(cls, link: ShareLink, token: str) -> Self:
        return cls.model_validate({**cls.facts(link), "path": f"/s/{token}"})


class LinkList(BaseModel):
    """The links of a workflow."""

    items: list[LinkOut]


class HiddenOut(BaseModel):
    """A param of a node that visitors do not see, or not as it is."""

    node_id: str
    node_name: str
    param: str

    @classmethod
    def of(cls, hidden: Hidden) -> Self:
        return cls(node_id=hidden.node, node_name=hidden.name, param=hidden.param)


class FieldOut(BaseModel):
    """A field of the form that begins a run."""

    name: str
    label: str = ""
    type: str = "text"
    required: bool = False
    default: Any = None
    choices: list[str] = []
    help: str = ""


class SharedOut(BaseModel):
    """What a visitor gets of a workflow: its face, and by the right of the link its graph or its form."""

    right: RightName
    name: str
    description: str
    version: int | None
    document: Document | None = Field(description="Of links that view or copy.")
    catalogue: CatalogueOut | None = Field(description="The node types of the document.")
    fields: list[FieldOut] | None = Field(description="Of links that run.")


class ExposureOut(BaseModel):
    """What a visitor would get, before a link is made."""

    shared: SharedOut
    secrets: list[HiddenOut] = Field(description="What looks like a secret, and is hidden from visitors.")
    left_out: list[HiddenOut] = Field(description="What names something of yours, and is left out.")
    nodes: int = Field(description="How many nodes visitors see, by name and params; 0 where they see no graph.")
    notes: int
    comments: int = Field(description="Comments that are left out.")
    pinned: int = Field(description="Pinned values that are left out.")


def shared_of(name: str, description: str, *, right: str, version: WorkflowVersion, found: Exposed) -> SharedOut:
    """Give what a link of a right shows of a version."""
    shows_graph = right in {Right.VIEW, Right.COPY, Right.REPLAY}
    return SharedOut.model_validate(
        {
            "right": right,
            "name": name,
            "description": description,
            "version": version.number,
            "document": found.document if shows_graph else None,
            "catalogue": types_in(found.document) if shows_graph else None,
            "fields": start_fields(version.document) if right == Right.RUN else None,
        }
    )


def shared_by(link: ShareLink, version: WorkflowVersion) -> SharedOut:
    """Give what a link shows."""
    found = exposed(version.document, maker=link.made_by) if link.right != Right.RUN else Exposed({})
    return shared_of(link.workflow.name, link.workflow.description, right=link.right, version=version, found=found)


def exposure_of(name: str, description: str, *, right: str, version: WorkflowVersion, maker: Actor) -> ExposureOut:
    """Say what a link would show."""
    found = exposed(version.document, maker=maker)
    hides = right != Right.RUN
    types = [node["type"] for node in found.document["nodes"]]
    notes = types.count("note")
    return ExposureOut(
        shared=shared_of(name, description, right=right, version=version, found=found),
        secrets=[HiddenOut.of(one) for one in found.secrets] if hides else [],
        left_out=[HiddenOut.of(one) for one in found.left_out] if hides else [],
        nodes=len(types) - notes if hides else 0,
        notes=notes if hides else 0,
        comments=found.comments,
        pinned=found.pinned,
    )
