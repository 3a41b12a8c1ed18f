"""Runs the whole product on this machine: what `make run` calls last."""

import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from graphapp.accounts.services import LINK_MINUTES, owner_ensure, sign_in_link_make
from graphapp.embedded.errors import StartFailure
from graphapp.embedded.supervisor import Supervisor
from graphapp.env import env_str


class Command(BaseCommand):
    """Starts services, migrates, loads samples, starts web and worker, and watches over them until Ctrl-C."""

    help = "Runs GraphApp on this machine: PostgreSQL, Redis, web and worker."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port and the address to listen on."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; by default from here only")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Start, watch, stop. What cannot start is said in one sentence."""
        self._speaking = threading.Lock()
        everywhere = host == "0.0.0.0"  # noqa: S104 - compared, not bound
        base_url = env_str("GRAPHAPP_BASE_URL") or f"http://{'127.0.0.1' if everywhere else host}:{port}"
        allow = [*settings.GRAPHAPP_HTTP_ALLOW, f"127.0.0.1:{port}"]
        try:
            supervisor = Supervisor(host=host, port=port, base_url=base_url, allow=allow, say=self._say)
            supervisor.listen()
            supervisor.claim()
            self._run(supervisor)
        except StartFailure as failure:
            raise CommandError(str(failure)) from None
        except OperationalError as error:
            first = str(error).strip().splitlines()[0]
            raise CommandError(f"The database does not answer ({first}): check DATABASE_URL.") from None

    def _run(self, supervisor: Supervisor) -> None:
        try:
            supervisor.start_services()
            supervisor.start("web")
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            supervisor.start("worker")
            link = self._prepare()
            supervisor.wait_until_ready()
            if not supervisor.is_stopping:
                self._greet(supervisor.base_url, link)
                supervisor.watch()
        finally:
            self._say("Stopping.")
            connections.close_all()
            supervisor.stop()
            self._say("Stopped.")

    def _prepare(self) -> str:
        """See that there are an owner and samples, and give the path of a link that signs the owner in once."""
        owner = owner_ensure()
        call_command("load_samples", owner=owner.email, verbosity=0, skip_checks=True, stdout=Quiet())
        link = sign_in_link_make(owner)
        for connection in connections.all():
            connection.close()
        return link

    def _greet(self, base_url: str, link: str) -> None:
        self._say(
            f"\n  GraphApp runs at {base_url}\n"
            f"  Sign in as the owner (works once, for {LINK_MINUTES} minutes): {base_url}{link}\n"
            "  Ctrl-C stops everything.\n"
        )

    def _say(self, text: str) -> None:
        with self._speaking:
            try:
                self.stdout.write(text)
                self.stdout.flush()
            except (BrokenPipeError, ValueError):
                sys.exit(1)


class Quiet:
    """Takes what a command says and keeps it to itself."""

    def write(self, text: str) -> int:
        """Take a text."""
        return len(text)

    def flush(self) -> None:
        """Do nothing."""
