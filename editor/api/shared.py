"""What is behind a link. Its first operation asks for nobody: whoever holds the address may open it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from ninja.throttling import AnonRateThrottle, BaseThrottle
from pydantic import Field

from editor.api.http import ApiModel, actor_of, refusals
from editor.api.link_schemas import Password, SharedOut, shared_by
from editor.api.schemas import WorkflowOut
from editor.sharing import services
from editor.sharing.models import ShareLink
from editor.sharing.visits import COOKIE, VISIT_SECONDS, Visit, visit_write

router = Router(tags=["shared"])


class CopyIn(ApiModel):
    """What a copy needs, where the link was not opened before."""

    password: Password = Field("", description="Of links that ask for one.")


class OpenIn(ApiModel):
    """What a visitor says at the door."""

    password: Password = Field("", description="Of links that ask for one.")


def visitors() -> list[BaseThrottle]:
    """Limit what one address may ask of links in a minute."""
    return [AnonRateThrottle(f"{settings.GRAPHAPP_API_RATE}/m")]


def note_of(request: HttpRequest) -> str | None:
    """Read the note of a visit from the browser."""
    return request.COOKIES.get(COOKIE)


def keep_visit(response: HttpResponse, *, token: str, link: ShareLink, visit: Visit) -> None:
    """Let the browser keep a new visit: for this link alone, out of reach of scripts."""
    if visit.is_new:
        response.set_cookie(
            COOKIE,
            visit_write(link, visit),
            max_age=VISIT_SECONDS,
            path=f"/api/v1/shared/{token}",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


@router.post(
    "/shared/{token}/open",
    response={200: SharedOut, **refusals(415, 422)},
    operation_id="shared_open",
    auth=None,
    throttle=visitors(),
)
def shared_open(request: HttpRequest, response: HttpResponse, token: str, payload: OpenIn) -> SharedOut:
    """Open a link. The answer sets a cookie that the further calls of this visit need.

    403 `password_required` and `password_wrong` ask for its password. A link that is not there, over, revoked or used up is
    not found.
    """
    link, visit = services.link_open(token=token, password=payload.password, note=note_of(request))
    keep_visit(response, token=token, link=link, visit=visit)
    return shared_by(link, services.version_of(link))


@router.post("/shared/{token}/copy", response={201: WorkflowOut, **refusals(409, 415, 422)}, operation_id="shared_copy")
def shared_copy(request: HttpRequest, token: str, payload: CopyIn) -> Status[WorkflowOut]:
    """Copy what a link shows into a workflow of yours."""
    actor = actor_of(request)
    made = services.link_copy(token=token, password=payload.password, note=note_of(request), actor=actor)
    return Status(201, WorkflowOut.of(made, actor))
