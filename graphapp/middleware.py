"""Middleware of our own: login by default, and a browser that gets no sensors."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from graphapp.public import API_NAMESPACE, PUBLIC_ROUTES

POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class LoginByDefaultMiddleware(LoginRequiredMiddleware):
    """Asks for a login unless the route is on the public list: what a view says of itself does not count."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Let signed-in people and public routes pass; the API refuses by itself."""
        match = request.resolver_match
        if request.user.is_authenticated or match is None:
            return None
        if match.view_name in PUBLIC_ROUTES or API_NAMESPACE in match.namespaces:
            return None
        return self.handle_no_permission(request, view_func)


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """Switches off what pages never need."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the header."""
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
