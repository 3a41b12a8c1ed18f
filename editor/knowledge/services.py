"""Writes of knowledge bases: what is to be indexed stands in the rows afterwards, and a worker finds it there."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from editor.credential_selectors import default_models
from editor.errors import Conflict, Invalid
from editor.knowledge.formats import HEAD_BYTES, Unsupported, kind_of
from editor.knowledge.models import (
    DOCUMENT_NAME_MAX,
    NAME_MAX,
    Document,
    DocumentFile,
    DocumentStatus,
    KnowledgeBase,
    KnowledgeQuestion,
)
from editor.permissions import Action, Actor, Owned, owner_of, require

DOCUMENTS_MAX = 10_000
"""Documents of one knowledge base."""


def base_create(
    *, actor: Actor, name: str, description: str = "", embedding_model: str = "", team: Owned | None = None
) -> KnowledgeBase:
    """Make an empty knowledge base of the actor's, or of a team's.

    Where no model is named it gets the one that they chose for embedding, if any.
    """
    require(actor, Action.KNOWLEDGE_CREATE)
    owner = owner_of(actor, team)
    model = embedding_model.strip() or default_models(actor=actor, team=team)["embedding"] or settings.GRAPHAPP_EMBEDDING_MODEL
    return KnowledgeBase.objects.create(**owner, name=_clean_name(name), description=description, embedding_model=model)


def base_update(
    *,
    base: KnowledgeBase,
    actor: Actor,
    name: str | None = None,
    description: str | None = None,
    embedding_model: str | None = None,
) -> KnowledgeBase:
    """Change what is given. Another embedding model has every document indexed anew; until then the old passages stay."""
    require(actor, Action.KNOWLEDGE_EDIT, base)
    with transaction.atomic():
        if name is not None:
            base.name = _clean_name(name)
        if description is not None:
            base.description = description
        if embedding_model is not None and embedding_model.strip() not in {"", base.embedding_model}:
            base.embedding_model = embedding_model.strip()
            _begin_anew(base.documents.all())
        base.save()
    return base


def base_delete(*, base: KnowledgeBase, actor: Actor) -> None:
    """Delete a knowledge base with its documents and their originals."""
    require(actor, Action.KNOWLEDGE_DELETE, base)
    base.delete()


def document_add(*, base: KnowledgeBase, actor: Actor, name: str, body: bytes) -> Document:
    """Keep an uploaded document; a worker reads it."""
    require(actor, Action.KNOWLEDGE_EDIT, base)
    facts = _facts_of(name, body)
    with transaction.atomic():
        _make_room(base)
        document = Document.objects.create(base=base, **facts)
        DocumentFile.objects.create(document=document, body=body)
    return document


def document_add_url(*, base: KnowledgeBase, actor: Actor, url: str, name: str = "") -> Document:
    """Note an address; a worker fetches it, and only from where requests may go."""
    require(actor, Action.KNOWLEDGE_EDIT, base)
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        raise Invalid(
            "invalid", "An address begins with https:// or http://.", data={"fields": {"url": "Begin it with https://."}}
        )
    with transaction.atomic():
        _make_room(base)
        shown = " ".join(name.split()) or _name_of(url)
        return Document.objects.create(base=base, name=shown[:DOCUMENT_NAME_MAX], source_url=url)


def document_replace(*, document: Document, actor: Actor, name: str, body: bytes) -> Document:
    """Put another original in the place of a document's; what is searched changes once that is indexed."""
    require(actor, Action.KNOWLEDGE_EDIT, document.base)
    facts = _facts_of(name, body)
    with transaction.atomic():
        DocumentFile.objects.update_or_create(document=document, defaults={"body": body})
        Document.objects.filter(pk=document.pk).update(**facts, source_url="")
        _begin_anew(Document.objects.filter(pk=document.pk))
    document.refresh_from_db()
    return document


def document_reindex(*, document: Document, actor: Actor) -> Document:
    """Index a document anew; one that came from an address is fetched anew."""
    require(actor, Action.KNOWLEDGE_EDIT, document.base)
    _begin_anew(Document.objects.filter(pk=document.pk))
    document.refresh_from_db()
    return document


def base_reindex(*, base: KnowledgeBase, actor: Actor) -> None:
    """Index all documents anew."""
    require(actor, Action.KNOWLEDGE_EDIT, base)
    _begin_anew(base.documents.all())


def document_delete(*, document: Document, actor: Actor) -> None:
    """Delete a document with its original and its passages; whoever indexes it finds that it is gone."""
    require(actor, Action.KNOWLEDGE_EDIT, document.base)
    document.delete()


def question_ask(*, base: KnowledgeBase, actor: Actor, asked: dict[str, Any]) -> KnowledgeQuestion:
    """Note a search that is tried out; a worker answers it."""
    require(actor, Action.KNOWLEDGE_SEARCH, base)
    return KnowledgeQuestion.objects.create(base=base, asked=asked)


def _begin_anew(documents: "QuerySet[Document]") -> None:
    """Begin the next generation. Taking the lease away fences off whoever works on the one before."""
    documents.update(
        generation=F("generation") + 1,
        status=DocumentStatus.WAITING,
        fault=None,
        lease=None,
        lease_expires_at=None,
        attempts=0,
        pages_total=0,
        pages_read=0,
        passages_total=0,
        passages_done=0,
        updated_at=timezone.now(),
    )


def _facts_of(name: str, body: bytes) -> dict[str, Any]:
    """Check what can be told without reading a document: its size and what its first bytes say."""
    shown = " ".join(name.replace("\x00", "").split()).replace("\\", "/").rpartition("/")[2][:DOCUMENT_NAME_MAX]
    if not shown:
        raise Invalid("invalid", "A document needs a name.", data={"fields": {"name": "Give it a name."}})
    if len(body) > settings.GRAPHAPP_UPLOAD_MAX_BYTES:
        raise upload_too_large()
    kind = kind_of(body[:HEAD_BYTES], shown)
    if isinstance(kind, Unsupported):
        raise Invalid("document_type_unsupported", f"{shown} is {kind.what}, which cannot be read. {kind.hint}")
    if not body.strip():
        raise Invalid("document_empty", f"{shown} is empty.")
    return {"name": shown, "kind": kind.value, "size_bytes": len(body)}


def upload_too_large() -> Invalid:
    """Refuse a document by its size."""
    limit = settings.GRAPHAPP_UPLOAD_MAX_BYTES
    message = f"This is larger than {limit / 1024 / 1024:g} MiB, the largest document that is taken here. Split it into parts."
    return Invalid("too_large", message, data={"limit_bytes": limit})


def _make_room(base: KnowledgeBase) -> None:
    """Lock the base, so that two at once cannot pass its limit together, and that none is added to a deleted one."""
    if not KnowledgeBase.objects.select_for_update().filter(pk=base.pk).update(updated_at=timezone.now()):
        raise Conflict("gone", "This knowledge base was deleted in the meantime.")
    if base.documents.count() >= DOCUMENTS_MAX:
        raise Conflict("too_many", f"A knowledge base holds at most {DOCUMENTS_MAX:,} documents. Make another one.")


def _name_of(url: str) -> str:
    """Name a document after its address: what follows the question mark may be a key."""
    parts = urlsplit(url)
    return (parts.netloc.rpartition("@")[2] + parts.path).rstrip("/") or "address"


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("invalid", "A knowledge base needs a name.", data={"fields": {"name": "Give it a name."}})
    return name[:NAME_MAX]
