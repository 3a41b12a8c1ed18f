"""What the database has to bring along: the extension `vector`, in a version that can filter while it searches."""

from typing import Any

from django.core.management.base import CommandError
from django.db import ProgrammingError

NEEDED = (0, 8)


def need_vector(apps: Any, editor: Any) -> None:
    """Make the extension, or say what the operator has to do; called by the migration."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'vector'")
        check_versions(cursor.fetchone())
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except ProgrammingError as error:
            raise CommandError(
                "The database user may not make the extension vector. As an administrator of this database, run "
                "CREATE EXTENSION vector; then migrate again."
            ) from error


def check_versions(found: tuple[str, str | None] | None) -> None:
    """Refuse a server without the extension, or with one that is too old.

    >>> check_versions(("0.8.5", None))
    """
    needed = ".".join(map(str, NEEDED))
    if found is None:
        raise CommandError(
            f"This PostgreSQL has no extension vector, which knowledge bases need. Install pgvector {needed} or later on the "
            "server (Debian: postgresql-16-pgvector; managed servers have it in their list of extensions), then migrate again."
        )
    version = found[1] or found[0]
    if tuple(int(part) for part in version.split(".")[:2]) < NEEDED:
        raise CommandError(
            f"The extension vector is of version {version}, and knowledge bases need {needed} or later: install a newer "
            "pgvector, run ALTER EXTENSION vector UPDATE; then migrate again."
        )
