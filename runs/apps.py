"""The Django app of what happened."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Runs, node runs, attempts, events."""

    name = "runs"
    default_auto_field = "django.db.models.BigAutoField"
