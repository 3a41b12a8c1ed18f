"""What nodes wrote while they worked: any part of millions of lines, and those that hold a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from editor.permissions import Actor
from runs.journal.connection import execute
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
    run = run_get(actor=actor, run_id=run_id)
    shards = list(map(str, shards_of(run.pk).values_list("pk", flat=True)))
    found, order = (OF_RUNS, BY_TIME) if shards else (OF_RUN, BY_NUMBER)
    given: dict[str, Any] = {"levels": LEVELS[level], "search": _like(search), "offset": offset, "limit": limit}
    given |= {"owners": [str(run.pk), *shards]} if shards else {"run": str(run.pk)}
    if node is not None:
        given["node"] = node.replace("\0", "")
        found += OF_NODE
    if given["levels"]:
        found += OF_LEVELS
    if given["search"]:
        found += WITH_TEXT
    with one_moment():
        ((total,),) = execute(COUNT + found, given)
        return LogPage(_part(found, order, given, total), total)


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
