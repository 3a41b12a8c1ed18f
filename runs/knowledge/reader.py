"""Reads a document in a process of its own, which is ended when it takes too long, and says what became of it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from runs.knowledge.segments import Unreadable

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from runs.knowledge.child import main; main()"
SILENT_SECONDS = 60.0
LONGEST_SECONDS = 900.0
LINE_MAX = 1024 * 1024
TOLD_MAX = 256 * 1024 * 1024
WATCH_SECONDS = 0.5

Heard = Callable[[str, int, int], None]
"""Is told of a stage, how far it is, and of how many. Raises to give the reading up."""


@dataclass(slots=True)
class Read:
    """What came of a document."""

    pieces: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pages: int = 0
    pages_total: int = 0
    has_ended: bool = False


class Watchdog:
    """Ends a process that says nothing for too long, or does not end."""

    def __init__(self, child: "subprocess.Popen[bytes]", silent: float, longest: float) -> None:
        self._child = child
        self._silent, self._until = silent, time.monotonic() + longest
        self._heard = time.monotonic()
        self._over = threading.Event()
        self.has_bitten = False
        threading.Thread(target=self._watch, name="document-watchdog", daemon=True).start()

    def pet(self) -> None:
        """Note a sign of life."""
        self._heard = time.monotonic()

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            now = time.monotonic()
            if now > self._until or now - self._heard > self._silent:
                self.has_bitten = True
                self._child.kill()
                return


def read_document(
    body: bytes, kind: str, *, max_pages: int, heard: Heard, silent: float = SILENT_SECONDS, longest: float = LONGEST_SECONDS
) -> Read:
    """Read a document and cut it into passages. Raises `Unreadable` where that cannot be done."""
    child = subprocess.Popen(  # noqa: S603 - this Python and a program of ours
        [sys.executable, "-I", "-c", PROGRAM, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LANG": "C.UTF-8", "PATH": os.defpath},
        start_new_session=True,
    )
    dog = Watchdog(child, silent, longest)
    try:
        found = _converse(child, {"kind": kind, "max_pages": max_pages}, body, dog, heard)
    finally:
        dog.stop()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
    if not found.has_ended:
        raise _died(child.returncode, is_slow=dog.has_bitten)
    if not found.pieces:
        raise Unreadable("document_empty", "This document holds no text.")
    return found


def _converse(child: "subprocess.Popen[bytes]", header: dict[str, Any], body: bytes, dog: Watchdog, heard: Heard) -> Read:
    assert child.stdin is not None  # noqa: S101 - as it was started
    assert child.stdout is not None  # noqa: S101 - the same
    threading.Thread(target=_give, args=(child.stdin, json.dumps(header).encode() + b"\n" + body), daemon=True).start()
    found, told = Read(), 0
    while line := child.stdout.readline(LINE_MAX):
        dog.pet()
        told += len(line)
        if told > TOLD_MAX or not line.endswith(b"\n"):
            raise Unreadable("document_too_large", "This document holds more text than can be taken in.", "Split it into parts.")
        _take(json.loads(line), found, heard)
        if found.has_ended:
            break
    return found


def _give(pipe: BinaryIO, data: bytes) -> None:
    with suppress(OSError), pipe:  # a process that ended early says why by itself
        pipe.write(data)


def _take(line: dict[str, Any], found: Read, heard: Heard) -> None:
    match line:
        case {"piece": piece}:
            found.pieces.append(piece)
        case {"progress": [done, total]}:
            found.pages, found.pages_total = done, total
            heard("reading", done, total)
        case {"stage": stage}:
            heard(stage, 0, 0)
        case {"note": text}:
            found.notes.append(text)
        case {"error": error}:
            raise Unreadable(error["code"], error["message"], error["hint"])
        case {"end": True}:
            found.has_ended = True


def _died(code: int, *, is_slow: bool) -> Unreadable:
    """Say why a process told nothing to its end."""
    if is_slow:
        return Unreadable("document_too_slow", "Reading this document takes too long.", "Split it into parts, or save it anew.")
    return Unreadable(
        "document_broken",
        f"This document cannot be read: the process that reads it ended ({code}).",
        "It may be damaged, or made to do harm. Save it anew in another program.",
    )
