"""Reads of knowledge bases: every one starts from what the actor may see."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from editor.errors import NotFound
from editor.knowledge.models import (
    UNDER_WAY,
    Document,
    DocumentFile,
    DocumentStatus,
    KnowledgeBase,
    KnowledgeQuestion,
    Passage,
)
from editor.permissions import Action, Actor, require

AROUND = 3
"""Passages before and after the one that is looked at."""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents of a base, the newest first, and how many there are."""

    items: Sequence[Document]
    total: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Passages of a document that follow each other."""

    document: Document
    passages: Sequence[Passage]
    total: int


def base_list(*, actor: Actor, space: Q | None = None) -> list[KnowledgeBase]:
    """List the knowledge bases that the actor sees, with what is in them; `space` keeps to a part of them."""
    return list(_counted(KnowledgeBase.objects.visible_to(actor).filter(space or Q())))


def base_get(*, actor: Actor, base_id: object) -> KnowledgeBase:
    """Find a knowledge base by id. An id of the wrong form is as unknown as any other."""
    base = _counted(KnowledgeBase.objects.visible_to(actor).filter(pk=_as_uuid(base_id))).first()
    if base is None:
        raise NotFound
    require(actor, Action.KNOWLEDGE_VIEW, base)
    return base


def document_list(*, actor: Actor, base: KnowledgeBase, limit: int = 100, offset: int = 0) -> DocumentPage:
    """List the documents of a base."""
    require(actor, Action.KNOWLEDGE_VIEW, base)
    found = base.documents.select_related("base")
    return DocumentPage(list(found[offset : offset + limit]), found.count())


def document_get(*, actor: Actor, base: KnowledgeBase, document_id: object) -> Document:
    """Find a document of a base."""
    require(actor, Action.KNOWLEDGE_VIEW, base)
    document = base.documents.select_related("base").filter(pk=_as_uuid(document_id)).first()
    if document is None:
        raise NotFound
    return document


def document_body(*, actor: Actor, document: Document) -> bytes:
    """Read the original of a document; one of an address has none before it is fetched."""
    require(actor, Action.KNOWLEDGE_VIEW, document.base)
    file = DocumentFile.objects.filter(document=document).first()
    if file is None:
        raise NotFound
    return bytes(file.body)


def excerpt(*, actor: Actor, document: Document, position: int) -> Excerpt:
    """Read a passage with those around it, as they are searched now."""
    require(actor, Action.KNOWLEDGE_VIEW, document.base)
    live = document.passages.filter(generation=document.live_generation)
    near = live.filter(position__range=(max(0, position - AROUND), position + AROUND)).defer("embedding", "words")
    return Excerpt(document, list(near.order_by("position")), live.count())


def question_get(*, actor: Actor, base: KnowledgeBase, question_id: object) -> KnowledgeQuestion:
    """Find a search that was tried out."""
    require(actor, Action.KNOWLEDGE_SEARCH, base)
    question = base.questions.filter(pk=_as_uuid(question_id)).first()
    if question is None:
        raise NotFound
    return question


def _counted(bases: "QuerySet[KnowledgeBase]") -> "QuerySet[KnowledgeBase]":
    """Count the documents: all, those that are searched, under way, failed, and those of another embedding model."""
    return bases.select_related("owner", "team").annotate(
        documents_total=Count("documents"),
        documents_ready=Count("documents", filter=Q(documents__live_generation__gt=0)),
        documents_under_way=Count("documents", filter=Q(documents__status__in=UNDER_WAY)),
        documents_failed=Count("documents", filter=Q(documents__status=DocumentStatus.FAILED)),
        documents_stale=Count(
            "documents", filter=Q(documents__live_generation__gt=0) & ~Q(documents__live_model=F("embedding_model"))
        ),
    )


def _as_uuid(value: object) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise NotFound from None
