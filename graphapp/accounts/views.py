"""The pages behind links that sign in and that invite, and what differs from the library's own pages."""

from allauth.account import views as allauth
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from editor.errors import AppError, Invalid
from editor.permissions import Role
from graphapp.accounts import closing, invitations
from graphapp.accounts.models import Invitation, User
from graphapp.accounts.services import sign_in_link_take

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_CHARACTERS = 1000


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
    login(request, user, backend=BACKEND)
    return redirect("/")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show to what somebody is invited, and take them in at a click: as who they are, or with a new account."""
    found = invitations.found(token)
    if found is None:
        return render(request, "accounts/invitation.html", {"is_spent": True}, status=410)
    shown = {
        "invitation": found,
        "what": invitations.what(found),
        "role": Role(found.role).name.lower(),
        "may_sign_up": settings.GRAPHAPP_SIGNUP != "closed",
        "is_other": request.user.is_authenticated and request.user.email.lower() != found.email,
    }
    if request.method != "POST":
        return render(request, "accounts/invitation.html", shown)
    try:
        user = _invited(request, found)
        place = invitations.take(found, user)
    except AppError as error:
        return render(request, "accounts/invitation.html", {**shown, "error": error.message}, status=error.status)
    return redirect(place)


def _invited(request: HttpRequest, found: Invitation) -> User:
    """Give who follows an invitation; one who makes an account is signed in with it."""
    if request.user.is_authenticated:
        return request.user
    name, password = (request.POST.get(field, "")[:MOST_CHARACTERS] for field in ("name", "password"))
    user = invitations.sign_up(found, name=name, password=password)
    login(request, user, backend=BACKEND)
    return user


def sign_up(request: HttpRequest) -> HttpResponseBase:
    """Stand where sign-up is. Where it is not open it is not there."""
    if settings.GRAPHAPP_SIGNUP != "open":
        raise Http404
    return allauth.signup(request)


def email_addresses(request: HttpRequest) -> HttpResponseBase:
    """Let people change their address, once they have shown that they hold the new one.

    The one that they were invited or made with counts as shown. Without any, the library would take the next on trust, and
    with it what is shared with an address and the approvals that name it.
    """
    if request.user.is_authenticated:
        user = request.user
        shown = {"verified": True, "primary": True}
        if not EmailAddress.objects.filter(user=user, verified=True).exists():
            EmailAddress.objects.update_or_create(user=user, email=user.email.lower(), defaults=shown)
    return allauth.email(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """Delete the account of who asks, once they have written its address, and its password where it has one."""
    user = User.objects.get(email=request.user.get_username())
    shown = {"address": user.email, "has_password": user.has_usable_password(), "teams": closing.orphaned(user)}
    if request.method != "POST":
        return render(request, "accounts/delete.html", shown)
    given, password = (request.POST.get(field, "")[:MOST_CHARACTERS] for field in ("email", "password"))
    try:
        if given.strip().lower() != user.email.lower():
            raise Invalid("invalid", "This is not the address of your account.")
        if user.has_usable_password() and not user.check_password(password):
            raise Invalid("invalid", "This is not your password.")
        closing.account_delete(user)
    except AppError as error:
        return render(request, "accounts/delete.html", {**shown, "error": error.message}, status=error.status)
    logout(request)
    return redirect("account_login")
