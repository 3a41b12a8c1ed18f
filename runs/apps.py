"""The Django app of what happened."""

from typing import Any

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Runs, node runs, attempts, events."""

    name = "runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what people share and hand over."""
        from editor.notices import moved, shared

        shared.connect(_told_of_share, dispatch_uid="runs.shared")
        moved.connect(_told_of_move, dispatch_uid="runs.moved")


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


def _told_of_move(*, workflow: Any, was_of: Any, **_: Any) -> None:
    """Let the runs of a workflow that changes hands hear whose budget they share now."""
    from runs.shared_budgets import workflow_moved

    workflow_moved(workflow=workflow, was_of=was_of)
