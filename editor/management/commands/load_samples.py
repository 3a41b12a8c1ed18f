"""Gives a person the sample workflows, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from editor.samples import SAMPLES
from editor.services import sample_load


class Command(BaseCommand):
    """Safe to run at every start: what was loaded before is left alone, and what was deleted stays deleted."""

    help = "Gives the owner (or --owner EMAIL) the sample workflows, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", metavar="EMAIL", default=settings.GRAPHAPP_OWNER_EMAIL)

    def handle(self, *args: Any, owner: str, **options: Any) -> None:
        users = get_user_model()
        actor = users._default_manager.filter(email__iexact=owner).first()
        if actor is None:
            raise CommandError(f"There is no user with the e-mail address {owner}.")
        for sample in SAMPLES:
            workflow = sample_load(actor=actor, sample=sample)
            done = "left as it is" if workflow is None else f"loaded as {workflow.slug}"
            self.stdout.write(f"{sample.name}: {done}")
