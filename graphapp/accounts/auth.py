"""How the API knows who asks: an API key, or a session with its CSRF token."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from editor.api.http import json_only
from editor.api.uploads import is_upload
from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_user


class ApiKeyAuth(HttpBearer):
    """``Authorization: Bearer gk_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Give whose key this is. A wrong key is refused at once, and no session is looked at in its place."""
        user = api_key_user(token)
        if user is None:
            raise AuthenticationError
        request.user = user
        return user


class SessionWithCsrf(SessionAuth):
    """The browser's session; unsafe methods need the CSRF token as well."""

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        """Give who is signed in; forms are refused, because other sites can send them."""
        if not is_upload(request):
            json_only(request)
        return super().authenticate(request, key)
