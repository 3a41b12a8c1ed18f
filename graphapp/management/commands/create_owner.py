"""Makes the owner of a deployment, who has no password yet, and a link to sign in with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from graphapp.accounts.services import LINK_MINUTES, owner_ensure, sign_in_link_make


class Command(BaseCommand):
    """Safe to run at every release: the owner is made once, and each link works once."""

    help = "Makes the owner if there is none, and prints a link that signs the owner in once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print whom and where."""
        owner = owner_ensure()
        link = f"{settings.GRAPHAPP_BASE_URL}{sign_in_link_make(owner)}"
        self.stdout.write(f"The owner is {owner.email}. Sign in once, within {LINK_MINUTES} minutes: {link}")
