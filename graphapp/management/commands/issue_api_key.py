"""Gives a script a key to the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from graphapp.accounts.services import api_key_issue, owner_ensure
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.services import database_at_hand


class Command(BaseCommand):
    """Prints the key and nothing else, so that scripts can take it; it is shown this once."""

    help = "Prints a new API key of the owner."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a name to tell keys apart."""
        parser.add_argument("--name", default="command line", help="a name that tells this key from others")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Have the database for the moment and make the key."""
        try:
            with database_at_hand():
                call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
                key = api_key_issue(user=owner_ensure(), name=name)
        except StartFailure as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(key)
