"""Cursors for the journal's own SQL: values are bound by the server, so a statement is parsed once for each connection."""

from typing import Any

import psycopg
from django.db import connection

PREPARE_AFTER = 2

Row = tuple[Any, ...]


def execute(statement: str | bytes, params: dict[str, Any]) -> list[Row]:
    """Run one statement on this thread's connection and give its rows."""
    connection.ensure_connection()
    raw: psycopg.Connection[Row] = connection.connection
    if raw.prepare_threshold is None and connection.settings_dict["OPTIONS"].get("prepare_threshold", PREPARE_AFTER):
        raw.prepare_threshold = PREPARE_AFTER
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(statement if isinstance(statement, bytes) else statement.encode(), params)
        return cursor.fetchall() if cursor.description else []


def release() -> None:
    """Give this thread's connection back to the pool."""
    connection.close()
