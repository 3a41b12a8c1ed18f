"""A socket whose session cannot be read is closed with a code that says so, not refused as if it were broken."""

import asyncio
from typing import Any

from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from runs.sockets import TRY_AGAIN, Patient


def test_a_browser_is_asked_to_come_back_while_the_session_cannot_be_read() -> None:
    async def unreachable(scope: Any, receive: Any, send: Any) -> None:
        raise OperationalError("The connection was cut.")

    async def look() -> tuple[bool, dict[str, Any]]:
        viewer = WebsocketCommunicator(Patient(unreachable), "/ws/runs/x/")
        accepted, _ = await viewer.connect()
        return accepted, await viewer.receive_output()

    assert asyncio.run(look()) == (True, {"type": "websocket.close", "code": TRY_AGAIN})


def test_a_socket_that_was_accepted_is_closed_with_the_same_code() -> None:
    async def breaks_later(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        raise OSError("Redis is gone.")

    async def look() -> dict[str, Any]:
        viewer = WebsocketCommunicator(Patient(breaks_later), "/ws/runs/x/")
        await viewer.connect()
        found: dict[str, Any] = await viewer.receive_output()
        return found

    assert asyncio.run(look()) == {"type": "websocket.close", "code": TRY_AGAIN}
