"""The only sender to sockets: pokes say that there is something new up to a number, deltas carry text. Both are lossy."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync
from channels import layers
from redis.asyncio import Redis

from runs.payloads import clean, to_json

logger = logging.getLogger(__name__)

OWNERS = "runs.owners"
"""The group of all worker processes."""
SEND_SECONDS = 1.0
QUIET_SECONDS = 1.0
"""After a failure nothing is sent for so long."""
DELTA_SECONDS = 1 / 12
TEXT_TTL_SECONDS = 600
TEXT_CHARS = 256 * 1024
"""Longest text kept for viewers who come later."""
INLINE_EVENTS = 100
INLINE_CHARS = 24_000
BACKLOG = 2000

Message = dict[str, Any]


def channel_layer() -> Any:
    """Give the layer that carries pokes and deltas, if there is one."""
    return layers.get_channel_layer()


def run_group(run_id: str) -> str:
    """Name the group of those who follow a run's events."""
    return f"run.{run_id}"


def text_group(run_id: str) -> str:
    """Name the group of those who follow a run's streamed text."""
    return f"run.{run_id}.text"


def text_key(run_id: str, key: str, attempt: int) -> str:
    """Name the Redis key of an attempt's text so far."""
    return f"graphapp:text:{run_id}:{attempt}:{key}"


def poke_owner(run_id: str) -> None:
    """Tell whichever process owns the run to look at its inbox. Callable from a web request; losing it costs a moment."""
    layer = channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(_send)(layer, OWNERS, {"type": "owner.poke", "run": run_id})
    except Exception as error:
        logger.warning("The owner of run %s was not poked (%s).", run_id, type(error).__name__)


async def _send(layer: Any, group: str, message: Message) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(group, message)


@dataclass(slots=True)
class Stream:
    """The streamed text of one attempt: what is known, and how much of it was sent."""

    run_id: str
    key: str
    attempt: int
    parts: list[str] = field(default_factory=list)
    text: str = ""
    sent: int = 0
    touched_at: float = 0.0


class LayerPublisher:
    """Sends from the process's own loop: a call from a driver's thread costs microseconds and never waits for Redis."""

    def __init__(self, loop: asyncio.AbstractEventLoop, redis_url: str) -> None:
        self._loop = loop
        self._redis = Redis.from_url(redis_url, socket_timeout=SEND_SECONDS, socket_connect_timeout=SEND_SECONDS)
        self._pokes: deque[tuple[str, Message]] = deque(maxlen=BACKLOG)
        self._streams: dict[tuple[str, str, int], Stream] = {}
        self._lock = threading.Lock()
        self._awake = asyncio.Event()
        self._quiet_until = 0.0

    def poke(self, run_id: str, first: int, wires: Sequence[Mapping[str, Any]]) -> None:
        """Tell viewers about committed events, with the events themselves when they are few and small. Any thread."""
        message: Message = {"type": "run.poke", "first": first, "upto": first + len(wires) - 1}
        if len(wires) <= INLINE_EVENTS:
            events = to_json([{"seq": seq, **wire} for seq, wire in enumerate(wires, first)])
            if len(events) <= INLINE_CHARS:
                message["events"] = events
        self._loop.call_soon_threadsafe(self._enqueue, run_group(run_id), message)

    def delta(self, run_id: str, key: str, attempt: int, text: str) -> None:
        """Take a piece of streamed text; it is sent with others a dozen times a second. Any thread."""
        with self._lock:
            stream = self._streams.setdefault((run_id, key, attempt), Stream(run_id, key, attempt))
            stream.parts.append(text)

    def part(self, run_id: str, part: Mapping[str, Any]) -> None:
        """Tell the viewers of a run how far some items of a map are, which another run works on. Any thread."""
        self._loop.call_soon_threadsafe(self._enqueue, run_group(run_id), {"type": "run.part", **part})

    def rouse(self, run_id: str) -> None:
        """Tell whichever process owns a run to look at its inbox. Any thread."""
        self._loop.call_soon_threadsafe(self._enqueue, OWNERS, {"type": "owner.poke", "run": run_id})

    async def run(self) -> None:
        """Send for as long as the process lives."""
        await asyncio.gather(self._send_pokes(), self._send_deltas())

    async def close(self) -> None:
        """Close the connection that keeps texts."""
        await self._redis.aclose()

    def _enqueue(self, group: str, message: Message) -> None:
        self._pokes.append((group, message))
        self._awake.set()

    async def _send_pokes(self) -> None:
        layer = channel_layer()
        while True:
            await self._awake.wait()
            self._awake.clear()
            while self._pokes:
                group, message = self._pokes.popleft()
                await self._try(_send(layer, group, message))

    async def _send_deltas(self) -> None:
        layer = channel_layer()
        while True:
            await asyncio.sleep(DELTA_SECONDS)
            for stream, offset, text in self._take_deltas():
                message = {"type": "run.delta", "node": stream.key, "attempt": stream.attempt, "offset": offset, "text": text}
                await self._try(_send(layer, text_group(stream.run_id), message))
                if stream.sent <= TEXT_CHARS:
                    key = text_key(stream.run_id, stream.key, stream.attempt)
                    await self._try(self._redis.set(key, stream.text, ex=TEXT_TTL_SECONDS))

    def _take_deltas(self) -> list[tuple[Stream, int, str]]:
        """Collect what is new of each stream; forget streams that have been quiet for long."""
        now, fresh = time.monotonic(), []
        with self._lock:
            for name, stream in list(self._streams.items()):
                if stream.parts:
                    text = clean("".join(stream.parts))
                    fresh.append((stream, stream.sent, text))
                    stream.sent += len(text)
                    stream.text = stream.text + text if stream.sent <= TEXT_CHARS else ""
                    stream.parts, stream.touched_at = [], now
                elif now - stream.touched_at > TEXT_TTL_SECONDS:
                    del self._streams[name]
        return fresh

    async def _try(self, sending: Any) -> None:
        """Send, or forget it: viewers heal themselves from the database."""
        if time.monotonic() < self._quiet_until:
            sending.close()
            return
        try:
            await sending
        except Exception as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("Nothing is published for a moment (%s: %s).", type(error).__name__, error)
