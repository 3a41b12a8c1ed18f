"""`manage.py rotate_credentials`: seal all stored credentials anew with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from editor.errors import AppError
from editor.models import Credential
from editor.vault import reseal

AT_ONCE = 500


class Command(BaseCommand):
    """May be stopped and started again at any time; credentials stay usable meanwhile."""

    help = "Seal all stored credentials with GRAPHAPP_CREDENTIAL_KEY; afterwards the fallback keys can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        last, done = None, 0
        while batch := self._batch(last):
            done += len(batch)
            last = batch[-1]
        self.stdout.write(f"{done} credentials are sealed with the newest key.")

    def _batch(self, after: Any) -> list[Any]:
        """Seal some credentials anew, in the order of their ids, and give those."""
        with transaction.atomic():
            found = Credential.objects.exclude(sealed="").order_by("pk").select_for_update()
            rows = list((found if after is None else found.filter(pk__gt=after))[:AT_ONCE])
            for row in rows:
                try:
                    row.sealed = reseal(row.sealed)
                except AppError as error:
                    whose = row.owner_id or row.team_id
                    raise CommandError(f"The credential {row.name} of {whose} cannot be opened: {error.message}") from None
            Credential.objects.bulk_update(rows, ["sealed"])
        return [row.pk for row in rows]
