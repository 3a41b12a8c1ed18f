"""A process of ours that is kept running: its lines carry its name, and after a crash it comes back, ever more slowly."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from graphapp.embedded.process import record, recorded, spawn, stop_process

LONG_LIFE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0


class Child:
    """One kept process."""

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], note: Path, say: Callable[[str], None]
    ) -> None:
        self.name = name
        self._command = command
        self._env = env
        self._note = note
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._crashes = 0
        self._again_at: float | None = None

    def clear(self) -> None:
        """End what an earlier start left behind."""
        left = recorded(self._note)
        if left is not None:
            stop_process(left, patience=5)

    def start(self) -> None:
        """Start it."""
        self._process = spawn(self._command, log=subprocess.PIPE, env=self._env)
        self._began, self._again_at = time.monotonic(), None
        record(self._note, self._process.pid)
        threading.Thread(target=self._relay, args=(self._process,), name=f"log-{self.name}", daemon=True).start()

    def keep(self) -> None:
        """Look after it: after a crash start it again, at once the first time, later after a pause."""
        now = time.monotonic()
        if self._again_at is not None:
            if now >= self._again_at:
                self.start()
            return
        if self._process is None or self._process.poll() is None:
            return
        self._crashes = 0 if now - self._began > LONG_LIFE_SECONDS else self._crashes + 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2**self._crashes)
        self._say(f"{self.name} ended with {self._process.returncode}; it starts again in {pause:g} s.")
        self._again_at = now + pause

    def ask_to_stop(self) -> None:
        """Ask it to end and do not wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, *, patience: float) -> None:
        """Wait for its end for so long, then end it."""
        if self._process is not None and self._process.poll() is None:
            stop_process(psutil.Process(self._process.pid), patience=patience)
            self._process.wait()
        self._note.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Say whether it lives."""
        return self._process is not None and self._process.poll() is None

    def _relay(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        for line in process.stdout:
            self._say(f"{self.name:<6} | {line.decode(errors='replace').rstrip()}")
