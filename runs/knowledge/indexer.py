"""The thread of a worker that indexes documents and answers what is tried out, one after the other.

One document at a time leaves the cores to the runs. It is woken by messages and looks by itself now and then, so that
nothing depends on a message.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError

from editor.graph.context import HttpReply, HttpRequest
from editor.graph.faults import Fault, NodeFailure
from editor.knowledge.models import KnowledgeBase
from runs.journal.connection import release
from runs.knowledge.index import Tools, index
from runs.knowledge.leases import Lease, LeaseLost, claim
from runs.knowledge.questions import answer_question, forget_questions, open_questions
from runs.knowledge.service import StoredKnowledge, payer_of
from runs.providers.embeddings import Embeddings
from runs.providers.http_client import GuardedHttpClient

logger = logging.getLogger(__name__)

T = TypeVar("T")

FETCH_SECONDS = 60.0
STOP_SECONDS = 10.0


class Indexer:
    """Looks for documents that are due, for as long as its worker lives."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        embeddings: Embeddings,
        http: GuardedHttpClient,
        *,
        max_pages: int,
        lease_seconds: float,
        every: float,
    ) -> None:
        self._loop, self._embeddings, self._http = loop, embeddings, http
        self._tools = Tools(self.fetch, self.embed, max_pages)
        self._lease_seconds, self._every = lease_seconds, every
        self._lease: Lease | None = None
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="graphapp-indexer", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()
        threading.Thread(target=self._keep, name="graphapp-indexer-lease", daemon=True).start()

    def poke(self) -> None:
        """Look now."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step under way. What is not complete goes on in another worker once the lease is over."""
        self._stopped.set()
        self._wake.set()
        self._thread.join(STOP_SECONDS)

    def answer(self, question_id: str) -> None:
        """Answer a search that is tried out."""
        answer_question(question_id, StoredKnowledge(self._embeddings), self._on_loop)

    def fetch(self, url: str) -> HttpReply:
        """Fetch an address through the guarded client; each redirect is checked as the first address is."""
        request = HttpRequest(
            "GET", url, {"accept": "text/html,application/pdf,text/*;q=0.9,*/*;q=0.5"}, timeout_seconds=FETCH_SECONDS
        )
        try:
            reply = self._on_loop(self._http.send(request))
        except NodeFailure as failure:
            raise NodeFailure(as_document_fault(failure.fault)) from None
        if reply.status >= 400:
            hint = "Check the address in a browser: it must open without signing in."
            raise NodeFailure(Fault("http_status", f"The address answered with status {reply.status}.", hint=hint))
        return reply

    def embed(self, base: KnowledgeBase, texts: Sequence[str]) -> list[list[float]]:
        """Embed passages, with the key of whoever owns the base where its model needs one."""
        if self._stopped.is_set():
            raise Stopping
        return self._on_loop(self._embeddings.embed(base.embedding_model, texts, "passage", payer=payer_of(base)))

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._guarded(self.index_due)
            self._guarded(self._answer_left_over)
            self._wake.wait(self._every)
            self._wake.clear()

    def index_due(self) -> None:
        """Index what is due, one document after the other."""
        while not self._stopped.is_set() and (lease := claim(self._lease_seconds)) is not None:
            self._lease = lease
            try:
                index(lease, self._tools)
            except Stopping:
                lease.give_back()
            finally:
                self._lease = None

    def _answer_left_over(self) -> None:
        """Answer what no message brought, and forget what is old."""
        for question_id in open_questions():
            self.answer(question_id)
        forget_questions()

    def _keep(self) -> None:
        """Renew the lease of the document under way: a page or a provider may take longer than one lasts."""
        while not self._stopped.wait(self._lease_seconds / 3):
            lease = self._lease
            if lease is not None:
                self._guarded(lease.keep)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except LeaseLost:
            logger.info("A document is somebody else's by now.")
        except DatabaseError as error:
            logger.warning("Indexing pauses: the database does not answer (%s).", type(error).__name__)
        except Exception:
            logger.exception("Indexing a document broke; it is tried again.")
        finally:
            release()


def as_document_fault(fault: Fault) -> Fault:
    """Say why nothing could be fetched to somebody who adds a document and has sent no request."""
    if fault.code == "response_too_large":
        most = settings.GRAPHAPP_UPLOAD_MAX_BYTES / 1024 / 1024
        message = f"What stands at this address is larger than {most:g} MiB, the largest document that is taken here."
        return Fault("document_too_large", message, "Split it into parts, and add those.")
    return fault if fault.hint else replace(fault, hint="Check the address in a browser, then index the document anew.")


class Stopping(Exception):
    """The worker ends."""
