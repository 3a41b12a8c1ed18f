"""Gives a person the sample workflows, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from editor.models import Workflow
from editor.samples import SAMPLES, Sample


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
        had = set(Workflow.objects.filter(owner=actor).exclude(sample="").values_list("sample", flat=True))
        for sample in SAMPLES:
            done = "left as it is" if sample.key in had else self._load(actor, sample)
            self.stdout.write(f"{sample.name}: {done}")

    def _load(self, actor: Any, sample: Sample) -> str:
        from editor.services import sample_load  # the rules of graphs: a second of a start that mostly needs none of them

        workflow = sample_load(actor=actor, sample=sample)
        return "left as it is" if workflow is None else f"loaded as {workflow.slug}"
