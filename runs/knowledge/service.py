"""What nodes and the test box ask of knowledge bases: who may read one, what is found, and how it is cited."""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings

from editor.errors import NotFound
from editor.graph.context import Knowledge, KnowledgeQuery
from editor.graph.faults import Fault, NodeFailure
from editor.knowledge import selectors
from editor.knowledge.models import UNDER_WAY, KnowledgeBase
from runs.accounts import Payer
from runs.journal.connection import release
from runs.knowledge.search import search
from runs.models import Run
from runs.providers.embeddings import Embeddings

T = TypeVar("T")

QUERY_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that may be asked: its base, and the documents it is kept to."""

    base: KnowledgeBase
    documents: Sequence[uuid.UUID] | None
    notes: tuple[str, ...]


class StoredKnowledge:
    """The knowledge bases of this installation."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def of_run(self, run_id: str) -> Knowledge:
        """Look with the eyes of whoever started a run."""
        return RunKnowledge(self, run_id)

    async def find(self, asked: Asked, query: KnowledgeQuery) -> dict[str, Any]:
        """Search a base that may be read, and cite what is found."""
        base, vector = asked.base, None
        if query.mode != "text":
            [vector] = await self._embeddings.embed(base.embedding_model, [query.query], "query", payer=payer_of(base))
        passages = await in_thread(
            lambda: search(base.pk, query, model=base.embedding_model, vector=vector, documents=asked.documents)
        )
        cited = [{**passage, "citation": citation(passage), "url": address(base, passage)} for passage in passages]
        return {
            "passages": cited,
            "context": as_context(cited),
            "base": base.name,
            "query": query.query,
            "mode": query.mode,
            "notes": list(asked.notes),
        }


def payer_of(base: KnowledgeBase) -> Payer:
    """Say whose key a provider gets for what is done with a base, whoever does it."""
    return Payer(person=str(base.owner_id or ""), team=str(base.team_id or ""))


class RunKnowledge:
    """The knowledge bases as one run may read them."""

    def __init__(self, stored: StoredKnowledge, run_id: str) -> None:
        self._stored, self._run_id = stored, run_id

    async def search(self, query: KnowledgeQuery) -> Mapping[str, Any]:
        """Search one of them."""
        asked = await in_thread(lambda: asked_of(base_for_run(self._run_id, query.base), query))
        return await self._stored.find(asked, query)


def base_for_run(run_id: str, base: str) -> KnowledgeBase:
    """Find a base that the person who started the run may read; any other is not there."""
    run = Run.objects.select_related("started_by").filter(pk=run_id).first()
    if run is not None and run.started_by is not None:
        try:
            return selectors.base_get(actor=run.started_by, base_id=base)
        except NotFound:
            pass
    raise NodeFailure(
        Fault(
            "knowledge_missing",
            "This knowledge base does not exist, or whoever started the run may not read it.",
            hint="Choose a knowledge base in the node's settings.",
            data={"param": "base"},
        )
    )


def asked_of(base: KnowledgeBase, query: KnowledgeQuery) -> Asked:
    """Check a query against what is in its base."""
    if not query.query.strip():
        raise NodeFailure(Fault("bad_input", "There is nothing to look for: the query is empty.", data={"param": "query"}))
    if len(query.query) > QUERY_MAX:
        message = f"The query has {len(query.query):,} characters; at most {QUERY_MAX:,} can be looked for."
        raise NodeFailure(
            Fault("bad_input", message, hint="Look for a question, not for a whole document.", data={"param": "query"})
        )
    rows = list(base.documents.values_list("id", "name", "live_generation", "live_model", "status"))
    ready = [row for row in rows if row[2]]
    if not ready:
        raise NodeFailure(_empty(base, under_way=sum(row[4] in UNDER_WAY for row in rows)))
    stale = sum(row[3] != base.embedding_model for row in ready)
    notes = []
    if stale and query.mode != "text":
        notes.append(
            f"{stale} of {len(ready)} documents wait to be indexed for {base.embedding_model}: they are found by words alone."
        )
    if coming := sum(row[4] in UNDER_WAY and not row[2] for row in rows):
        notes.append(f"{coming} of {len(rows)} documents are being indexed for the first time: they are not found yet.")
    return Asked(base, _kept_to(query, [(row[0], row[1]) for row in rows]), tuple(notes))


def _kept_to(query: KnowledgeQuery, rows: Sequence[tuple[uuid.UUID, str]]) -> list[uuid.UUID] | None:
    wanted = {name.strip() for name in query.documents if name.strip()}
    if not wanted:
        return None
    found = [pk for pk, name in rows if name in wanted or str(pk) in wanted]
    missing = wanted - {name for _, name in rows} - {str(pk) for pk, _ in rows}
    if missing:
        message = f"The knowledge base has no document {sorted(missing)[0][:100]!r}."
        hint = "Name documents as they are called in the knowledge base, or leave the list empty."
        raise NodeFailure(Fault("document_missing", message, hint=hint, data={"param": "documents"}))
    return found


def _empty(base: KnowledgeBase, *, under_way: int) -> Fault:
    if under_way:
        message = f"The knowledge base {base.name} cannot be searched yet: {under_way} documents are being indexed."
        return Fault("knowledge_empty", message, hint="Wait until one is ready, then run again.", retryable=True)
    hint = "Open the knowledge base and add documents."
    return Fault("knowledge_empty", f"The knowledge base {base.name} holds no document that can be searched.", hint=hint)


def citation(passage: Mapping[str, Any]) -> str:
    """Name the place of a passage as people do.

    >>> citation({"document": "handbook.pdf", "page": 3, "section": ""})
    'handbook.pdf, page 3'
    """
    place = f"page {passage['page']}" if passage["page"] else passage["section"]
    return f"{passage['document']}, {place}" if place else str(passage["document"])


def address(base: KnowledgeBase, passage: Mapping[str, Any]) -> str:
    """Where a browser shows the passage."""
    return f"{settings.GRAPHAPP_BASE_URL}/knowledge/{base.pk}/documents/{passage['document_id']}?passage={passage['position']}"


def as_context(passages: Sequence[Mapping[str, Any]]) -> str:
    """Write passages as one numbered text for a prompt."""
    return "\n\n".join(f"[{number}] {one['citation']}\n{one['text']}" for number, one in enumerate(passages, start=1))


async def in_thread(work: Callable[[], T]) -> T:
    """Do database work off the loop, and give the connection back."""

    def there() -> T:
        try:
            return work()
        finally:
            release()

    return await asyncio.to_thread(there)
