"""Two questions of an orchestrator: does this process answer, and may traffic come?"""

from collections.abc import Callable
from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis import RedisError

from graphapp import liveness


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer once the process serves."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis and migrations are there and a worker lives; else name what is missing."""
    missing = [name for name, holds in CHECKS.items() if not _holds(holds)]
    return JsonResponse({"status": "not_ready" if missing else "ok", "missing": missing}, status=503 if missing else 200)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        row: tuple[int] | None = cursor.fetchone()
        return row == (1,)


def _redis() -> bool:
    return bool(liveness.connection().ping())


def _migrated() -> bool:
    if _all_migrated.cache_info().currsize and _all_migrated():
        return True
    _all_migrated.cache_clear()
    return _all_migrated()


@lru_cache(maxsize=1)
def _all_migrated() -> bool:
    """Compare the files with the database; once they agree, they do for as long as this process lives."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "redis": _redis,
    "migrations": _migrated,
    "worker": liveness.worker_lives,
}
