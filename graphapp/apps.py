"""The project as an app: its commands, templates and checks."""

from django.apps import AppConfig


class GraphAppConfig(AppConfig):
    """Puts the parts together."""

    name = "graphapp"

    def ready(self) -> None:
        """Load the checks."""
        from graphapp import checks  # noqa: F401 - loading it registers them
