"""What people see when the server cannot answer: that the database is away is no bug, and passes."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

DATABASE_AWAY = (OperationalError, InterfaceError)
MESSAGE = "The database does not answer at the moment. Nothing was lost; try again in a few seconds."
RETRY_SECONDS = 2


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for what broke outside the API's own handling: 503 while the database is away, else 500."""
    is_away = isinstance(sys.exc_info()[1], DATABASE_AWAY)
    if not is_away:
        return HttpResponse(render_to_string("500.html"), status=500)
    if request.path.startswith("/api/"):
        body = {"error": {"code": "unavailable", "message": MESSAGE, "data": {}}}
        return retry_soon(JsonResponse(body, status=503))
    return retry_soon(HttpResponse(render_to_string("503.html"), status=503))


def retry_soon(response: HttpResponse) -> HttpResponse:
    """Say when to ask again."""
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
