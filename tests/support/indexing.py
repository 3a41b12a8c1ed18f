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
        self._open, self._ready = AsyncExitStack(), threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    async def _live(self) -> None:
        self.loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._over.wait()

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
        self.loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)


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


def embeds(server: MockOpenAI) -> Answer:
    """An answer with a vector for each text of the request that came last, in the protocol of that request."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        body = server.requests[-1]["body"]
        vectors = words_as_vectors("", texts_of(body))
        if "requests" in body:
            await as_json({"embeddings": [{"values": vector} for vector in vectors]})(writer)
        else:
            data = [{"object": "embedding", "index": number, "embedding": one} for number, one in enumerate(vectors)]
            usage = {"prompt_tokens": 1, "total_tokens": 1}
            await as_json({"object": "list", "data": data[::-1], "model": "test-1", "usage": usage})(writer)

    return answer


def texts_of(body: dict[str, Any]) -> list[str]:
    """Give the texts of a request for vectors, in OpenAI's or in Google's protocol."""
    if "requests" in body:
        return ["".join(part["text"] for part in one["content"]["parts"]) for one in body["requests"]]
    return list(body["input"])
