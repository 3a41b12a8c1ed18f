"""A viewer on a run's socket, as the browser is one: acknowledges, and holds each frame to the contract."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from runs.api.socket import SAID

Frame = dict[str, Any]


class Viewer:
    """One connection to a run's socket. `events` are those of this connection, in order."""

    def __init__(self, url: str, *, cookies: dict[str, str], origin: str | None, acks: bool = True) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        self._stack = ExitStack()
        opening = connect(url, origin=None if origin is None else Origin(origin), additional_headers=headers, open_timeout=20)
        self._socket: ClientConnection = self._stack.enter_context(opening)
        self._acks = acks
        self.events: list[Frame] = []
        self.frames: list[Frame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def send(self, text: str | bytes) -> None:
        """Send anything."""
        self._socket.send(text)

    def read(self, seconds: float = 25.0) -> Frame:
        """Take the next frame."""
        frame: Frame = json.loads(self._socket.recv(timeout=seconds))
        SAID.validate_python(frame)
        self.frames.append(frame)
        if frame["kind"] == "events":
            self.events += frame["events"]
            if self._acks:
                self.send(json.dumps({"kind": "ack", "seq": self.events[-1]["seq"]}))
        return frame

    def read_until(self, holds: Callable[[Frame], bool], frames: int = 10_000) -> Frame:
        """Take frames until one is as wanted."""
        for _ in range(frames):
            frame = self.read()
            if holds(frame):
                return frame
        raise AssertionError("no such frame")

    def read_to_the_end(self) -> list[Frame]:
        """Take events until the run's last one."""
        ends = ("run.succeeded", "run.failed", "run.cancelled")
        while not self.events or self.events[-1]["kind"] not in ends:
            self.read()
        return self.events

    def close_code(self) -> int:
        """Read until the server closes, and give its code."""
        with pytest.raises(ConnectionClosed) as closed:
            self.read_until(lambda frame: False)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code
