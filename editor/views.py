"""The one page that carries the front end."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from editor.templatetags.assets import BundleMissing, bundle


@require_safe
@never_cache
@login_required
@ensure_csrf_cookie
def shell(request: HttpRequest, **_: Any) -> HttpResponse:
    """Serve the shell for every page of the front end; what a page shows is asked for through the API."""
    return _shell(request)


@require_safe
@never_cache
@ensure_csrf_cookie
def shared_shell(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the shell behind a link, to anybody, whether there is such a link or not. No search engine keeps its address."""
    response = _shell(request)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shell(request: HttpRequest) -> HttpResponse:
    try:
        bundle()
    except BundleMissing as error:
        return render(request, "editor/unbuilt.html", {"reason": str(error)}, status=503)
    return render(request, "editor/shell.html")
