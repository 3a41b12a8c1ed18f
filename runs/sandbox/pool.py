"""The one place that makes sandbox processes. They are made in the process that uses them, and never without limits."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pydantic_monty as monty

from editor.graph.faults import NodeFailure
from runs.sandbox.faults import unavailable
from runs.sandbox.limits import Profile

_started_in: dict[str, int] = {}
"""The process in which the sandbox's library first started: in a fork of that one it would hang."""
Printed = Callable[[Literal["stdout", "stderr"], str], None]


@dataclass(slots=True)
class Job:
    """One session: a program, its values, and the process it runs in while it runs."""

    program: str
    values: dict[str, Any]
    policy: monty.OSPolicy
    printed: Printed
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pid: int | None = None
    _stopped: bool = False

    def run(self, session: monty.MontySession) -> object:
        """Run the program in a fresh session. The process is known only while it is surely this job's."""
        with self._lock:
            if self._stopped:
                return None
            self._pid = session.worker_pid
        try:
            return session.feed_run(self.program, inputs=self.values, print_callback=self.printed)
        finally:
            with self._lock:
                self._pid = None

    def stop(self) -> None:
        """End the program now, by ending its process; the pool makes another one."""
        with self._lock:
            self._stopped = True
            if self._pid is not None:
                os.kill(self._pid, signal.SIGKILL)


class Pool:
    """Sandbox processes of one profile, and one thread for each, so that a waiting program holds no thread."""

    def __init__(self, profile: Profile, processes: int, binary: Path | None) -> None:
        self.profile = profile
        self.threads = ThreadPoolExecutor(processes, thread_name_prefix=f"sandbox-{profile.name}")
        self._processes = processes
        self._binary = binary
        self._lock = threading.Lock()
        self._pool: monty.Monty | None = None

    def run(self, job: Job) -> object:
        """Run one job to its end, in the calling thread."""
        profile = self.profile
        limits: monty.ResourceLimits = {
            "max_feed_duration_secs": profile.feed_seconds,
            "max_memory": profile.memory_bytes,
            "max_recursion_depth": profile.recursion,
            "max_suspensions": profile.suspensions,
            "max_total_sleep_secs": profile.sleep_seconds,
        }
        pool = self._opened()
        try:
            with pool.checkout(limits=limits, os_policy=job.policy) as session:
                return job.run(session)
        except TimeoutError:
            raise NodeFailure(unavailable("all its processes are busy", retryable=True)) from None

    def _opened(self) -> monty.Monty:
        with self._lock:
            if self._pool is None:
                self._pool = self._open()
            return self._pool

    def _open(self) -> monty.Monty:
        profile = self.profile
        if _started_in.setdefault("process", os.getpid()) != os.getpid():
            raise NodeFailure(unavailable("this process was forked from one that had already started it"))
        try:
            pool = monty.Monty(
                binary_path=self._binary,
                min_processes=1,
                max_processes=self._processes,
                checkout_timeout=profile.checkout_seconds,
                request_timeout=profile.request_seconds,
                max_checkouts_per_worker=profile.checkouts_per_worker,
                feed_duration_limit_grace=0.5,
                turn_duration_limit_grace=0.5,
            )
            pool.__enter__()
        except (OSError, RuntimeError, monty.MontyError) as error:
            raise NodeFailure(unavailable(f"it does not start ({type(error).__name__})")) from error
        return pool

    def close(self) -> None:
        """End the processes once their programs have ended."""
        self.threads.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(None, None, None)


class Pools:
    """The pools of this process, made on first use: a process that is forked before that makes its own."""

    def __init__(self, profiles: Mapping[str, Profile], processes: int, binary: Path | None) -> None:
        self._profiles = profiles
        self._processes = processes
        self._binary = binary
        self._owner = 0
        self._pools: dict[str, Pool] = {}

    def get(self, name: str) -> Pool:
        """The pool of a profile, made on first use in this process."""
        if self._owner != os.getpid():
            self._pools = {key: Pool(profile, self._processes, self._binary) for key, profile in self._profiles.items()}
            self._owner = os.getpid()
        return self._pools[name]

    def close(self) -> None:
        """End this process's pools; those of a parent are not touched."""
        pools = self._pools if self._owner == os.getpid() else {}
        self._pools, self._owner = {}, 0
        for pool in pools.values():
            pool.close()
