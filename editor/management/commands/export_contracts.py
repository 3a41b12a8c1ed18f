"""Writes what the front end is generated from: the HTTP API, the document, and what the run socket sends."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from editor.graph.document import GraphDocument


class Command(BaseCommand):
    """The generated files are committed; `--check` says whether they are still true."""

    help = "Writes the JSON contracts of API, document and socket for the front end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "frontend_static" / "src" / "contracts")
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")

    def handle(self, *args: Any, to: Path, check: bool, **options: Any) -> None:
        files = {to / name: _text(contract) for name, contract in contracts().items()}
        if check:
            stale = [path.name for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
            if stale:
                raise CommandError(f"Not up to date: {', '.join(stale)}. Run make contracts.")
            return
        to.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path))


def contracts() -> dict[str, Mapping[str, Any]]:
    """Collect the contracts by file name. Other parts are named by settings, because nothing here imports them."""
    found: dict[str, Mapping[str, Any]] = {
        "openapi.json": import_string(settings.GRAPHAPP_API).get_openapi_schema(),
        "document.schema.json": GraphDocument.model_json_schema(by_alias=True),
    }
    if settings.GRAPHAPP_SOCKET_CONTRACT:
        found["socket.schema.json"] = import_string(settings.GRAPHAPP_SOCKET_CONTRACT)()
    return found


def _text(contract: Mapping[str, Any]) -> str:
    return json.dumps(contract, indent=2, ensure_ascii=False, default=str) + "\n"
