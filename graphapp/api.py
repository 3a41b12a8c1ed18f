"""The HTTP API, put together: authentication, refusals, and the routers of both halves."""

import logging
import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.throttling import AuthRateThrottle

from editor.api import router as editor_router
from editor.api.http import StrictParser, too_large
from editor.errors import AppError
from graphapp.accounts import sharing_api, teams_api
from graphapp.accounts.api import router as accounts_router
from graphapp.accounts.auth import ApiKeyAuth, SessionWithCsrf
from graphapp.unavailable import MESSAGE, retry_soon
from runs.api import router as runs_router

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="GraphApp",
    version="1.0.0",
    description="Author workflows, start runs, read what happened.",
    auth=[ApiKeyAuth(), SessionWithCsrf()],
    throttle=[AuthRateThrottle(f"{settings.GRAPHAPP_API_RATE}/m")],
    parser=StrictParser(),
    docs_url=None,
    urls_namespace="api-v1",
)
api.add_router("", accounts_router)
api.add_router("", teams_api.router)
api.add_router("", sharing_api.router)
api.add_router("", editor_router)
api.add_router("", runs_router)


def answer(request: HttpRequest, status: int, code: str, message: str, data: dict[str, Any] | None = None) -> HttpResponse:
    """Give a refusal in the API's one shape."""
    return api.create_response(request, {"error": {"code": code, "message": message, "data": data or {}}}, status=status)


@api.exception_handler(AppError)
def refuse(request: HttpRequest, error: AppError) -> HttpResponse:
    """Answer a refusal as it says of itself."""
    return api.create_response(request, error.to_json(), status=error.status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each field that does not fit the schema."""
    fields = {}
    for entry in error.errors:
        place = [str(part) for part in entry.get("loc", ()) if part not in {"body", "query", "path", "payload"}]
        fields[".".join(place) or "body"] = str(entry.get("msg", "is invalid"))
    return answer(request, 422, "invalid", "Some fields are not as they should be.", {"fields": fields})


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Ask for a sign-in."""
    return answer(request, 401, "unauthenticated", "Sign in, or send an API key as a bearer token.")


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer for what is not there."""
    return answer(request, 404, "not_found", "This does not exist, or it is not yours.")


@api.exception_handler(RequestDataTooBig)
def oversized(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Refuse a body by its size, which Django finds before the parser does."""
    return refuse(request, too_large())


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer the framework's own refusals in the same shape; it wraps what the parser refuses."""
    if isinstance(error.__cause__, AppError):
        return refuse(request, error.__cause__)
    codes = {403: "forbidden", 415: "unsupported_media_type", 429: "too_many_requests", 400: "invalid"}
    return answer(request, error.status_code, codes.get(error.status_code, "refused"), str(error))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that the database is away: that is no bug, and passes."""
    logger.warning("The database does not answer (%s).", type(error).__name__)
    return retry_soon(answer(request, 503, "unavailable", MESSAGE))


@api.exception_handler(Exception)
def bug(request: HttpRequest, error: Exception) -> HttpResponse:
    """Log a bug with its traceback and tell the caller a reference to it, and nothing else."""
    reference = secrets.token_hex(6)
    logger.error("Bug %s in %s %s", reference, request.method, request.path, exc_info=error)
    return answer(request, 500, "internal", f"Something broke on our side (reference {reference}).", {"reference": reference})
