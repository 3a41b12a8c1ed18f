"""Sends messages about the ends of runs: the thread of a worker that does so, and the judgement of what came back."""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence

from django.db import DatabaseError

from editor.errors import AppError
from editor.graph.context import HttpClient, HttpRequest
from editor.graph.faults import NodeFailure
from editor.triggers.selectors import secret_of
from editor.triggers.signing import sign
from runs.journal.connection import release
from runs.triggers.deliveries import PAUSES, Came, body_of, claim_due, keep
from runs.triggers.models import Delivery

logger = logging.getLogger(__name__)

SECONDS = 15.0
STOP_SECONDS = 5.0
GONE = 410


class Courier:
    """Looks for messages that are due, sends them on the worker's loop, and keeps what came of each."""

    def __init__(self, loop: asyncio.AbstractEventLoop, http: HttpClient, *, base_url: str, every: float) -> None:
        self._loop, self._http, self._base_url, self._every = loop, http, base_url, every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="graphapp-courier", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the messages under way."""
        self._stopped.set()
        self._thread.join(STOP_SECONDS)

    def send_due(self) -> int:
        """Send what is due; say how many messages that was."""
        due = claim_due()
        requests = [self._request(delivery) for delivery in due]
        if due:
            answers = asyncio.run_coroutine_threadsafe(self._all(requests), self._loop).result()
            for delivery, answer in zip(due, answers, strict=True):
                keep(delivery, judged(delivery, answer))
        return len(due)

    def _request(self, delivery: Delivery) -> HttpRequest | Came:
        if not delivery.outgoing.enabled:
            return Came("given_up", message="It was switched off meanwhile.")
        try:
            secret = secret_of(delivery.outgoing)
        except AppError as error:
            return Came("given_up", message=error.message)
        body = body_of(delivery, self._base_url)
        signed = sign(secret, f"msg_{delivery.pk.hex}", int(time.time()), body)
        headers = {"content-type": "application/json", **signed.headers()}
        return HttpRequest("POST", delivery.outgoing.url, headers, content=body, timeout_seconds=SECONDS)

    async def _all(self, requests: Sequence[HttpRequest | Came]) -> list[Came]:
        return await asyncio.gather(*(self._sent(request) for request in requests))

    async def _sent(self, request: HttpRequest | Came) -> Came:
        if isinstance(request, Came):
            return request
        try:
            reply = await self._http.send(request)
        except NodeFailure as failure:
            return Came("waiting", message=failure.fault.message)
        if 200 <= reply.status < 300:
            return Came("arrived", reply.status)
        if reply.status == GONE:
            return Came("given_up", reply.status, "The address says that it is gone for good.")
        return Came("waiting", reply.status, f"The address answered with status {reply.status}.")

    def _work(self) -> None:
        while not self._stopped.wait(self._every * random.uniform(0.75, 1.25)):  # noqa: S311 - jitter
            self._guarded(self.send_due)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except DatabaseError as error:
            logger.warning("Messages pause: the database does not answer (%s).", type(error).__name__)
        except Exception:
            logger.exception("Sending messages broke; they are sent again.")
        finally:
            release()


def judged(delivery: Delivery, came: Came) -> Came:
    """Say when the next attempt follows, with some jitter, or that there is none."""
    if came.state != "waiting":
        return came
    if delivery.attempts > len(PAUSES):
        return Came("given_up", came.status, f"{came.message} It was the last of {delivery.attempts} attempts.")
    pause = PAUSES[delivery.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
    return Came("waiting", came.status, came.message, pause)
