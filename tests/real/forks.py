"""Workers that start in a fraction of a second: forked from a process that has imported everything and done nothing yet."""

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from graphapp.embedded.process import stop_process
from tests.real.processes import ROOT, Process, Worker, until

NOTHING: Mapping[str, str] = {}
PRELOADED = (
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.worker.consumer",
    "celery.worker.components",
    "celery.concurrency.thread",
    "kombu.transport.redis",
    "channels_redis.core",
    "django.template.loader",
)
LEASE_SECONDS = 1.2
HASTE: Mapping[str, str] = {
    "NODE_CATALOGUE": "tests.support.nodes.catalogue_for_tests",
    "RUN_EXECUTOR": "tests.support.executors.plain_executor",
    "GRAPHAPP_LEASE_SECONDS": str(LEASE_SECONDS),
    "GRAPHAPP_RENEW_SECONDS": "0.4",
    "GRAPHAPP_SWEEP_SECONDS": "0.2",
}
"""Workers with the test nodes that notice a death in a second."""
ARGUMENTS = ["--quiet", "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"]


class Nursery(Process):
    """Forks workers, one for each line that it is sent."""

    name = "nursery"

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        super().__init__(env, log)
        self._pipe: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "tests.real.forks"]
        self._pipe = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.fork(None)

    def fork(self, log: Path | None, env: Mapping[str, str] = NOTHING) -> int:
        """Fork a worker that writes to a file, and give its process id; without a file only wait for the nursery itself.

        The environment is the worker's alone; what the settings have read of it is the nursery's.
        """
        assert self._pipe is not None
        assert self._pipe.stdin is not None
        assert self._pipe.stdout is not None
        with self._lock:
            self._pipe.stdin.write(json.dumps(None if log is None else {"log": str(log), "env": dict(env)}) + "\n")
            self._pipe.stdin.flush()
            return int(self._pipe.stdout.readline())

    def close(self) -> None:
        """End it; its workers live on."""
        if self._pipe is not None:
            self._pipe.kill()
            with self._pipe:
                pass


class ForkedWorker(Worker):
    """A real worker, but for its start."""

    def __init__(self, nursery: Nursery, log: Path, env: Mapping[str, str] = NOTHING) -> None:
        super().__init__({**nursery.env, **env}, log)
        self._nursery = nursery
        self._own = env
        self._pid = 0

    @property
    def pid(self) -> int:
        """Its process id; 0 before it was started."""
        return self._pid

    @property
    def is_alive(self) -> bool:
        """Say whether it lives."""
        if not self._pid:
            return False
        try:
            return psutil.Process(self._pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def start(self) -> None:
        """Fork it and wait until it is ready, or dead already."""
        self._pid = self._nursery.fork(self.log_path, self._own)
        until(lambda: self.is_ready() or not self.is_alive, 60, self._story)

    def wait(self, seconds: float = 30) -> int:
        """Wait for its end. Its exit code is its parent's."""
        until(lambda: not self.is_alive, seconds, self._story)
        return 0

    def kill9(self) -> None:
        """End it as a power cut would, with its own children."""
        family = psutil.Process(self._pid).children(recursive=True)
        os.kill(self._pid, signal.SIGKILL)
        for member in family:
            if member.is_running():
                member.kill()
        until(lambda: not self.is_alive, 10, self._story)

    def stop(self) -> None:
        """End it in order, frozen or not."""
        if self.is_alive:
            os.kill(self._pid, signal.SIGCONT)
            stop_process(psutil.Process(self._pid), patience=15)


MakeFleet = Callable[..., list[Worker]]
"""Takes the own environment of each worker, and as keywords what they share."""


def main() -> None:
    """Import what a worker needs, then fork one for each line."""
    import django
    from django.conf import settings
    from django.utils.module_loading import import_string

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "graphapp.settings")
    django.setup()

    import runs.tasks
    import runs.worker  # noqa: F401
    from graphapp.celery import app

    for name in PRELOADED:
        importlib.import_module(name)
    for name in (settings.RUN_EXECUTOR, settings.NODE_CATALOGUE):
        import_string(name)
    app.finalize()
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # they load every view, which a worker has no use for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = 0 if wanted is None else os.fork()
        if wanted is not None and pid == 0:
            os.environ.update(wanted["env"])
            become_worker(app, wanted["log"])
        print(pid, flush=True)


def become_worker(app: object, log: str) -> None:
    """Be a worker from here on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((0, null), (1, out), (2, out)):
        os.dup2(target, number)
    app.worker_main(ARGUMENTS)  # type: ignore[attr-defined]
    os._exit(0)


if __name__ == "__main__":
    main()
