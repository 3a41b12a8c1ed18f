"""A server that streams answers as OpenAI's does, and hangs where asked: ``python -m tests.bench.model_server PORT``.

In a process of its own, so that it takes nothing from what is measured.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

CHUNKS = 50
CHUNK_SECONDS = 0.02
STREAM_SECONDS = CHUNKS * CHUNK_SECONDS
HANG = re.compile(rb"GET /hang/(\d+) ")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_hangs: list[float] = []


def chunk(delta: dict[str, str], *, finish: str | None = None) -> bytes:
    """Write one piece of an answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    fact = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(fact).encode() + b"\n\n"


async def stream(writer: asyncio.StreamWriter) -> None:
    """Stream an answer, a word every 20 ms."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for number in range(CHUNKS):
        writer.write(chunk({"content": f"word{number} "}))
        await writer.drain()
        await asyncio.sleep(CHUNK_SECONDS)
    writer.write(chunk({}, finish="stop") + b"data: [DONE]\n\n")


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request: hang, say when it was asked to hang, or stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        hang = HANG.match(head)
        if hang:
            _hangs.append(time.time())
            await asyncio.sleep(int(hang[1]))
        if hang or head.startswith(b"GET /hangs"):
            body = json.dumps(_hangs).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        else:
            await stream(writer)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def serve(port: int) -> None:
    """Serve until the process ends."""
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


@contextmanager
def model_server(port: int) -> Iterator[str]:
    """Run it in a process of its own and give its address."""
    child = subprocess.Popen([sys.executable, "-m", "tests.bench.model_server", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{url}/hangs")
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield url
    finally:
        child.kill()
        child.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
