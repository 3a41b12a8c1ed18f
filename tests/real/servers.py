"""PostgreSQL and Redis of one test session, in a folder that dies with it."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.core.cache import caches
from django.db import connections

from graphapp import datadir
from graphapp.database import database_from
from graphapp.embedded.postgres import Postgres
from graphapp.embedded.redis_server import RedisServer

PREFIX = "graphapp-test-"
CARELESS = ("fsync=off", "full_page_writes=off")
"""A test database need not survive a power cut."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where they are."""

    data: Path
    database_url: str
    redis_url: str


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Start both, and take them away again with all their files."""
    sweep_away()
    data = Path(tempfile.mkdtemp(prefix=PREFIX))
    me = psutil.Process()
    (data / "owner.json").write_text(json.dumps({"pid": me.pid, "born": me.create_time()}), encoding="ascii")
    postgres, redis = Postgres(data, options=CARELESS), RedisServer(data)
    try:
        postgres.start()
        redis.start()
        yield Servers(data, datadir.database_url(data), datadir.redis_url(data))
    finally:
        take_away(data, postgres, redis)


def take_away(data: Path, postgres: Postgres, redis: RedisServer) -> None:
    """Stop both, and remove all that was made for them."""
    redis.stop()
    postgres.kill()
    for folder in (postgres.home, datadir.runtime_dir(data), data):
        shutil.rmtree(folder, ignore_errors=True)


def sweep_away() -> None:
    """Clear up after sessions that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            owner = json.loads((folder / "owner.json").read_text(encoding="ascii"))
            is_theirs = abs(psutil.Process(owner["pid"]).create_time() - owner["born"]) < 1
        except psutil.NoSuchProcess:
            is_theirs = False
        except (OSError, ValueError):
            continue
        if not is_theirs and folder.stat().st_uid == os.geteuid():
            take_away(folder, Postgres(folder), RedisServer(folder))


def point_django_at(servers: Servers) -> None:
    """Have this process use the servers. The settings are changed in place, because Django holds on to the objects."""
    database = database_from(servers.database_url, pool_size=30)
    settings.DATABASES["default"].update(database)
    connections["default"].settings_dict.update(database)
    settings.DATABASE_URL, settings.REDIS_URL = servers.database_url, servers.redis_url
    settings.CACHES["default"]["LOCATION"] = servers.redis_url
    if hasattr(caches._connections, "default"):  # type: ignore[attr-defined]  # made before the address was known
        del caches["default"]
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    layer["CONFIG"]["hosts"][0]["address"] = servers.redis_url
    settings.CELERY_BROKER_URL = servers.redis_url.replace("unix://", "redis+socket://", 1)
