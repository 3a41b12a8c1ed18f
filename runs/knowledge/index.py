"""Indexes one generation of a document: fetch, read, split, embed, and put it in the place of what was searched before.

Every step writes what the next one needs, so that another worker goes on where this one stopped. Passages of a generation
come in one transaction, and none of them is searched before all are complete: nothing is ever half done or twice there.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from editor.graph.context import HttpReply
from editor.graph.faults import Fault, NodeFailure
from editor.knowledge.formats import HEAD_BYTES, Unsupported, kind_of
from editor.knowledge.models import Document, DocumentFile, DocumentStatus, KnowledgeBase, Passage
from runs.journal.connection import execute
from runs.knowledge.leases import ATTEMPTS_MAX, Lease, LeaseLost
from runs.knowledge.reader import Read, read_document
from runs.knowledge.search import literal
from runs.knowledge.segments import Unreadable

logger = logging.getLogger(__name__)

EMBED_AT_ONCE = 16
ROWS_AT_ONCE = 500
PAUSES = (5.0, 30.0)
"""Seconds before an embedding model that does not answer is asked for the second and the third time."""

EMBEDDED = """
UPDATE editor_passage p SET embedding = v.vector::halfvec, dimension = vector_dims(v.vector::halfvec)
FROM unnest(%(ids)s::bigint[], %(vectors)s::text[]) AS v(id, vector) WHERE p.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Tools:
    """What indexing reaches the world with. `fetch` and `embed` raise `NodeFailure`."""

    fetch: Callable[[str], HttpReply]
    embed: Callable[[KnowledgeBase, Sequence[str]], list[list[float]]]
    max_pages: int


def index(lease: Lease, tools: Tools) -> None:
    """Bring a document to its end: ready, or failed with the reason."""
    try:
        if lease.attempts > ATTEMPTS_MAX:
            raise Unreadable(
                "document_lost_worker",
                f"Indexing this document was cut off {ATTEMPTS_MAX} times.",
                "It may take more than this machine has. Split it into parts, then index it anew.",
            )
        _index(lease, tools)
    except LeaseLost:
        logger.info("Document %s is somebody else's by now.", lease.document)
    except Unreadable as error:
        _fail(lease, Fault(error.code, error.message, error.hint))
    except NodeFailure as failure:
        if not _put_off(lease, failure.fault):
            _fail(lease, failure.fault)


def _index(lease: Lease, tools: Tools) -> None:
    document = Document.objects.select_related("base").filter(pk=lease.document, generation=lease.generation).first()
    if document is None:
        raise LeaseLost
    if lease.status != DocumentStatus.EMBEDDING:
        lease.keep(status="reading", pages_read=0, pages_total=0, passages_total=0, passages_done=0)
        body = _original(document, lease, tools)
        found = read_document(body, document.kind, max_pages=tools.max_pages, heard=_heard(lease))
        _store(document, lease, found)
    _embed(document, lease, tools)
    _publish(document, lease)


def _original(document: Document, lease: Lease, tools: Tools) -> bytes:
    """Give what was uploaded, or fetch what stands at the address."""
    if not document.source_url:
        return bytes(DocumentFile.objects.get(document=document).body)
    reply = tools.fetch(document.source_url)
    kind = kind_of(reply.content[:HEAD_BYTES], _file_name(reply.url), reply.headers.get("content-type", ""))
    if isinstance(kind, Unsupported):
        raise Unreadable("document_type_unsupported", f"What stands at this address is {kind.what}.", kind.hint)
    if not reply.content.strip():
        raise Unreadable("document_empty", "There is nothing at this address.", "Check the address in a browser.")
    with transaction.atomic():
        lease.keep()
        DocumentFile.objects.update_or_create(document=document, defaults={"body": reply.content})
        Document.objects.filter(pk=document.pk).update(kind=kind.value, size_bytes=len(reply.content))
    document.kind = kind.value
    return reply.content


def _file_name(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).name


def _heard(lease: Lease) -> Callable[[str, int, int], None]:
    def heard(stage: str, done: int, total: int) -> None:
        if stage == "reading":
            lease.keep(pages_read=done, pages_total=total)
        else:
            lease.keep(status=stage)

    return heard


def _store(document: Document, lease: Lease, found: Read) -> None:
    """Put all passages of this generation in the place of what an earlier try left of it."""
    rows = [
        Passage(base_id=document.base_id, document=document, generation=lease.generation, position=number, **piece)
        for number, piece in enumerate(found.pieces)
    ]
    with transaction.atomic():
        lease.keep(status="embedding", passages_total=len(rows), passages_done=0, pages_read=found.pages)
        Document.objects.filter(pk=document.pk).update(notes=found.notes, pages_total=found.pages_total)
        document.passages.filter(generation=lease.generation).delete()
        Passage.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _embed(document: Document, lease: Lease, tools: Tools) -> None:
    """Embed what has no vector yet. Each batch is a step: what is done stays done, and counts as a sign of life."""
    passages = document.passages.filter(generation=lease.generation)
    total = passages.count()
    while True:
        left = passages.filter(embedding__isnull=True)
        batch = list(left.order_by("position").values_list("pk", "text", "section")[:EMBED_AT_ONCE])
        if not batch:
            return
        vectors = tools.embed(document.base, [with_section(text, section) for _, text, section in batch])
        with transaction.atomic():
            lease.keep(passages_done=total - left.count() + len(batch), attempts=1)
            execute(EMBEDDED, {"ids": [pk for pk, _, _ in batch], "vectors": [literal(vector) for vector in vectors]})


def with_section(text: str, section: str) -> str:
    """Give a passage to the model with the headings that lead to it: few passages name what they are about.

    >>> with_section("It costs 20.", "Plans > Team")
    'Plans > Team: It costs 20.'
    """
    return f"{section}: {text}" if section else text


def _publish(document: Document, lease: Lease) -> None:
    """Let this generation be searched in the place of the one before, in one step."""
    with transaction.atomic():
        lease.keep(status="ready")
        Document.objects.filter(pk=document.pk).update(
            live_generation=lease.generation,
            live_model=document.base.embedding_model,
            fault=None,
            indexed_at=timezone.now(),
            **FREE,
        )
        document.passages.exclude(generation=lease.generation).delete()


def _put_off(lease: Lease, fault: Fault) -> bool:
    """Go on later where the embedding model is only busy or away: what is embedded stays, and starting over costs money."""
    if fault.code != "embedding_failed" or not fault.retryable:
        return False
    pause = PAUSES[min(lease.attempts, len(PAUSES)) - 1] if fault.retry_after_seconds is None else fault.retry_after_seconds
    return lease.put_off(replace(fault, hint="Indexing goes on by itself as soon as it answers again."), pause)


def _fail(lease: Lease, fault: Fault) -> None:
    """End this generation with its reason. What was searched before still is."""
    try:
        with transaction.atomic():
            lease.keep(status="failed")
            Document.objects.filter(pk=lease.document).update(fault=fault.to_json(), **FREE)
            Passage.objects.filter(document_id=lease.document, generation=lease.generation).exclude(
                document__live_generation=F("generation")
            ).delete()
    except LeaseLost:
        logger.info("Document %s was changed while it failed.", lease.document)


FREE: dict[str, Any] = {"lease": None, "lease_expires_at": None}
