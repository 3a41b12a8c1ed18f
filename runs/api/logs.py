"""What the nodes of a run wrote while they worked."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from editor.api.http import actor_of, refusals
from runs import logs
from runs.api.runs import RunId

router = Router(tags=["runs"])


class LogLineOut(BaseModel):
    """One line of a log."""

    at: datetime
    node: str | None = Field(description="The key of the node run that wrote it; null for the run's own log.")
    level: str
    message: str
    attempt: int


class LogPageOut(BaseModel):
    """Some lines in the order in which they were written, and how many match in all."""

    lines: list[LogLineOut]
    total: int


class LogsAsked(BaseModel):
    """Which lines are read."""

    node: str | None = Field(None, description="The key of a node run; without it the lines of all are read.")
    search: Annotated[str, Field(max_length=200)] = Field("", description="A text that lines hold, in small or capital letters.")
    level: logs.Level = Field("info", description="The least level.")
    offset: Annotated[int, Field(ge=0, le=2_147_483_647)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class LogFileAsked(BaseModel):
    """Which lines are written into the file."""

    node: str | None = Field(None, description="The key of a node run; without it the lines of all are written.")
    search: Annotated[str, Field(max_length=200)] = Field("", description="A text that lines hold, in small or capital letters.")
    level: logs.Level = Field("info", description="The least level.")


@router.get("/runs/{run_id}/logs", response={200: LogPageOut, **refusals(422)}, operation_id="log_list")
def log_list(request: HttpRequest, run_id: RunId, asked: Query[LogsAsked]) -> LogPageOut:
    """Read a part of the log by place, of one node run or of all.

    Lines are only ever added, so that a place stays the same while a run goes on; of a map that is shared out among
    workers, lines are put in order by their time.
    """
    found = logs.log_page(actor=actor_of(request), run_id=run_id, **dict(asked))
    return LogPageOut.model_validate(found, from_attributes=True)


@router.get("/runs/{run_id}/logs/file", response=refusals(422), operation_id="log_file")
def log_file(request: HttpRequest, run_id: RunId, asked: Query[LogFileAsked]) -> StreamingHttpResponse:
    """Download the log as text, of one node run or of all; it is read while it is sent."""
    parts = logs.log_parts(actor=actor_of(request), run_id=run_id, **dict(asked))
    body = _one_by_one(parts) if isinstance(request, ASGIRequest) else parts
    answer = StreamingHttpResponse(body, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}-log.txt"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


async def _one_by_one(parts: Iterator[str]) -> AsyncIterator[str]:
    """Read each part in a thread when the one before is sent."""
    following = sync_to_async(lambda: next(parts, ""))
    while part := await following():
        yield part
