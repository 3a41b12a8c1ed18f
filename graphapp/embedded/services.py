"""The embedded services of one data directory, together."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

from graphapp import datadir
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.places import database_account, private_folder
from graphapp.embedded.postgres import Postgres
from graphapp.embedded.redis_server import RedisServer

Server = Postgres | RedisServer


def data_folder() -> Path:
    """Make the data directory and give it."""
    folder: Path = settings.GRAPHAPP_DATA_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartFailure(f"The data directory {folder} cannot be written ({error.strerror}): set GRAPHAPP_DATA_DIR.") from error
    return folder


def embedded_servers(data: Path) -> list[Server]:
    """List the servers that are ours to run; an address in the environment takes one off the list."""
    servers: list[Server] = []
    if settings.GRAPHAPP_EMBEDDED_DATABASE:
        servers.append(Postgres(data))
    if settings.GRAPHAPP_EMBEDDED_REDIS:
        servers.append(RedisServer(data))
    return servers


def start_servers(data: Path) -> list[Server]:
    """Start or find every embedded server."""
    servers = embedded_servers(data)
    with starting(data):
        if servers:
            private_folder(datadir.runtime_dir(data), database_account())
        for server in servers:
            server.start()
    return servers


@contextmanager
def starting(data: Path) -> Iterator[None]:
    """Let one process at a time start servers of a data directory; the others then find them running."""
    with (data / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def database_at_hand() -> Iterator[None]:
    """Have the database for a command: one that runs is used, else the embedded one is started for the moment."""
    if not settings.GRAPHAPP_EMBEDDED_DATABASE:
        yield
        return
    data = data_folder()
    server = Postgres(data)
    with starting(data):
        was_running = server.is_running()
        server.start()
    try:
        yield
    finally:
        if not was_running:
            connections.close_all()
            server.stop()
