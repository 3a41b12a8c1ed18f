"""Writes docs/nodes.md from the catalogue, or says whether it is fresh."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from editor.catalogue import get_catalogue
from runs.node_docs import nodes_page


class Command(BaseCommand):
    """``document_nodes`` writes the page; ``--check`` fails when it is not as the catalogue says."""

    help = "Write docs/nodes.md from the catalogue of node types."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--check``."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the page is not fresh.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        path = Path(settings.BASE_DIR) / "docs" / "nodes.md"
        page = nodes_page(get_catalogue())
        if not options["check"]:
            path.write_text(page, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page:
            raise CommandError("docs/nodes.md is not as the catalogue says. Run: manage.py document_nodes")
