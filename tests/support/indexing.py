"""The thread of a worker that indexes documents, with its loop and the servers that it reaches, inside the test."""

import asyncio
import json
import threading
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from editor.knowledge.models import Document
from runs.knowledge.indexer import Indexer
from runs.wiring import make_indexer
from tests.support.knowledge import words_as_vectors
from tests.unit.runs.providers.mock_openai import Answer, MockOpenAI, head, raw, serving

T = TypeVar("T")


class Bureau:
    """Serves what documents come from, and indexes them as a worker of this installation is wired to."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._open = AsyncExitStack()

    def here(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def serve(self, *answers: Answer) -> MockOpenAI:
        """Serve a script until the end of the test."""
        return self.here(self._open.enter_async_context(serving(*answers)))

    def indexer(self) -> Indexer:
        """Make what a worker has, from the settings as they are now."""
        return make_indexer(self.loop)

    def index(self, document: Document) -> Document:
        """Index all that is due, and give the document as it is then."""
        self.indexer().index_due()
        document.refresh_from_db()
        return document

    def close(self) -> None:
        """End the servers and the loop."""
        self.here(self._open.aclose())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class WordsAlone:
    """Stands in for the local model, which takes a second to load."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Give a vector for each text."""
        return words_as_vectors("local/minilm", texts)


def place_of(server: MockOpenAI) -> str:
    """Give the host and the port of a server."""
    return server.base.split("/")[2]


def page(body: bytes, media_type: str = "text/html", status: str = "200 OK") -> Answer:
    """An answer with a document."""
    return raw(head(status, media_type, f"content-length: {len(body)}"), body)


def goes_to(address: str, status: str = "302 Found") -> Answer:
    """An answer that leads elsewhere."""
    return raw(head(status, "text/plain", f"location: {address}", "content-length: 0"))


def as_json(value: Any) -> Answer:
    """An answer in JSON."""
    return page(json.dumps(value).encode(), "application/json")
