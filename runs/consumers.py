"""The run socket: numbered events from the database, in order and without a gap; pokes only say when to look."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from runs import publish, selectors
from runs.api.schemas import RunOut
from runs.payloads import to_json
from runs.sockets import NO_ACK, NOT_SIGNED_IN, Socket

WINDOW = 500
"""Events that may be under way without having been acknowledged."""
PAGE = 250
FAR_BEHIND = 5000
"""Beyond so many missing events a snapshot is sent instead."""
DELTA_PATIENCE_SECONDS = 10.0
"""A client that has not acknowledged for so long gets no streamed text: it would only pile up."""
MESSAGE_CHARS = 4096
ABOVE_ALL = 2**31 - 1


async def from_database(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a query on a thread of its own, so that one slow query delays one socket."""
    return await database_sync_to_async(read, thread_sensitive=False)(*args, **kwargs)


class RunConsumer(Socket):
    """Follows one run for one viewer. `sent` and `acked` are all the state there is."""

    sent = 0
    acked = 0
    run_id = ""
    _beating: asyncio.Task[None] | None = None

    # -- the life of a socket

    async def connect(self) -> None:
        """Check who it is, subscribe, and only then read: nothing can fall between the two."""
        await self.take()
        self._lock = asyncio.Lock()
        self._acked_at = time.monotonic()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.shut(NOT_SIGNED_IN)
            return
        self._user = user
        run = await from_database(selectors.run_get, actor=user, run_id=self.scope["url_route"]["kwargs"]["run_id"])
        self.run_id = str(run.pk)
        for group in (publish.run_group(self.run_id), publish.text_group(self.run_id)):
            await self.channel_layer.group_add(group, self.channel_name)
        await self._catch_up_from(_after(self.scope.get("query_string", b"")), run.seq, has_events=run.has_events)
        await self._send_texts()
        await self._beat()
        self._beating = asyncio.create_task(self._beat_for_ever())

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        self._stop_beating()
        if self.run_id:
            for group in (publish.run_group(self.run_id), publish.text_group(self.run_id)):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement; anything else is ignored."""
        try:
            message = json.loads(text_data) if text_data and len(text_data) <= MESSAGE_CHARS else None
        except (ValueError, RecursionError):
            return
        if not isinstance(message, dict) or message.get("kind") != "ack":
            return
        seq = message.get("seq")
        if isinstance(seq, int) and not isinstance(seq, bool) and self.acked < seq <= self.sent:
            self.acked = seq
            self._acked_at = time.monotonic()
            await self._pump()

    # -- what the worker says

    async def run_poke(self, message: dict[str, Any]) -> None:
        """Hear that there is something new; the events themselves count only where they follow on what was sent."""
        if not self.run_id or message["upto"] <= self.sent:
            return
        async with self._lock:
            fits = message["first"] == self.sent + 1 and message["upto"] <= self.acked + WINDOW
            if fits and "events" in message:
                await self._send_events(message["events"], message["upto"])
                return
        await self._pump()

    async def run_delta(self, message: dict[str, Any]) -> None:
        """Pass streamed text on, unless the client does not keep up."""
        if self.sent > self.acked and time.monotonic() - self._acked_at > DELTA_PATIENCE_SECONDS:
            return
        parts = ("node", "attempt", "offset", "text")
        await self.say(to_json({"kind": "delta", **{part: message[part] for part in parts}}))

    async def run_part(self, message: dict[str, Any]) -> None:
        """Pass on how far some items of a map are; each message says all, so that one may be lost."""
        parts = ("node", "first", "done", "failed", "running", "is_over")
        await self.say(to_json({"kind": "part", **{part: message[part] for part in parts}}))

    # -- sending

    async def _catch_up_from(self, after: int, seq: int, *, has_events: bool) -> None:
        """Begin where the client is, or with a snapshot; `seq` may be a moment old."""
        if after > seq or seq - after > FAR_BEHIND or (after < seq and not has_events):
            snapshot = await from_database(selectors.run_snapshot, actor=self._user, run_id=self.run_id)
            self.sent = self.acked = snapshot.run.seq
            frame = {"kind": "snapshot", "seq": self.sent, "run": RunOut.of_snapshot(snapshot).model_dump(mode="json")}
            await self.say(to_json(frame))
        else:
            self.sent = self.acked = after
        await self._pump()

    async def _pump(self) -> None:
        """Send what the client has not got, as far as its acknowledgements allow."""
        async with self._lock:
            while (room := self.acked + WINDOW - self.sent) > 0:
                limit = min(PAGE, room)
                events = await from_database(selectors.events_after, self.run_id, self.sent, limit)
                if events:
                    await self._send_events(to_json(events), events[-1]["seq"])
                if len(events) < limit:
                    return

    async def _send_events(self, events: str, upto: int) -> None:
        if self.sent == self.acked:
            self._acked_at = time.monotonic()
        self.sent = upto
        await self.say(f'{{"kind":"events","events":{events}}}')

    async def _send_texts(self) -> None:
        """Send the text so far of the attempts under way."""
        attempts = await from_database(selectors.running_attempts, self.run_id)
        if not attempts:
            return
        redis = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        try:
            texts = await redis.mget([publish.text_key(self.run_id, key, attempt) for key, attempt in attempts])
        except RedisError:
            return
        finally:
            await redis.aclose()
        for (key, attempt), text in zip(attempts, texts, strict=True):
            if text:
                sofar = text.decode() if isinstance(text, bytes) else text
                frame = {"kind": "delta", "node": key, "attempt": attempt, "offset": 0, "text": sofar}
                await self.say(to_json(frame))

    # -- heartbeats

    async def _beat_for_ever(self) -> None:
        try:
            while True:
                await asyncio.sleep(settings.GRAPHAPP_HEARTBEAT_SECONDS)
                if self.sent > self.acked and time.monotonic() - self._acked_at > settings.GRAPHAPP_ACK_SECONDS:
                    await self.shut(NO_ACK)
                    return
                if not await self.is_signed_in():
                    await self.shut(NOT_SIGNED_IN)
                    return
                await self._beat()
        except Exception as error:
            await self.fail(error)

    async def _beat(self) -> None:
        """Say how far the run is, send what a lost poke left behind, and check that the viewer may still look."""
        run = await from_database(selectors.run_get, actor=self._user, run_id=self.run_id)
        if run.seq > self.sent:
            await self._pump()
        await self.say(to_json({"kind": "heartbeat", "last_seq": run.seq}))

    def _stop_beating(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None


def _after(query: bytes) -> int:
    """Read the number of the last event the client has; anything odd means none."""
    text = parse_qs(query.decode(errors="replace")).get("after", ["0"])[0]
    return min(int(text), ABOVE_ALL) if len(text) <= 12 and text.isascii() and text.isdigit() else 0
