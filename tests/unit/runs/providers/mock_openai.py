"""A server that speaks OpenAI's protocol as a script says, faults included. It counts what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class MockOpenAI:
    """Answers one request after the other from its script; the last answer repeats."""

    answers: Sequence[Answer]
    base: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    open: "set[asyncio.Task[Any]]" = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, answer it, close."""
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                (int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")), 0
            )
            body = json.loads(await reader.readexactly(length)) if length else {}
            self.requests.append({"head": head, "body": body})
            await self.answers[min(len(self.requests), len(self.answers)) - 1](writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the caller has gone, or the test is over
        finally:
            writer.close()


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[MockOpenAI]:
    """Serve a script on a free port for as long as the block runs."""
    mock = MockOpenAI(answers)
    server = await asyncio.start_server(mock.handle, "127.0.0.1", 0)
    mock.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield mock
    finally:
        server.close()
        for task in mock.open:
            task.cancel()
        await asyncio.gather(*mock.open, return_exceptions=True)


def head(status: str, content_type: str, *more: str) -> bytes:
    """The head of an answer that ends when the connection does."""
    lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", "connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(text: str | None = None, *, finish: str | None = None, usage: dict[str, int] | None = None) -> bytes:
    """One event of a stream."""
    choices = [] if usage else [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}]
    event = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": choices}
    return f"data: {json.dumps(event | ({'usage': usage} if usage else {}))}\n\n".encode()


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def says(*pieces: str, finish: str = "stop") -> Answer:
    """A whole answer in pieces, with usage and the end marks."""
    return raw(STREAM, *(chunk(piece) for piece in pieces), chunk(finish=finish), chunk(usage=USAGE), b"data: [DONE]\n\n")


def calls(name: str, arguments: str) -> Answer:
    """An answer that asks for a tool."""
    call = {"index": 0, "id": "t1", "type": "function", "function": {"name": name, "arguments": arguments}}
    choice = {"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}
    event = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": [choice]}
    first = f"data: {json.dumps(event)}\n\n".encode()
    return raw(STREAM, first, chunk(finish="tool_calls"), chunk(usage=USAGE), b"data: [DONE]\n\n")


def cut(*pieces: str) -> Answer:
    """A stream that ends without its end marks, with a clean close."""
    return raw(STREAM, *(chunk(piece) for piece in pieces))


def raw(*parts: bytes, pause: float = 0.0) -> Answer:
    """Exactly these bytes, with a pause before each."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


def reset(*pieces: str) -> Answer:
    """A stream whose connection breaks."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM + b"".join(chunk(piece) for piece in pieces))
        await writer.drain()
        writer.transport.abort()

    return answer


def error(status: str, code: str, *headers: str) -> Answer:
    """An error as the protocol writes it."""
    body = json.dumps({"error": {"message": f"says {code}", "type": code, "code": code}}).encode()
    return raw(head(status, "application/json", f"content-length: {len(body)}", *headers), body)


def hangs() -> Answer:
    """A connection on which nothing ever comes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        await writer.drain()
        await asyncio.sleep(3600)

    return answer


STREAM = head("200 OK", "text/event-stream")
