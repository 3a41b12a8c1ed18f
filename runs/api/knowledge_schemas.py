"""The shapes of knowledge bases in the API."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from editor.api.http import ApiModel
from editor.api.schemas import BelongsTo, Description, Name, RoleName, TeamRef, role_name
from editor.knowledge.models import Document, KnowledgeBase, KnowledgeQuestion, Passage
from editor.knowledge.selectors import Excerpt
from editor.permissions import Actor, Role, role_of

ModelName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
DocumentName = Annotated[str, StringConstraints(max_length=300)]
DocumentState = Literal["waiting", "reading", "splitting", "embedding", "ready", "failed"]


class BaseIn(ApiModel):
    """A knowledge base to make."""

    name: Name = Field(examples=["Handbook"])
    description: Description = ""
    embedding_model: ModelName = Field(
        default="", description="Empty: your default model for embedding, else that of this installation."
    )
    team: TeamRef = None


class BasePatch(ApiModel):
    """What to change of a knowledge base; what is left out stays. Another embedding model has all documents indexed anew."""

    name: Name | None = None
    description: Description | None = None
    embedding_model: ModelName | None = None


class BaseOut(BaseModel):
    """A knowledge base with counts of its documents."""

    id: str
    belongs_to: BelongsTo
    role: RoleName = Field(description="What you are to it.")
    name: str
    description: str
    embedding_model: str
    kit: str = Field(description="The key of the documents that a template brought along; else empty.")
    created_at: datetime
    updated_at: datetime
    documents: int
    ready: int = Field(description="Documents that are searched.")
    under_way: int
    failed: int
    stale: int = Field(description="Documents that were indexed by another embedding model: found by words alone.")

    @classmethod
    def of(cls, base: KnowledgeBase, actor: Actor, role: Role | None = None) -> Self:
        counts = {
            name: getattr(base, f"documents_{column}", 0)
            for name, column in (
                ("documents", "total"),
                ("ready", "ready"),
                ("under_way", "under_way"),
                ("failed", "failed"),
                ("stale", "stale"),
            )
        }
        return cls(
            id=str(base.pk),
            belongs_to=BelongsTo.of(base, actor),
            role=role_name(role_of(actor, base) if role is None else role),
            name=base.name,
            description=base.description,
            embedding_model=base.embedding_model,
            kit=base.kit,
            created_at=base.created_at,
            updated_at=base.updated_at,
            **counts,
        )


class BaseList(BaseModel):
    """Your knowledge bases, the last changed first."""

    items: list[BaseOut]


class DocumentFault(BaseModel):
    """Why a document could not be indexed."""

    code: str
    message: str
    hint: str = ""


class DocumentOut(BaseModel):
    """A document, and how far it is."""

    id: str
    name: str
    kind: str
    source_url: str
    size_bytes: int
    status: DocumentState
    fault: DocumentFault | None
    is_searched: bool = Field(description="Its passages are found, be it those of before it is indexed anew.")
    pages_read: int
    pages_total: int
    passages_done: int
    passages_total: int
    notes: list[str] = Field(description="What was left out.")
    created_at: datetime
    indexed_at: datetime | None

    @classmethod
    def of(cls, document: Document) -> Self:
        fault = document.fault
        return cls(
            id=str(document.pk),
            name=document.name,
            kind=document.kind,
            source_url=document.source_url,
            size_bytes=document.size_bytes,
            status=document.status,
            fault=None if fault is None else DocumentFault(**{name: fault.get(name, "") for name in ("code", "message", "hint")}),
            is_searched=document.live_generation > 0,
            pages_read=document.pages_read,
            pages_total=document.pages_total,
            passages_done=document.passages_done,
            passages_total=document.passages_total,
            notes=document.notes,
            created_at=document.created_at,
            indexed_at=document.indexed_at,
        )


class DocumentPage(BaseModel):
    """Some documents, the newest first."""

    items: list[DocumentOut]
    total: int


class UrlIn(ApiModel):
    """An address to fetch a document from."""

    url: Url = Field(examples=["https://example.org/handbook.html"])
    name: DocumentName = Field(default="", description="Empty: named after its address.")


class PassageOut(BaseModel):
    """A passage as it is searched."""

    position: int
    text: str
    page: int | None
    section: str
    start: int
    end: int

    @classmethod
    def of(cls, passage: Passage) -> Self:
        return cls(
            position=passage.position,
            text=passage.text,
            page=passage.page,
            section=passage.section,
            start=passage.start,
            end=passage.end,
        )


class ExcerptOut(BaseModel):
    """Passages that follow each other, of one document."""

    document: DocumentOut
    passages: list[PassageOut]
    total: int

    @classmethod
    def of(cls, excerpt: Excerpt) -> Self:
        passages = [PassageOut.of(passage) for passage in excerpt.passages]
        return cls(document=DocumentOut.of(excerpt.document), passages=passages, total=excerpt.total)


class QuestionIn(ApiModel):
    """A search to try out."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] = Field(examples=["How long do refunds take?"])
    top_k: Annotated[int, Field(ge=1, le=50)] = 5
    mode: Literal["hybrid", "vector", "text"] = "hybrid"
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    documents: list[DocumentName] = Field(default=[], max_length=100, description="Names or ids; empty: all of them.")


class RankOut(BaseModel):
    """A place in one of the two rankings."""

    rank: int
    score: float


class FoundOut(BaseModel):
    """A passage that was found."""

    text: str
    score: float
    document: str
    document_id: str
    page: int | None
    section: str
    position: int
    citation: str
    vector: RankOut | None
    text_rank: RankOut | None

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        names = ("text", "score", "document", "document_id", "page", "section", "position", "citation")
        ranks = found["ranks"]
        return cls(**{name: found[name] for name in names}, vector=ranks["vector"], text_rank=ranks["text"])


class QuestionOut(BaseModel):
    """A search that is tried out: `passages` once a worker has answered, or a `fault`."""

    id: str
    status: Literal["waiting", "answered", "failed"]
    passages: list[FoundOut]
    notes: list[str]
    fault: DocumentFault | None

    @classmethod
    def of(cls, question: KnowledgeQuestion) -> Self:
        answer, fault = question.answer, question.fault
        return cls(
            id=str(question.pk),
            status="failed" if fault is not None else "waiting" if answer is None else "answered",
            passages=[FoundOut.of(one) for one in (answer or {}).get("passages", ())],
            notes=(answer or {}).get("notes", []),
            fault=None if fault is None else DocumentFault(**{name: fault.get(name, "") for name in ("code", "message", "hint")}),
        )
