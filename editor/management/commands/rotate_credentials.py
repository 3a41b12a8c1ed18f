"""`manage.py rotate_credentials`: seal all stored credentials anew with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Model

from editor.errors import AppError
from editor.models import Credential, OutgoingWebhook, Trigger
from editor.vault import reseal

AT_ONCE = 500
PLACES: tuple[tuple[type[Model], str], ...] = (
    (Credential, "sealed"),
    (Trigger, "sealed_token"),
    (Trigger, "sealed_secret"),
    (OutgoingWebhook, "sealed_secret"),
)
"""All that is sealed with the installation's keys."""


class Command(BaseCommand):
    """May be stopped and started again at any time; credentials stay usable meanwhile."""

    help = "Seal all stored credentials with GRAPHAPP_CREDENTIAL_KEY; afterwards the fallback keys can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, column in PLACES:
            last, done = None, 0
            while batch := self._batch(model, column, last):
                done += len(batch)
                last = batch[-1]
            self.stdout.write(f"{done} {model._meta.verbose_name_plural} ({column}) are sealed with the newest key.")

    def _batch(self, model: type[Model], column: str, after: Any) -> list[Any]:
        """Seal some rows anew, in the order of their ids, and give those."""
        with transaction.atomic():
            found = model._default_manager.exclude(**{column: ""}).order_by("pk").select_for_update()
            rows = list((found if after is None else found.filter(pk__gt=after))[:AT_ONCE])
            for row in rows:
                try:
                    setattr(row, column, reseal(getattr(row, column)))
                except AppError as error:
                    raise CommandError(f"What is sealed of {row} ({row.pk}) cannot be opened: {error.message}") from None
            model._default_manager.bulk_update(rows, [column])
        return [row.pk for row in rows]
