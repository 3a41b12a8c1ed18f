"""What the nodes of a run wrote while they worked."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
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


@router.get("/runs/{run_id}/logs", response={200: LogPageOut, **refusals(422)}, operation_id="log_list")
def log_list(request: HttpRequest, run_id: RunId, asked: Query[LogsAsked]) -> LogPageOut:
    """Read a part of the log by place, of one node run or of all.

    Lines are only ever added, so that a place stays the same while a run goes on; of a map that is shared out among
    workers, lines are put in order by their time.
    """
    found = logs.log_page(actor=actor_of(request), run_id=run_id, **dict(asked))
    return LogPageOut.model_validate(found, from_attributes=True)
