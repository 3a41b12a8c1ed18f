"""The Django app of what happened."""

from typing import Any

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Runs, node runs, attempts, events."""

    name = "runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what people share."""
        from editor.notices import shared

        shared.connect(_told_of_share, dispatch_uid="runs.shared")


def _told_of_share(*, person: Any, by: Any, what: str, name: str, role: str, path: str, **_: Any) -> None:
    """Put a share into the notifications of whoever it is for."""
    from runs.notifications import notify

    notify(
        [person.pk],
        kind="shared",
        about=f"shared {path} {role}",
        title=f"Shared with you: {name}",
        text=f"{by.get_username()} made you {role} of this {what}.",
        path=path,
    )
