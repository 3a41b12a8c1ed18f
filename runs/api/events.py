"""The numbered events of a run."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from editor.api.http import actor_of, refusals
from runs import selectors
from runs.api.runs import RunId
from runs.api.schemas import EventOut, EventPage

router = Router(tags=["runs"])


@router.get("/runs/{run_id}/events", response={200: EventPage, **refusals(422)}, operation_id="event_list")
def event_list(
    request: HttpRequest,
    run_id: RunId,
    after: Annotated[int, Query(ge=0, le=2_147_483_647)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> EventPage:
    """Read events numbered above `after`, in order and without a gap."""
    run = selectors.run_get(actor=actor_of(request), run_id=run_id)
    found = selectors.events_after(run.pk, after, limit)
    last_seq = max(run.seq, found[-1]["seq"] if found else 0)
    return EventPage(events=[EventOut.model_validate(event) for event in found], last_seq=last_seq)
