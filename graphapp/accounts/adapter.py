"""Who may make an account: whoever was invited, and where the operator says so, anybody."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class SignUp(DefaultAccountAdapter):
    """Anybody makes an account for themselves only where `GRAPHAPP_SIGNUP` is ``open``; invitations have a page of their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say what the operator has set."""
        return bool(settings.GRAPHAPP_SIGNUP == "open")
