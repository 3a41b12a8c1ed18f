"""The page behind a sign-in link."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from graphapp.accounts.services import sign_in_link_take


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for one click, so that a link preview does not use the link up; then sign in."""
    if request.method != "POST":
        return render(request, "accounts/sign_in.html")
    user = sign_in_link_take(token)
    if user is None:
        return render(request, "accounts/sign_in.html", {"is_spent": True}, status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")
