"""The login form, as the throttle needs it."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """Names the person to django-axes, which counts failures by address and network address."""

    def user_credentials(self) -> dict[str, Any]:
        """Add the address under the name that the throttle looks for."""
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = credentials.get("email") or credentials.get("username")
        return credentials
