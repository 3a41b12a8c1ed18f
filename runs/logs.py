"""What nodes wrote while they worked: any part of millions of lines, and those that hold a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from editor.permissions import Actor
from runs.journal.connection import execute
from runs.models import Run
from runs.selectors import one_moment, run_get
from runs.shards import shards_of

Level = Literal["info", "warning", "error"]

LEVELS: dict[Level, list[str]] = {"info": [], "warning": ["warning", "error"], "error": ["error"]}
"""The levels that are shown from one on; none stands for all."""

COUNT = "SELECT count(*) FROM runs_event WHERE "
LINES = """
SELECT at, node_key, data->>'level', data->>'message', (data->>'attempt')::int
FROM (SELECT at, run_id, seq, node_key, data FROM runs_event WHERE {found} ORDER BY {order}
LIMIT %(limit)s::int OFFSET %(offset)s::int) part ORDER BY {order}
"""
"""What is skipped is not taken apart."""
OF_RUN = "run_id = %(run)s::uuid AND kind = 'log'"
OF_RUNS = "run_id = ANY(%(owners)s::uuid[]) AND kind = 'log'"
OF_NODE = " AND node_key = %(node)s::text"
OF_LEVELS = " AND data->>'level' = ANY(%(levels)s::text[])"
WITH_TEXT = " AND data->>'message' ILIKE %(search)s::text"
WRITTEN = """
SELECT at, node_key, data->>'level', data->>'message', run_id, seq FROM runs_event
WHERE {found} ORDER BY {order} LIMIT %(limit)s::int
"""
AFTER_NUMBER = " AND seq > %(last_seq)s::bigint"
AFTER_TIME = " AND (at, run_id, seq) > (%(last_at)s::timestamptz, %(last_run)s::uuid, %(last_seq)s::bigint)"
PART_LINES = 5000
BY_NUMBER = ("seq", "seq DESC")
BY_TIME = ("at, run_id, seq", "at DESC, run_id DESC, seq DESC")
"""From the beginning, and from the end: the nearer one is begun at."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. `node` is None for the run's own log."""

    at: datetime
    node: str | None
    level: str
    message: str
    attempt: int


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines in the order in which they were written, and how many match in all."""

    lines: Sequence[LogLine]
    total: int


def log_page(
    *,
    actor: Actor,
    run_id: object,
    node: str | None = None,
    search: str = "",
    level: Level = "info",
    offset: int = 0,
    limit: int = 200,
) -> LogPage:
    """Read a part of the log of a run, or of one of its nodes, by place. Lines are only ever added, so that places stay."""
    asked = _asked(run_get(actor=actor, run_id=run_id), node=node, search=search, level=level)
    given = {**asked.given, "offset": offset, "limit": limit}
    with one_moment():
        ((total,),) = execute(COUNT + asked.found, given)
        return LogPage(_part(asked.found, asked.order, given, total), total)


def log_parts(*, actor: Actor, run_id: object, node: str | None = None, search: str = "", level: Level = "info") -> Iterator[str]:
    """Give the whole log as text, part after part, each read from where the last one ended: none is long in memory.

    Raises `NotFound` before the first part where the run is not there for whoever asks.
    """
    return _parts(_asked(run_get(actor=actor, run_id=run_id), node=node, search=search, level=level))


@dataclass(frozen=True, slots=True)
class _Asked:
    found: str
    order: tuple[str, str]
    given: dict[str, Any]
    after: str


def _asked(run: Run, *, node: str | None, search: str, level: Level) -> _Asked:
    shards = list(map(str, shards_of(run.pk).values_list("pk", flat=True)))
    found, order, after = (OF_RUNS, BY_TIME, AFTER_TIME) if shards else (OF_RUN, BY_NUMBER, AFTER_NUMBER)
    given: dict[str, Any] = {"levels": LEVELS[level], "search": _like(search)}
    given |= {"owners": [str(run.pk), *shards]} if shards else {"run": str(run.pk)}
    if node is not None:
        given["node"] = node.replace("\0", "")
        found += OF_NODE
    if given["levels"]:
        found += OF_LEVELS
    if given["search"]:
        found += WITH_TEXT
    return _Asked(found, order, given, after)


def _parts(asked: _Asked) -> Iterator[str]:
    given: dict[str, Any] = {**asked.given, "limit": PART_LINES, "offset": 0}
    found = asked.found
    while rows := execute(WRITTEN.format(found=found, order=asked.order[0]), given):
        yield "".join(_written(*row[:4]) for row in rows)
        if len(rows) < PART_LINES:
            return
        given |= dict(zip(("last_at", "last_run", "last_seq"), (rows[-1][0], *rows[-1][4:]), strict=True))
        found = asked.found + asked.after


def _written(at: datetime, node: str | None, level: str, message: str) -> str:
    """Write one line; what a message breaks into several goes on under its beginning."""
    return f"{at.isoformat(timespec='milliseconds')} {level} {node or '-'}: {message.replace(chr(10), chr(10) + '    ')}\n"


def _part(found: str, order: tuple[str, str], given: dict[str, Any], total: int) -> list[LogLine]:
    first, last = given["offset"], min(total, given["offset"] + given["limit"])
    if first >= last:
        return []
    if first <= total - last:
        return [LogLine(*row) for row in execute(LINES.format(found=found, order=order[0]), given)]
    from_end = {**given, "offset": total - last, "limit": last - first}
    return [LogLine(*row) for row in execute(LINES.format(found=found, order=order[1]), from_end)][::-1]


def _like(search: str) -> str:
    """Write a pattern that finds a text as it stands."""
    plain = search.replace("\0", "").strip()
    for special in "\\%_":
        plain = plain.replace(special, "\\" + special)
    return f"%{plain}%" if plain else ""
