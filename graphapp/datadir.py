"""Where everything that the product makes on this machine lives: a pure function of the data directory."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

SOCKET_PATH_LIMIT = 90
"""Bytes that a unix socket's path may take, with a margin."""


def runtime_dir(data: Path) -> Path:
    """Give the folder of sockets and pid files: in the data directory unless the path is too long for a socket."""
    inside = data / "run"
    if len(os.fsencode(str(inside / ".s.PGSQL.5432"))) <= SOCKET_PATH_LIMIT and os.geteuid() != 0:
        return inside
    name = hashlib.sha256(os.fsencode(str(data))).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"graphapp-{os.geteuid()}-{name}"


def postgres_dir(data: Path) -> Path:
    """Give the folder of the embedded database. As root it lies outside any home, readable to the database's own user."""
    if os.geteuid() != 0:
        return data / "postgres"
    name = hashlib.sha256(os.fsencode(str(data))).hexdigest()[:12]
    return Path("/var/lib/graphapp") / name


def database_url(data: Path) -> str:
    """Give the embedded database's address, the same for every process on this data directory."""
    return f"postgresql://graphapp@/graphapp?host={quote(str(runtime_dir(data)), safe='')}"


def redis_url(data: Path) -> str:
    """Give the embedded Redis server's address, the same for every process on this data directory."""
    return f"unix://{runtime_dir(data) / 'redis.sock'}"
